// SPDX-License-Identifier: Apache-2.0
// Floating-point numbers of 64 W bits in integer arithmetic: no allocation, no library, no hardware
// floating point.  Every operation truncates, with a relative error below 2^(3 - 64 W) (in add: of the
// larger term; in divide_small: times half the divisor).
#pragma once

#include <cstdint>

#include "math/tables.h"

namespace silu::math {

// high and low limb of a * b.
inline std::uint64_t multiply_wide(std::uint64_t a, std::uint64_t b, std::uint64_t& low) {
#ifdef __SIZEOF_INT128__
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  low = static_cast<std::uint64_t>(product);
  return static_cast<std::uint64_t>(product >> 64);
#else
  const std::uint64_t a0 = a & 0xffffffffu, a1 = a >> 32, b0 = b & 0xffffffffu, b1 = b >> 32;
  const std::uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
  const std::uint64_t middle2 = a0 * b1 + (middle & 0xffffffffu);
  low = (middle2 << 32) | (a0 * b0 & 0xffffffffu);
  return a1 * b1 + (middle >> 32) + (middle2 >> 32);
#endif
}

inline int leading_zeros(std::uint64_t v) { return __builtin_clzll(v); }

// (-1)^negative * 0.limbs * 2^exponent, the top bit of the top limb set; or zero, with all limbs 0.
template <int W>
struct BigFloat {
  std::uint64_t limbs[W] = {};  // least significant first
  std::int64_t exponent = 0;
  bool negative = false;

