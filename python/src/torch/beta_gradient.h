// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "tensor.h"

namespace silu::torch_adapter {

inline constexpr const char* kBetaGradient = "swish_beta_gradient";

// The exact sums of dy x^2 sigmoid'(beta x) over the elements that each beta is broadcast to, rounded to float64, in
// beta's shape.  inputs are dy, x and beta.
Handle swish_beta_gradient(std::span<const Tensor> inputs);

}  // namespace silu::torch_adapter
