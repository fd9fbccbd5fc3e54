// SPDX-License-Identifier: Apache-2.0
// The C++ functions of several inputs: every name, dtype, layout and way to call, and what they refuse.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
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
std::vector<Bits<T>> bits(const std::vector<T>& x) {
  std::vector<Bits<T>> result;
  for (const T value : x) result.push_back(bits(value));
  return result;
}

constexpr silu::Clamp kClamp{.alpha = 1.702, .limit = 7};
constexpr double kParameters[] = {kClamp.alpha, kClamp.limit};

// Calls the function, with the parameters where it has some.
template <class F, class... X>
decltype(auto) call(const F& function, X&&... x) {
  if constexpr (std::is_invocable_v<F, X...>) {
    return function(std::forward<X>(x)...);
  } else {
    return function(std::forward<X>(x)..., kClamp);
  }
}

template <class F, class... X>
constexpr bool kCallable = std::is_invocable_v<F, X...> || std::is_invocable_v<F, X..., silu::Clamp>;

template <class F>
constexpr bool kBinary = kCallable<F, float, float>;

// Calls work(function, its number in the C interface) for each.
template <class Work>
void for_each_operator(const Work& work) {
  work(silu::silu_backward, SILU_SILU_BACKWARD);
  work(silu::silu_double_backward, SILU_SILU_DOUBLE_BACKWARD);
  work(silu::swish, SILU_SWISH);
  work(silu::swish_backward, SILU_SWISH_BACKWARD);
  work(silu::swiglu, SILU_SWIGLU);
  work(silu::swiglu_backward, SILU_SWIGLU_BACKWARD);
  work(silu::swiglu_clamped, SILU_SWIGLU_CLAMPED);
  work(silu::swiglu_clamped_backward, SILU_SWIGLU_CLAMPED_BACKWARD);
}

template <class T>
struct Outputs {
  std::vector<T> first, second;  // the second is empty for functions of one

  bool operator==(const Outputs& other) const {
    return bits(first) == bits(other.first) && bits(second) == bits(other.second);
  }
};

// By the C interface, element by element.
template <class T>
Outputs<T> from_c(silu_operator op, const std::array<std::vector<T>, 3>& x) {
  const std::size_t count = x[0].size();
  Outputs<T> y{std::vector<T>(count), std::vector<T>(silu_operator_outputs(op) == 2 ? count : 0)};
  for (std::size_t i = 0; i < count; ++i) {
    const silu_input inputs[] = {{&x[0][i], 0}, {&x[1][i], 0}, {&x[2][i], 0}};
    const silu_output outputs[] = {{&y.first[i], 0}, {y.second.empty() ? nullptr : &y.second[i], 0}};
    EXPECT_EQ(silu_apply(op, silu::dtype_of<T>, inputs, outputs, kParameters, 1), SILU_OK);
  }
  return y;
}

// Any bits: NaNs, infinities and subnormals among them.
template <class T>
std::array<std::vector<T>, 3> any_inputs(std::size_t count) {
  std::array<std::vector<T>, 3> x;
  std::uint64_t state = 1;
  for (std::vector<T>& each : x)
    for (std::size_t i = 0; i < count; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      // Every other one about as large as activations are.
      const auto pattern = static_cast<Bits<T>>(state >> (64 - 8 * sizeof(T)));
      const float usual = static_cast<float>(static_cast<std::int32_t>(state >> 32)) * 0x1p-28f;
      each.push_back(i % 2 == 0 ? std::bit_cast<T>(pattern) : static_cast<T>(usual));
    }
  return x;
}

template <class T>
class Operators : public testing::Test {};
using Elements = testing::Types<double, float, silu::float16, silu::bfloat16, silu::float8_e4m3fn, silu::float8_e5m2>;
TYPED_TEST_SUITE(Operators, Elements, DtypeName);

