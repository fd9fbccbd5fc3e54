// SPDX-License-Identifier: Apache-2.0
#include "silu/sum.h"

#include <gtest/gtest.h>
#include <mpfr.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

silu_sum sum_of(const std::vector<double>& x) {
  silu_sum sum = {};
  EXPECT_EQ(silu_sum_add(&sum, x.data(), x.size()), SILU_OK);
  return sum;
}

double exact(const std::vector<double>& x) {  // MPFR's, which is rounded once too
  std::vector<mpfr_t> numbers(x.size());
  std::vector<mpfr_ptr> pointers;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mpfr_init2(numbers[i], 53);
    mpfr_set_d(numbers[i], x[i], MPFR_RNDN);
    pointers.push_back(numbers[i]);
  }
  mpfr_t result;  // of so many bits that it is exact: mpfr_get_d then rounds, subnormals included
  mpfr_init2(result, 2400);
  mpfr_sum(result, pointers.data(), pointers.size(), MPFR_RNDN);
  const double value = mpfr_get_d(result, MPFR_RNDN);
  mpfr_clear(result);
  for (auto& number : numbers) mpfr_clear(number);
  return value == 0 ? 0 : value;
}

std::vector<double> random_numbers(std::mt19937_64& random, std::size_t n, int first_field, int fields) {
  std::vector<double> x(n);
  for (double& each : x) {
    const std::uint64_t field = static_cast<std::uint64_t>(first_field) + random() % static_cast<std::uint64_t>(fields);
    each = std::bit_cast<double>((random() & 0x800fffffffffffffu) | field << 52);
  }
  return x;
}

void expect_same(double a, double b) { EXPECT_EQ(std::bit_cast<std::uint64_t>(a), std::bit_cast<std::uint64_t>(b)); }

TEST(Sum, OfNothingIsZero) {
  const silu_sum sum = {};
  expect_same(silu_sum_value(&sum), 0.0);
}

TEST(Sum, KeepsWhatAdditionLoses) {
  silu_sum sum = sum_of({1e300, 1.0, 0x1p-1074, -1e300});
  EXPECT_EQ(silu_sum_value(&sum), 1.0);
  const double minus_one = -1;
  silu_sum_add(&sum, &minus_one, 1);
  EXPECT_EQ(silu_sum_value(&sum), 0x1p-1074);
}

TEST(Sum, RoundsTiesToEven) {
  const auto value = [](const std::vector<double>& x) {
    const silu_sum sum = sum_of(x);
    return silu_sum_value(&sum);
  };
  EXPECT_EQ(value({1, 0x1p-53}), 1);
  EXPECT_EQ(value({1, 0x1p-53, 0x1p-1074}), 1 + 0x1p-52);
  EXPECT_EQ(value({1 + 0x1p-52, 0x1p-53}), 1 + 0x1p-51);
  EXPECT_EQ(value({-1, -0x1p-53, -0x1p-1074}), -1 - 0x1p-52);
}

TEST(Sum, MayPassTheLargestNumberOnItsWay) {
  const double largest = std::numeric_limits<double>::max();
  silu_sum sum = sum_of(std::vector<double>(5000, largest));
  EXPECT_EQ(silu_sum_value(&sum), kInfinity);
  const std::vector<double> back(4999, -largest);
  silu_sum_add(&sum, back.data(), back.size());
  EXPECT_EQ(silu_sum_value(&sum), largest);
}

TEST(Sum, HasTheLimitsOfIeee754) {
  const auto value = [](const std::vector<double>& x) {
    const silu_sum sum = sum_of(x);
    return silu_sum_value(&sum);
  };
  EXPECT_EQ(value({1, kInfinity, -5}), kInfinity);
  EXPECT_EQ(value({-kInfinity, 5}), -kInfinity);
  EXPECT_TRUE(std::isnan(value({kInfinity, -kInfinity})));
  EXPECT_TRUE(std::isnan(value({1, kNan})));
  expect_same(value({-0.0, -0.0}), 0.0);
}

