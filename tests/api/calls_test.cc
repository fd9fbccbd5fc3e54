// SPDX-License-Identifier: Apache-2.0
// The C interface as C calls it: every status, and that nothing is written unless it is SILU_OK.
#include "calls.h"

#include <gtest/gtest.h>

#include <array>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "silu/silu.h"

namespace {

constexpr std::size_t kCount = 16;  // elements
constexpr auto kCanary = std::byte{0xa5};

// Ways to evaluate: on the best target, on the last, and by integers.
int evaluate_on_last(int function, int dtype, const void* x, void* y, std::size_t n) {
  return call_evaluate_on(silu_target_count() - 1, function, dtype, x, y, n);
}
struct Way {
  const char* name;
  int (*evaluate)(int function, int dtype, const void* x, void* y, std::size_t n);
};

class Calls : public testing::TestWithParam<Way> {
 protected:
  // Room for twice kCount elements of any dtype.
  alignas(8) std::array<std::byte, 8 * 2 * kCount> x_{};
  alignas(8) std::array<std::byte, 8 * 2 * kCount> y_{};

  void SetUp() override { y_.fill(kCanary); }

  void expect_refused(int wanted, int function, int dtype, const void* x, void* y, std::size_t n) {
    const auto x_before = x_, y_before = y_;
    EXPECT_EQ(GetParam().evaluate(function, dtype, x, y, n), wanted) << call_status_message(wanted);
    EXPECT_EQ(x_, x_before);
    EXPECT_EQ(y_, y_before);
  }
};

INSTANTIATE_TEST_SUITE_P(, Calls,
                         testing::Values(Way{"best", call_evaluate}, Way{"last", evaluate_on_last},
                                         Way{"exact", call_evaluate_exact}),
                         [](const auto& way) { return way.param.name; });

TEST_P(Calls, RefuseNumbersThatAreNoFunction) {
  for (const int function : {-1, 7, 8, 255, 256, INT_MAX, INT_MIN})
    expect_refused(SILU_ERROR_FUNCTION, function, SILU_FLOAT32, x_.data(), y_.data(), kCount);
}

TEST_P(Calls, RefuseNumbersThatAreNoDtype) {
  for (const int dtype : {-1, 6, 7, 255, 256, INT_MAX, INT_MIN})
    expect_refused(SILU_ERROR_DTYPE, SILU_SILU, dtype, x_.data(), y_.data(), kCount);
}

TEST_P(Calls, RefuseNullWhereThereAreElements) {
  expect_refused(SILU_ERROR_NULL, SILU_SILU, SILU_FLOAT32, nullptr, y_.data(), 1);
  expect_refused(SILU_ERROR_NULL, SILU_SILU, SILU_FLOAT32, x_.data(), nullptr, 1);
  expect_refused(SILU_ERROR_NULL, SILU_SILU, SILU_FLOAT32, nullptr, nullptr, 1);
}

TEST_P(Calls, TakeNullWhereThereAreNone) {
  expect_refused(SILU_OK, SILU_SILU, SILU_FLOAT32, nullptr, nullptr, 0);
  expect_refused(SILU_OK, SILU_SILU, SILU_FLOAT32, x_.data(), nullptr, 0);
  expect_refused(SILU_OK, SILU_SILU, SILU_FLOAT32, x_.data(), y_.data(), 0);
  expect_refused(SILU_OK, SILU_SILU, SILU_FLOAT32, x_.data(), x_.data() + 1, 0);
  // But what is no function or dtype, is none for no elements either.
  expect_refused(SILU_ERROR_FUNCTION, 7, SILU_FLOAT32, nullptr, nullptr, 0);
  expect_refused(SILU_ERROR_DTYPE, SILU_SILU, 6, nullptr, nullptr, 0);
}

TEST_P(Calls, RefuseOverlapByOneByteOnEitherSide) {
  for (int dtype = 0; dtype < static_cast<int>(silu_dtype_count()); ++dtype) {
    const std::size_t bytes = kCount * call_dtype_size(dtype);
    for (const std::size_t shift : {std::size_t{1}, call_dtype_size(dtype), bytes - 1}) {
      expect_refused(SILU_ERROR_OVERLAP, SILU_SILU, dtype, y_.data(), y_.data() + shift, kCount);
      expect_refused(SILU_ERROR_OVERLAP, SILU_SILU, dtype, y_.data() + shift, y_.data(), kCount);
    }
  }
}

TEST_P(Calls, TakeNeighbours) {
  for (int dtype = 0; dtype < static_cast<int>(silu_dtype_count()); ++dtype) {
    const std::size_t bytes = kCount / 2 * call_dtype_size(dtype);
    EXPECT_EQ(GetParam().evaluate(SILU_SILU, dtype, y_.data(), y_.data() + bytes, kCount / 2), SILU_OK);
    EXPECT_EQ(GetParam().evaluate(SILU_SILU, dtype, y_.data() + bytes, y_.data(), kCount / 2), SILU_OK);
  }
}

TEST_P(Calls, RefuseMoreThanMemoryHolds) {
  for (int dtype = 0; dtype < static_cast<int>(silu_dtype_count()); ++dtype) {
    const std::size_t size = call_dtype_size(dtype);
    // The last three wrap around to few bytes, or past the end of the address space.
    for (const std::size_t n : {PTRDIFF_MAX / size + 1, SIZE_MAX, SIZE_MAX / size, SIZE_MAX / size + 1}) {
      if (n == 0) continue;  // for one byte
      expect_refused(SILU_ERROR_SIZE, SILU_SILU, dtype, x_.data(), y_.data(), n);
      expect_refused(SILU_ERROR_SIZE, SILU_SILU, dtype, x_.data(), x_.data(), n);
    }
    auto* const last = reinterpret_cast<void*>(UINTPTR_MAX - size);
    expect_refused(SILU_ERROR_SIZE, SILU_SILU, dtype, last, y_.data(), 2);
    expect_refused(SILU_ERROR_SIZE, SILU_SILU, dtype, x_.data(), last, 2);
  }
}

TEST_P(Calls, WriteTheirElementsAndNoOther) {
  for (int dtype = 0; dtype < static_cast<int>(silu_dtype_count()); ++dtype) {
    const std::size_t size = call_dtype_size(dtype);
    for (std::size_t n = 1; n < kCount; ++n) {
      for (const std::size_t offset : {std::size_t{0}, std::size_t{1}, size}) {  // aligned or not
        y_.fill(kCanary);
        ASSERT_EQ(GetParam().evaluate(SILU_SILU, dtype, x_.data(), y_.data() + offset, n), SILU_OK);
        for (std::size_t i = 0; i < y_.size(); ++i) {
          const bool inside = i >= offset && i < offset + n * size;
          ASSERT_EQ(y_[i], inside ? std::byte{0} : kCanary) << "byte " << i << " of " << n << " at " << offset;
        }
      }
    }
  }
}

// The same for functions of several inputs.
int apply_on_last(int op, int dtype, const silu_input* inputs, const silu_output* outputs, const double* parameters,
                  std::size_t n) {
  return call_apply_on(silu_target_count() - 1, op, dtype, inputs, outputs, parameters, n);
}
struct OperatorWay {
  const char* name;
  int (*apply)(int op, int dtype, const silu_input* inputs, const silu_output* outputs, const double* parameters,
               std::size_t n);
};

class OperatorCalls : public testing::TestWithParam<OperatorWay> {
 protected:
  std::array<float, 4 * kCount> memory_{};

