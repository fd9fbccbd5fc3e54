// SPDX-License-Identifier: Apache-2.0
/// Results as 8-bit numbers with a scale, as quantised networks store them.  The C++ interface.
///
///   silu::to_float8(silu::silu, x, y, {.scale = 0.1})               float or bfloat16 in, float8 out;
///   silu::to_float8(silu::swiglu, a, b, y, {.scale = 0.1})          the same of silu(a) b;
///   silu::to_float8_rows(silu::swiglu, split_halves(ab, d), y, s)   with a scale for each row, from its largest value;
///   silu::int8_table(silu::silu, {.scale = 0.05}, {.scale = 0.025, .zero_point = -117})    int8 to int8.
///
/// Exactness, of all: the exact real value, divided by the scale and rounded once, to nearest, ties to even.
///
/// Example:
///   const std::vector<float> x = {1.0f, -1.0f, 1000.0f};
///   std::vector<silu::float8_e4m3fn> y(3);
///   silu::to_float8(silu::silu, x, y, {.scale = 0.5});
///   assert(static_cast<float>(y[0]) == 1.5f && static_cast<float>(y[2]) == 448.0f);
#ifndef SILU_QUANTIZED_HPP
#define SILU_QUANTIZED_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "silu/nary.hpp"
#include "silu/quantized.h"
#include "silu/silu.h"
#include "silu/types.hpp"
#include "silu/unary.hpp"