TEST(Sum, IsTheExactOneRoundedOnce) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    const int fields[][2] = {{0, 2046}, {1000, 60}, {0, 3}, {1, 200}};
    const auto& [first, count] = fields[trial % 4];
    std::vector<double> x = random_numbers(random, 1 + random() % 4000, first, count);
    if (trial % 3 == 0)  // cancels but for a little
      for (std::size_t i = 0; i + 1 < x.size(); i += 2) x[i + 1] = -x[i] * (i % 8 == 0 ? 1 + 0x1p-52 : 1);
    const silu_sum sum = sum_of(x);
    expect_same(silu_sum_value(&sum), exact(x));
  }
}

TEST(Sum, HasTheSameBytesInAnyOrderAndAnySplit) {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> x = random_numbers(random, 5000, 0, 2046);
    silu_sum whole = sum_of(x);
    ASSERT_EQ(silu_sum_normalise(&whole), SILU_OK);
    std::shuffle(x.begin(), x.end(), random);
    silu_sum merged = {};
    for (std::size_t begin = 0; begin < x.size();) {
      const std::size_t end = std::min(x.size(), begin + random() % 700);
      const silu_sum part =
          sum_of({x.begin() + static_cast<std::ptrdiff_t>(begin), x.begin() + static_cast<std::ptrdiff_t>(end)});
      ASSERT_EQ(silu_sum_merge(&merged, &part), SILU_OK);
      begin = end;
    }
    ASSERT_EQ(silu_sum_normalise(&merged), SILU_OK);
    ASSERT_EQ(std::memcmp(&whole, &merged, sizeof(whole)), 0);
  }
}

TEST(Sum, IsTheSameWhereNothingAddedCouldTellItApart) {
  const auto canonical = [](const std::vector<double>& x) {
    silu_sum sum = sum_of(x);
    silu_sum_normalise(&sum);
    return sum;
  };
  const auto same = [](const silu_sum& a, const silu_sum& b) { return std::memcmp(&a, &b, sizeof(a)) == 0; };
  EXPECT_TRUE(same(canonical({0.1, -0.1}), silu_sum{}));
  EXPECT_TRUE(same(canonical({kInfinity, 1}), canonical({2, kInfinity, kInfinity})));
  EXPECT_TRUE(same(canonical({kInfinity, -kInfinity}), canonical({kNan, 5})));
  EXPECT_FALSE(same(canonical({kInfinity}), canonical({-kInfinity})));
  EXPECT_FALSE(same(canonical({1}), canonical({1, 0x1p-1074})));
}

TEST(Sum, OutOfRoomIsNan) {
  for (const double sign : {1.0, -1.0}) {
    silu_sum sum = sum_of({sign * 0x1p1023});
    for (int i = 0; i < 76; ++i) ASSERT_EQ(silu_sum_merge(&sum, &sum), SILU_OK);
    EXPECT_EQ(silu_sum_value(&sum), sign * kInfinity);  // 2^1099
    silu_sum back = sum;
    for (int i = 0; i < 5; ++i) silu_sum_merge(&sum, &sum);
    EXPECT_TRUE(std::isnan(silu_sum_value(&sum)));
    const double less = -sign * 0x1p1023;
    silu_sum_add(&back, &less, 1);
    EXPECT_EQ(silu_sum_value(&back), sign * kInfinity);
  }
}

using Bytes = std::array<unsigned char, SILU_SUM_BYTES>;

Bytes save(const silu_sum& sum) {
  Bytes bytes;
  EXPECT_EQ(silu_sum_save(&sum, bytes.data()), SILU_OK);
  return bytes;
}

