// SPDX-License-Identifier: Apache-2.0
// The last step of Ziv's method (Ziv, "Fast evaluation of elementary mathematical functions with
// correctly rounded last bit", ACM TOMS 17, 1991): the definition evaluated with 192 bits, then with twice
// as many until the rounding is decided.
//
// It ends: for x algebraic and not 0, e^-x is transcendental (Lindemann), and so is each function's
// value, which therefore is never the midpoint of two numbers.  Beside 0, where the value may agree with
// a midpoint for as many bits as 1/x^2 has, the Taylor series decides instead.
#include "math/exact.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "math/formats.h"
#include "math/limits.h"
#include "math/ziv.h"
#include "registry.h"

namespace silu::math {
namespace {

#include "math/functions-inl.h"

template <class F, class Format, int W = 3>
typename Format::Bits ziv(std::uint64_t mantissa, int exponent, bool negative) {
  int reliable = 0;
  typename Format::Bits result{};
  const BigFloat<W> y = value<F>(big<W>(mantissa, exponent, negative), reliable);
  if (round<Format>(y, reliable, result)) return result;
  if constexpr (2 * W <= 48) return ziv<F, Format, 2 * W>(mantissa, exponent, negative);
  __builtin_trap();  // 3,072 bits did not decide (docs/proof: not expected): no answer is better than a wrong one
}

// For |x| < 2^-70: the leading term of the Taylor series, moved by 2^-100 towards the next one.  Both
// lie on the same side of any midpoint, as other midpoints are 2^-55 or more away, relatively.
template <class F, class Format>
typename Format::Bits beside_zero(std::uint64_t mantissa, int exponent, bool negative) {
  constexpr int W = 3;
  BigFloat<W> leading;
  bool grows;  // in magnitude
  switch (F::kStart) {
    case Start::kHalfOfX:
      leading = big<W>(mantissa, exponent - 1, negative);
      grows = !negative;
      break;
    case Start::kHalfRising:
      leading = big<W>(1, -1);
      grows = !negative;
      break;
    case Start::kHalfFalling:
    case Start::kQuarterFalling:
      leading = big<W>(1, F::kStart == Start::kHalfFalling ? -1 : -2);
      grows = false;
      break;
  }
  BigFloat<W> moved = scale(leading, -100);
  if (!grows) moved = negate(moved);
  typename Format::Bits result{};
  round<Format>(add(leading, moved), 64 * W, result);
  return result;
}

template <class Format>
typename Format::Bits right_limit(Right right, typename Format::Bits x) {
  switch (right) {
    case Right::kOne:
      return Format::kOne;
    case Right::kZero:
      return 0;
    case Right::kMinusZero:
      return Format::kSign;
    case Right::kIdentity:
      break;
  }
  return x;
}

template <class F, class Format>
typename Format::Bits evaluate(typename Format::Bits x) {
  using Bits = typename Format::Bits;
  const Bits magnitude = x & static_cast<Bits>(~Format::kSign);
  const bool negative = (x & Format::kSign) != 0;
  if (magnitude > Format::kLast) return Format::kNan;
  const int field = magnitude >> Format::kMantissaBits;
  const auto fraction = static_cast<std::uint64_t>(magnitude & ((Bits{1} << Format::kMantissaBits) - 1));
  const std::uint64_t mantissa = field ? fraction | std::uint64_t{1} << Format::kMantissaBits : fraction;
  const int exponent = (field ? field : 1) - Format::kBias - Format::kMantissaBits;
  if (magnitude == 0 && F::kStart == Start::kHalfOfX) return x;
  if (magnitude == 0 || exponent + 64 - leading_zeros(mantissa) < -70)
    return beside_zero<F, Format>(mantissa, exponent, negative);
  // 2^12 lies far beyond the last result that differs from the limit, in every format.
  if (exponent + 64 - leading_zeros(mantissa) > 12) {
    if (negative) return F::kMinusZeroOnLeft ? Format::kSign : 0;
    return right_limit<Format>(F::kRight, x);
  }
  return ziv<F, Format>(mantissa, exponent, negative);
}

// Integers as an arithmetic, for the functions that are defined on bits.
template <class Format>
struct Integers {
  using Bits = typename Format::Bits;
  static Bits set(Bits value) { return value; }
  static Bits bit_and(Bits a, Bits b) { return a & b; }
  static bool above(Bits a, Bits b) { return a > b; }  // for a and b without the sign bit
  static bool equal(Bits a, Bits b) { return a == b; }
  static Bits select(bool condition, Bits yes, Bits no) { return condition ? yes : no; }
};

template <class F, class Format>
void map(const void* x, void* y, std::size_t n) {
  using Bits = typename Format::Bits;
  for (std::size_t i = 0; i < n; ++i) {
    Bits bits;
    std::memcpy(&bits, static_cast<const char*>(x) + i * sizeof(Bits), sizeof(Bits));
    if constexpr (F::kBitwise) {
      bits = F::template value<Format>(Integers<Format>(), bits);
    } else {
      bits = evaluate<F, Format>(bits);
    }
    std::memcpy(static_cast<char*>(y) + i * sizeof(Bits), &bits, sizeof(Bits));
  }
}

using Map = void (*)(const void* x, void* y, std::size_t n);

template <class F, class... Format>
constexpr std::array<Map, kDtypes.size()> row(List<Format...> /*formats*/) {
  return {map<F, Format>...};
}

template <class... F>
constexpr std::array<std::array<Map, kDtypes.size()>, sizeof...(F)> table(List<F...> /*functions*/) {
  return {row<F>(FormatsIn<List>())...};
}

}  // namespace

void evaluate_exact(silu_function function, silu_dtype dtype, const void* x, void* y, std::size_t n) {
  static constexpr auto kMaps = table(Functions());
  static_assert(kMaps.size() == kFunctions.size());
  kMaps[function][dtype](x, y, n);
}

}  // namespace silu::math
