// SPDX-License-Identifier: Apache-2.0
// The terms of swish_beta_gradient and what shortens sums, on every instruction set of this machine.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "cpu/dispatch.h"
#include "math/accumulator.h"
#include "math/formats.h"

namespace silu {
namespace {

constexpr std::size_t kMost = cpu::kMostTerms;

// The sum of some numbers as its bytes, which are the same for the same sum.
std::array<unsigned char, SILU_SUM_BYTES> sum_of(const double* x, std::size_t n) {
  silu_sum sum = {};
  math::accumulate(sum, x, n);
  std::array<unsigned char, SILU_SUM_BYTES> bytes;
  math::save(sum, bytes.data());
  return bytes;
}

std::vector<const cpu::Target*> targets() { return {cpu::targets().begin(), cpu::targets().end()}; }

std::string name_of(const auto& info) { return info.param->name; }

class Terms : public testing::TestWithParam<const cpu::Target*> {};

// The terms by factors that are made for one beta.
template <class Format>
std::size_t shared_terms(const cpu::Target& target, const std::array<silu_input, 3>& inputs, double* terms,
                         std::size_t n) {
  const cpu::SharedBetaTerms& shared = target.shared_beta_terms[Format::kDtype];
  std::vector<cpu::BetaFactor> factors(cpu::kBetaFactors);
  shared.make(&inputs[2], factors.data());
  return shared.terms(inputs.data(), factors.data(), target.wide_beta_terms, terms, n);
}

// swish_backward's kernel for float64 has more bits by far, and the oracle checks it.
template <class Format>
void expect_those_of_float64(const cpu::Target& target, auto make) {
  using Bits = typename Format::Bits;
  const auto kernel = target.beta_terms[Format::kDtype];
  ASSERT_NE(kernel, nullptr);
  for (const std::size_t n : {std::size_t{1}, std::size_t{7}, std::size_t{100}, kMost}) {
    std::array<std::vector<Bits>, 3> x;
    std::array<std::vector<double>, 3> wide;
    std::array<silu_input, 3> inputs, wide_inputs;
    for (std::size_t k = 0; k < 3; ++k) {
      for (std::size_t i = 0; i < n; ++i) x[k].push_back(make());
      for (const Bits& bits : x[k]) wide[k].push_back(math::number_at<Format>(&bits));
      inputs[k] = {x[k].data(), sizeof(Bits)};
      wide_inputs[k] = {wide[k].data(), sizeof(double)};
    }
    alignas(64) std::array<double, kMost> terms;
    std::vector<double> expected(n);
    const silu_output output{expected.data(), sizeof(double)};
    target.wide_beta_terms(wide_inputs.data(), &output, nullptr, n);
    const std::size_t count = kernel(inputs.data(), target.wide_beta_terms, terms.data(), n);
    ASSERT_LE(count, kMost);
    EXPECT_EQ(sum_of(terms.data(), count), sum_of(expected.data(), n)) << n << " elements";

    if (sizeof(Bits) > 2 || (n != 7 && n != kMost)) continue;
    inputs[2].stride = wide_inputs[2].stride = 0;
    target.wide_beta_terms(wide_inputs.data(), &output, nullptr, n);
    const std::size_t shared_count = shared_terms<Format>(target, inputs, terms.data(), n);
    ASSERT_LE(shared_count, kMost);
    EXPECT_EQ(sum_of(terms.data(), shared_count), sum_of(expected.data(), n)) << n << " elements of one beta";
  }
}

template <class Format>
void expect_those_of_float64(const cpu::Target& target) {
  using Bits = typename Format::Bits;
  std::mt19937_64 random(Format::kDtype);
  std::normal_distribution<double> normal(0, 3);
  for (int round = 0; round < 40; ++round) {
    expect_those_of_float64<Format>(target, [&] { return math::encode<Format>(normal(random)); });
    expect_those_of_float64<Format>(target, [&] {  // any finite numbers
      for (;;)
        if (const auto bits = static_cast<Bits>(random()); (bits & ~Format::kSign) < Format::kInfinity) return bits;
    });
    expect_those_of_float64<Format>(target, [&] { return math::encode<Format>(20 * normal(random)); });
    expect_those_of_float64<Format>(target, [&] {  // many zeros
      return random() % 2 == 0 ? Bits{0} : math::encode<Format>(normal(random));
    });
  }
}

TEST_P(Terms, OfNarrowFormatsAreThoseOfFloat64) {
  expect_those_of_float64<math::Float32>(*GetParam());
  expect_those_of_float64<math::Float16>(*GetParam());
  expect_those_of_float64<math::Bfloat16>(*GetParam());
}

template <class Format>
double term(const cpu::Target& target, typename Format::Bits dy, typename Format::Bits x, typename Format::Bits beta) {
  const std::array<silu_input, 3> inputs = {{{&dy, 0}, {&x, 0}, {&beta, 0}}};
  alignas(64) std::array<double, kMost> terms;
  const auto sum = [&](std::size_t count) {  // of one term and zeros
    return std::accumulate(terms.data(), terms.data() + count, 0.0);
  };
  const double result = sum(target.beta_terms[Format::kDtype](inputs.data(), target.wide_beta_terms, terms.data(), 1));
  if constexpr (sizeof(typename Format::Bits) == 2) {
    const double shared = sum(shared_terms<Format>(target, inputs, terms.data(), 1));
    EXPECT_TRUE(shared == result || (std::isnan(shared) && std::isnan(result))) << shared << " for " << result;
  }
  return result;
}

template <class Format>
void expect_limits(const cpu::Target& target) {
  const auto infinity = Format::kInfinity, one = Format::kOne;
  EXPECT_TRUE(std::isnan(term<Format>(target, Format::kNan, one, one)));
  EXPECT_TRUE(std::isnan(term<Format>(target, one, Format::kNan, one)));
  EXPECT_TRUE(std::isnan(term<Format>(target, one, one, Format::kNan)));
  EXPECT_EQ(term<Format>(target, one, infinity, one), 0);
  EXPECT_EQ(term<Format>(target, one, one, infinity), 0);
  EXPECT_EQ(term<Format>(target, infinity, one, one), std::numeric_limits<double>::infinity());
  EXPECT_EQ(term<Format>(target, one, infinity, 0), std::numeric_limits<double>::infinity());
  EXPECT_EQ(term<Format>(target, one, one, 0), 0.25);
}

TEST_P(Terms, HaveTheirLimits) {
  expect_limits<math::Float32>(*GetParam());
  expect_limits<math::Float16>(*GetParam());
  expect_limits<math::Bfloat16>(*GetParam());
}

INSTANTIATE_TEST_SUITE_P(Targets, Terms, testing::ValuesIn(targets()), [](const auto& info) { return name_of(info); });

class Condense : public testing::TestWithParam<const cpu::Target*> {
 protected:
  static void expect_the_same_sum(std::vector<double> x) {
    const auto expected = sum_of(x.data(), x.size());
    const std::size_t n = x.size();
    x.resize(kMost, 1);  // which is not to be counted
    const std::size_t count = GetParam()->condense(x.data(), n);
    ASSERT_LE(count, kMost);
    EXPECT_EQ(sum_of(x.data(), count), expected) << n << " numbers";
  }

