// SPDX-License-Identifier: Apache-2.0
/// Exact sums, and the gradient of a beta that all elements share.  The C++ interface.
///
/// No order of addition, thread count or split of the data changes a bit: the parts of a sum can be made anywhere, sent
/// as bytes and merged in any order.  No floating-point arithmetic happens here, so that a user's -ffast-math changes
/// nothing.
///
/// Example:
///   const std::vector<float> dy = {1.0f, 2.0f, -0.5f, 4.0f}, x = {0.5f, -1.0f, 3.0f, 0.25f};
///   const float beta = 1.5f;
///   silu::sum left, right;  // of two machines
///   silu::swish_beta_gradient(std::span(dy).first(3), std::span(x).first(3), beta, left);
///   silu::swish_beta_gradient(std::span(dy).last(1), std::span(x).last(1), beta, right);
///   assert((left + right).value() == silu::swish_beta_gradient(dy, x, beta));
#ifndef SILU_SUM_HPP
#define SILU_SUM_HPP

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

#include "silu/nary.hpp"
#include "silu/silu.h"
#include "silu/sum.h"
#include "silu/types.hpp"
#include "silu/unary.hpp"

namespace silu {

/// The exact sum of any number of doubles; at first 0.  It is trivially copyable.
///
/// Special values: with infinities or NaN among what was added as in IEEE 754; infinities of both signs make a NaN.  A
/// sum of 2^1100 or more in magnitude (2^76 of the largest numbers) is NaN.
/// Source: Neal, "Fast exact summation using small and large superaccumulators", 2015.
///
/// Example:
///   silu::sum sum;
///   sum.add(std::vector<double>{1e300, 1.0, -1e300});
///   sum += 0x1p-53;
///   assert(sum.value() == 1.0);  // 1 + 2^-53, a tie, to even
///   sum += 0x1p-1074;
///   assert(sum.value() == 1.0 + 0x1p-52);
class sum {
 public:
  using bytes = std::array<std::byte, SILU_SUM_BYTES>;

  /// Adds a number.
  sum& operator+=(double x) noexcept {
    silu_sum_add(&sum_, &x, 1);  // has no way to fail
    return *this;
  }

  /// Adds what another sum holds.
  sum& operator+=(const sum& other) noexcept {
    silu_sum_merge(&sum_, &other.sum_);  // has no way to fail
    return *this;
  }
  friend sum operator+(sum one, const sum& other) noexcept { return one += other; }

  /// Adds each number of a range.
  template <class X>
  requires(readable<const X&>&& operand<const X&, double>) sum& add(const X& x) {
    const std::span<const double> numbers(x);
    detail::accept(silu_sum_add(&sum_, numbers.data(), numbers.size()));
    return *this;
  }

  /// The sum, rounded once, to nearest, ties to even; +0 where it is 0.
  double value() const noexcept { return silu_sum_value(&sum_); }

  /// Brings the sum into its one canonical form: equal sums then have equal object representations.
  sum& normalise() noexcept {
    silu_sum_normalise(&sum_);  // has no way to fail
    return *this;
  }

  /// Whether nothing that is added to both could tell them apart.  A sum that is NaN equals another one.
  friend bool operator==(const sum& one, const sum& other) noexcept { return one.to_bytes() == other.to_bytes(); }

  /// The sum as bytes that are the same on every machine, and the same for equal sums; sum.h has the format.
  ///
  /// Example:
  ///   silu::sum sum;
  ///   sum += 0.1;
  ///   assert(silu::sum::from_bytes(sum.to_bytes()) == sum);
  bytes to_bytes() const noexcept {
    bytes result;
    silu_sum_save(&sum_, reinterpret_cast<unsigned char*>(result.data()));  // has no way to fail
    return result;
  }

  /// Throws std::invalid_argument for bytes that to_bytes does not give.
  static sum from_bytes(std::span<const std::byte> from) {
    sum result;
    const bool any = !from.empty();  // an empty span's address may be null, which is another mistake
    detail::accept(any ? silu_sum_load(&result.sum_, reinterpret_cast<const unsigned char*>(from.data()), from.size())
                       : SILU_ERROR_BYTES);
    return result;
  }

  /// The sum as the C interface has it.
  silu_sum& c_sum() noexcept { return sum_; }
  const silu_sum& c_sum() const noexcept { return sum_; }

 private:
  silu_sum sum_ = {};
};

namespace detail {

// The element type of a number or of a range.
template <class X>
struct OperandElement : std::remove_cvref<X> {};
template <readable X>
struct OperandElement<X> {
  using type = ElementOf<X>;
};
template <class X>
using OperandElementOf = typename OperandElement<const X&>::type;

}  // namespace detail

/// The gradient of swish for a beta that all elements share: the terms that swish_backward has for beta, summed.
/// accumulate is silu_swish_beta_gradient, or has its signature and does what it does.
///
/// Each input is a range, or a number of the ranges' type that serves all.  Throws std::invalid_argument for lengths
/// that differ.
///
/// Example:
///   constexpr silu::SwishBetaGradient<silu_swish_beta_gradient> same;
///   assert(same(1.0, 2.0, 0.5) == silu::swish_beta_gradient(1.0, 2.0, 0.5));
template <auto accumulate>
struct SwishBetaGradient {
  /// The sum, rounded once to double.
  template <class DY, class X, class Beta>
  requires operand<const DY&, detail::OperandElementOf<DY>> && operand<const X&, detail::OperandElementOf<DY>> &&
      operand<const Beta&, detail::OperandElementOf<DY>>
  double operator()(const DY& dy, const X& x, const Beta& beta) const {
    sum total;
    (*this)(dy, x, beta, total);
    return total.value();
  }

  /// The same terms, added to a sum.
  template <class DY, class X, class Beta>
  requires operand<const DY&, detail::OperandElementOf<DY>> && operand<const X&, detail::OperandElementOf<DY>> &&
      operand<const Beta&, detail::OperandElementOf<DY>>
  void operator()(const DY& dy, const X& x, const Beta& beta, sum& total) const {
    using T = detail::OperandElementOf<DY>;
    const auto held_dy = detail::hold<T>(dy);
    const auto held_x = detail::hold<T>(x);
    const auto held_beta = detail::hold<T>(beta);
    const std::array arguments = {detail::input("dy", held_dy), detail::input("x", held_x),
                                  detail::input("beta", held_beta)};
    const bool numbers = std::all_of(arguments.begin(), arguments.end(), [](const auto& each) { return each.number; });
    std::array<silu_input, 3> inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      inputs[i] = {arguments[i].data, arguments[i].number ? 0 : static_cast<std::ptrdiff_t>(sizeof(T))};
    const std::size_t count = numbers ? 1 : detail::check(arguments).count;
    detail::accept(accumulate(&total.c_sum(), dtype_of<T>, inputs.data(), count));
  }
};

/// The gradient of swish for a beta that all elements share.
///
/// Value: the sum of dy x^2 sigmoid'(beta x), each term rounded once to double, and their exact sum once more.
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2; the result is a double.
/// Exactness: the same bits for any order, split and number of threads.
/// Special values: those of swish_backward's dbeta, summed as in IEEE 754; +0 for no elements.
/// Source: the chain rule on x sigmoid(beta x).
///
/// Example:
///   const std::vector<float> dy = {1.0f, 2.0f}, x = {1.0f, -1.0f};
///   assert(silu::swish_beta_gradient(dy, x, 1.0f) == 3 * silu::sigmoid_derivative(1.0));
inline constexpr SwishBetaGradient<silu_swish_beta_gradient> swish_beta_gradient;

}  // namespace silu

#endif  // SILU_SUM_HPP