// The integer that the bytes hold, by MPFR, times 2^-1074.
double value_of_integer(const Bytes& bytes) {
  mpfr_t value, unit;
  mpfr_init2(value, 2400);
  mpfr_init2(unit, 2400);
  mpfr_set_zero(value, 1);
  for (std::size_t i = 0; i < 272; ++i) {
    mpfr_set_ui_2exp(unit, bytes[8 + i], static_cast<mpfr_exp_t>(8 * i) - 1074, MPFR_RNDN);
    mpfr_add(value, value, unit, MPFR_RNDN);
  }
  mpfr_set_ui_2exp(unit, bytes[279] >> 7, 8 * 272 - 1074, MPFR_RNDN);
  mpfr_sub(value, value, unit, MPFR_RNDN);
  const double result = mpfr_get_d(value, MPFR_RNDN);
  mpfr_clear(value);
  mpfr_clear(unit);
  return result == 0 ? 0 : result;
}

TEST(SumBytes, AreTheFormatOfTheHeader) {
  Bytes expected = {'s', 'i', 'l', 'u', 's', 'u', 'm', 1};
  EXPECT_EQ(save({}), expected);
  const double specials[] = {kNan, kInfinity, -kInfinity};
  for (unsigned i = 0; i < 3; ++i) {
    expected.back() = static_cast<unsigned char>(1 << i);
    EXPECT_EQ(save(sum_of({0.5, specials[i]})), expected);
  }
  expected.back() = 0;
  expected[8] = 0x05;
  expected[8 + 1074 / 8] = 1 << 1074 % 8;  // 2^1074 units
  EXPECT_EQ(save(sum_of({1, 5 * 0x1p-1074})), expected);
  std::fill_n(expected.begin() + 8, 272, 0xff);  // -1
  EXPECT_EQ(save(sum_of({-0x1p-1074})), expected);

  std::mt19937_64 random(4);
  for (int trial = 0; trial < 200; ++trial) {
    const std::vector<double> x = random_numbers(random, 1 + random() % 100, 0, trial % 2 == 0 ? 2046 : 3);
    expect_same(value_of_integer(save(sum_of(x))), exact(x));
  }
}

TEST(SumBytes, AreReadBack) {
  std::mt19937_64 random(5);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> x = random_numbers(random, random() % 100, 0, 2046);
    if (trial % 20 == 7) x.push_back(trial % 40 == 7 ? kInfinity : kNan);
    silu_sum sum = sum_of(x), loaded = {};
    const Bytes bytes = save(sum);
    loaded.chunks[3] = 42;
    ASSERT_EQ(silu_sum_load(&loaded, bytes.data(), bytes.size()), SILU_OK);
    silu_sum_normalise(&sum);
    EXPECT_EQ(std::memcmp(&loaded, &sum, sizeof(sum)), 0);
  }
}

TEST(SumBytes, ThatNoSumHasAreRefused) {
  const silu_sum before = sum_of({1.5});
  silu_sum sum = before;
  const auto expect_refused = [&](const unsigned char* bytes, std::size_t n) {
    EXPECT_EQ(silu_sum_load(&sum, bytes, n), SILU_ERROR_BYTES);
    EXPECT_EQ(std::memcmp(&sum, &before, sizeof(sum)), 0);
  };
  const Bytes good = save(before);
  expect_refused(good.data(), 0);
  expect_refused(good.data(), good.size() - 1);
  std::vector<unsigned char> longer(good.begin(), good.end());
  longer.push_back(0);
  expect_refused(longer.data(), longer.size());
  for (std::size_t i = 0; i < 8; ++i) {  // another header, or version
    Bytes bad = good;
    bad[i] ^= 1;
    expect_refused(bad.data(), bad.size());
  }
  for (const unsigned specials : {1u, 2u, 4u, 3u, 5u, 6u, 7u, 8u, 0x80u}) {  // beside an integer
    Bytes bad = good;
    bad.back() = static_cast<unsigned char>(specials);
    expect_refused(bad.data(), bad.size());
  }
  for (const unsigned specials : {3u, 6u, 8u}) {  // of which a sum has none
    Bytes bad = save({});
    bad.back() = static_cast<unsigned char>(specials);
    expect_refused(bad.data(), bad.size());
  }
  for (const unsigned top : {0x40u, 0x7fu, 0x80u, 0xbfu}) {  // 2^2174 units or more
    Bytes bad = good;
    bad[279] = static_cast<unsigned char>(top);
    expect_refused(bad.data(), bad.size());
  }
}

