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
#include <utility>
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

TEST(Parallel, TakesEveryOperatorDtypeAndStride) {
  constexpr std::size_t kCount = 70001;
  std::vector<std::uint16_t> x(kCount * 12), y(x.size()), wanted(x.size());
  std::uint32_t state = 1;
  for (std::uint16_t& part : x) {  // numbers of either sign about 1, in each dtype
    state = state * 1664525 + 1013904223;
    part = static_cast<std::uint16_t>(0x3e00 | (state >> 16 & 0x81ff));
  }
  const double parameters[] = {1.702, 7};
  for (std::size_t i = 0; i < silu_operator_count(); ++i)
    for (std::size_t d = 0; d < silu_dtype_count(); ++d) {
      const auto op = static_cast<silu_operator>(i);
      const auto dtype = static_cast<silu_dtype>(d);
      const auto size = static_cast<std::ptrdiff_t>(silu_dtype_size(dtype));
      const auto* const from = reinterpret_cast<const char*>(x.data());
      // One range, one that runs backward, one number; two outputs side by side.
      const auto last = static_cast<std::ptrdiff_t>(kCount - 1) * size;
      const silu_input inputs[] = {{from, size}, {from + last, -size}, {from + 8 * size, 0}};
      const auto apply = [&](auto how, std::vector<std::uint16_t>& to) {
        auto* const data = reinterpret_cast<char*>(to.data());
        const silu_output outputs[] = {{data, 2 * size}, {data + size, 2 * size}};
        return how(op, dtype, inputs, outputs, parameters, kCount);
      };
      ASSERT_EQ(apply(silu_apply, wanted), SILU_OK);
      ASSERT_EQ(apply(silu_parallel_apply, y), SILU_OK);
      EXPECT_EQ(y, wanted) << silu_operator_name(op) << ", " << silu_dtype_name(dtype);
    }
}

TEST(Parallel, SharesOutRowsOfHalves) {
  // Many short rows, some long ones, and one that is all.
  for (const auto& [rows, d] : {std::pair<std::size_t, std::size_t>{50000, 3}, {3, 100000}, {1, 200000}, {7, 5}}) {
    const std::vector<float> ab = ramp(2 * rows * d), dy = ramp(rows * d);
    std::vector<float> wanted(rows * d), y = wanted, wanted_dab(ab.size()), dab = ab;
    silu::swiglu(silu::split_halves(ab, d), wanted);
    silu::parallel::swiglu(silu::split_halves(ab, d), y);
    EXPECT_EQ(y, wanted) << rows << " rows";
    silu::swiglu_backward(dy, silu::split_halves(ab, d), silu::split_halves(wanted_dab, d));
    silu::parallel::swiglu_backward(dy, silu::split_halves(dab, d), silu::split_halves(dab, d));
    EXPECT_EQ(dab, wanted_dab) << rows << " rows";
  }
}

TEST(Parallel, NamesTheSameOperators) {
  const double x = -0.75, b = 2.5, dy = 1.25;
  EXPECT_EQ(silu::parallel::silu_backward(dy, x), silu::silu_backward(dy, x));
  EXPECT_EQ(silu::parallel::silu_double_backward(b, dy, x).ddy, silu::silu_double_backward(b, dy, x).ddy);
  EXPECT_EQ(silu::parallel::swish(x, b), silu::swish(x, b));
  EXPECT_EQ(silu::parallel::swish_backward(dy, x, b).dbeta, silu::swish_backward(dy, x, b).dbeta);
  EXPECT_EQ(silu::parallel::swiglu(x, b), silu::swiglu(x, b));
  EXPECT_EQ(silu::parallel::swiglu_backward(dy, x, b).da, silu::swiglu_backward(dy, x, b).da);
  EXPECT_EQ(silu::parallel::swiglu_clamped(x, b, {}), silu::swiglu_clamped(x, b, {}));
  EXPECT_EQ(silu::parallel::swiglu_clamped_backward(dy, x, b, {}).db, silu::swiglu_clamped_backward(dy, x, b, {}).db);
}

TEST(Parallel, CoversEachIndexOnce) {
  for (const std::size_t count : {0, 1, 2, 999, 100003})
    for (const std::size_t elements : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, SIZE_MAX}) {
      std::vector<int> visits(count);
      silu_parallel_for(
          count, elements,
          [](void* context, std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) ++(*static_cast<std::vector<int>*>(context))[i];
          },
          &visits);
      EXPECT_EQ(visits, std::vector<int>(count, 1)) << elements;
    }
}

TEST(Parallel, RefusesOperandsThatOneThreadRefuses) {
  constexpr std::size_t kCount = 100000;
  std::vector<float> memory(3 * kCount, 42.0f);
  const std::vector<float> before = memory;
  const std::span all(memory);
  constexpr std::ptrdiff_t kStride = sizeof(float);
  const auto apply = [&](int op, std::size_t from, std::size_t to, const double* parameters) {
    const silu_input inputs[] = {{&memory[from], kStride}, {&memory[from], kStride}};
    const silu_output outputs[] = {{&memory[to], kStride}};
    return silu_parallel_apply(static_cast<silu_operator>(op), SILU_FLOAT32, inputs, outputs, parameters, kCount);
  };
  EXPECT_EQ(apply(8, 0, kCount, nullptr), SILU_ERROR_OPERATOR);
  EXPECT_EQ(apply(SILU_SWIGLU, 0, kCount / 2, nullptr), SILU_ERROR_OVERLAP);
  EXPECT_EQ(apply(SILU_SWIGLU_CLAMPED, 0, kCount, nullptr), SILU_ERROR_PARAMETER);
  EXPECT_EQ(silu_parallel_apply(SILU_SWIGLU, SILU_FLOAT32, nullptr, nullptr, nullptr, kCount), SILU_ERROR_NULL);
  EXPECT_EQ(silu_parallel_apply(SILU_SWIGLU, SILU_FLOAT32, nullptr, nullptr, nullptr, 0), SILU_OK);
  const auto first = all.first(kCount), last = all.last(kCount);
  EXPECT_THROW(silu::parallel::swiglu(first, last, all.subspan(1, kCount)), std::invalid_argument);
  EXPECT_THROW(silu::parallel::swiglu(silu::split_halves(all, 7), last), std::invalid_argument);
  EXPECT_THROW(silu::parallel::swiglu_clamped(first, first, last, {.alpha = 1, .limit = -7}), std::invalid_argument);
  EXPECT_EQ(memory, before);
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
