// SPDX-License-Identifier: Apache-2.0
// What the exact level's steps share: a function evaluated in integers of 64 W bits, and the rounding of its value.
#pragma once

#include <bit>
#include <cstdint>

#include "math/bigfloat.h"
#include "math/formats.h"

namespace silu::math {

template <int W>
BigFloat<W> from_double(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto exponent = static_cast<int>(bits >> 52 & 0x7ff);
  const std::uint64_t mantissa = bits & 0xfffffffffffffu;
  return big<W>(exponent ? mantissa | 0x10000000000000u : mantissa, (exponent ? exponent : 1) - 1075, bits >> 63 != 0);
}

template <int W>
struct BigArithmetic {
  using Number = BigFloat<W>;
  static Number set(double value) { return from_double<W>(value); }
  static Number add(const Number& a, const Number& b) { return math::add(a, b); }
  static Number sub(const Number& a, const Number& b) { return math::add(a, negate(b)); }
  static Number mul(const Number& a, const Number& b) { return multiply(a, b); }
  static Number muladd(const Number& a, const Number& b, const Number& c) { return math::add(multiply(a, b), c); }
  static Number div(const Number& a, const Number& b) { return multiply(a, reciprocal(b)); }
};

// The function's value; `reliable` is the number of its leading bits that the error leaves intact.
template <class F, int W>
BigFloat<W> value(const BigFloat<W>& x, int& reliable) {
  const BigArithmetic<W> a;
  const BigFloat<W> e = exp(negate(x));
  reliable = 64 * W - 48;  // exp errs by 2^(40 - 64 W), the few operations behind it by less
  if constexpr (F::kCancels) {
    const BigFloat<W> s = a.div(a.set(1.0), a.add(a.set(1.0), e));
    const BigFloat<W> t = a.mul(e, s);
    const BigFloat<W> difference = F::difference(a, x, s, t);
    if (difference.exponent < 3) reliable -= static_cast<int>(3 - difference.exponent);
    return a.mul(F::factor(a, s, t), difference);
  } else {
    return F::value(a, x, e);
  }
}

template <int W>
bool bit(const BigFloat<W>& a, std::int64_t position) {  // 0 is the leading one
  return position < std::int64_t{64} * W && (a.limbs[W - 1 - position / 64] >> (63 - position % 64) & 1) != 0;
}

// The encoding of y cut off behind `kept` bits, and of an overflow beyond the largest number.
template <class Format, int W>
typename Format::Bits assemble(const BigFloat<W>& y, std::int64_t kept, bool subnormal, bool up) {
  const auto sign = y.negative ? Format::kSign : typename Format::Bits{0};
  if (y.exponent - 2 > Format::kBias) return overflow<Format>(y.negative);
  const std::uint64_t mantissa = kept == 0 ? 0 : y.limbs[W - 1] >> (64 - kept);
  // With the hidden bit added, not set, the exponent field is one less.
  const std::uint64_t field =
      subnormal ? 0 : static_cast<std::uint64_t>(y.exponent - 1 - Format::kMinExponent) << Format::kMantissaBits;
  const std::uint64_t magnitude = field + mantissa + (up ? 1 : 0);
  if (magnitude > Format::kLargest) return overflow<Format>(y.negative);
  return static_cast<typename Format::Bits>(sign | magnitude);
}

// Bits kept of y: all of the precision for a normal result, fewer for a subnormal one, and a negative number
// below half of the smallest subnormal.
template <class Format, int W>
std::int64_t kept_bits(const BigFloat<W>& y, bool& subnormal) {
  const std::int64_t kept = y.exponent - Format::kMinExponent + Format::kPrecision - 1;
  subnormal = kept < Format::kPrecision;
  return subnormal ? kept : Format::kPrecision;
}

// y, known to `reliable` bits, rounded to nearest into Format; false if those bits do not decide.
template <class Format, int W>
bool round(const BigFloat<W>& y, int reliable, typename Format::Bits& result) {
  bool subnormal;
  const std::int64_t kept = kept_bits<Format>(y, subnormal);
  result = y.negative ? Format::kSign : typename Format::Bits{0};
  if (kept < -1) return true;
  // Only a midpoint's neighbourhood is undecided: 1000... or 0111... behind the kept bits; the 0 may be the one ahead
  // of y, below half of the smallest subnormal.
  const bool up = kept >= 0 && bit(y, kept);
  bool decided = false;
  for (std::int64_t i = kept + 1; i < reliable && !decided; ++i) decided = bit(y, i) == up;
  if (kept >= 0) result = assemble<Format>(y, kept, subnormal, up);
  return decided;
}

// y rounded to nearest, ties to even, where all of its bits are known.
template <class Format, int W>
typename Format::Bits round_exact(const BigFloat<W>& y) {
  if (y.is_zero()) return y.negative ? Format::kSign : typename Format::Bits{0};
  bool subnormal;
  const std::int64_t kept = kept_bits<Format>(y, subnormal);
  if (kept < 0) return y.negative ? Format::kSign : typename Format::Bits{0};
  bool up = bit(y, kept);
  if (up) {
    bool tie = true;
    for (std::int64_t i = kept + 1; i < std::int64_t{64} * W && tie; ++i) tie = !bit(y, i);
    if (tie) up = kept > 0 && bit(y, kept - 1);
  }
  return assemble<Format>(y, kept, subnormal, up);
}

}  // namespace silu::math