TEST(Sum, RefusesNull) {
  silu_sum sum = {};
  EXPECT_EQ(silu_sum_add(nullptr, nullptr, 0), SILU_ERROR_NULL);
  EXPECT_EQ(silu_sum_add(&sum, nullptr, 1), SILU_ERROR_NULL);
  EXPECT_EQ(silu_sum_add(&sum, nullptr, 0), SILU_OK);
  EXPECT_EQ(silu_sum_merge(&sum, nullptr), SILU_ERROR_NULL);
  EXPECT_EQ(silu_sum_normalise(nullptr), SILU_ERROR_NULL);
  EXPECT_TRUE(std::isnan(silu_sum_value(nullptr)));
  Bytes bytes = {};
  EXPECT_EQ(silu_sum_save(&sum, nullptr), SILU_ERROR_NULL);
  EXPECT_EQ(silu_sum_save(nullptr, bytes.data()), SILU_ERROR_NULL);
  EXPECT_EQ(silu_sum_load(nullptr, bytes.data(), bytes.size()), SILU_ERROR_NULL);
  EXPECT_EQ(silu_sum_load(&sum, nullptr, bytes.size()), SILU_ERROR_NULL);
}

// Elements of float32, whose terms are those of swish_backward in float64.
class BetaGradient : public testing::TestWithParam<std::size_t> {};

TEST_P(BetaGradient, IsTheSumOfSwishBackwards) {
  const std::size_t n = GetParam();
  std::mt19937_64 random(3);
  std::normal_distribution<float> normal(0, 2);
  std::vector<float> dy(n), x(n);
  for (std::size_t i = 0; i < n; ++i) {
    dy[i] = normal(random);
    x[i] = i % 100 == 7 ? 0 : normal(random);
  }
  for (const float beta : {1.0f, 0.0f, -0.7f, 50.0f}) {
    const std::vector<double> wide_dy(dy.begin(), dy.end()), wide_x(x.begin(), x.end());
    const double wide_beta = static_cast<double>(beta);
    std::vector<double> dx(n), terms(n);
    const silu_input wide[] = {{wide_dy.data(), sizeof(double)}, {wide_x.data(), sizeof(double)}, {&wide_beta, 0}};
    const silu_output outputs[] = {{dx.data(), sizeof(double)}, {terms.data(), sizeof(double)}};
    ASSERT_EQ(silu_apply(SILU_SWISH_BACKWARD, SILU_FLOAT64, wide, outputs, nullptr, n), SILU_OK);

    silu_sum sum = {};
    const silu_input inputs[] = {{dy.data(), sizeof(float)}, {x.data(), sizeof(float)}, {&beta, 0}};
    ASSERT_EQ(silu_swish_beta_gradient(&sum, SILU_FLOAT32, inputs, n), SILU_OK);
    expect_same(silu_sum_value(&sum), exact(terms));

    // Backwards, and in two parts.
    const std::size_t half = n / 2;
    constexpr std::ptrdiff_t kBack = -static_cast<std::ptrdiff_t>(sizeof(float));
    silu_sum parts[2] = {};
    const silu_input first[] = {{dy.data(), sizeof(float)}, {x.data(), sizeof(float)}, {&beta, 0}};
    const silu_input last[] = {{dy.data() + n - 1, kBack}, {x.data() + n - 1, kBack}, {&beta, 0}};
    ASSERT_EQ(silu_swish_beta_gradient(&parts[0], SILU_FLOAT32, last, n - half), SILU_OK);
    ASSERT_EQ(silu_swish_beta_gradient(&parts[1], SILU_FLOAT32, first, half), SILU_OK);
    silu_sum_merge(&parts[0], &parts[1]);
    silu_sum_normalise(&parts[0]);
    silu_sum_normalise(&sum);
    EXPECT_EQ(std::memcmp(&parts[0], &sum, sizeof(sum)), 0);
  }
}
INSTANTIATE_TEST_SUITE_P(, BetaGradient, testing::Values(1, 2, 511, 512, 513, 10007));