// By mpmath: the bits in the order of silu_dtype, of each output, at ddx = -3/8, dy = 5/4, x = a = -3/4, beta = 3/2,
// b = 5/2, alpha = 1.702 (as a float, but for float64).
struct Expected {
  std::array<std::array<std::uint64_t, 6>, 2> outputs;
};
constexpr std::array<Expected, 8> kExpected = {{
    // silu_backward: 0.19675006937905813
    {{{{0x3fc92f1b34bc012b, 0x3e4978da, 0x324c, 0x3e49, 0x25, 0x32}}}},
    // silu_double_backward: -0.059025020813717439, -0.17682505088204051
    {{{{0xbfae38870c14ce34, 0xbd71c438, 0xab8e, 0xbd72, 0x97, 0xac},
       {0xbfc6a23409537175, 0xbe3511a0, 0xb1a9, 0xbe35, 0xa3, 0xb2}}}},
    // swish: -0.18381375984927878
    {{{{0xbfc78735938dc0ee, 0xbe3c39ad, 0xb1e2, 0xbe3c, 0xa4, 0xb2}}}},
    // swish_backward: 0.046174212472887751, 0.13009102697128844
    {{{{0x3fa7a42578faadec, 0x3d3d212c, 0x29e9, 0x3d3d, 0x14, 0x2a},
       {0x3fc0a6d2a12c205e, 0x3e053695, 0x302a, 0x3e05, 0x20, 0x30}}}},
    // swiglu: -0.60153993904613818
    {{{{0xbfe33fd0afae1ca6, 0xbf19fe85, 0xb8d0, 0xbf1a, 0xb2, 0xb9}}}},
    // swiglu_backward: 0.49187517344764533, -0.30076996952306909
    {{{{0x3fdf7ae201eb0176, 0x3efbd710, 0x37df, 0x3efc, 0x30, 0x38},
       {0xbfd33fd0afae1ca6, 0xbe99fe85, 0xb4d0, 0xbe9a, 0xaa, 0xb5}}}},
    // swiglu_clamped: -0.5726347986287676
    {{{{0xbfe2530636952ff2, 0xbf129832, 0xb895, 0xbf13, 0xb1, 0xb9}}}},
    // swiglu_clamped_backward: 0.0018745410824986184, -0.20451242808170271
    {{{{0x3f5eb665293cdddb, 0x3af5b2a2, 0x17ae, 0x3af6, 0x01, 0x18},
       {0xbfca2d76971e447e, 0xbe516bb5, 0xb28b, 0xbe51, 0xa5, 0xb3}}}},
}};

TYPED_TEST(Operators, HaveTheirValues) {
  using T = TypeParam;
  const auto number = [](float x) { return static_cast<T>(x); };
  for_each_operator([&](const auto& function, silu_operator op) {
    const auto& expected = kExpected[op].outputs;
    const auto dtype = static_cast<std::size_t>(silu::dtype_of<T>);
    if constexpr (kBinary<decltype(function)>) {
      const T y = op == SILU_SILU_BACKWARD ? call(function, number(1.25f), number(-0.75f))
                  : op == SILU_SWISH       ? call(function, number(-0.75f), number(1.5f))
                                           : call(function, number(-0.75f), number(2.5f));
      EXPECT_EQ(bits(y), expected[0][dtype]) << silu_operator_name(op);
    } else {
      const auto [first, second] =
          op == SILU_SILU_DOUBLE_BACKWARD ? call(function, number(-0.375f), number(1.25f), number(-0.75f))
          : op == SILU_SWISH_BACKWARD     ? call(function, number(1.25f), number(-0.75f), number(1.5f))
                                          : call(function, number(1.25f), number(-0.75f), number(2.5f));
      EXPECT_EQ(bits(first), expected[0][dtype]) << silu_operator_name(op);
      EXPECT_EQ(bits(second), expected[1][dtype]) << silu_operator_name(op);
    }
  });
}

