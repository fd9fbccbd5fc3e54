// SPDX-License-Identifier: Apache-2.0
// Rounding into a format, to nearest, ties to even, as its encoding; beyond the largest number to infinity, or to NaN
// where there is none.
#pragma once

#include <mpfr.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "format.h"

namespace silu::oracle {

inline std::uint64_t round_to(const Format& format, long double value) {
  if (format.bits == 64) return std::bit_cast<std::uint64_t>(static_cast<double>(value));
  if (format.bits == 32) return std::bit_cast<std::uint32_t>(static_cast<float>(value));
  const std::uint64_t sign = std::signbit(value) ? format.sign() : 0;
  if (value == 0) return sign;
  int exponent = 0;  // |value| < 2^exponent
  std::frexp(value, &exponent);
  const int quantum = std::max(exponent - format.precision, format.min_exponent);
  const auto significand = static_cast<std::uint64_t>(std::nearbyint(std::ldexp(std::fabs(value), -quantum)));
  // A carry into the exponent field is right, and so is the hidden bit's.
  const std::uint64_t magnitude =
      (static_cast<std::uint64_t>(quantum - format.min_exponent) << (format.precision - 1)) + significand;
  return exponent <= format.max_exponent && magnitude < format.infinity() ? sign | magnitude
                                                                          : format.overflow(sign != 0);
}

struct Rounded {
  std::uint64_t bits;
  // The exact value lies between 2^-(closeness + 1) and 2^-closeness units in the last place from the midpoint of two
  // neighbours.
  int closeness;

  bool operator==(const Rounded&) const = default;
};

// Written out, for MPFR has no format with an end to its exponents but the global one.
Rounded round_to(const Format& format, mpfr_srcptr number);

}  // namespace silu::oracle