// Many elements go another way than few, and those of one beta another than those of many.
void expect_the_sum_of_pieces(silu_dtype dtype, std::ptrdiff_t step) {
  constexpr std::size_t kMany = 200'003;
  constexpr std::ptrdiff_t kSize = sizeof(std::uint16_t);
  std::mt19937_64 random(dtype);
  std::vector<std::uint16_t> dy(kMany), x(kMany * static_cast<std::size_t>(step));
  const auto moderate = [&] { return static_cast<std::uint16_t>(random() % 0x4200 | (random() & 0x8000)); };
  std::generate(dy.begin(), dy.end(), moderate);
  std::generate(x.begin(), x.end(), moderate);
  for (const std::uint16_t beta : {std::uint16_t{0}, std::uint16_t{0x3e01}, std::uint16_t{0xc0f0}}) {
    const std::vector<std::uint16_t> betas(kMany, beta);
    const silu_input inputs[] = {{dy.data(), kSize}, {x.data(), step * kSize}, {&beta, 0}};
    silu_sum whole = {}, each = {}, pieces = {};
    ASSERT_EQ(silu_swish_beta_gradient(&whole, dtype, inputs, kMany), SILU_OK);
    const silu_input repeated[] = {inputs[0], inputs[1], {betas.data(), kSize}};
    ASSERT_EQ(silu_swish_beta_gradient(&each, dtype, repeated, kMany), SILU_OK);
    for (std::size_t done = 0; done < kMany; done += 1000) {
      const silu_input piece[] = {
          {dy.data() + done, kSize}, {x.data() + done * static_cast<std::size_t>(step), step * kSize}, {&beta, 0}};
      ASSERT_EQ(silu_swish_beta_gradient(&pieces, dtype, piece, std::min<std::size_t>(1000, kMany - done)), SILU_OK);
    }
    for (silu_sum* sum : {&whole, &each, &pieces}) silu_sum_normalise(sum);
    EXPECT_EQ(std::memcmp(&whole, &each, sizeof(whole)), 0);
    EXPECT_EQ(std::memcmp(&whole, &pieces, sizeof(whole)), 0);
  }
}

TEST(BetaGradientOf, ManyElementsIsTheSumOfPieces) {
  expect_the_sum_of_pieces(SILU_FLOAT16, 1);
  expect_the_sum_of_pieces(SILU_BFLOAT16, 1);
  expect_the_sum_of_pieces(SILU_BFLOAT16, 3);
}

TEST(BetaGradientOf, BadArgumentsIsRefused) {
  silu_sum sum = {};
  const float number = 1;
  const silu_input inputs[] = {{&number, 0}, {&number, 0}, {nullptr, 0}};
  EXPECT_EQ(silu_swish_beta_gradient(nullptr, SILU_FLOAT32, inputs, 1), SILU_ERROR_NULL);
  EXPECT_EQ(silu_swish_beta_gradient(&sum, SILU_FLOAT32, inputs, 1), SILU_ERROR_NULL);
  EXPECT_EQ(silu_swish_beta_gradient(&sum, SILU_FLOAT32, nullptr, 1), SILU_ERROR_NULL);
  EXPECT_EQ(silu_swish_beta_gradient(&sum, static_cast<silu_dtype>(9), inputs, 1), SILU_ERROR_DTYPE);
  EXPECT_EQ(silu_swish_beta_gradient(&sum, SILU_FLOAT32, nullptr, 0), SILU_OK);
  EXPECT_EQ(silu_sum_value(&sum), 0);
}

}  // namespace