// The table of docs/contract.md.
TYPED_TEST(Operators, HaveTheirLimits) {
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
  constexpr auto kMinusInfinity = static_cast<Bits<T>>(kInfinity | kSign);
  constexpr auto kNan = static_cast<Bits<T>>(kInfinity | Bits<T>{1} << (kFraction - 1));
  const volatile Bits<T> minus_zero = kSign;  // a constant one would be +0 to -ffast-math on Arm
  const T minus = std::bit_cast<T>(kMinusInfinity), plus = std::bit_cast<T>(kInfinity), nan = std::bit_cast<T>(kNan);
  const T zero = std::bit_cast<T>(Bits<T>{0}), zero_below = std::bit_cast<T>(static_cast<Bits<T>>(minus_zero));
  const T one = static_cast<T>(1.0f), two = static_cast<T>(2.0f), eight = static_cast<T>(8.0f);
  const T minus_two = static_cast<T>(-2.0f), half = static_cast<T>(0.5f), seven = static_cast<T>(7.0f);
  const auto expect = [](T got, auto wanted) {
    if constexpr (std::is_same_v<decltype(wanted), T>) {
      EXPECT_EQ(bits(got), bits(wanted));
    } else {
      EXPECT_EQ(bits(got), wanted);
    }
  };
  const auto expect_both = [&](const auto& got, auto first, auto second) {
    const auto [a, b] = got;
    expect(a, first);
    expect(b, second);
  };

  expect(silu::silu_backward(two, minus), kSign);
  expect(silu::silu_backward(minus_two, minus), Bits<T>{0});
  expect(silu::silu_backward(plus, minus), kNan);
  expect(silu::silu_backward(two, plus), two);
  expect_both(silu::silu_double_backward(two, minus_two, minus), kSign, Bits<T>{0});
  expect_both(silu::silu_double_backward(two, minus_two, plus), two, Bits<T>{0});
  expect_both(silu::silu_double_backward(two, plus, minus), kSign, kNan);

  expect(silu::swish(two, zero), one);
  expect(silu::swish(minus, zero_below), kMinusInfinity);
  expect(silu::swish(minus, two), kSign);
  expect(silu::swish(plus, minus_two), Bits<T>{0});
  expect(silu::swish(minus, minus_two), kMinusInfinity);
  expect(silu::swish(zero, plus), Bits<T>{0});
  expect(silu::swish(zero_below, minus), kSign);
  expect(silu::swish(two, plus), two);
  expect(silu::swish(minus_two, plus), kSign);
  expect_both(silu::swish_backward(one, minus, two), kSign, Bits<T>{0});
  expect_both(silu::swish_backward(one, plus, two), one, Bits<T>{0});
  expect_both(silu::swish_backward(one, plus, zero), half, kInfinity);
  expect_both(silu::swish_backward(one, zero, plus), half, Bits<T>{0});
  expect_both(silu::swish_backward(plus, two, plus), kInfinity, kNan);

  expect(silu::swiglu(minus, two), kSign);
  expect(silu::swiglu(minus, minus), kNan);
  expect(silu::swiglu(plus, zero), kNan);
  expect(silu::swiglu(zero, plus), kNan);
  expect(silu::swiglu(plus, minus_two), kMinusInfinity);
  expect_both(silu::swiglu_backward(one, plus, two), two, kInfinity);
  expect_both(silu::swiglu_backward(one, minus, two), kSign, kSign);
  expect_both(silu::swiglu_backward(one, minus, plus), kNan, kSign);
  expect_both(silu::swiglu_backward(zero, plus, one), Bits<T>{0}, kNan);

  expect(silu::swiglu_clamped(plus, minus, kClamp), silu::swiglu_clamped(seven, static_cast<T>(-7.0f), kClamp));
  expect(silu::swiglu_clamped(minus, two, kClamp), kSign);
  expect(silu::swiglu_clamped(minus, minus_two, kClamp), Bits<T>{0});
  expect_both(silu::swiglu_clamped_backward(plus, plus, minus, kClamp), Bits<T>{0}, Bits<T>{0});
  expect_both(silu::swiglu_clamped_backward(one, eight, zero, kClamp), Bits<T>{0},
              silu::swiglu_clamped(seven, zero, kClamp));
  const auto at_limits = silu::swiglu_clamped_backward(one, seven, seven, kClamp);
  EXPECT_NE(bits(at_limits.da), 0u);
  EXPECT_NE(bits(at_limits.db), 0u);

  for_each_operator([&](const auto& function, silu_operator op) {
    for (std::size_t k = 0; k < silu_operator_inputs(op); ++k) {
      std::array<T, 3> x = {eight, eight, eight};  // beyond the limits
      x[k] = nan;
      if constexpr (kBinary<decltype(function)>) {
        expect(call(function, x[0], x[1]), kNan);
      } else {
        expect_both(call(function, x[0], x[1], x[2]), kNan, kNan);
      }
    }
  });
}

