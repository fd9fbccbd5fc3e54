// SPDX-License-Identifier: Apache-2.0
// The operators' kernels, which are registered after the operators.
#pragma once

#include <string>

#include "handles.h"

namespace silu::tensorflow {

inline constexpr char kBetaGradient[] = "swish_beta_gradient";

void register_kernels();

// Ends the process with a message where TensorFlow has refused to register something: there is no one to tell.
void require(const Status& status, const std::string& name);

}  // namespace silu::tensorflow
