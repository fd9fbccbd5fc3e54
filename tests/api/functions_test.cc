// SPDX-License-Identifier: Apache-2.0
// The C++ functions: every name, dtype and way to call.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>
#include <vector>

#include "dtype_name.h"
#include "silu/silu.hpp"

namespace {

template <class T>
using Bits = std::conditional_t<
    sizeof(T) == 8, std::uint64_t,
    std::conditional_t<sizeof(T) == 4, std::uint32_t, std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint8_t>>>;

template <class T>
Bits<T> bits(T x) {
  return std::bit_cast<Bits<T>>(x);
}

template <class T>
std::vector<Bits<T>> bits(std::span<const T> x) {
  std::vector<Bits<T>> result;
  for (const T value : x) result.push_back(bits(value));
  return result;
}

// Every pattern of up to 16 bits as the upper bits of T.
template <class T>
std::vector<T> all_upper_bits() {
  constexpr int kWidth = 8 * sizeof(T), kUpper = kWidth < 16 ? kWidth : 16;
  std::vector<T> x;
  for (std::uint32_t i = 0; i < 1u << kUpper; ++i)
    x.push_back(std::bit_cast<T>(static_cast<Bits<T>>(Bits<T>(i) << (kWidth - kUpper))));
  return x;
}

template <class T>
class Functions : public testing::Test {};
using Elements = testing::Types<double, float, silu::float16, silu::bfloat16, silu::float8_e4m3fn, silu::float8_e5m2>;
TYPED_TEST_SUITE(Functions, Elements, DtypeName);

// Calls work(function, its number in the C interface) for each.
template <class Work>
void for_each_function(const Work& work) {
  work(silu::sigmoid, SILU_SIGMOID);
  work(silu::sigmoid_derivative, SILU_SIGMOID_DERIVATIVE);
  work(silu::silu, SILU_SILU);
  work(silu::silu_derivative, SILU_SILU_DERIVATIVE);
  work(silu::silu_second_derivative, SILU_SILU_SECOND_DERIVATIVE);
  work(silu::relu, SILU_RELU);
  work(silu::relu_derivative, SILU_RELU_DERIVATIVE);
}

// By mpmath, at x = -3/4: the bits in the order of silu_dtype.
constexpr std::array<std::array<std::uint64_t, 6>, 7> kAtMinusThreeQuarters = {{
    {0x3fd4885610b9b828, 0x3ea442b1, 0x3522, 0x3ea4, 0x2a, 0x35},  // sigmoid: 0.32082130082460703
    {0x3fcbe3fbb015a592, 0x3e5f1fde, 0x32f9, 0x3e5f, 0x26, 0x33},  // sigmoid_derivative: 0.21789499376181403
    {0xbfcecc811916943c, 0xbe766409, 0xb3b3, 0xbe76, 0xa7, 0xb4},  // silu: -0.24061597561845527
    {0x3fc425af5d633423, 0x3e212d7b, 0x3109, 0x3e21, 0x22, 0x31},  // silu_derivative: 0.1574000555032465
    {0x3fd8247bc5ae56e3, 0x3ec123de, 0x3609, 0x3ec1, 0x2c, 0x36},  // silu_second_derivative: 0.37722677521501975
    {0, 0, 0, 0, 0, 0},                                            // relu
    {0, 0, 0, 0, 0, 0},                                            // relu_derivative
}};

TYPED_TEST(Functions, HaveTheirValues) {
  const auto x = static_cast<TypeParam>(-0.75f);
  for_each_function([x](const auto& function, silu_function number) {
    EXPECT_EQ(bits(function(x)), kAtMinusThreeQuarters[number][silu::dtype_of<TypeParam>])
        << silu_function_name(number);
  });
  EXPECT_EQ(bits(silu::relu(static_cast<TypeParam>(0.75f))), bits(static_cast<TypeParam>(0.75f)));
  EXPECT_EQ(bits(silu::relu_derivative(static_cast<TypeParam>(0.75f))), bits(static_cast<TypeParam>(1.0f)));
}

TYPED_TEST(Functions, AreTheSameAloneInARangeInPlaceAndFromC) {
  const std::vector<TypeParam> x = all_upper_bits<TypeParam>();
  for_each_function([&x](const auto& function, silu_function number) {
    std::vector<TypeParam> from_c(x.size()), range(x.size()), alone(x.size()), in_place = x;
    ASSERT_EQ(silu_evaluate(number, silu::dtype_of<TypeParam>, x.data(), from_c.data(), x.size()), SILU_OK);
    function(x, range);
    function(in_place);
    std::transform(x.begin(), x.end(), alone.begin(), function);
    const auto wanted = bits(std::span<const TypeParam>(from_c));
    EXPECT_EQ(bits(std::span<const TypeParam>(range)), wanted) << silu_function_name(number);
    EXPECT_EQ(bits(std::span<const TypeParam>(in_place)), wanted) << silu_function_name(number);
    EXPECT_EQ(bits(std::span<const TypeParam>(alone)), wanted) << silu_function_name(number);
  });
}

TYPED_TEST(Functions, HaveTheirLimits) {
  using T = TypeParam;
  if (silu::dtype_of<T> == SILU_FLOAT8_E4M3FN) GTEST_SKIP() << "it has no infinities";
  // From the bits, as -ffast-math may take infinities for what it likes.
  constexpr int kWidth = 8 * sizeof(T);
  constexpr int kFraction = silu::dtype_of<T> == SILU_FLOAT64    ? 52
                            : silu::dtype_of<T> == SILU_FLOAT32  ? 23
                            : silu::dtype_of<T> == SILU_FLOAT16  ? 10
                            : silu::dtype_of<T> == SILU_BFLOAT16 ? 7
                                                                 : 2;
  constexpr auto kSign = static_cast<Bits<T>>(Bits<T>{1} << (kWidth - 1));
  constexpr auto kInfinity = static_cast<Bits<T>>((kSign - (Bits<T>{1} << kFraction)) & (kSign - 1));
  constexpr auto kNan = static_cast<Bits<T>>(kInfinity | Bits<T>{1} << (kFraction - 1));
  const Bits<T> one = bits(static_cast<T>(1.0f));
  const T minus = std::bit_cast<T>(static_cast<Bits<T>>(kInfinity | kSign)), plus = std::bit_cast<T>(kInfinity);
  const volatile Bits<T> minus_zero = kSign;  // a constant one would be +0 to -ffast-math on Arm

  EXPECT_EQ(bits(silu::sigmoid(minus)), 0u);
  EXPECT_EQ(bits(silu::sigmoid(plus)), one);
  EXPECT_EQ(bits(silu::sigmoid_derivative(minus)), 0u);
  EXPECT_EQ(bits(silu::sigmoid_derivative(plus)), 0u);
  EXPECT_EQ(bits(silu::silu(minus)), kSign);
  EXPECT_EQ(bits(silu::silu(plus)), kInfinity);
  EXPECT_EQ(bits(silu::silu(std::bit_cast<T>(static_cast<Bits<T>>(minus_zero)))), kSign);
  EXPECT_EQ(bits(silu::silu(std::bit_cast<T>(Bits<T>{0}))), 0u);
  EXPECT_EQ(bits(silu::silu_derivative(minus)), kSign);
  EXPECT_EQ(bits(silu::silu_derivative(plus)), one);
  EXPECT_EQ(bits(silu::silu_second_derivative(minus)), kSign);
  EXPECT_EQ(bits(silu::silu_second_derivative(plus)), kSign);
  EXPECT_EQ(bits(silu::relu(minus)), 0u);
  EXPECT_EQ(bits(silu::relu(plus)), kInfinity);
  EXPECT_EQ(bits(silu::relu_derivative(minus)), 0u);
  EXPECT_EQ(bits(silu::relu_derivative(plus)), one);
  for_each_function([&](const auto& function, silu_function name) {
    for (const Bits<T> payload : {Bits<T>{1}, static_cast<Bits<T>>(kNan & ~kInfinity)})
      for (const Bits<T> sign : {Bits<T>{0}, kSign}) {
        const auto nan = std::bit_cast<T>(static_cast<Bits<T>>(kInfinity | payload | sign));
        EXPECT_EQ(bits(function(nan)), kNan) << silu_function_name(name);
      }
  });
}

TYPED_TEST(Functions, TakeWhateverIsContiguous) {
  using T = TypeParam;
  const T one = static_cast<T>(1.0f), two = static_cast<T>(2.0f);
  const std::vector<Bits<T>> wanted = {bits(silu::silu(one)), bits(silu::silu(two))};
  const std::vector<T> const_vector = {one, two};
  std::vector<T> vector = const_vector;
  const T const_array[] = {one, two};
  T array[2] = {one, two};
  std::array<T, 2> standard = {one, two};

  const auto expect = [&wanted](std::span<const T> got) { EXPECT_EQ(bits(got), wanted); };
  T y[2];
  silu::silu(const_vector, y), expect(y);
  silu::silu(const_array, y), expect(y);
  silu::silu(vector, std::span(y)), expect(y);
  silu::silu(std::span<const T>(array), std::span<T, 2>(y)), expect(y);
  silu::silu(std::vector<T>{one, two}, y), expect(y);
  silu::silu(const_vector, standard), expect(standard);
  silu::silu(std::span(vector)), expect(vector);
  silu::silu(array), expect(array);
}

// The compiler's own types, where it has them, give the bits of ours.
template <class Own, class Compilers>
void expect_same_bits() {
  const std::vector<Own> x = all_upper_bits<Own>();
  std::vector<Own> wanted(x.size());
  silu::silu(x, wanted);
  const std::vector<Compilers> other = all_upper_bits<Compilers>();
  std::vector<Compilers> y(other.size());
  silu::silu(other, y);
  EXPECT_EQ(bits(std::span<const Compilers>(y)), bits(std::span<const Own>(wanted)));
  EXPECT_EQ(bits(silu::silu(other[0x3f80])), bits(wanted[0x3f80]));
}

TEST(Functions, TakeTheCompilersOwnTypes) {
  expect_same_bits<silu::float16, silu::detail::CompilerFloat16>();
  expect_same_bits<silu::bfloat16, silu::detail::CompilerBfloat16>();
}

template <class... Arguments>
constexpr bool kCallable = std::is_invocable_v<decltype(silu::silu), Arguments...>;

TEST(Functions, RefuseOtherTypesWhenCompiled) {
  static_assert(!kCallable<int> && !kCallable<long double> && !kCallable<bool> && !kCallable<const char*>);
  static_assert(!kCallable<std::vector<int>&> && !kCallable<std::vector<bool>&>);
  static_assert(kCallable<std::vector<float>&> && !kCallable<const std::vector<float>&>);
  static_assert(!kCallable<std::vector<float>>);  // in place in what is gone thereafter
  static_assert(!kCallable<std::vector<float>&, std::vector<double>&>);
  static_assert(!kCallable<std::vector<float>&, const std::vector<float>&>);
  static_assert(!kCallable<std::vector<float>&, float> && !kCallable<float, float>);
  static_assert(std::is_nothrow_invocable_r_v<float, decltype(silu::silu), float>);
}

TEST(Functions, TakeNoElements) {
  std::vector<float> none;
  EXPECT_NO_THROW(silu::silu(none, none));
  EXPECT_NO_THROW(silu::silu(none));
  EXPECT_NO_THROW(silu::silu(std::span<const float>(), std::span<float>()));
}

}  // namespace