TYPED_TEST(Operators, AreTheSameAloneInRangesInPlaceAndFromC) {
  using T = TypeParam;
  constexpr std::size_t kCount = 1003;
  const auto x = any_inputs<T>(kCount);
  for_each_operator([&](const auto& function, silu_operator op) {
    const Outputs<T> wanted = from_c(op, x);
    Outputs<T> range{std::vector<T>(kCount), {}}, alone;
    if constexpr (kBinary<decltype(function)>) {
      call(function, x[0], x[1], range.first);
      for (std::size_t i = 0; i < kCount; ++i) alone.first.push_back(call(function, x[0][i], x[1][i]));
      auto into = x;
      call(function, into[0], into[1], into[0]);
      EXPECT_EQ(bits(into[0]), bits(wanted.first)) << silu_operator_name(op);
      into = x;
      call(function, into[0], into[1], into[1]);
      EXPECT_EQ(bits(into[1]), bits(wanted.first)) << silu_operator_name(op);
    } else {
      range.second.resize(kCount);
      call(function, x[0], x[1], x[2], range.first, range.second);
      for (std::size_t i = 0; i < kCount; ++i) {
        const auto [first, second] = call(function, x[0][i], x[1][i], x[2][i]);
        alone.first.push_back(first);
        alone.second.push_back(second);
      }
      for (std::size_t k = 0; k < 3; ++k) {  // in place of each pair of inputs
        auto into = x;
        auto &first = into[k], &second = into[(k + 1) % 3];
        call(function, into[0], into[1], into[2], first, second);
        EXPECT_EQ((Outputs<T>{first, second}), wanted) << silu_operator_name(op) << ", " << k;
      }
    }
    EXPECT_EQ(range, wanted) << silu_operator_name(op);
    EXPECT_EQ(alone, wanted) << silu_operator_name(op);
  });
}

TYPED_TEST(Operators, TakeANumberForAnyInput) {
  using T = TypeParam;
  constexpr std::size_t kCount = 77;
  const auto x = any_inputs<T>(kCount);
  for_each_operator([&](const auto& function, silu_operator op) {
    for (unsigned numbers = 0; numbers < (kBinary<decltype(function)> ? 4 : 8); ++numbers) {
      auto same = x;
      for (std::size_t k = 0; k < 3; ++k)
        if ((numbers >> k & 1) != 0) std::fill(same[k].begin(), same[k].end(), x[k][5]);
      const Outputs<T> wanted = from_c(op, same);
      Outputs<T> y{std::vector<T>(kCount), std::vector<T>(wanted.second.size())};
      // A number or a range, one input after the other.
      const auto choose = [&](std::size_t k, const auto& use) {
        if ((numbers >> k & 1) != 0) {
          use(x[k][5]);
        } else {
          use(x[k]);
        }
      };
      choose(0, [&](const auto& first) {
        choose(1, [&](const auto& second) {
          if constexpr (kBinary<decltype(function)>) {
            call(function, first, second, y.first);
          } else {
            choose(2, [&](const auto& third) { call(function, first, second, third, y.first, y.second); });
          }
        });
      });
      EXPECT_EQ(y, wanted) << silu_operator_name(op) << ", " << numbers;
    }
  });
}

TYPED_TEST(Operators, TakeANumberThatIsAnElementOfTheOutput) {
  using T = TypeParam;
  std::vector<T> x = any_inputs<T>(50)[0], y(x.size());
  x[1] = static_cast<T>(1.5f);
  silu::swish(x, x[1], y);
  silu::swish(x, x[1], x);
  EXPECT_EQ(bits(x), bits(y));
}

// a and b in one range, in rows of d and d.
template <class T>
std::vector<T> join(const std::vector<T>& a, const std::vector<T>& b, std::size_t d) {
  std::vector<T> ab;
  for (std::size_t row = 0; row < a.size() / d; ++row)
    for (const auto* half : {&a, &b})
      for (std::size_t i = 0; i < d; ++i) ab.push_back((*half)[row * d + i]);
  return ab;
}

