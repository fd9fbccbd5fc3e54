// SPDX-License-Identifier: Apache-2.0
// float16, bfloat16 and the 8-bit types: conversions against the ordered list of all their values.
#include "silu/types.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <type_traits>
#include <vector>

#include "dtype_name.h"

namespace {

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }
std::uint32_t bits(float x) { return std::bit_cast<std::uint32_t>(x); }
// The encoding of a narrow number.
template <class T>
using Pattern = std::conditional_t<sizeof(T) == 1, std::uint8_t, std::uint16_t>;
template <class T>
Pattern<T> narrow_bits(T x) {
  return std::bit_cast<Pattern<T>>(x);
}
template <class T>
constexpr Pattern<T> kSign = static_cast<Pattern<T>>(1u << (8 * sizeof(T) - 1));

// kInfinity: the magnitude's pattern from which on there are no numbers; of E4M3FN that of NaN.
template <class Narrow>
struct Layout;
template <>
struct Layout<silu::float16> {
  static constexpr int kFraction = 10, kBias = 15;
  static constexpr std::uint16_t kInfinity = 0x7c00;
};
template <>
struct Layout<silu::bfloat16> {
  static constexpr int kFraction = 7, kBias = 127;
  static constexpr std::uint16_t kInfinity = 0x7f80;
};
template <>
struct Layout<silu::float8_e4m3fn> {
  static constexpr int kFraction = 3, kBias = 7;
  static constexpr std::uint8_t kInfinity = 0x7f;
};
template <>
struct Layout<silu::float8_e5m2> {
  static constexpr int kFraction = 2, kBias = 15;
  static constexpr std::uint8_t kInfinity = 0x7c;
};

// What the bits of a finite number mean, by the definition of the format; those of infinity, the next one there would
// be.
template <class Narrow>
double meaning(Pattern<Narrow> pattern) {
  using L = Layout<Narrow>;
  const int exponent = (pattern & ~kSign<Narrow>) >> L::kFraction;
  const int fraction = pattern & ((1 << L::kFraction) - 1);
  const int significand = exponent == 0 ? fraction : fraction + (1 << L::kFraction);
  const double magnitude = std::ldexp(significand, std::max(exponent, 1) - L::kBias - L::kFraction);
  return (pattern & kSign<Narrow>) != 0 ? -magnitude : magnitude;
}

// The double beside x, away from 0 or towards it.
double beside(double x, int step) { return std::bit_cast<double>(bits(x) + static_cast<std::uint64_t>(step)); }
float beside(float x, int step) { return std::bit_cast<float>(bits(x) + static_cast<std::uint32_t>(step)); }

template <class T>
class Types : public testing::Test {};
using Narrows = testing::Types<silu::float16, silu::bfloat16, silu::float8_e4m3fn, silu::float8_e5m2>;
TYPED_TEST_SUITE(Types, Narrows, DtypeName);

TYPED_TEST(Types, AreBitsThatMemcpyMayCopy) {
  constexpr bool kSixteen = silu::detail::kOneOf<TypeParam, silu::float16, silu::bfloat16>;
  static_assert(sizeof(TypeParam) == (kSixteen ? 2 : 1));
  static_assert(alignof(TypeParam) == sizeof(TypeParam));
  static_assert(std::is_trivially_copyable_v<TypeParam> && std::is_trivially_default_constructible_v<TypeParam>);
  static_assert(!std::is_convertible_v<double, TypeParam> && !std::is_convertible_v<float, TypeParam>);
  static_assert(static_cast<float>(TypeParam(1.5f)) == 1.5f);  // when compiled, too
}

TYPED_TEST(Types, ConvertEveryValueToFloatAndDoubleAndBack) {
  for (std::uint32_t i = 0; i < 2u * kSign<TypeParam>; ++i) {
    const auto pattern = static_cast<Pattern<TypeParam>>(i);
    if ((pattern & ~kSign<TypeParam>) >= Layout<TypeParam>::kInfinity) continue;
    const auto x = std::bit_cast<TypeParam>(pattern);
    const double value = meaning<TypeParam>(pattern);
    ASSERT_EQ(bits(static_cast<double>(x)), bits(value)) << i;
    ASSERT_EQ(bits(static_cast<float>(x)), bits(static_cast<float>(value))) << i;
    ASSERT_EQ(narrow_bits(TypeParam(value)), pattern);
    ASSERT_EQ(narrow_bits(TypeParam(static_cast<float>(value))), pattern);
  }
}

