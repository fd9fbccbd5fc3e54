// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "format.h"
#include "silu/silu.h"

namespace silu::oracle {

// Up to here e^-x lies within MPFR's exponents, which by default end at 2^30.
inline constexpr double kMultiprecisionReach = 0x1p29;

// The function's definition at x, by MPFR at as many bits as it takes to round; for the five functions of sigmoid.  The
// result is an encoding in format; x need not be one of format's numbers.  Throws std::invalid_argument for x = 0 and
// where |x| is not below kMultiprecisionReach.
std::uint64_t by_multiprecision(silu_function function, const Format& format, double x);

struct Rounded {
  std::uint64_t bits;
  // The exact value lies between 2^-(closeness + 1) and 2^-closeness units in the last place from the midpoint of two
  // neighbours.
  int closeness;

  bool operator==(const Rounded&) const = default;
};

// The same, and how hard it is to round.
Rounded measure(silu_function function, const Format& format, double x);

}  // namespace silu::oracle
