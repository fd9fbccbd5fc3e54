// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "format.h"
#include "round.h"
#include "silu/silu.h"

namespace silu::oracle {

// Up to here e^-x lies within MPFR's exponents, which by default end at 2^30.
inline constexpr double kMultiprecisionReach = 0x1p29;

// The function's definition at x, by MPFR at as many bits as it takes to round; for the five functions of sigmoid.  The
// result is an encoding in format; x need not be one of format's numbers.  Throws std::invalid_argument for x = 0 and
// where |x| is not below kMultiprecisionReach.
std::uint64_t by_multiprecision(silu_function function, const Format& format, double x);

// The same, and how hard it is to round.
Rounded measure(silu_function function, const Format& format, double x);

// A number c g(u) with exact products c and u: u of two numbers, c of up to four, all finite, of which the last may
// have 1 added; for fewer, the others are 1.
struct Product {
  silu_function g;
  std::array<double, 2> argument = {1, 1};
  std::array<double, 4> factors = {1, 1, 1, 1};
  bool plus_one = false;  // to factors[3]
};

// c g(u) by MPFR at as many bits as it takes; where u is 0, exactly.  Throws std::invalid_argument where c is 0.
Rounded measure(const Product& product, const Format& format);

// The precision in bits at which the last call of measure in this thread was decided.
long bits_needed();

}  // namespace silu::oracle
