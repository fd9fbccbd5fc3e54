// SPDX-License-Identifier: Apache-2.0
// What kernels.cc gives for each format and instruction set, and kernels8.cc for those of 8 bits.
#pragma once

#include <array>
#include <type_traits>

#include "cpu/dispatch.h"

namespace silu::cpu {

// The kernels of one format.
struct Column {
  std::array<Kernel, kFunctions.size()> functions;
  std::array<OperatorKernel, kOperators.size()> operators;
  std::array<OperatorKernel, kOperators.size()> gathered = {};  // null where there are none
  OperatorKernel wide_beta_terms = nullptr;                     // of float64
  BetaTerms beta_terms = nullptr;                               // of formats of 32 and 16 bits
  SharedBetaTerms shared_beta_terms = {};                       // of formats of 16 bits
  Condense condense = nullptr;                                  // of float64
  ByteMap map_bytes = nullptr;                                  // of 8-bit formats
  Narrow narrow = nullptr;                                      // likewise
};

// An instruction set, by the bit that Highway gives it.
template <long long bit>
using Instructions = std::integral_constant<long long, bit>;

// Null if this build has no kernels for it.
template <class Format>
const Column* find_column(long long instructions);

// columns(Instructions<bit>()) of the instruction set with that bit, where `columns` takes it; null elsewhere.
template <int bit = 0>
const Column* find_among(auto columns, long long instructions) {
  using I = Instructions<1LL << bit>;
  if constexpr (requires { columns(I()); })
    if (instructions == I::value) return columns(I());
  if constexpr (bit < 62) return find_among<bit + 1>(columns, instructions);
  return nullptr;
}

// As find_column, in plain C++, without vectors.
template <class Format>
const Column& scalar_column();

// The best that instruction sets of that and higher bits have: a processor with one has the higher ones too.
template <class Format>
const Column& best_column(int bit) {
  for (; bit < 62; ++bit)
    if (const Column* column = find_column<Format>(1LL << bit)) return *column;
  return scalar_column<Format>();
}

}  // namespace silu::cpu
