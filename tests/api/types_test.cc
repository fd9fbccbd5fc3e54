// SPDX-License-Identifier: Apache-2.0
// float16 and bfloat16: conversions against the ordered list of all their values.
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
template <class T>
std::uint16_t narrow_bits(T x) {
  return std::bit_cast<std::uint16_t>(x);
}

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

// What the bits of a finite number mean, by the definition of the format.
template <class Narrow>
double meaning(std::uint16_t pattern) {
  using L = Layout<Narrow>;
  const int exponent = (pattern & L::kInfinity) >> L::kFraction;
  const int fraction = pattern & ((1 << L::kFraction) - 1);
  const int significand = exponent == 0 ? fraction : fraction + (1 << L::kFraction);
  const double magnitude = std::ldexp(significand, std::max(exponent, 1) - L::kBias - L::kFraction);
  return (pattern & 0x8000) != 0 ? -magnitude : magnitude;
}

// The double beside x, away from 0 or towards it.
double beside(double x, int step) { return std::bit_cast<double>(bits(x) + static_cast<std::uint64_t>(step)); }
float beside(float x, int step) { return std::bit_cast<float>(bits(x) + static_cast<std::uint32_t>(step)); }

template <class T>
class Types : public testing::Test {};
using Narrows = testing::Types<silu::float16, silu::bfloat16>;
TYPED_TEST_SUITE(Types, Narrows, DtypeName);

TYPED_TEST(Types, AreSixteenBitsThatMemcpyMayCopy) {
  static_assert(sizeof(TypeParam) == 2 && alignof(TypeParam) == 2);
  static_assert(std::is_trivially_copyable_v<TypeParam> && std::is_trivially_default_constructible_v<TypeParam>);
  static_assert(!std::is_convertible_v<double, TypeParam> && !std::is_convertible_v<float, TypeParam>);
  static_assert(static_cast<float>(TypeParam(1.5f)) == 1.5f);  // when compiled, too
}

TYPED_TEST(Types, ConvertEveryValueToFloatAndDoubleAndBack) {
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const auto pattern = static_cast<std::uint16_t>(i);
    if ((pattern & 0x7fff) >= Layout<TypeParam>::kInfinity) continue;
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
  constexpr std::uint16_t kInfinity = Layout<TypeParam>::kInfinity;
  for (std::uint16_t low = 0; low < kInfinity; ++low) {
    const auto high = static_cast<std::uint16_t>(low + 1);
    const double below = meaning<TypeParam>(low);
    // Infinity is where the next power of two would be.
    const double above = high == kInfinity ? std::ldexp(1.0, Layout<TypeParam>::kBias + 1) : meaning<TypeParam>(high);
    const double border = below / 2 + above / 2;
    const std::uint16_t even = low % 2 == 0 ? low : high;
    for (const int sign : {1, -1}) {
      const auto signed_bits = [sign](std::uint16_t magnitude) {
        return static_cast<std::uint16_t>(sign < 0 ? magnitude | 0x8000 : magnitude);
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
  constexpr std::uint16_t kInfinity = Layout<TypeParam>::kInfinity;
  std::vector<double> values;
  for (std::uint16_t pattern = 0; pattern < kInfinity; ++pattern) values.push_back(meaning<TypeParam>(pattern));
  values.push_back(std::ldexp(1.0, Layout<TypeParam>::kBias + 1));
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
  constexpr std::uint16_t kInfinity = Layout<TypeParam>::kInfinity;
  constexpr auto kQuiet = static_cast<std::uint16_t>(1u << (Layout<TypeParam>::kFraction - 1));
  for (const std::uint32_t sign : {0u, 1u}) {
    const auto infinity = static_cast<std::uint16_t>(kInfinity | sign << 15);
    const std::uint32_t single = 0x7f800000 | sign << 31;
    const std::uint64_t wide = 0x7ff0000000000000 | std::uint64_t{sign} << 63;
    EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<float>(single))), infinity);
    EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<double>(wide))), infinity);
    EXPECT_EQ(bits(static_cast<float>(std::bit_cast<TypeParam>(infinity))), single);
    EXPECT_EQ(bits(static_cast<double>(std::bit_cast<TypeParam>(infinity))), wide);
    // Signalling, with a payload that is lost: quiet, and not infinity.
    EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<float>(single | 1))), infinity | kQuiet);
    EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<double>(wide | 1))), infinity | kQuiet);
    EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<double>(wide | 0x8000000000000))), infinity | kQuiet);
  }
  // The largest doubles and the smallest.
  EXPECT_EQ(narrow_bits(TypeParam(0x1.fffffffffffffp1023)), kInfinity);
  EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<double>(std::uint64_t{1}))), 0);
  EXPECT_EQ(narrow_bits(TypeParam(std::bit_cast<double>(std::uint64_t{1} | std::uint64_t{1} << 63))), 0x8000);
}

}  // namespace
