// SPDX-License-Identifier: Apache-2.0
// The C++ interface of exact sums, in one thread and in several: the bits of the C interface, whatever way it is
// called.
#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "silu/parallel.hpp"
#include "silu/silu.hpp"
#include "silu/sum.hpp"

namespace {

static_assert(std::is_trivially_copyable_v<silu::sum>);

template <class T>
std::vector<T> normal_numbers(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(0, 2);
  std::vector<T> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(T(normal(random)));
  return x;
}

TEST(SumClass, AddsNumbersRangesAndSums) {
  silu::sum one, other;
  const std::array numbers = {1e300, 0.1, -1e300};
  one.add(numbers) += 0.2;
  other += -0.1;
  EXPECT_EQ((one + other).value(), 0.2);
  EXPECT_EQ(one + other, other + one);
  one += other;
  EXPECT_EQ(one.value(), 0.2);
  one += one;
  EXPECT_EQ(one.value(), 0.4);
  EXPECT_EQ(silu::sum().add(std::span<const double>()).value(), 0);
}

TEST(SumClass, ComparesWhatItHolds) {
  silu::sum one, other;
  for (int i = 0; i < 5000; ++i) one += 0x1p-1074;
  other += 5000 * 0x1p-1074;
  EXPECT_EQ(one, other);
  other += 0x1p-1074;
  EXPECT_NE(one, other);
  one += std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(one, one);
}

TEST(SumClass, IsReadFromItsBytes) {
  silu::sum sum;
  sum.add(normal_numbers<double>(1000, 1));
  const silu::sum::bytes bytes = sum.to_bytes();
  EXPECT_EQ(silu::sum::from_bytes(bytes), sum);
  EXPECT_EQ(silu::sum::from_bytes(bytes).to_bytes(), bytes);
  const auto refused = [](std::span<const std::byte> from) {
    try {
      silu::sum::from_bytes(from);
    } catch (const std::invalid_argument& error) {
      return error.what() == std::string("bytes are not those of a sum; allowed: those that a sum was saved as");
    }
    return false;
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused(std::span(bytes).first(bytes.size() - 1)));
  silu::sum::bytes other = bytes;
  other[0] = std::byte{0};
  EXPECT_TRUE(refused(other));
}

template <class T>
class BetaGradientOf : public testing::Test {};
using Elements = testing::Types<double, float, silu::float16, silu::bfloat16, silu::float8_e4m3fn, silu::float8_e5m2>;
TYPED_TEST_SUITE(BetaGradientOf, Elements);

TYPED_TEST(BetaGradientOf, IsTheExactSumOfTheTerms) {
  using T = TypeParam;
  const std::size_t n = 3001;
  const auto dy = normal_numbers<T>(n, 2), x = normal_numbers<T>(n, 3), beta = normal_numbers<T>(n, 4);
  const auto terms = [&](auto beta_at) {
    silu::sum sum;
    for (std::size_t i = 0; i < n; ++i)
      sum += silu::swish_backward(double(dy[i]), double(x[i]), double(beta_at(i))).dbeta;
    return sum;
  };
  EXPECT_EQ(silu::swish_beta_gradient(dy, x, beta[0]), terms([&](std::size_t) { return beta[0]; }).value());
  const silu::sum each = terms([&](std::size_t i) { return beta[i]; });
  EXPECT_EQ(silu::swish_beta_gradient(dy, x, beta), each.value());
  silu::sum total;
  for (const std::size_t begin : {2000u, 0u, 1000u}) {
    const std::size_t count = begin == 2000 ? n - begin : 1000;
    const auto part = [&](const std::vector<T>& of) { return std::span(of).subspan(begin, count); };
    silu::swish_beta_gradient(part(dy), part(x), part(beta), total);
  }
  EXPECT_EQ(total, each);
  // Numbers for any of the inputs, and for all.
  EXPECT_EQ(silu::swish_beta_gradient(dy[0], x, beta[0]),
            silu::swish_beta_gradient(std::vector<T>(n, dy[0]), x, std::vector<T>(n, beta[0])));
  EXPECT_EQ(silu::swish_beta_gradient(dy[0], x[0], beta[0]),
            silu::swish_backward(double(dy[0]), double(x[0]), double(beta[0])).dbeta);
}

TYPED_TEST(BetaGradientOf, HasTheSameBitsOnAnyNumberOfThreads) {
  using T = TypeParam;
  for (const std::size_t n : {1u, 1000u, 65535u, 65536u, 65537u, 300007u}) {
    const auto dy = normal_numbers<T>(n, 5), x = normal_numbers<T>(n, 6);
    silu::sum wanted;
    silu::swish_beta_gradient(dy, x, T(1.5), wanted);
    for (const std::size_t threads : {1, 2, 5}) {
      const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
      tbb::task_arena arena(static_cast<int>(threads));
      silu::sum sum;
      arena.execute([&] { silu::parallel::swish_beta_gradient(dy, x, T(1.5), sum); });
      EXPECT_EQ(sum, wanted) << n << " elements on " << threads << " threads";
      EXPECT_EQ(silu::parallel::swish_beta_gradient(dy, x, T(1.5)), wanted.value());
    }
  }
}

TEST(BetaGradientClass, AddsToWhatTheSumHolds) {
  const std::vector<double> dy(100000, 1.0), x(dy.size(), 2.0);
  silu::sum sum;
  sum += -silu::parallel::swish_beta_gradient(dy, x, 0.0);  // 100,000 times 1
  silu::parallel::swish_beta_gradient(dy, x, 0.0, sum);
  EXPECT_EQ(sum, silu::sum());
}

TEST(BetaGradientClass, OfNothingIsZero) {
  const std::vector<float> none;
  EXPECT_EQ(silu::swish_beta_gradient(none, none, none), 0);
  EXPECT_EQ(silu::parallel::swish_beta_gradient(none, none, 1.0f), 0);
}

TEST(BetaGradientClass, OfDifferentLengthsIsRefused) {
  const std::vector<float> three(3), four(4);
  silu::sum sum;
  EXPECT_THROW(silu::swish_beta_gradient(three, four, 1.0f, sum), std::invalid_argument);
  EXPECT_THROW(silu::parallel::swish_beta_gradient(1.0f, four, three, sum), std::invalid_argument);
  EXPECT_EQ(sum, silu::sum());
}

TEST(BetaGradientClass, OfBadArgumentsIsRefusedOnSeveralThreads) {
  silu_sum sum = {};
  const std::vector<float> x(100000, 1);
  const silu_input inputs[] = {{x.data(), 4}, {x.data(), 4}, {nullptr, 0}};
  EXPECT_EQ(silu_parallel_swish_beta_gradient(nullptr, SILU_FLOAT32, inputs, x.size()), SILU_ERROR_NULL);
  EXPECT_EQ(silu_parallel_swish_beta_gradient(&sum, SILU_FLOAT32, inputs, x.size()), SILU_ERROR_NULL);
  EXPECT_EQ(silu_parallel_swish_beta_gradient(&sum, static_cast<silu_dtype>(-1), inputs, x.size()), SILU_ERROR_DTYPE);
  EXPECT_EQ(silu_parallel_swish_beta_gradient(&sum, SILU_FLOAT32, nullptr, 0), SILU_OK);
  EXPECT_EQ(silu_sum_value(&sum), 0);
}

}  // namespace
