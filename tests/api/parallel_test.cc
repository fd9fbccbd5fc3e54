// SPDX-License-Identifier: Apache-2.0
// The parallel entry: the bits of one thread for any number of them, the same refusals, and no share in the fate of
// the tasks around it.
#include "silu/parallel.hpp"

#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "silu/silu.hpp"

namespace {

// About the lengths where blocks begin and end, with a prime.
constexpr std::size_t kLengths[] = {0, 1, 1000, 32767, 32768, 32769, 65535, 65536, 65537, 98304, 1000003};

std::vector<float> ramp(std::size_t count) {
  std::vector<float> x(count);
  for (std::size_t i = 0; i < count; ++i) x[i] = static_cast<float>(i % 65536) * 0x1p-10f - 50.0f;
  return x;
}

TEST(Parallel, GivesTheSameBitsForAnyLengthAndNumberOfThreads) {
  for (const std::size_t count : kLengths) {
    const std::vector<float> x = ramp(count);
    std::vector<float> wanted(count);
    silu::silu_derivative(x, wanted);
    for (const std::size_t threads : {1, 2, 3, 8}) {
      const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
      tbb::task_arena arena(static_cast<int>(threads));
      std::vector<float> y(count), in_place = x;
      arena.execute([&] {
        silu::parallel::silu_derivative(x, y);
        silu::parallel::silu_derivative(in_place);
      });
      EXPECT_EQ(y, wanted) << count << " elements on " << threads << " threads";
      EXPECT_EQ(in_place, wanted) << count << " elements on " << threads << " threads";
    }
  }
}

TEST(Parallel, TakesEveryFunctionAndDtype) {
  constexpr std::size_t kCount = 200000;
  std::vector<std::uint16_t> x(kCount * 4), y(x.size()), wanted(x.size());
  std::uint32_t state = 1;  // any bits will do
  for (std::uint16_t& part : x) part = static_cast<std::uint16_t>((state = state * 1664525 + 1013904223) >> 16);
  for (std::size_t f = 0; f < silu_function_count(); ++f)
    for (std::size_t d = 0; d < silu_dtype_count(); ++d) {
      const auto function = static_cast<silu_function>(f);
      const auto dtype = static_cast<silu_dtype>(d);
      ASSERT_EQ(silu_evaluate(function, dtype, x.data(), wanted.data(), kCount), SILU_OK);
      ASSERT_EQ(silu_parallel_evaluate(function, dtype, x.data(), y.data(), kCount), SILU_OK);
      EXPECT_EQ(y, wanted) << silu_function_name(function) << ", " << silu_dtype_name(dtype);
    }
}

TEST(Parallel, NamesTheSameFunctions) {
  const double x = -0.75;
  EXPECT_EQ(silu::parallel::sigmoid(x), silu::sigmoid(x));
  EXPECT_EQ(silu::parallel::sigmoid_derivative(x), silu::sigmoid_derivative(x));
  EXPECT_EQ(silu::parallel::silu(x), silu::silu(x));
  EXPECT_EQ(silu::parallel::silu_derivative(x), silu::silu_derivative(x));
  EXPECT_EQ(silu::parallel::silu_second_derivative(x), silu::silu_second_derivative(x));
  EXPECT_EQ(silu::parallel::relu(-x), silu::relu(-x));
  EXPECT_EQ(silu::parallel::relu_derivative(-x), silu::relu_derivative(-x));
}

TEST(Parallel, RefusesWhatOneThreadRefuses) {
  std::vector<float> memory(300000, 42.0f);
  const std::vector<float> before = memory;
  const std::span all(memory);
  float* const data = memory.data();
  EXPECT_EQ(silu_parallel_evaluate(static_cast<silu_function>(7), SILU_FLOAT32, data, data, 300000),
            SILU_ERROR_FUNCTION);
  EXPECT_EQ(silu_parallel_evaluate(SILU_SILU, static_cast<silu_dtype>(-1), data, data, 300000), SILU_ERROR_DTYPE);
  EXPECT_EQ(silu_parallel_evaluate(SILU_SILU, SILU_FLOAT32, nullptr, data, 300000), SILU_ERROR_NULL);
  EXPECT_EQ(silu_parallel_evaluate(SILU_SILU, SILU_FLOAT32, nullptr, nullptr, 0), SILU_OK);
  EXPECT_EQ(silu_parallel_evaluate(SILU_SILU, SILU_FLOAT32, data, data, SIZE_MAX / 2), SILU_ERROR_SIZE);
  // The blocks would not overlap, the ranges do.
  EXPECT_EQ(silu_parallel_evaluate(SILU_SILU, SILU_FLOAT32, data, data + 100000, 200000), SILU_ERROR_OVERLAP);
  EXPECT_THROW(silu::parallel::silu(all.first(150001), all.last(150000)), std::invalid_argument);
  EXPECT_EQ(memory, before);
}

TEST(Parallel, IsCompleteWithinACancelledTask) {
  std::vector<float> x = ramp(1000003), wanted = x;
  silu::silu(wanted);
  tbb::task_group group;
  group.run_and_wait([&] {
    group.cancel();
    silu::parallel::silu(x);
  });
  EXPECT_EQ(x, wanted);
}

TEST(Parallel, NestsInTasks) {
  constexpr int kTasks = 8;
  std::vector<std::vector<float>> results(kTasks, ramp(200000));
  std::vector<float> wanted = results.front();
  silu::silu(wanted);
  tbb::parallel_for(0, kTasks, [&](int task) { silu::parallel::silu(results[static_cast<std::size_t>(task)]); });
  for (const std::vector<float>& result : results) EXPECT_EQ(result, wanted);
}

}  // namespace
