// SPDX-License-Identifier: Apache-2.0
// The functions and operators over tensors, on torch's threads.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "registry.h"
#include "tensor.h"

namespace silu::torch_adapter {

// A new tensor with function(x).
Handle evaluate(const FunctionInfo& function, const Tensor& x);

// x becomes function(x).
void evaluate_in_place(const FunctionInfo& function, const Tensor& x);

// New tensors with the outputs of op, the inputs broadcast against each other; parameters are null, or alpha and limit.
std::array<Handle, 2> apply(const OperatorInfo& op, std::span<const Tensor> inputs, const double* parameters);

// The same into tensors that are there, of the result's shape and dtype.
void apply_into(const OperatorInfo& op, std::span<const Tensor> inputs, std::span<const Tensor> outputs,
                const double* parameters);

}  // namespace silu::torch_adapter