TYPED_TEST(Operators, TakeBothHalvesInOneRange) {
  using T = TypeParam;
  constexpr std::size_t kCount = 96;
  const auto x = any_inputs<T>(kCount);
  const auto &dy = x[0], &a = x[1], &b = x[2];
  const auto check = [&](const auto& forward, const auto& backward) {
    std::vector<T> wanted(kCount), wanted_a(kCount), wanted_b(kCount);
    call(forward, a, b, wanted);
    call(backward, dy, a, b, wanted_a, wanted_b);
    const std::vector<T> alternating = join(a, b, 1), rows = join(a, b, 8);
    for (const std::size_t d : {1, 2, 3, 8, 32, 48, 96}) {
      const std::vector<T> ab = join(a, b, d);
      const std::vector<T> wanted_ab = join(wanted_a, wanted_b, d);
      std::vector<T> y(kCount), dab(2 * kCount), in_place = ab, dy_too = dy;
      call(forward, silu::split_halves(ab, d), y);
      call(backward, dy, silu::split_halves(ab, d), silu::split_halves(dab, d));
      call(backward, dy, silu::split_halves(in_place, d), silu::split_halves(in_place, d));
      EXPECT_EQ(bits(y), bits(wanted)) << "d = " << d;
      EXPECT_EQ(bits(dab), bits(wanted_ab)) << "d = " << d;
      EXPECT_EQ(bits(in_place), bits(wanted_ab)) << "d = " << d;
      // One layout in, the other one out.
      call(backward, dy, silu::split_halves(ab, d), silu::interleaved(dab));
      EXPECT_EQ(bits(dab), bits(join(wanted_a, wanted_b, 1))) << "d = " << d;
      call(backward, dy, silu::interleaved(alternating), silu::split_halves(dab, d));
      EXPECT_EQ(bits(dab), bits(wanted_ab)) << "d = " << d;
    }
    std::vector<T> y(kCount);
    call(forward, silu::interleaved(alternating), y);
    EXPECT_EQ(bits(y), bits(wanted));
    // A number for dy.
    std::vector<T> dab(2 * kCount);
    call(backward, dy[1], silu::split_halves(rows, 8), silu::split_halves(dab, 8));
    call(backward, std::vector<T>(kCount, dy[1]), a, b, wanted_a, wanted_b);
    EXPECT_EQ(bits(dab), bits(join(wanted_a, wanted_b, 8)));
  };
  check(silu::swiglu, silu::swiglu_backward);
  check(silu::swiglu_clamped, silu::swiglu_clamped_backward);
}

TEST(Operators, HaveTheSignaturesOfTheCInterface) {
  ASSERT_EQ(silu::detail::kSignatures.size(), silu_operator_count());
  for_each_operator([](const auto& function, silu_operator op) {
    const silu::detail::Signature& signature = silu::detail::kSignatures[op];
    EXPECT_EQ(silu_operator_inputs(op), kBinary<decltype(function)> ? 2u : 3u);
    EXPECT_EQ(silu_operator_outputs(op), kBinary<decltype(function)> ? 1u : 2u);
    EXPECT_EQ(silu_apply(op, SILU_FLOAT32, nullptr, nullptr, nullptr, 0),
              signature.clamped ? SILU_ERROR_PARAMETER : SILU_OK);
  });
}