  std::mt19937_64 random_{1};

  double of_exponents(int least, int most) {
    const auto field = static_cast<std::uint64_t>(least) + random_() % static_cast<std::uint64_t>(most - least + 1);
    return std::bit_cast<double>((random_() & 0x800fffffffffffffu) | field << 52);
  }
};

TEST_P(Condense, KeepsTheSum) {
  for (const auto& [least, most] : {std::array{1000, 1046}, {0, 60}, {0, 2022}, {1900, 2022}, {1023, 1023}}) {
    for (std::size_t n = 0; n <= kMost; n += n < 130 ? 1 : 61) {
      std::vector<double> x(n);
      for (double& each : x) each = of_exponents(least, most);
      expect_the_same_sum(x);
    }
  }
}

TEST_P(Condense, LeavesFewNumbersOfLikeSize) {
  std::vector<double> x(kMost);
  for (double& each : x) each = of_exponents(1000, 1046);
  EXPECT_LT(GetParam()->condense(x.data(), kMost), kMost / 5);
}

TEST_P(Condense, KeepsWhatCancels) {
  std::vector<double> x;
  for (std::size_t i = 0; i < kMost / 2; ++i) {
    x.push_back(of_exponents(0, 2022));
    x.push_back(-x.back());
  }
  x[17] = std::bit_cast<double>(std::uint64_t{1});
  expect_the_same_sum(x);
  expect_the_same_sum(std::vector<double>(kMost, 0.0));
  expect_the_same_sum(std::vector<double>(kMost, -0.0));
}

TEST_P(Condense, LeavesWhatHasNoFiniteSum) {
  for (const double special : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::max()}) {
    std::vector<double> x(kMost, 1.5);
    x[100] = special;
    expect_the_same_sum(x);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Condense, testing::ValuesIn(targets()),
                         [](const auto& info) { return name_of(info); });

}  // namespace
}  // namespace silu