  bool is_zero() const { return limbs[W - 1] == 0; }
};

template <int W>
void normalise(BigFloat<W>& a) {
  int top = W - 1;
  while (top > 0 && a.limbs[top] == 0) --top;
  if (a.limbs[top] == 0) return;
  const int whole = W - 1 - top, bits = leading_zeros(a.limbs[top]);
  for (int i = W - 1; i >= 0; --i) {
    const std::uint64_t here = i >= whole ? a.limbs[i - whole] : 0, below = i > whole ? a.limbs[i - whole - 1] : 0;
    a.limbs[i] = bits ? (here << bits) | (below >> (64 - bits)) : here;
  }
  a.exponent -= 64 * whole + bits;
}

// An integer times a power of two.
template <int W>
BigFloat<W> big(std::uint64_t integer, std::int64_t power = 0, bool negative = false) {
  BigFloat<W> a;
  a.limbs[W - 1] = integer;
  a.exponent = 64 + power;
  a.negative = negative;
  normalise(a);
  return a;
}

template <int W>
BigFloat<W> negate(BigFloat<W> a) {
  a.negative = !a.negative;
  return a;
}

template <int W>
BigFloat<W> scale(BigFloat<W> a, std::int64_t power) {
  a.exponent += power;
  return a;
}

// -1, 0 or 1: |a| against |b|.
template <int W>
int compare_magnitude(const BigFloat<W>& a, const BigFloat<W>& b) {
  if (a.is_zero() || b.is_zero()) return static_cast<int>(!a.is_zero()) - static_cast<int>(!b.is_zero());
  if (a.exponent != b.exponent) return a.exponent < b.exponent ? -1 : 1;
  for (int i = W - 1; i >= 0; --i)
    if (a.limbs[i] != b.limbs[i]) return a.limbs[i] < b.limbs[i] ? -1 : 1;
  return 0;
}

template <int W>
BigFloat<W> add(const BigFloat<W>& a, const BigFloat<W>& b) {
  if (compare_magnitude(a, b) < 0) return add(b, a);
  const std::int64_t shift = a.exponent - b.exponent;
  if (b.is_zero() || shift >= std::int64_t{64} * W) return a;
  const int whole = static_cast<int>(shift / 64), bits = static_cast<int>(shift % 64);
  BigFloat<W> sum = a;
  std::uint64_t carry = 0;
  for (int i = 0; i < W; ++i) {
    const std::uint64_t here = i + whole < W ? b.limbs[i + whole] : 0;
    const std::uint64_t above = i + whole + 1 < W ? b.limbs[i + whole + 1] : 0;
    const std::uint64_t term = bits ? (here >> bits) | (above << (64 - bits)) : here;
    std::uint64_t limb;
    if (a.negative == b.negative) {
      const bool first = __builtin_add_overflow(a.limbs[i], term, &limb);
      carry = static_cast<std::uint64_t>(__builtin_add_overflow(limb, carry, &limb)) | first;
    } else {
      const bool first = __builtin_sub_overflow(a.limbs[i], term, &limb);
      carry = static_cast<std::uint64_t>(__builtin_sub_overflow(limb, carry, &limb)) | first;
    }
    sum.limbs[i] = limb;
  }
  if (a.negative == b.negative && carry != 0) {
    for (int i = 0; i < W; ++i) sum.limbs[i] = (sum.limbs[i] >> 1) | (i + 1 < W ? sum.limbs[i + 1] << 63 : carry << 63);
    ++sum.exponent;
    return sum;
  }
  normalise(sum);
  return sum;
}

template <int W>
BigFloat<W> multiply(const BigFloat<W>& a, const BigFloat<W>& b) {
  if (a.is_zero() || b.is_zero()) return {};
  std::uint64_t product[2 * W] = {};
  for (int i = 0; i < W; ++i) {
    std::uint64_t carry = 0;
    for (int j = 0; j < W; ++j) {
      std::uint64_t low;
      std::uint64_t high = multiply_wide(a.limbs[i], b.limbs[j], low);
      high += __builtin_add_overflow(low, carry, &low);
      high += __builtin_add_overflow(low, product[i + j], &low);
      product[i + j] = low;
      carry = high;
    }
    product[i + W] = carry;
  }
  BigFloat<W> result;
  const bool short_by_one = product[2 * W - 1] >> 63 == 0;  // a product of two values in [1/2, 1) is at least 1/4
  for (int i = 0; i < W; ++i)
    result.limbs[i] = short_by_one ? (product[W + i] << 1) | (product[W + i - 1] >> 63) : product[W + i];
  result.exponent = a.exponent + b.exponent - short_by_one;
  result.negative = a.negative != b.negative;
  return result;
}

// a / divisor, for an integer divisor of 1 to 2^32.
template <int W>
BigFloat<W> divide_small(BigFloat<W> a, std::uint32_t divisor) {
  std::uint64_t remainder = 0;
  for (int i = W - 1; i >= 0; --i) {
    const std::uint64_t high = (remainder << 32) | (a.limbs[i] >> 32);
    const std::uint64_t low = ((high % divisor) << 32) | (a.limbs[i] & 0xffffffffu);
    a.limbs[i] = ((high / divisor) << 32) | (low / divisor);
    remainder = low % divisor;
  }
  normalise(a);
  return a;
}

// 1 / a, by Newton's iteration y <- y + y (1 - a y) from a reciprocal of 31 bits; a is not zero.
// Each step doubles the bits up to what truncation leaves: five units of the last place at the end.
template <int W>
BigFloat<W> reciprocal(const BigFloat<W>& a) {
  const std::uint64_t top = a.limbs[W - 1] >> 32;  // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): a is not 0
  BigFloat<W> y = big<W>(~std::uint64_t{0} / top, -32 - a.exponent, a.negative);
  const BigFloat<W> one = big<W>(1);
  for (int bits = 30; bits < 2 * 64 * W; bits *= 2) y = add(y, multiply(y, add(one, negate(multiply(a, y)))));
  return y;
}

// ln(2), to 64 W bits.
template <int W>
BigFloat<W> ln2() {
  static_assert(W <= kLn2Limbs);
  BigFloat<W> a;
  for (int i = 0; i < W; ++i) a.limbs[i] = kLn2[kLn2Limbs - W + i];
  return a;
}

// The nearest integer to a, for |a| < 2^30.
template <int W>
std::int64_t nearest_integer(const BigFloat<W>& a) {
  if (a.exponent < 0) return 0;
  const std::uint64_t halves = (a.limbs[W - 1] >> 1) >> (62 - a.exponent);
  const auto integer = static_cast<std::int64_t>((halves + 1) >> 1);
  return a.negative ? -integer : integer;
}

// e^x for |x| < 2^12, with a relative error below 2^(40 - 64 W) for W up to 48: x = n ln(2) + 2^k r,
// |r| < 2^-k, the Taylor series of e^r - 1, and k doublings by (1 + u)^2 - 1 = u (2 + u), which keep the
// error of u = e^r - 1 relative.
template <int W>
BigFloat<W> exp(const BigFloat<W>& x) {
  if (x.is_zero()) return big<W>(1);
  constexpr int kDoublings = W <= 3 ? 10 : W <= 6 ? 16 : 32;
  // 1 / ln(2) to 62 bits.
  const std::int64_t n = nearest_integer(multiply(x, big<W>(0x5c551d94ae0bf85du, -62)));
  const BigFloat<W> product = multiply(ln2<W>(), big<W>(static_cast<std::uint64_t>(n < 0 ? -n : n), 0, n < 0));
  const BigFloat<W> r = scale(add(x, negate(product)), -kDoublings);
  BigFloat<W> u = r, term = r;
  for (std::uint32_t i = 2; !term.is_zero() && term.exponent > u.exponent - 64 * W; ++i) {
    term = divide_small(multiply(term, r), i);
    u = add(u, term);
  }
  const BigFloat<W> two = big<W>(2);
  for (int i = 0; i < kDoublings; ++i) u = multiply(u, add(two, u));
  return scale(add(big<W>(1), u), n);
}

}  // namespace silu::math