TEST(Operators, RefuseOtherTypesWhenCompiled) {
  using Swiglu = decltype(silu::swiglu);
  using Backward = decltype(silu::swiglu_backward);
  using V = std::vector<float>&;
  using C = const std::vector<float>&;
  static_assert(std::is_nothrow_invocable_r_v<float, Swiglu, float, float>);
  static_assert(std::is_invocable_v<Swiglu, C, C, V> && std::is_invocable_v<Swiglu, C, float, std::span<float>>);
  static_assert(!std::is_invocable_v<Swiglu, float, double> && !std::is_invocable_v<Swiglu, int, int>);
  static_assert(!std::is_invocable_v<Swiglu, C, C, C> && !std::is_invocable_v<Swiglu, C, C>);
  static_assert(!std::is_invocable_v<Swiglu, C, double, V> && !std::is_invocable_v<Swiglu, C, int, V>);
  static_assert(!std::is_invocable_v<Swiglu, C, std::vector<double>&, V>);
  static_assert(!std::is_invocable_v<Swiglu, C, C, V, silu::Clamp>);
  static_assert(!std::is_invocable_v<decltype(silu::swiglu_clamped), C, C, V>);
  static_assert(std::is_invocable_v<Swiglu, silu::Paired<const float>, V>);
  static_assert(!std::is_invocable_v<Swiglu, silu::Paired<const double>, V>);
  static_assert(!std::is_invocable_v<decltype(silu::swish), silu::Paired<const float>, V>);
  static_assert(std::is_invocable_v<Backward, C, silu::Paired<const float>, silu::Paired<float>>);
  static_assert(!std::is_invocable_v<Backward, C, silu::Paired<float>, silu::Paired<const float>>);
  static_assert(std::is_nothrow_invocable_r_v<silu::SwigluBackward<float>, Backward, float, float, float>);
}

TEST(Operators, TakeNoElements) {
  std::vector<float> none;
  EXPECT_NO_THROW(silu::swiglu(none, none, none));
  EXPECT_NO_THROW(silu::swish(none, 1.0f, none));
  EXPECT_NO_THROW(silu::swiglu(silu::split_halves(none, 0), none));
  EXPECT_NO_THROW(silu::swiglu(silu::split_halves(none, 4), none));
  EXPECT_NO_THROW(silu::swiglu_backward(none, silu::interleaved(none), silu::interleaved(none)));
  EXPECT_THROW(silu::swiglu_clamped(none, none, none, {.alpha = 1, .limit = -1}), std::invalid_argument);
}

constexpr float kCanary = 42.0f;

template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

TEST(OperatorRefusals, NameTheArgumentsWithTheirLengths) {
  const std::vector<float> three(3, 1.0f), eight(8, 1.0f);
  std::vector<float> y(4, kCanary), z = y;
  const std::string equal = "; allowed: equal lengths";
  EXPECT_EQ(refusal([&] { silu::swiglu(three, y, z); }), "a has 3 elements, b has 4 elements" + equal);
  EXPECT_EQ(refusal([&] { silu::swish(three, 1.0f, z); }), "x has 3 elements, y has 4 elements" + equal);
  EXPECT_EQ(refusal([&] { silu::swish_backward(1.0f, three, 1.0f, y, z); }),
            "x has 3 elements, dx has 4 elements" + equal);
  EXPECT_EQ(refusal([&] { silu::swiglu_backward(y, y, y, y, std::span(z).first(2)); }),
            "dy has 4 elements, db has 2 elements" + equal);
  EXPECT_EQ(refusal([&] { silu::swiglu(silu::split_halves(std::span(eight).first(6), 3), y); }),
            "ab has 3 pairs, y has 4 elements" + equal);
  EXPECT_EQ(refusal([&] { silu::swiglu(silu::split_halves(eight, 3), y); }),
            "ab has 8 elements, d is 3; allowed: whole rows of 2 d");
  EXPECT_EQ(refusal([&] { silu::swiglu(silu::split_halves(eight, 0), y); }),
            "ab has 8 elements, d is 0; allowed: whole rows of 2 d");
  EXPECT_EQ(refusal([&] { silu::swiglu(silu::split_halves(eight, SIZE_MAX / 2 + 3), y); }),
            "ab has 8 elements, d is " + std::to_string(SIZE_MAX / 2 + 3) + "; allowed: whole rows of 2 d");
  EXPECT_EQ(refusal([&] { silu::swiglu(silu::interleaved(three), y); }),
            "ab has 3 elements, d is 1; allowed: whole rows of 2 d");
  std::vector<float> dab(8, kCanary);
  EXPECT_EQ(refusal([&] { silu::swiglu_backward(y, silu::split_halves(eight, 4), silu::split_halves(dab, 2)); }),
            "d is 4 for ab, 2 for dab; allowed: the same");
  EXPECT_EQ(y, std::vector<float>(4, kCanary));
  EXPECT_EQ(dab, std::vector<float>(8, kCanary));
}