// Rounding is monotone and has one border between each two neighbours, their midpoint; so these are all its cases.
TYPED_TEST(Types, RoundEveryBorderToEvenAndItsSidesAway) {
  using Bits = Pattern<TypeParam>;
  constexpr Bits kInfinity = Layout<TypeParam>::kInfinity;
  for (Bits low = 0; low < kInfinity; ++low) {
    const auto high = static_cast<Bits>(low + 1);
    const double border = meaning<TypeParam>(low) / 2 + meaning<TypeParam>(high) / 2;
    const Bits even = low % 2 == 0 ? low : high;
    for (const int sign : {1, -1}) {
      const auto signed_bits = [sign](Bits magnitude) {
        return static_cast<Bits>(sign < 0 ? magnitude | kSign<TypeParam> : magnitude);
      };
      const double x = sign * border;
      ASSERT_EQ(narrow_bits(TypeParam(x)), signed_bits(even)) << x;
      ASSERT_EQ(narrow_bits(TypeParam(beside(x, 1))), signed_bits(high)) << x;
      ASSERT_EQ(narrow_bits(TypeParam(beside(x, -1))), signed_bits(low)) << x;
      const auto single = static_cast<float>(x);  // exact: it has one bit more than the narrow type
      ASSERT_EQ(bits(static_cast<double>(single)), bits(x));
      ASSERT_EQ(narrow_bits(TypeParam(single)), signed_bits(even)) << x;
      ASSERT_EQ(narrow_bits(TypeParam(beside(single, 1))), signed_bits(high)) << x;
      ASSERT_EQ(narrow_bits(TypeParam(beside(single, -1))), signed_bits(low)) << x;
    }
  }
}

TYPED_TEST(Types, RoundRandomDoublesToTheNearest) {
  using Bits = Pattern<TypeParam>;
  constexpr Bits kInfinity = Layout<TypeParam>::kInfinity;
  std::vector<double> values;
  for (Bits pattern = 0; pattern <= kInfinity; ++pattern) values.push_back(meaning<TypeParam>(pattern));
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000000; ++i) {
    const double x =
        std::ldexp(1.0 + 0x1p-52 * static_cast<double>(random() >> 12), static_cast<int>(random() % 300) - 150);
    const auto found = static_cast<std::size_t>(std::upper_bound(values.begin(), values.end(), x) - values.begin());
    std::size_t wanted = kInfinity;
    if (found < values.size()) {
      const double below = x - values[found - 1], above = values[found] - x;  // exact, or far from equal
      wanted = below < above || (below == above && found % 2 == 1) ? found - 1 : found;
    }
    ASSERT_EQ(narrow_bits(TypeParam(x)), wanted) << x;
  }
}

TYPED_TEST(Types, RoundOnceNotTwice) {
  // Above the border of 1 and its neighbour by less than a float can hold: by way of float, a tie and so 1.
  const double unit = std::ldexp(1.0, -Layout<TypeParam>::kFraction);
  const double x = 1.0 + unit / 2 + 0x1p-45;
  EXPECT_EQ(narrow_bits(TypeParam(static_cast<float>(x))), narrow_bits(TypeParam(1.0)));
  EXPECT_EQ(narrow_bits(TypeParam(x)), narrow_bits(TypeParam(1.0 + unit)));
}

TYPED_TEST(Types, KeepInfinitiesAndNaNs) {
  using Bits = Pattern<TypeParam>;
  constexpr bool kHasInfinity = Layout<TypeParam>::kInfinity % 2 == 0;
  constexpr Bits kInfinity = Layout<TypeParam>::kInfinity;
  constexpr auto kQuiet = static_cast<Bits>(kHasInfinity ? 1u << (Layout<TypeParam>::kFraction - 1) : 0);
  for (const std::uint32_t sign : {0u, 1u}) {
    const auto infinity = static_cast<Bits>(kInfinity | (sign != 0 ? kSign<TypeParam> : 0));
    const std::uint32_t single = 0x7f800000 | sign << 31;
    const std::uint64_t wide = 0x7ff0000000000000 | std::uint64_t{sign} << 63;
    EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<float>(single))), infinity);
    EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<double>(wide))), infinity);
    // Where there are none, it was the quiet NaN.
    EXPECT_EQ(bits(static_cast<float>(std::bit_cast<TypeParam>(infinity))), single | (kHasInfinity ? 0 : 0x400000));
    EXPECT_EQ(bits(static_cast<double>(std::bit_cast<TypeParam>(infinity))),
              wide | (kHasInfinity ? 0 : 0x8000000000000));
    // Signalling, with a payload that is lost: quiet, and not infinity.
    EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<float>(single | 1))), infinity | kQuiet);
    EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<double>(wide | 1))), infinity | kQuiet);
    EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<double>(wide | 0x8000000000000))), infinity | kQuiet);
  }
  // The largest doubles and the smallest.
  EXPECT_EQ(narrow_bits(TypeParam(0x1.fffffffffffffp1023)), kInfinity);
  EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<double>(std::uint64_t{1}))), 0);
  EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<double>(std::uint64_t{1} | std::uint64_t{1} << 63))), kSign<TypeParam>);
}

}  // namespace