namespace silu {

/// How a value becomes a float8: value / scale, so that the float8 times scale is about the value.  scale is finite and
/// above 0.  Beyond the largest number: with saturate the largest, for infinities too; without it, as in a conversion:
/// infinity, or NaN in float8_e4m3fn.
///
/// Example:
///   std::vector<float> x = {1e6f};
///   std::vector<silu::float8_e5m2> y(1);
///   silu::to_float8(silu::relu, x, y, {.saturate = true});
///   assert(static_cast<float>(y[0]) == 57344.0f);
struct Float8Scale {
  double scale = 1;
  bool saturate = true;
};

namespace detail {

inline void require(silu_status status) {
  if (status != SILU_OK) refuse(silu_status_message(status));
}

inline void require_lengths(const char* x, std::size_t count, const char* y, std::size_t other) {
  if (count != other) {
    refuse(std::string(x) + " has " + std::to_string(count) + " elements, " + y + " has " + std::to_string(other) +
           "; allowed: equal lengths");
  }
}

template <class T>
inline constexpr bool kIsWide = std::is_same_v<T, float> || kIsBfloat16<T>;

}  // namespace detail

/// A range of float or bfloat16, and one of a float8 type that results go to.
///
/// Example:
///   static_assert(silu::readable_as_float8<std::vector<float>&, std::vector<silu::float8_e5m2>&>);
///   static_assert(!silu::readable_as_float8<std::vector<double>&, std::vector<silu::float8_e5m2>&>);
template <class From, class To>
concept readable_as_float8 =
    readable<From> && writable<To> && detail::kIsWide<typename detail::SpanOf<From>::value_type> &&
    detail::kIsFloat8<typename detail::SpanOf<To>::value_type>;

/// y[i] = the function at x[i], divided by the scale.  Throws std::invalid_argument, with nothing written, where the
/// lengths differ, the ranges overlap or the scale is not allowed.
///
/// Example:
///   const std::array<silu::bfloat16, 1> x = {silu::bfloat16(2.0f)};
///   std::array<silu::float8_e4m3fn, 1> y;
///   silu::to_float8(silu::sigmoid, x, y, {.scale = 0.25});
///   assert(static_cast<float>(y[0]) == 3.5f);  // of 3.52
template <silu_function function, auto evaluate, class X, class Y>
requires readable_as_float8<const X&, Y>
void to_float8(const Unary<function, evaluate>& /*function*/, const X& x, Y&& y, Float8Scale scale = {}) {
  const std::span from(x);
  const std::span to(std::forward<Y>(y));
  using To = typename detail::SpanOf<Y>::value_type;
  detail::require_lengths("x", from.size(), "y", to.size());
  detail::require(silu_evaluate_float8(function, dtype_of<typename detail::SpanOf<const X&>::value_type>, from.data(),
                                       to.data(), {dtype_of<To>, scale.scale, scale.saturate ? 1 : 0}, to.size()));
}

/// y[i] = silu(a[i]) b[i], divided by the scale: one rounding in all.
///
/// Example:
///   const std::array<float, 2> a = {1.0f, 2.0f}, b = {4.0f, -8.0f};
///   std::array<silu::float8_e5m2, 2> y;
///   silu::to_float8(silu::swiglu, a, b, y);
///   assert(static_cast<float>(y[0]) == 3.0f && static_cast<float>(y[1]) == -14.0f);
template <auto apply, auto share, class A, class B, class Y>
requires readable_as_float8<const A&, Y> && readable_as_float8<const B&, Y>
void to_float8(const Nary<SILU_SWIGLU, apply, share>& /*swiglu*/, const A& a, const B& b, Y&& y,
               Float8Scale scale = {}) {
  const std::span first(a);
  const std::span second(b);
  const std::span to(std::forward<Y>(y));
  using From = typename detail::SpanOf<const A&>::value_type;
  static_assert(dtype_of<From> == dtype_of<typename detail::SpanOf<const B&>::value_type>, "a and b are of one type");
  detail::require_lengths("a", first.size(), "b", second.size());
  detail::require_lengths("a", first.size(), "y", to.size());
  constexpr auto kStride = static_cast<std::ptrdiff_t>(sizeof(From));
  const std::array<silu_input, 2> inputs = {{{first.data(), kStride}, {second.data(), kStride}}};
  const silu_output output = {to.data(), 1};
  detail::require(silu_swiglu_float8(
      dtype_of<From>, inputs.data(), &output,
      {dtype_of<typename detail::SpanOf<Y>::value_type>, scale.scale, scale.saturate ? 1 : 0}, to.size()));
}

/// y = silu(a) b for rows of a and b in one range, each divided by a scale of its own: its largest magnitude in
/// float32, divided by the largest float8 and rounded to float32 (silu_swiglu_float8_rows has the details).
///
/// Example:
///   const std::array<float, 4> ab = {1.0f, 3.0f, 4.0f, -8.0f};
///   std::array<silu::float8_e4m3fn, 2> y;
///   std::array<float, 1> scales;
///   silu::to_float8_rows(silu::swiglu, silu::split_halves(ab, 2), y, scales);
///   assert(static_cast<float>(y[1]) == -448.0f);
template <auto apply, auto share, class T, class Y>
requires readable_as_float8<std::span<T>, Y>
void to_float8_rows(const Nary<SILU_SWIGLU, apply, share>& /*swiglu*/, Paired<T> ab, Y&& y, std::span<float> scales) {
  using From = std::remove_const_t<T>;
  const std::span to(std::forward<Y>(y));
  const detail::Argument checked = detail::paired("ab", false, ab);
  const std::size_t rows = checked.count / checked.d;
  detail::require_lengths("half of ab", checked.count, "y", to.size());
  if (scales.size() != rows) {
    detail::refuse("scales has " + std::to_string(scales.size()) + " elements, ab has " + std::to_string(rows) +
                   " rows; allowed: one for each");
  }
  const auto stride = static_cast<std::ptrdiff_t>(2 * checked.d * sizeof(From));
  const std::array<silu_input, 2> inputs = {{{ab.elements.data(), stride}, {ab.elements.data() + checked.d, stride}}};
  const silu_output output = {to.data(), static_cast<std::ptrdiff_t>(checked.d)};
  detail::require(silu_swiglu_float8_rows(dtype_of<From>, inputs.data(),
                                          dtype_of<typename detail::SpanOf<Y>::value_type>, &output, scales.data(),
                                          rows, checked.d));
}

/// What an int8 stands for: (q - zero_point) scale; scale is finite and above 0, zero_point from -128 to 127.
///
/// Example:
///   const silu::Affine input = {.scale = 0.05, .zero_point = 3};
///   assert(input.zero_point == 3);
struct Affine {
  double scale;
  int zero_point = 0;
};

/// A function from int8 to int8, by a table of its 256 values: of the exact quotient, to the nearest integer, ties to
/// even, clamped.  Throws std::invalid_argument for scales and zero points that are not allowed.
///
/// Example:
///   const silu::int8_table table(silu::silu, {.scale = 0.05}, {.scale = 0.025, .zero_point = -117});
///   assert(table(20) == -88);  // silu(1) / 0.025 = 29.2
///   const std::vector<std::int8_t> x = {20, 0};
///   std::vector<std::int8_t> y(2);
///   table(x, y);
///   assert(y[0] == -88 && y[1] == -117);
class int8_table {
 public:
  template <silu_function function, auto evaluate>
  int8_table(const Unary<function, evaluate>& /*function*/, Affine x, Affine y) {
    detail::require(silu_int8_table(function, {x.scale, x.zero_point}, {y.scale, y.zero_point}, values_.data()));
  }

  /// The value at q.
  std::int8_t operator()(std::int8_t q) const noexcept { return values_[static_cast<std::uint8_t>(q)]; }

  /// y[i] = the value at x[i]; x and y are the same memory, or have none in common.
  void operator()(std::span<const std::int8_t> x, std::span<std::int8_t> y) const {
    detail::require_lengths("x", x.size(), "y", y.size());
    detail::require(silu_map_bytes(values_.data(), x.data(), y.data(), y.size()));
  }

  /// The value at q in the place of q as an unsigned byte.
  const std::array<std::int8_t, 256>& values() const noexcept { return values_; }

 private:
  std::array<std::int8_t, 256> values_;
};

}  // namespace silu

#endif  // SILU_QUANTIZED_HPP