  void SetUp() override { memory_.fill(42.0f); }

  silu_input input(std::size_t first, std::ptrdiff_t stride = 1) { return {&memory_[first], 4 * stride}; }
  silu_output output(std::size_t first, std::ptrdiff_t stride = 1) { return {&memory_[first], 4 * stride}; }

  // Of a function of two inputs and one output, or three and two.
  int call(int op, std::array<silu_input, 3> inputs, std::array<silu_output, 2> outputs, std::size_t n = kCount,
           const double* parameters = nullptr, int dtype = SILU_FLOAT32) {
    return GetParam().apply(op, dtype, inputs.data(), outputs.data(), parameters, n);
  }
  void expect_refused(int wanted, int got, const std::array<float, 4 * kCount>& before) {
    EXPECT_EQ(got, wanted) << call_status_message(wanted);
    EXPECT_EQ(memory_, before);
  }
};

INSTANTIATE_TEST_SUITE_P(, OperatorCalls,
                         testing::Values(OperatorWay{"best", call_apply}, OperatorWay{"last", apply_on_last},
                                         OperatorWay{"exact", call_apply_exact}),
                         [](const auto& way) { return way.param.name; });

TEST_P(OperatorCalls, RefuseNumbersThatAreNoOperatorOrDtype) {
  const auto before = memory_;
  for (const int op : {-1, 8, 255, 256, INT_MAX, INT_MIN})
    expect_refused(SILU_ERROR_OPERATOR, call(op, {input(0), input(0)}, {output(kCount)}), before);
  for (const int dtype : {-1, 6, 255, 256, INT_MAX, INT_MIN}) {
    const int got = call(SILU_SWIGLU, {input(0), input(0)}, {output(kCount)}, kCount, nullptr, dtype);
    expect_refused(SILU_ERROR_DTYPE, got, before);
  }
}

TEST_P(OperatorCalls, RefuseNullWhereThereAreElements) {
  const auto before = memory_;
  const auto apply = GetParam().apply;
  const std::array inputs = {input(0), input(0)};
  const std::array outputs = {output(kCount)};
  expect_refused(SILU_ERROR_NULL, apply(SILU_SWISH, SILU_FLOAT32, nullptr, outputs.data(), nullptr, 1), before);
  expect_refused(SILU_ERROR_NULL, apply(SILU_SWISH, SILU_FLOAT32, inputs.data(), nullptr, nullptr, 1), before);
  expect_refused(SILU_ERROR_NULL, call(SILU_SWISH, {input(0), {nullptr, 0}}, {output(kCount)}), before);
  expect_refused(SILU_ERROR_NULL, call(SILU_SWISH, {input(0), input(0)}, {silu_output{nullptr, 4}}), before);
  expect_refused(SILU_ERROR_NULL,
                 call(SILU_SWISH_BACKWARD, {input(0), input(0), input(0)}, {output(kCount), {nullptr, 4}}), before);
  expect_refused(SILU_OK, apply(SILU_SWISH, SILU_FLOAT32, nullptr, nullptr, nullptr, 0), before);
}

TEST_P(OperatorCalls, RefuseParametersThatAreNone) {
  const auto before = memory_;
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInfinity = std::numeric_limits<double>::infinity();
  const auto status = [&](double alpha, double limit, int dtype = SILU_FLOAT32) {
    const double parameters[] = {alpha, limit};
    return GetParam().apply(SILU_SWIGLU_CLAMPED, dtype, nullptr, nullptr, parameters, 0);
  };
  EXPECT_EQ(GetParam().apply(SILU_SWIGLU_CLAMPED, SILU_FLOAT32, nullptr, nullptr, nullptr, 0), SILU_ERROR_PARAMETER);
  for (const double alpha : {kNan, kInfinity, -kInfinity, 0x1p128, 0x1.ffffffp127})  // the last rounds to 2^128
    EXPECT_EQ(status(alpha, 7), SILU_ERROR_PARAMETER) << alpha;
  for (const double limit : {kNan, -1.0, -kInfinity, -0x1p-1074}) EXPECT_EQ(status(1, limit), SILU_ERROR_PARAMETER);
  for (const double alpha : {0.0, -1.702, 0x1.fffffefffffffp127}) EXPECT_EQ(status(alpha, 7), SILU_OK) << alpha;
  for (const double limit : {0.0, -0.0, 7.0, kInfinity}) EXPECT_EQ(status(1, limit), SILU_OK) << limit;
  EXPECT_EQ(status(0x1p128, 7, SILU_FLOAT64), SILU_OK);
  EXPECT_EQ(memory_, before);
}

TEST_P(OperatorCalls, RefuseOverlap) {
  const auto before = memory_;
  const auto swiglu = [&](silu_input a, silu_input b, silu_output y) { return call(SILU_SWIGLU, {a, b}, {y}); };
  expect_refused(SILU_ERROR_OVERLAP, swiglu(input(0), input(kCount), output(1)), before);
  expect_refused(SILU_ERROR_OVERLAP, swiglu(input(0), input(kCount), output(2 * kCount - 1)), before);
  expect_refused(SILU_ERROR_OVERLAP, swiglu(input(kCount), input(0, 0), output(0)), before);       // one number for all
  expect_refused(SILU_ERROR_OVERLAP, swiglu(input(0), input(0), output(kCount - 1, -1)), before);  // the other way
  expect_refused(SILU_ERROR_OVERLAP, swiglu(input(0, 2), input(0, 2), output(2, 2)), before);
  expect_refused(SILU_ERROR_OVERLAP, swiglu(input(0), input(0), output(kCount, 0)), before);  // with itself
  expect_refused(SILU_ERROR_OVERLAP,
                 call(SILU_SWISH_BACKWARD, {input(0), input(0), input(0)}, {output(kCount), output(kCount)}), before);
  // Bytes of an element.
  silu_output between = output(kCount, 2);
  between.data = static_cast<char*>(between.data) + 2;
  expect_refused(SILU_ERROR_OVERLAP, swiglu(input(kCount, 2), input(0), between), before);
}

TEST_P(OperatorCalls, TakeTheGapsAndTheSameElements) {
  float wanted = 0;
  const silu_output one = {&wanted, 0};
  ASSERT_EQ(call(SILU_SWIGLU, {input(0), input(0)}, {one}, 1), SILU_OK);
  EXPECT_EQ(call(SILU_SWIGLU, {input(0, 2), input(0, 2)}, {output(1, 2)}), SILU_OK);
  for (std::size_t i = 0; i < 2 * kCount; ++i) EXPECT_EQ(memory_[i], i % 2 == 0 ? 42.0f : wanted);
  EXPECT_EQ(memory_[2 * kCount], 42.0f);
  EXPECT_EQ(call(SILU_SWIGLU, {input(4 * kCount - 1, -1), input(0, 0)}, {output(4 * kCount - 1, -1)}), SILU_OK);
  EXPECT_EQ(memory_[3 * kCount], wanted);
  EXPECT_EQ(memory_[3 * kCount - 1], 42.0f);
}

TEST_P(OperatorCalls, RefuseMoreThanMemoryHolds) {
  const auto before = memory_;
  for (const std::ptrdiff_t stride : {PTRDIFF_MAX, PTRDIFF_MIN})
    expect_refused(SILU_ERROR_SIZE, call(SILU_SWIGLU, {silu_input{&memory_[0], stride}, input(0)}, {output(kCount)}, 3),
                   before);
  expect_refused(SILU_ERROR_SIZE, call(SILU_SWIGLU, {input(0), input(0)}, {output(kCount)}, SIZE_MAX / 2), before);
  auto* const last = reinterpret_cast<void*>(UINTPTR_MAX - 4);
  expect_refused(SILU_ERROR_SIZE, call(SILU_SWIGLU, {input(0), input(0)}, {silu_output{last, 4}}, 2), before);
}

TEST(Targets, AreCountedNamedAndBounded) {
  const std::size_t count = silu_target_count();
  ASSERT_GE(count, 1u);
  EXPECT_STREQ(silu_target_name(count - 1), "scalar");
  EXPECT_EQ(silu_target_name(count), nullptr);
  EXPECT_EQ(silu_target_name(SIZE_MAX), nullptr);
  float x = 1.0f, y = 2.0f;
  for (std::size_t target = 0; target < count; ++target) {
    EXPECT_NE(silu_target_name(target), nullptr);
    EXPECT_EQ(call_evaluate_on(target, SILU_RELU, SILU_FLOAT32, &x, &y, 1), SILU_OK);
    EXPECT_EQ(y, 1.0f);
  }
  y = 2.0f;
  EXPECT_EQ(call_evaluate_on(count, SILU_RELU, SILU_FLOAT32, &x, &y, 1), SILU_ERROR_TARGET);
  EXPECT_EQ(call_evaluate_on(SIZE_MAX, SILU_RELU, SILU_FLOAT32, &x, &y, 1), SILU_ERROR_TARGET);
  EXPECT_EQ(y, 2.0f);
}

TEST(Messages, SayWhatWasWrongAndWhatIsAllowed) {
  EXPECT_STREQ(call_status_message(SILU_OK), "no error");
  EXPECT_STREQ(call_status_message(SILU_ERROR_FUNCTION),
               "function is not one of the library's; allowed: sigmoid, sigmoid_derivative, silu, silu_derivative, "
               "silu_second_derivative, relu, relu_derivative");
  EXPECT_STREQ(call_status_message(SILU_ERROR_DTYPE),
               "dtype is not one of the library's; allowed: float64, float32, float16, bfloat16, float8_e4m3fn, "
               "float8_e5m2");
  EXPECT_STREQ(call_status_message(SILU_ERROR_OPERATOR),
               "op is not one of the library's; allowed: silu_backward, silu_double_backward, swish, swish_backward, "
               "swiglu, swiglu_backward, swiglu_clamped, swiglu_clamped_backward");
  for (int status = SILU_ERROR_FUNCTION; status <= SILU_ERROR_QUANTISATION; ++status)
    EXPECT_NE(std::string(call_status_message(status)).find("; allowed: "), std::string::npos);
  for (const int status : {-1, SILU_ERROR_QUANTISATION + 1, INT_MAX, INT_MIN})
    EXPECT_STREQ(call_status_message(status), "status is not one of the library's");
}

TEST(Tables, EndWhereTheirCountSays) {
  const std::array functions = {"sigmoid", "sigmoid_derivative", "silu", "silu_derivative", "silu_second_derivative",
                                "relu",    "relu_derivative"};
  ASSERT_EQ(silu_function_count(), functions.size());
  for (std::size_t i = 0; i < functions.size(); ++i)
    EXPECT_STREQ(call_function_name(static_cast<int>(i)), functions[i]);
  const std::array dtypes = {"float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"};
  const std::array<std::size_t, 6> sizes = {8, 4, 2, 2, 1, 1};
  ASSERT_EQ(silu_dtype_count(), dtypes.size());
  for (std::size_t i = 0; i < dtypes.size(); ++i) {
    EXPECT_STREQ(call_dtype_name(static_cast<int>(i)), dtypes[i]);
    EXPECT_EQ(call_dtype_size(static_cast<int>(i)), sizes[i]);
  }
  struct Operator {
    const char* name;
    std::size_t inputs, outputs;
  };
  const std::array<Operator, 8> operators = {{{"silu_backward", 2, 1},
                                              {"silu_double_backward", 3, 2},
                                              {"swish", 2, 1},
                                              {"swish_backward", 3, 2},
                                              {"swiglu", 2, 1},
                                              {"swiglu_backward", 3, 2},
                                              {"swiglu_clamped", 2, 1},
                                              {"swiglu_clamped_backward", 3, 2}}};
  ASSERT_EQ(silu_operator_count(), operators.size());
  for (std::size_t i = 0; i < operators.size(); ++i) {
    EXPECT_STREQ(call_operator_name(static_cast<int>(i)), operators[i].name);
    EXPECT_EQ(call_operator_inputs(static_cast<int>(i)), operators[i].inputs);
    EXPECT_EQ(call_operator_outputs(static_cast<int>(i)), operators[i].outputs);
  }
  for (const int none : {-1, 8, 256, INT_MAX, INT_MIN}) {
    EXPECT_EQ(call_operator_name(none), nullptr);
    EXPECT_EQ(call_operator_inputs(none), 0u);
    EXPECT_EQ(call_operator_outputs(none), 0u);
  }
  for (const int none : {-1, 7, 256, INT_MAX, INT_MIN}) {
    EXPECT_EQ(call_function_name(none), nullptr);
    EXPECT_EQ(call_dtype_name(none), nullptr);
    EXPECT_EQ(call_dtype_size(none), 0u);
  }
}

}  // namespace