TEST(OperatorRefusals, NameTheArgumentsThatOverlap) {
  std::vector<float> memory(16, kCanary);
  const std::vector<float> other(8, 1.0f);
  const std::span all(memory);
  const std::string or_same = "exactly the same memory, or none in common", none = "none in common";
  EXPECT_EQ(refusal([&] { silu::swiglu(other, all.first(8), all.subspan(1, 8)); }),
            "b and y overlap; allowed: " + or_same);
  EXPECT_EQ(refusal([&] { silu::swiglu(all.subspan(8, 8), other, all.subspan(1, 8)); }),
            "a and y overlap; allowed: " + or_same);
  EXPECT_EQ(refusal([&] { silu::swiglu_backward(other, other, other, all.first(8), all.first(8)); }),
            "da and db overlap; allowed: " + none);
  EXPECT_EQ(refusal([&] { silu::swish_backward(other, other, 1.0f, all.first(8), all.subspan(7, 8)); }),
            "dx and dbeta overlap; allowed: " + none);
  EXPECT_EQ(refusal([&] { silu::swiglu(silu::split_halves(all, 8), all.first(8)); }),
            "ab and y overlap; allowed: " + none);
  // The same memory in another layout.
  EXPECT_EQ(refusal([&] { silu::swiglu_backward(other, silu::split_halves(all, 2), silu::interleaved(all)); }),
            "ab and dab overlap; allowed: " + or_same);
  EXPECT_EQ(memory, std::vector<float>(16, kCanary));
  EXPECT_NO_THROW(silu::swiglu(other, all.first(8), all.last(8)));
  EXPECT_NO_THROW(silu::swiglu(all.last(8), all.last(8), all.first(8)));
}

TEST(OperatorRefusals, NameTheParameters) {
  // From the bits, as -ffast-math may take them for what it likes.
  const auto nan = std::bit_cast<double>(std::uint64_t{0x7ff8000000000000});
  const auto infinity = std::bit_cast<double>(std::uint64_t{0x7ff0000000000000});
  const std::string allowed = "; allowed: alpha finite (in float32, but for float64), limit 0 to infinity";
  const std::vector<float> x(4, 1.0f);
  std::vector<float> y(4, kCanary), z = y;
  EXPECT_EQ(refusal([&] { silu::swiglu_clamped(x, x, y, {.alpha = 1.5, .limit = -1}); }),
            "alpha is 1.5, limit is -1" + allowed);
  EXPECT_EQ(refusal([&] { silu::swiglu_clamped(x, x, y, {.alpha = nan, .limit = 7}); }),
            "alpha is nan, limit is 7" + allowed);
  EXPECT_EQ(refusal([&] { silu::swiglu_clamped(x, x, y, {.alpha = 1e300, .limit = 7}); }),
            "alpha is 1e+300, limit is 7" + allowed);
  EXPECT_EQ(refusal([&] { silu::swiglu_clamped(1.0, 2.0, {.alpha = infinity, .limit = 7}); }),
            "alpha is inf, limit is 7" + allowed);
  EXPECT_EQ(refusal([&] { silu::swiglu_clamped_backward(1.0f, x, x, y, z, {.alpha = 1, .limit = nan}); }),
            "alpha is 1, limit is nan" + allowed);
  EXPECT_EQ(y, std::vector<float>(4, kCanary));
  EXPECT_EQ(refusal([&] { silu::swiglu_clamped(1.0, 2.0, {.alpha = 1e300, .limit = infinity}); }), "accepted");
}

TEST(OperatorRefusals, LetTheParametersBeLeftOut) {
  EXPECT_EQ(silu::swiglu_clamped(3.0f, -9.0f, {}), silu::swiglu_clamped(3.0f, -9.0f, kClamp));
  EXPECT_EQ(silu::swiglu_clamped(3.0f, -9.0f, {.limit = 5}),
            silu::swiglu_clamped(3.0f, -9.0f, {.alpha = 1.702, .limit = 5}));
}

}  // namespace
