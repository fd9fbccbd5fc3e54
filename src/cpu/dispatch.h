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

// y[i] = table[x[i]], for n bytes, as Kernel has them; the table has 256.
using ByteMap = void (*)(const std::uint8_t* table, const void* x, void* y, std::size_t n);

// to[i] = y[i] / scale to the nearest number of an 8-bit dtype, for y[i] that are values rounded to float32 and scale
// above 0; doubtful[i] where the value's own quotient may round otherwise.  Whether there are such.
using Narrow = bool (*)(const float* y, double scale, bool saturate, std::uint8_t* to, bool* doubtful, std::size_t n);

// The terms of swish_beta_gradient for up to kMostTerms elements of a dtype narrower than float64, in an order of its
// own and with zeros among them; `wide` is the kernel for float64, for those that are left to it.  Returns how many
// there are, at most kMostTerms.
using BetaTerms = std::size_t (*)(const silu_input* inputs, OperatorKernel wide, double* terms, std::size_t n);
inline constexpr std::size_t kMostTerms = 512;

// x^2 sigmoid'(beta x) for one beta and an x of a 16-bit dtype, as a pair of doubles; NaN where a term is to be left to
// the kernel for float64.
struct BetaFactor {
  double high, low;
};
inline constexpr std::size_t kBetaFactors = 32768;  // by the encoding of |x|

// Terms of elements that share one beta: the factors are made once, and the terms of each chunk are made of them, as
// BetaTerms makes them.  Null where there are none.
struct SharedBetaTerms {
  void (*make)(const silu_input* beta, BetaFactor* factors) = nullptr;
  std::size_t (*terms)(const silu_input* inputs, const BetaFactor* factors, OperatorKernel wide, double* terms,
                       std::size_t n) = nullptr;
};

// Replaces numbers, at most kMostTerms in room for so many, by others of the same exact sum, which are fewer unless
// their sizes differ much; returns how many.  In the default environment.
using Condense = std::size_t (*)(double* x, std::size_t n);

struct Target {
  const char* name;
  std::array<std::array<Kernel, kDtypes.size()>, kFunctions.size()> kernels;
  std::array<std::array<OperatorKernel, kDtypes.size()>, kOperators.size()> operators;
  OperatorKernel wide_beta_terms;                                 // of float64: swish_backward's output for beta
  std::array<BetaTerms, kDtypes.size()> beta_terms;               // null for float64 and dtypes of 8 bits
  std::array<SharedBetaTerms, kDtypes.size()> shared_beta_terms;  // of the dtypes of 16 bits
  Condense condense;
  ByteMap map_bytes;
  std::array<Narrow, kDtypes.size()> narrow;  // null for dtypes of more than 8 bits
};

// What this build has and this machine offers, best first; the last is "scalar".
std::span<const Target* const> targets();

}  // namespace silu::cpu
