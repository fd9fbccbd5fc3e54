// SPDX-License-Identifier: Apache-2.0
// By comparing the value, exactly, with the midpoints times the scale.  The comparison ends: where f(x) is
// transcendental the value is none of these, and where it is not (at 0, for relu), it is rational and known.
#include "math/quotient.h"

#include <array>
#include <cmath>
#include <cstdint>

#include "math/formats.h"
#include "math/limits.h"
#include "math/ziv.h"
#include "registry.h"

namespace silu::math {
namespace {

#include "math/functions-inl.h"

// Room for a product of three doubles.
constexpr int kLimbs = 3;
using Number = BigFloat<kLimbs>;

// Where |x| is 2^kFar or more, what f(x) lacks of its limit is less than 2^-2900: no product of doubles makes up for
// it, and it decides only where the limit is a midpoint itself.
constexpr int kFar = 11;

int sign(const auto& a) { return a.is_zero() ? 0 : a.negative ? -1 : 1; }

int compare(const Number& a, const Number& b) { return sign(add(a, negate(b))); }

template <int W>
BigFloat<W> extend(const Number& a) {
  BigFloat<W> wide;
  for (int i = 0; i < kLimbs; ++i) wide.limbs[W - kLimbs + i] = a.limbs[i];
  wide.exponent = a.exponent;
  wide.negative = a.negative;
  return wide;
}

// factor f(x) against bound, which is not 0: -1, 0 or 1.
template <class F, int W = kLimbs>
int compare_by_ziv(const Number& x, const Number& factor, const Number& bound) {
  int reliable = 0;
  const BigFloat<W> y = multiply(math::value<F>(extend<W>(x), reliable), extend<W>(factor));
  const BigFloat<W> difference = add(y, negate(extend<W>(bound)));
  // The product and the difference err by less than 2^(4 - 64 W) of the larger term.
  const std::int64_t larger = bound.is_zero() || y.exponent > bound.exponent ? y.exponent : bound.exponent;
  if (!difference.is_zero() && difference.exponent > larger - reliable + 8) return sign(difference);
  if constexpr (2 * W <= 48) return compare_by_ziv<F, 2 * W>(x, factor, bound);
  __builtin_trap();  // 3,072 bits did not decide, where x^2 has 2,200 at the least x and e^-x 2,960 at the largest
}

// f(x) where it is known: a number, and the side of it, in the direction of a positive factor, on which f(x) lies.
struct Known {
  Number limit;
  int side = 0;
};

template <class F>
Known far_limit(const Number& x) {
  if (x.negative) return {Number(), F::kMinusZeroOnLeft ? -1 : 1};
  switch (F::kRight) {
    case Right::kOne:
      return {big<kLimbs>(1), F::kFunction == SILU_SIGMOID ? -1 : 1};
    case Right::kIdentity:
      return {x, -1};
    case Right::kZero:
      return {Number(), 1};
    case Right::kMinusZero:
      break;
  }
  return {Number(), -1};
}

template <class F>
Known at_zero() {
  if (F::kStart == Start::kHalfOfX) return {};
  return {big<kLimbs>(1, F::kStart == Start::kQuarterFalling ? -2 : -1)};
}

template <class F>
int compare_value(const Number& x, const Number& factor, const Number& bound) {
  Known known;
  if constexpr (F::kBitwise) {
    if (sign(x) > 0) known.limit = F::kFunction == SILU_RELU ? x : big<kLimbs>(1);
  } else if (x.is_zero()) {
    known = at_zero<F>();
  } else if (x.exponent > kFar) {
    known = far_limit<F>(x);
  } else if (!factor.is_zero()) {
    return compare_by_ziv<F>(x, factor, bound);
  }
  const int order = compare(multiply(known.limit, factor), bound);
  return order != 0 ? order : known.side * sign(factor);
}

// The sign of f(x), or of the zero that it is.
template <class F>
bool is_negative(const Number& x) {
  if constexpr (F::kFunction == SILU_SILU) {
    return x.negative;
  } else if constexpr (F::kBitwise) {
    return F::kFunction == SILU_RELU && x.is_zero() && x.negative;
  } else if (x.exponent > kFar) {
    return far_limit<F>(x).side < 0 && far_limit<F>(x).limit.is_zero();
  } else {
    int reliable = 0;  // x is a double, or a product of two: none is so near to a zero of f
    return !x.is_zero() && math::value<F>(extend<2 * kLimbs>(x), reliable).negative;
  }
}

// What f tends to; NaN is for NaN.
template <class F>
double limit_of(double x) {
  if (std::isnan(x)) return x;
  if constexpr (F::kBitwise)
    return x < 0 ? 0 : F::kFunction == SILU_RELU ? x : 1;
  else {
    if (x < 0) return F::kMinusZeroOnLeft ? -0.0 : 0.0;
    return F::kRight == Right::kOne ? 1 : F::kRight == Right::kIdentity ? x : F::kRight == Right::kZero ? 0.0 : -0.0;
  }
}

struct Entry {
  int (*compare)(const Number& x, const Number& factor, const Number& bound);
  bool (*is_negative)(const Number& x);
  double (*limit)(double x);
};

template <class... F>
constexpr std::array<Entry, sizeof...(F)> table(List<F...> /*functions*/) {
  return {Entry{compare_value<F>, is_negative<F>, limit_of<F>}...};
}

constexpr auto kTable = table(Functions());
static_assert(kTable.size() == kFunctions.size());

Number number(double value) { return from_double<kLimbs>(value); }

// x x_scale, with the sign of a zero too.
Number argument(const ScaledValue& value) {
  Number x = multiply(number(value.x), number(value.x_scale));
  x.negative = std::signbit(value.x);
  return x;
}

template <class Format>
std::uint8_t encode_special(double quotient, bool saturate) {
  const bool negative = std::signbit(quotient);
  const auto sign_bit = negative ? Format::kSign : std::uint8_t{0};
  if (std::isnan(quotient)) return Format::kNan;
  if (quotient == 0) return sign_bit;
  return saturate ? static_cast<std::uint8_t>(Format::kLargest | sign_bit) : overflow<Format>(negative);
}

// The number midway between the magnitude `code` and the next; beyond the largest, where the next would be.
template <class Format>
double midpoint(int code) {
  constexpr int kHidden = 1 << Format::kMantissaBits;
  const int field = code / kHidden, fraction = code % kHidden;
  const int significand = field == 0 ? fraction : fraction + kHidden;
  return std::ldexp(significand + 0.5, (field == 0 ? 1 : field) - Format::kBias - Format::kMantissaBits);
}

template <class Format>
std::uint8_t round_into(const ScaledValue& value, double scale, bool saturate) {
  const Entry& f = kTable[static_cast<std::size_t>(value.function)];
  if (std::isnan(value.x) || std::isnan(value.factor) || std::isnan(scale)) return Format::kNan;
  const bool x_finite = std::isfinite(value.x);
  const double at_infinity = x_finite ? 0 : f.limit(value.x);
  const bool to_one = at_infinity == 1;  // a number like any other
  if ((!x_finite && !to_one) || std::isinf(value.factor) || std::isinf(scale)) {
    double result = at_infinity;
    if (x_finite) {  // 0, or of the size of 1
      const Number x = argument(value);
      const Number nothing;
      result = f.compare(x, big<kLimbs>(1), nothing) == 0 ? 0 : 1;
      if (f.is_negative(x)) result = -result;
    }
    return encode_special<Format>(result * value.factor / scale, saturate);
  }
  // A number beyond kFar stands for infinity, where sigmoid and silu' are 1 but for what decides midpoints.
  const Number x = x_finite ? argument(value) : Number();
  const bool negative = (x_finite && f.is_negative(x)) != std::signbit(value.factor);
  Number factor = number(value.factor);
  factor.negative = negative != (x_finite && f.is_negative(x));
  const auto against = [&](const Number& bound) {  // |value|
    if (!x_finite) return compare_magnitude(factor, bound);
    const int order = f.compare(x, factor, negative ? negate(bound) : bound);
    return negative ? -order : order;
  };
  int below = 0, above = Format::kLargest + 1;  // the result is from below to above
  while (below < above) {
    const int code = (below + above) / 2;
    const int order = against(multiply(number(midpoint<Format>(code)), number(scale)));
    if (order > 0 || (order == 0 && code % 2 != 0)) {
      below = code + 1;
    } else {
      above = code;
    }
  }
  const auto sign_bit = negative ? Format::kSign : std::uint8_t{0};
  if (below <= Format::kLargest) return static_cast<std::uint8_t>(below | sign_bit);
  return saturate ? static_cast<std::uint8_t>(Format::kLargest | sign_bit) : overflow<Format>(negative);
}

}  // namespace

std::uint8_t round_quotient(const ScaledValue& value, double scale, silu_dtype dtype, bool saturate) {
  return dtype == SILU_FLOAT8_E4M3FN ? round_into<Float8E4m3fn>(value, scale, saturate)
                                     : round_into<Float8E5m2>(value, scale, saturate);
}

int round_quotient(const ScaledValue& value, double scale, int least, int most) {
  const Entry& f = kTable[static_cast<std::size_t>(value.function)];
  const Number x = argument(value), factor = number(value.factor);
  while (least < most) {
    const int n = least + (most - least) / 2;  // rounds down
    const int order = f.compare(x, factor, multiply(number(n + 0.5), number(scale)));
    if (order > 0 || (order == 0 && n % 2 != 0)) {
      least = n + 1;
    } else {
      most = n;
    }
  }
  return least;
}

}  // namespace silu::math
