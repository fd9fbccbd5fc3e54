// SPDX-License-Identifier: Apache-2.0
// What kernels.cc gives for each format and instruction set.
#pragma once

#include <array>
#include <type_traits>

#include "cpu/dispatch.h"

namespace silu::cpu {

// The kernels of one format.
struct Column {
  std::array<Kernel, kFunctions.size()> functions;
  std::array<OperatorKernel, kOperators.size()> operators;
  OperatorKernel beta_terms;
};

// An instruction set, by the bit that Highway gives it.
template <long long bit>
using Instructions = std::integral_constant<long long, bit>;

// Null if this build has no kernels for it.  Instantiated by kernels.cc for each of math/formats.h.
template <class Format>
const Column* find_column(long long instructions);

// The same in plain C++, without vectors.
template <class Format>
const Column& scalar_column();

}  // namespace silu::cpu
