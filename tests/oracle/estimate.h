// SPDX-License-Identifier: Apache-2.0
// The five functions of sigmoid at once, in long double, with bounds of their errors.
#pragma once

#include <array>
#include <cmath>
#include <limits>

namespace silu::oracle {

static_assert(std::numeric_limits<long double>::digits >= 64, "the oracle needs a long double of 64 bits or more");

// The exact value lies between value - error and value + error.
struct Estimate {
  long double value, error;
};

// In the order of silu_function; |x| < 2^13, so that nothing overflows, underflows or is subnormal in long double.
//
// With a = |x|, t = e^-a and d = 1 + t, no term but the two marked ones cancels:
//   sigmoid                  1/d for x >= 0, t/d for x < 0
//   sigmoid_derivative       t / d^2
//   silu                     x sigmoid(x)
//   silu_derivative          (1 + t (1 + a)) / d^2 for x >= 0, t (d - a) / d^2 for x < 0 (cancels)
//   silu_second_derivative   t (2 d - a (1 - t)) / d^3 (cancels)
//
// Errors in units of u = 2^-64, relative to each result with its terms' signs all positive (scale): expl leaves at most
// 2 ulp (the GNU C library's bound), so t 4u; d has 4u * t/d + u <= 3u, 1/d 4u; the parentheses at most 7u.  The
// longest, the last one, has 4u + 3 * 4u + 7u + 5u (its products) = 28u.  Taken as 128u.
inline std::array<Estimate, 5> estimate(long double x) {
  constexpr long double kError = 0x1p-57L;
  const long double a = std::fabs(x);
  const long double t = std::exp(-a), d = 1 + t, r = 1 / d, tr = t * r, trr = tr * r, trrr = trr * r;
  const bool negative = x < 0;
  const long double s = negative ? tr : r;
  const long double silu = x * s;
  const long double forward = (1 + t * (1 + a)) * (r * r);
  return {{
      {s, kError * s},
      {trr, kError * trr},
      {silu, kError * std::fabs(silu)},
      {negative ? trr * (d - a) : forward, kError * (negative ? trr * (d + a) : forward)},
      {trrr * (2 * d - a * (1 - t)), kError * (trrr * (2 * d + a * (1 + t)))},
  }};
}

}  // namespace silu::oracle
