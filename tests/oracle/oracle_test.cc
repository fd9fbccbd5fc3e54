// SPDX-License-Identifier: Apache-2.0
// The oracle against constants, limits and identities, and its shortcuts against plain MPFR.
#include "oracle.h"

#include <gtest/gtest.h>
#include <mpfr.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <tuple>

#include "regions.h"
#include "multiprecision.h"

namespace silu::oracle {
namespace {

constexpr const Format& kFloat64 = kFormats[SILU_FLOAT64];
constexpr const Format& kFloat32 = kFormats[SILU_FLOAT32];
constexpr const Format& kFloat16 = kFormats[SILU_FLOAT16];
constexpr const Format& kBfloat16 = kFormats[SILU_BFLOAT16];
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double at(silu_function function, double x) {
  return std::bit_cast<double>(evaluate(function, kFloat64, std::bit_cast<std::uint64_t>(x)));
}

float at(silu_function function, float x) {
  return std::bit_cast<float>(
      static_cast<std::uint32_t>(evaluate(function, kFloat32, std::bit_cast<std::uint32_t>(x))));
}

// --- Formats ---

TEST(Formats, EncodeTheirNumbers) {
  EXPECT_EQ(kFloat64.nan(), 0x7ff8000000000000);
  EXPECT_EQ(kFloat32.nan(), 0x7fc00000);
  EXPECT_EQ(kFloat16.nan(), 0x7e00);
  EXPECT_EQ(kBfloat16.nan(), 0x7fc0);
  EXPECT_EQ(decode(kFloat16, 0x3c00), 1);
  EXPECT_EQ(decode(kFloat16, 0x7bff), 65504);
  EXPECT_EQ(decode(kFloat16, 0x8001), -0x1p-24);
  EXPECT_EQ(decode(kFloat16, 0xfc00), -kInfinity);
  EXPECT_EQ(decode(kFloat16, 0x0400), 0x1p-14);
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {  // a bfloat16 is the upper half of a float32
    if (is_nan(kBfloat16, bits)) continue;
    const float number = std::bit_cast<float>(bits << 16);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(decode(kBfloat16, bits)), std::bit_cast<std::uint64_t>(double{number}));
  }
}

// --- Constants ---

// W(1/e), Lambert's function: 0.27846454276107379510935873902298015543947748861974576...
TEST(Constants, MinimumOfSilu) {
  const double x = -1.2784645427610737951, least = -0.27846454276107379511;
  EXPECT_EQ(at(SILU_SILU, x), least);
  EXPECT_EQ(at(SILU_SILU, -1.27846454f), -0.278464543f);
  for (std::uint64_t i = 0; i < 100000; ++i) {
    EXPECT_GE(at(SILU_SILU, input(Region::kDerivativeZero, 1, i)), least);
    EXPECT_GE(at(SILU_SILU, -std::fabs(input(Region::kNormal, 1, i))), least);
  }
}

TEST(Constants, ZeroOfTheDerivative) {
  // The zero lies between two neighbours.
  const double nearest = kDerivativeZero;
  const double x = at(SILU_SILU_DERIVATIVE, nearest) > 0 ? std::nextafter(nearest, -2) : nearest;
  EXPECT_LT(at(SILU_SILU_DERIVATIVE, x), 0);
  EXPECT_GT(at(SILU_SILU_DERIVATIVE, std::nextafter(x, 0)), 0);
  // silu' is linear there: its slope over one ulp (2^-52) is silu'' to 15 digits.
  const double slope = (at(SILU_SILU_DERIVATIVE, std::nextafter(x, 0)) - at(SILU_SILU_DERIVATIVE, x)) * 0x1p52;
  EXPECT_NEAR(slope, at(SILU_SILU_SECOND_DERIVATIVE, x), 1e-14);
}

TEST(Constants, ZerosOfTheSecondDerivative) {
  for (const double sign : {1.0, -1.0}) {
    const double x = sign * kSecondZero;
    EXPECT_GT(at(SILU_SILU_SECOND_DERIVATIVE, x - sign * 0x1p-51), 0);
    EXPECT_LT(at(SILU_SILU_SECOND_DERIVATIVE, x + sign * 0x1p-51), 0);
    EXPECT_NEAR(at(SILU_SILU_DERIVATIVE, x), 0.5 + sign * 0.5998393201, 1e-10);  // the extremes of silu'
  }
}

TEST(Constants, KnownValues) {
  EXPECT_EQ(at(SILU_SILU, 1.0), 0x1.764d4f5d5a2bdp-1);  // e / (1 + e)
  EXPECT_EQ(at(SILU_SILU, -1.0f), -0x1.136562p-2f);
  EXPECT_EQ(at(SILU_SIGMOID, std::log(3.0)), 0.75);
  EXPECT_EQ(at(SILU_SIGMOID_DERIVATIVE, std::log(3.0)), 0.1875);
  EXPECT_EQ(at(SILU_SILU, -89.0f), static_cast<float>(-89.0L * std::exp(-89.0L) / (1 + std::exp(-89.0L))));
}

// --- Limits and special values ---

TEST(Limits, OfEveryFormat) {
  for (const Format& format : kFormats) {
    const std::uint64_t minus = format.sign();
    // Where there are no infinities, the largest number is as far.
    const std::uint64_t infinity = format.infinity() - (format.infinities ? 0 : 1);
    const std::uint64_t unit = std::uint64_t{1} << (format.precision - 1);  // of the exponent field
    const std::uint64_t one = infinity / 2 / unit * unit;
    const auto value = [&](silu_function function, std::uint64_t bits) { return evaluate(function, format, bits); };
    EXPECT_EQ(decode(format, one), 1);
    EXPECT_EQ(value(SILU_SIGMOID, minus | infinity), 0u);
    EXPECT_EQ(value(SILU_SIGMOID, infinity), one);
    EXPECT_EQ(value(SILU_SIGMOID_DERIVATIVE, infinity), 0u);
    EXPECT_EQ(value(SILU_SIGMOID_DERIVATIVE, minus | infinity), 0u);
    EXPECT_EQ(value(SILU_SILU, infinity), infinity);
    EXPECT_EQ(value(SILU_SILU, minus | infinity), minus);
    EXPECT_EQ(value(SILU_SILU_DERIVATIVE, infinity), one);
    EXPECT_EQ(value(SILU_SILU_DERIVATIVE, minus | infinity), minus);
    EXPECT_EQ(value(SILU_SILU_SECOND_DERIVATIVE, infinity), minus);
    EXPECT_EQ(value(SILU_SILU_SECOND_DERIVATIVE, minus | infinity), minus);
    EXPECT_EQ(value(SILU_RELU, infinity), infinity);
    EXPECT_EQ(value(SILU_RELU, minus | infinity), 0u);
    EXPECT_EQ(value(SILU_RELU_DERIVATIVE, infinity), one);
    EXPECT_EQ(value(SILU_RELU_DERIVATIVE, minus | infinity), 0u);
    for (const std::uint64_t zero : {std::uint64_t{0}, minus}) {
      EXPECT_EQ(decode(format, value(SILU_SIGMOID, zero)), 0.5);
      EXPECT_EQ(decode(format, value(SILU_SIGMOID_DERIVATIVE, zero)), 0.25);
      EXPECT_EQ(value(SILU_SILU, zero), zero);
      EXPECT_EQ(decode(format, value(SILU_SILU_DERIVATIVE, zero)), 0.5);
      EXPECT_EQ(decode(format, value(SILU_SILU_SECOND_DERIVATIVE, zero)), 0.5);
      EXPECT_EQ(value(SILU_RELU, zero), zero);
      EXPECT_EQ(value(SILU_RELU_DERIVATIVE, zero), 0u);
    }
    const std::uint64_t other_nan = format.nan() + (format.infinities ? 1 : 0);
    for (const std::uint64_t nan : {infinity + 1, other_nan, minus | (infinity + 1), 2 * minus - 1})
      for (int function = 0; function < 7; ++function)
        EXPECT_EQ(value(static_cast<silu_function>(function), nan), format.nan());
  }
}

TEST(Limits, LeastSubnormals) {
  EXPECT_EQ(evaluate(SILU_SILU, kFloat32, 1), 1u);                    // silu(2^-149) = 2^-149
  EXPECT_EQ(evaluate(SILU_SILU, kFloat32, 0x80000001), 0x80000000u);  // silu(-2^-149) = -0
  EXPECT_EQ(evaluate(SILU_SILU, kFloat32, 0x80000003), 0x80000001u);  // silu(-3 2^-149) = -2^-149
  EXPECT_EQ(evaluate(SILU_SILU, kFloat64, 1), 1u);
  EXPECT_EQ(evaluate(SILU_SILU, kFloat64, 0x8000000000000001), 0x8000000000000000u);
}

// --- Identities ---

// sigmoid(x) + sigmoid(-x) = 1, silu(x) - silu(-x) = x, silu'(x) + silu'(-x) = 1; sigmoid' and silu'' are even.
TEST(Identities, OfOppositeInputs) {
  for (std::uint64_t i = 0; i < 200000; ++i) {
    const double x = input(Region::kNormal, 2, i);
    constexpr double kUlps = 0x1p-52;
    EXPECT_NEAR(at(SILU_SIGMOID, x) + at(SILU_SIGMOID, -x), 1, kUlps);
    EXPECT_NEAR(at(SILU_SILU, x) - at(SILU_SILU, -x), x, std::fabs(x) * kUlps * 2);
    EXPECT_NEAR(at(SILU_SILU_DERIVATIVE, x) + at(SILU_SILU_DERIVATIVE, -x), 1, 2 * kUlps);
    EXPECT_EQ(at(SILU_SIGMOID_DERIVATIVE, x), at(SILU_SIGMOID_DERIVATIVE, -x));
    EXPECT_EQ(at(SILU_SILU_SECOND_DERIVATIVE, x), at(SILU_SILU_SECOND_DERIVATIVE, -x));
  }
}

// The derivatives are those of the functions: Simpson's rule over silu'' gives silu', over silu' silu.
TEST(Identities, DerivativesIntegrate) {
  const auto integral = [](silu_function function, double a, double b) {
    constexpr int kSteps = 200;
    const double h = (b - a) / kSteps;
    double sum = at(function, a) + at(function, b);
    for (int i = 1; i < kSteps; ++i) sum += at(function, a + i * h) * (i % 2 == 1 ? 4 : 2);
    return sum * h / 3;
  };
  for (double x = -40; x < 40; ++x) {
    EXPECT_NEAR(integral(SILU_SIGMOID_DERIVATIVE, x, x + 1), at(SILU_SIGMOID, x + 1) - at(SILU_SIGMOID, x), 1e-11);
    EXPECT_NEAR(integral(SILU_SILU_DERIVATIVE, x, x + 1), at(SILU_SILU, x + 1) - at(SILU_SILU, x), 1e-11);
    EXPECT_NEAR(integral(SILU_SILU_SECOND_DERIVATIVE, x, x + 1),
                at(SILU_SILU_DERIVATIVE, x + 1) - at(SILU_SILU_DERIVATIVE, x), 1e-11);
  }
}

// --- Shortcuts against plain MPFR ---

void expect_plain(const Format& format, std::uint64_t bits) {
  std::uint64_t results[5];
  evaluate(format, bits, kSmooth, results);
  const double x = decode(format, bits);
  for (const silu_function function : kSmooth)
    ASSERT_EQ(results[function], by_multiprecision(function, format, x))
        << kFunctions[static_cast<std::size_t>(function)] << " at " << std::hexfloat << x;
}

bool plain(double x) { return std::fabs(x) < kMultiprecisionReach && x != 0; }

class Shortcuts : public testing::TestWithParam<silu_dtype> {};

TEST_P(Shortcuts, EveryInputOf16Bits) {
  const Format& format = format_of(GetParam());
  for (std::uint64_t bits = 0; bits < 0x10000; ++bits)
    if (!is_nan(format, bits) && plain(decode(format, bits))) expect_plain(format, bits);
}
INSTANTIATE_TEST_SUITE_P(Oracle, Shortcuts, testing::Values(SILU_FLOAT16, SILU_BFLOAT16),
                         [](const auto& info) { return std::string(format_of(info.param).name); });

class Float64Shortcuts : public testing::TestWithParam<int> {};

TEST_P(Float64Shortcuts, RandomInputs) {
  const auto region = static_cast<Region>(GetParam());
  // A tie needs as many bits as four times the exponent, hence fewer of these.
  const std::uint64_t count = region == Region::kTiny || region == Region::kBits ? 5000 : 60000;
  for (std::uint64_t i = 0; i < count; ++i) {
    const double x = input(region, 3, i);
    if (std::isnan(x) || !plain(x)) continue;
    expect_plain(kFloat64, std::bit_cast<std::uint64_t>(x));
    const auto narrow = static_cast<float>(x);
    if (plain(narrow)) expect_plain(kFloat32, std::bit_cast<std::uint32_t>(narrow));
  }
}
INSTANTIATE_TEST_SUITE_P(Oracle, Float64Shortcuts, testing::Range(0, kRegionCount));

TEST(Float32Shortcuts, EveryExponentAndBothSides) {
  for (std::uint64_t exponent = 0; exponent < 0xff; ++exponent) {
    for (std::uint64_t i = 0; i < 400; ++i) {
      const std::uint64_t random = mix(4, exponent * 1000 + i);
      const std::uint64_t bits = (random & 0x80000000) | exponent << 23 | (i < 4 ? i : random >> 41);
      if (plain(decode(kFloat32, bits))) expect_plain(kFloat32, bits);
    }
  }
}

// Where silu(x) = x/2 + x^2/4 - ... is decided by its second term: subnormal results, odd ones first.
TEST(Float32Shortcuts, Ties) {
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const std::uint64_t random = i < 500 ? i : mix(5, i) % 0x1000000;
    if (random == 0) continue;
    expect_plain(kFloat32, random);
    expect_plain(kFloat32, random | 0x80000000);
  }
}

TEST(Float64Shortcuts, Ties) {
  for (std::uint64_t i = 1; i < 200; ++i) {
    const std::uint64_t random = i < 100 ? i : mix(6, i) >> 11;
    expect_plain(kFloat64, random);
    expect_plain(kFloat64, random | kFloat64.sign());
  }
}

}  // namespace
}  // namespace silu::oracle
