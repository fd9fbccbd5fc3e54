// SPDX-License-Identifier: Apache-2.0
/// What silu.hpp and parallel.hpp share: a function of one input as an object that is called with a number, with a
/// range in place, or with a range and one for the results.
///
/// No arithmetic happens here, so that a user's -ffast-math changes nothing.
#ifndef SILU_UNARY_HPP
#define SILU_UNARY_HPP

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#if !defined(__cpp_exceptions)
#include <cstdio>
#include <cstdlib>
#endif

#include "silu/silu.h"
#include "silu/types.hpp"

namespace silu {
namespace detail {

// Throws std::invalid_argument; where exceptions are off, prints the sentence and aborts.
[[noreturn]] inline void refuse(const std::string& why) {
#if defined(__cpp_exceptions)
  throw std::invalid_argument(why);
#else
  std::fprintf(stderr, "silu: %s\n", why.c_str());
  std::abort();
#endif
}

inline void accept(silu_status status) {
  if (status != SILU_OK) refuse(silu_status_message(status));
}

template <class Range>
using SpanOf = decltype(std::span(std::declval<Range>()));

}  // namespace detail

/// Something contiguous that std::span can view, of an element type of the library: std::vector, std::array, std::span,
/// a C array, and whatever else has contiguous iterators.
///
/// Example:
///   static_assert(silu::readable<const std::vector<float>&> && !silu::readable<std::list<float>&>);
template <class Range>
concept readable = requires {
  typename detail::SpanOf<Range>;
}
&&element<typename detail::SpanOf<Range>::value_type>;

/// The same, and its elements can be changed.
///
/// Example:
///   static_assert(silu::writable<std::vector<float>&> && !silu::writable<const std::vector<float>&>);
template <class Range>
concept writable = readable<Range> && !std::is_const_v<typename detail::SpanOf<Range>::element_type>;

/// Two ranges of one element type, the second of them writable.
///
/// Example:
///   static_assert(silu::readable_into<float (&)[3], std::span<float>>);
///   static_assert(!silu::readable_into<float (&)[3], std::span<double>>);
template <class From, class To>
concept readable_into = readable<From> && writable<To> && std::is_same_v < typename detail::SpanOf<From>::value_type,
typename detail::SpanOf<To>::value_type > ;

/// A function of one input; evaluate is silu_evaluate, or has its signature and does what it does.
///
/// Example:
///   constexpr silu::Unary<SILU_SILU, silu_evaluate> same_as_silu;
///   assert(same_as_silu(1.0) == silu::silu(1.0));
template <silu_function function, auto evaluate>
struct Unary {
  /// The function at x.
  template <element T>
  T operator()(T x) const noexcept {
    evaluate(function, dtype_of<T>, &x, &x, 1);  // has no way to fail
    return x;
  }

  /// y[i] = the function at x[i].  Throws std::invalid_argument, with nothing written, where the lengths differ or
  /// the ranges overlap without being the same memory.
  template <class X, class Y>
  requires readable_into<const X&, Y>
  void operator()(const X& x, Y&& y) const {
    run<typename detail::SpanOf<Y>::value_type>(std::span(x), std::span(std::forward<Y>(y)));
  }

  /// x[i] = the function at x[i].
  template <writable X>
  void operator()(X&& x) const {
    const std::span both(std::forward<X>(x));
    run<typename detail::SpanOf<X>::value_type>(both, both);
  }

 private:
  template <class T>
  static void run(std::span<const T> x, std::span<T> y) {
    if (x.size() != y.size()) {
      detail::refuse("x has " + std::to_string(x.size()) + " elements, y has " + std::to_string(y.size()) +
                     "; allowed: equal lengths");
    }
    detail::accept(evaluate(function, dtype_of<T>, x.data(), y.data(), x.size()));
  }
};

}  // namespace silu

#endif  // SILU_UNARY_HPP
