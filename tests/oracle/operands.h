// SPDX-License-Identifier: Apache-2.0
// Inputs for the functions of several inputs, by number: the same on every machine and for any order of asking.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "operators.h"

namespace silu::oracle {

enum class Operands {
  kBits,       // every encoding equally likely
  kNormal,     // normally distributed
  kExponents,  // g's argument within reach, the other factors anywhere
  kZeros,      // g's argument at the zeros of silu' and silu'', at distances from 2^-1 down to the next number
  kTies,       // g's argument beside 0, and significands whose product has one bit too many
  kEdges,      // results about to become subnormal, zero or infinite
  kSpecial     // zeros, infinities, NaNs, ones, the least and largest numbers, the clamps, and numbers beside them
};
inline constexpr std::array<std::string_view, 7> kOperands = {"all bits", "normal",         "mixed exponents", "zeros",
                                                              "ties",     "edges of range", "special values"};

// The index-th inputs, as encodings.  The parameters are rounded.
void operands(Operands kind, const Operator& info, const Format& format, const Parameters& parameters,
              std::uint64_t seed, std::uint64_t index, std::uint64_t* bits);

// Parameters for the clamped operators: usual ones first, then every sign and size.
inline constexpr std::array<Parameters, 12> kParameters = {{{1.702, 7},
                                                            {1.702, HUGE_VAL},
                                                            {1, 1},
                                                            {-1.25, 7},
                                                            {0, 3},
                                                            {-0.0, HUGE_VAL},
                                                            {1.702, 0},
                                                            {1e30, 1e30},
                                                            {0x1.8p-149, 7},
                                                            {-1e-30, HUGE_VAL},
                                                            {-3e38, 0x1p-20},
                                                            {0.1, 1e300}}};

}  // namespace silu::oracle
