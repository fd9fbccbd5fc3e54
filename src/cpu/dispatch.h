// The kernels of every target, and the choice among them on this machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "registry.h"

namespace silu::cpu {

// y[i] = f(x[i]), for n elements at any alignment; x and y are the same memory or disjoint.
// Leaves the caller's floating-point environment as it was, and does not depend on it.
using Kernel = void (*)(const void* x, void* y, std::size_t n);

// The outputs of a function of several inputs, as silu_apply has them; its parameters are numbers of the lanes.
using OperatorKernel = void (*)(const silu_input* inputs, const silu_output* outputs, const double* parameters,
                                std::size_t n);

struct Target {
  const char* name;
  std::array<std::array<Kernel, kDtypes.size()>, kFunctions.size()> kernels;
  std::array<std::array<OperatorKernel, kDtypes.size()>, kOperators.size()> operators;
  OperatorKernel beta_terms;  // of float64: swish_backward's output for beta
};

// What this build has and this machine offers, best first; the last is "scalar".
std::span<const Target* const> targets();

}  // namespace silu::cpu
