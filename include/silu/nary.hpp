// SPDX-License-Identifier: Apache-2.0
/// What silu.hpp and parallel.hpp share: a function of several inputs as an object that is called with numbers, or
/// with ranges and numbers for the inputs and ranges for the results.
///
/// No floating-point arithmetic happens here, so that a user's -ffast-math changes nothing.
#ifndef SILU_NARY_HPP
#define SILU_NARY_HPP

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "silu/silu.h"
#include "silu/types.hpp"
#include "silu/unary.hpp"

namespace silu {

/// The parameters of the clamped functions; by default those of gpt-oss.  alpha is finite, and rounded to float32
/// except beside float64; limit is 0 to infinity, and rounded to the dtype.
///
/// Example:
///   assert(silu::swiglu_clamped(9.0, 1.0, {}) == silu::swiglu_clamped(7.0, 1.0, {.alpha = 1.702, .limit = 7}));
struct Clamp {
  double alpha = 1.702;
  double limit = 7;
};

/// The gradients that silu_double_backward gives for numbers.
///
/// Example:
///   const auto [ddy, dx] = silu::silu_double_backward(2.0, 3.0, 0.0);
///   assert(ddy == 1.0 && dx == 3.0);
template <element T>
struct SiluDoubleBackward {
  T ddy, dx;
};

/// The gradients that swish_backward gives for numbers.
///
/// Example:
///   const silu::SwishBackward<double> gradients = silu::swish_backward(1.0, 4.0, 0.0);
///   assert(gradients.dx == 0.5 && gradients.dbeta == 4.0);
template <element T>
struct SwishBackward {
  T dx, dbeta;
};

/// The gradients that swiglu_backward and swiglu_clamped_backward give for numbers.
///
/// Example:
///   const auto [da, db] = silu::swiglu_backward(1.0, 0.0, 8.0);
///   assert(da == 4.0 && db == 0.0);
template <element T>
struct SwigluBackward {
  T da, db;
};

/// A range that holds two operands, a and b (or their gradients), in rows of d of the one and d of the other: what
/// split_halves and interleaved return.
///
/// Example:
///   std::vector<float> ab(6);
///   const silu::Paired<float> view = silu::split_halves(ab, 3);
///   assert(view.elements.size() == 6 && view.d == 3);
template <class T>
struct Paired {
  std::span<T> elements;
  std::size_t d;
};

namespace detail {

// Of the functions, in the order of silu_operator.
struct Signature {
  std::array<const char*, 3> inputs;
  std::array<const char*, 2> outputs;
  const char* paired_inputs;  // the name of the last two inputs in one range, and of the outputs
  const char* paired_outputs;
  bool clamped;
};

inline constexpr std::array<Signature, 8> kSignatures = {{
    {{"dy", "x"}, {"dx"}, nullptr, nullptr, false},
    {{"ddx", "dy", "x"}, {"ddy", "dx"}, nullptr, nullptr, false},
    {{"x", "beta"}, {"y"}, nullptr, nullptr, false},
    {{"dy", "x", "beta"}, {"dx", "dbeta"}, nullptr, nullptr, false},
    {{"a", "b"}, {"y"}, "ab", nullptr, false},
    {{"dy", "a", "b"}, {"da", "db"}, "ab", "dab", false},
    {{"a", "b"}, {"y"}, "ab", nullptr, true},
    {{"dy", "a", "b"}, {"da", "db"}, "ab", "dab", true},
}};

template <silu_operator op, class T>
struct ResultOf {
  using type = T;
};
template <class T>
struct ResultOf<SILU_SILU_DOUBLE_BACKWARD, T> {
  using type = SiluDoubleBackward<T>;
};
template <class T>
struct ResultOf<SILU_SWISH_BACKWARD, T> {
  using type = SwishBackward<T>;
};
template <class T>
struct ResultOf<SILU_SWIGLU_BACKWARD, T> {
  using type = SwigluBackward<T>;
};
template <class T>
struct ResultOf<SILU_SWIGLU_CLAMPED_BACKWARD, T> {
  using type = SwigluBackward<T>;
};

template <class Range>
using ElementOf = std::remove_cv_t<typename SpanOf<Range>::element_type>;

// Whether X is a number T, or a range of such.
template <class X, class T>
struct IsOperand : std::is_same<std::remove_cvref_t<X>, T> {};
template <readable X, class T>
struct IsOperand<X, T> : std::is_same<ElementOf<X>, T> {};

// What a caller gave: one operand, or two in one range.
struct Argument {
  const char* name;
  bool output, number;
  char* data;         // not written to unless an output
  std::size_t count;  // elements of an operand
  std::size_t d;      // of Paired; 0 for one operand
  std::size_t size;   // bytes of an element

  std::size_t operands() const { return d == 0 ? 1 : 2; }
  std::size_t bytes() const { return count * operands() * size; }
};

// A number is copied: the caller's may be an element of an output.
template <class T, class X>
auto hold(const X& x) {
  if constexpr (std::is_same_v<X, T>) {
    return x;
  } else {
    return std::span<const T>(x);
  }
}

template <class T>
char* bytes_of(T* elements) {
  return const_cast<char*>(reinterpret_cast<const char*>(elements));
}

template <class T>
Argument input(const char* name, const T& number) {
  return {name, false, true, bytes_of(&number), 1, 0, sizeof(T)};
}
template <class T>
Argument input(const char* name, const std::span<const T>& x) {
  return {name, false, false, bytes_of(x.data()), x.size(), 0, sizeof(T)};
}
template <class T>
Argument output(const char* name, std::span<T> y) {
  return {name, true, false, bytes_of(y.data()), y.size(), 0, sizeof(T)};
}
template <class T>
Argument paired(const char* name, bool output, Paired<T> both) {
  const std::size_t length = both.elements.size(), d = both.d;
  if (length != 0 && (d == 0 || d > length / 2 || length % (2 * d) != 0)) {
    refuse(std::string(name) + " has " + std::to_string(length) + " elements, d is " + std::to_string(d) +
           "; allowed: whole rows of 2 d");
  }
  return {name, output, false, bytes_of(both.elements.data()), length / 2, d == 0 ? 1 : d, sizeof(T)};
}

inline std::string length_of(const Argument& argument) {
  return std::string(argument.name) + " has " + std::to_string(argument.count) +
         (argument.d == 0 ? " elements" : " pairs");
}

inline bool overlap(const Argument& a, const Argument& b) {
  const auto at = reinterpret_cast<std::uintptr_t>(a.data), other = reinterpret_cast<std::uintptr_t>(b.data);
  return at < other + b.bytes() && other < at + a.bytes();
}

// What all arguments must agree upon: how many elements, in rows of how many.
struct Shape {
  std::size_t count, columns;
};

inline Shape check(std::span<const Argument> arguments) {
  const Argument *first = nullptr, *halves = nullptr;
  for (const Argument& each : arguments) {
    if (each.number) continue;
    if (first == nullptr) first = &each;
    if (each.count != first->count) refuse(length_of(*first) + ", " + length_of(each) + "; allowed: equal lengths");
    if (each.d <= 1) continue;
    if (halves == nullptr) halves = &each;
    if (each.d != halves->d) {
      refuse("d is " + std::to_string(halves->d) + " for " + halves->name + ", " + std::to_string(each.d) + " for " +
             each.name + "; allowed: the same");
    }
  }
  for (const Argument& to : arguments) {
    for (const Argument& from : arguments) {
      if (&from == &to) break;  // inputs come first
      if (!to.output || from.number) continue;
      const bool same = !from.output && from.data == to.data && from.d == to.d;
      if (same || !overlap(from, to)) continue;
      const bool may_be_same = !from.output && from.operands() == to.operands();
      refuse(std::string(from.name) + " and " + to.name +
             " overlap; allowed: " + (may_be_same ? "exactly the same memory, or " : "") + "none in common");
    }
  }
  return {first->count, halves == nullptr ? first->count : halves->d};
}

// A call that has been checked, row by row.
struct Rows {
  decltype(&silu_apply) apply;
  silu_operator op;
  silu_dtype dtype;
  const double* parameters;
  std::size_t columns;
  std::array<silu_input, 3> inputs{};
  std::array<silu_output, 2> outputs{};
  std::array<std::size_t, 3> input_steps{};  // bytes from row to row
  std::array<std::size_t, 2> output_steps{};

  void add(std::span<const Argument> arguments) {
    std::size_t in = 0, out = 0;
    for (const Argument& each : arguments) {
      const std::size_t stride = each.number ? 0 : each.size * (each.d == 1 ? 2 : 1);
      const std::size_t step = each.number ? 0 : each.size * each.operands() * columns;
      for (std::size_t i = 0; i < each.operands(); ++i) {
        char* const data = each.data + i * each.d * each.size;
        if (each.output) {
          outputs[out] = {data, static_cast<std::ptrdiff_t>(stride)};
          output_steps[out++] = step;
        } else {
          inputs[in] = {data, static_cast<std::ptrdiff_t>(stride)};
          input_steps[in++] = step;
        }
      }
    }
  }

  void run(std::size_t row) const {
    std::array<silu_input, 3> from = inputs;
    std::array<silu_output, 2> to = outputs;
    for (std::size_t i = 0; i < from.size(); ++i)
      if (input_steps[i] != 0) from[i].data = static_cast<const char*>(from[i].data) + row * input_steps[i];
    for (std::size_t i = 0; i < to.size(); ++i)
      if (output_steps[i] != 0) to[i].data = static_cast<char*>(to[i].data) + row * output_steps[i];
    apply(op, dtype, from.data(), to.data(), parameters, columns);  // cannot fail: checked
  }

  static void run_some(void* rows, std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) static_cast<const Rows*>(rows)->run(row);
  }
};

// silu_parallel_for in the calling thread.
inline void in_turn(std::size_t count, std::size_t /*grain*/, void (*run)(void*, std::size_t, std::size_t),
                    void* context) {
  run(context, 0, count);
}

[[noreturn]] inline void refuse_parameters(const double* parameters) {
  std::array<char, 160> why;
  std::snprintf(why.data(), why.size(),
                "alpha is %g, limit is %g; allowed: alpha finite (in float32, but for float64), limit 0 to infinity",
                parameters[0], parameters[1]);
  refuse(why.data());
}

}  // namespace detail

/// ab in rows of 2 d elements, of which the first d belong to a and the others to b: what a linear layer of 2 d outputs
/// gives.
///
/// Example:
///   const std::vector<float> ab = {1, 2, 3, 4, 5, 6, 7, 8};  // a = {1, 2, 5, 6}, b = {3, 4, 7, 8}
///   std::vector<float> y(4);
///   silu::swiglu(silu::split_halves(ab, 2), y);
///   assert(y[1] == silu::swiglu(2.0f, 4.0f) && y[2] == silu::swiglu(5.0f, 7.0f));
template <readable AB>
auto split_halves(AB&& ab, std::size_t d) {
  return Paired<typename detail::SpanOf<AB>::element_type>{std::span(std::forward<AB>(ab)), d};
}

/// ab as a0 b0 a1 b1 ..., as in gpt-oss: rows of one and one.
///
/// Example:
///   const std::vector<float> ab = {1, 2, 3, 4};  // a = {1, 3}, b = {2, 4}
///   std::vector<float> y(2);
///   silu::swiglu_clamped(silu::interleaved(ab), y, {.alpha = 1.702, .limit = 7});
///   assert(y[1] == silu::swiglu_clamped(3.0f, 4.0f, {.alpha = 1.702, .limit = 7}));
template <readable AB>
auto interleaved(AB&& ab) {
  return split_halves(std::forward<AB>(ab), 1);
}

/// An input of a function whose results are of type T: one T for all, or a range of them.
///
/// Example:
///   static_assert(silu::operand<float, float> && silu::operand<const std::vector<float>&, float>);
///   static_assert(!silu::operand<double, float> && !silu::operand<int, float>);
template <class X, class T>
concept operand = element<T> && detail::IsOperand<X, T>::value;

/// A function of several inputs.  apply is silu_apply, or has its signature and does what it does; share runs the rows
/// of split_halves, as silu_parallel_for does.
///
/// Ranges are called in the order of silu_operator: inputs, then outputs, then the parameters of the clamped ones.  An
/// output is exactly an input's memory (and in its layout), or has none in common with the other arguments.
/// Throws std::invalid_argument, with nothing written, for that, for lengths that differ, and for parameters that are
/// not allowed.
///
/// Example:
///   constexpr silu::Nary<SILU_SWIGLU, silu_apply, silu::detail::in_turn> same_as_swiglu;
///   assert(same_as_swiglu(1.0, 2.0) == silu::swiglu(1.0, 2.0));
template <silu_operator op, auto apply, auto share>
class Nary {
  static constexpr const detail::Signature& kSignature = detail::kSignatures[op];
  static constexpr std::size_t kInputs = kSignature.inputs[2] == nullptr ? 2 : 3;
  static constexpr bool kBinary = kInputs == 2;
  static constexpr bool kClamped = kSignature.clamped;
  static constexpr bool kPaired = kSignature.paired_inputs != nullptr;

  template <class T>
  using Result = typename detail::ResultOf<op, T>::type;

 public:
  /// Two inputs, one output: at numbers.
  template <element T>
  requires(kBinary && !kClamped) T operator()(T a, T b) const noexcept { return at<T>({a, b}, nullptr); }
  template <element T>
  requires(kBinary&& kClamped) T operator()(T a, T b, const Clamp& clamp) const { return at_clamped<T>({a, b}, clamp); }

  /// y[i] = the function at a[i] and b[i]; either may be a number.
  template <class A, class B, writable Y>
  requires(kBinary && !kClamped && operand<const A&, detail::ElementOf<Y>> &&
           operand<const B&, detail::ElementOf<Y>>) void
  operator()(const A& a, const B& b, Y&& y) const {
    run_binary<detail::ElementOf<Y>>(a, b, std::span(std::forward<Y>(y)), nullptr);
  }
  template <class A, class B, writable Y>
  requires(kBinary&& kClamped&& operand<const A&, detail::ElementOf<Y>>&& operand<const B&, detail::ElementOf<Y>>) void
  operator()(const A& a, const B& b, Y&& y, const Clamp& clamp) const {
    run_binary<detail::ElementOf<Y>>(a, b, std::span(std::forward<Y>(y)), &clamp);
  }

  /// The same with a and b in one range.
  template <class AB, writable Y>
  requires(kBinary&& kPaired && !kClamped && std::same_as<std::remove_const_t<AB>, detail::ElementOf<Y>>) void
  operator()(Paired<AB> ab, Y&& y) const {
    run_paired<detail::ElementOf<Y>>(ab, std::span(std::forward<Y>(y)), nullptr);
  }
  template <class AB, writable Y>
  requires(kBinary&& kPaired&& kClamped&& std::same_as<std::remove_const_t<AB>, detail::ElementOf<Y>>) void operator()(
      Paired<AB> ab, Y&& y, const Clamp& clamp) const {
    run_paired<detail::ElementOf<Y>>(ab, std::span(std::forward<Y>(y)), &clamp);
  }

  /// Three inputs, two outputs: at numbers.
  template <element T>
  requires(!kBinary && !kClamped) Result<T>
  operator()(T dy, T a, T b) const noexcept { return at<T>({dy, a, b}, nullptr); }
  template <element T>
  requires(!kBinary && kClamped) Result<T>
  operator()(T dy, T a, T b, const Clamp& clamp) const { return at_clamped<T>({dy, a, b}, clamp); }

  /// da[i] and db[i] = the outputs at dy[i], a[i] and b[i]; each input may be a number.
  template <class DY, class A, class B, writable DA, writable DB>
  requires(!kBinary && !kClamped && operand<const DY&, detail::ElementOf<DA>> &&
           operand<const A&, detail::ElementOf<DA>> && operand<const B&, detail::ElementOf<DA>> &&
           std::same_as<detail::ElementOf<DA>, detail::ElementOf<DB>>) void
  operator()(const DY& dy, const A& a, const B& b, DA&& da, DB&& db) const {
    run_ternary<detail::ElementOf<DA>>(dy, a, b, std::span(std::forward<DA>(da)), std::span(std::forward<DB>(db)),
                                       nullptr);
  }
  template <class DY, class A, class B, writable DA, writable DB>
  requires(!kBinary && kClamped && operand<const DY&, detail::ElementOf<DA>> &&
           operand<const A&, detail::ElementOf<DA>> && operand<const B&, detail::ElementOf<DA>> &&
           std::same_as<detail::ElementOf<DA>, detail::ElementOf<DB>>) void
  operator()(const DY& dy, const A& a, const B& b, DA&& da, DB&& db, const Clamp& clamp) const {
    run_ternary<detail::ElementOf<DA>>(dy, a, b, std::span(std::forward<DA>(da)), std::span(std::forward<DB>(db)),
                                       &clamp);
  }

  /// The same with a and b, and their gradients, in one range each.
  template <class DY, class AB, element T>
  requires(!kBinary && kPaired && !kClamped && operand<const DY&, T> && std::same_as<std::remove_const_t<AB>, T>) void
  operator()(const DY& dy, Paired<AB> ab, Paired<T> dab) const {
    run_paired_backward(dy, ab, dab, nullptr);
  }
  template <class DY, class AB, element T>
  requires(!kBinary && kPaired && kClamped && operand<const DY&, T> && std::same_as<std::remove_const_t<AB>, T>) void
  operator()(const DY& dy, Paired<AB> ab, Paired<T> dab, const Clamp& clamp) const {
    run_paired_backward(dy, ab, dab, &clamp);
  }

 private:
  template <class T>
  static Result<T> at(const std::array<T, kInputs>& x, const double* parameters) {
    std::array<silu_input, kInputs> inputs;
    for (std::size_t i = 0; i < kInputs; ++i) inputs[i] = {&x[i], 0};
    std::array<T, 2> y{};
    const std::array<silu_output, 2> outputs = {{{&y[0], 0}, {&y[1], 0}}};
    const silu_status status = apply(op, dtype_of<T>, inputs.data(), outputs.data(), parameters, 1);
    if (kClamped && status != SILU_OK) detail::refuse_parameters(parameters);
    if constexpr (kBinary) {
      return y[0];
    } else {
      return {y[0], y[1]};
    }
  }

  template <class T>
  static Result<T> at_clamped(const std::array<T, kInputs>& x, const Clamp& clamp) {
    const std::array parameters = {clamp.alpha, clamp.limit};
    return at<T>(x, parameters.data());
  }

  template <class T, class A, class B>
  static void run_binary(const A& a, const B& b, std::span<T> y, const Clamp* clamp) {
    const auto held_a = detail::hold<T>(a);
    const auto held_b = detail::hold<T>(b);
    run<T>({detail::input(kSignature.inputs[0], held_a), detail::input(kSignature.inputs[1], held_b),
            detail::output(kSignature.outputs[0], y)},
           clamp);
  }

  template <class T, class AB>
  static void run_paired(Paired<AB> ab, std::span<T> y, const Clamp* clamp) {
    run<T>({detail::paired(kSignature.paired_inputs, false, ab), detail::output(kSignature.outputs[0], y)}, clamp);
  }

  template <class T, class DY, class A, class B>
  static void run_ternary(const DY& dy, const A& a, const B& b, std::span<T> da, std::span<T> db, const Clamp* clamp) {
    const auto held_dy = detail::hold<T>(dy);
    const auto held_a = detail::hold<T>(a);
    const auto held_b = detail::hold<T>(b);
    run<T>({detail::input(kSignature.inputs[0], held_dy), detail::input(kSignature.inputs[1], held_a),
            detail::input(kSignature.inputs[2], held_b), detail::output(kSignature.outputs[0], da),
            detail::output(kSignature.outputs[1], db)},
           clamp);
  }

  template <class T, class DY, class AB>
  static void run_paired_backward(const DY& dy, Paired<AB> ab, Paired<T> dab, const Clamp* clamp) {
    const auto held_dy = detail::hold<T>(dy);
    run<T>({detail::input(kSignature.inputs[0], held_dy), detail::paired(kSignature.paired_inputs, false, ab),
            detail::paired(kSignature.paired_outputs, true, dab)},
           clamp);
  }

  template <class T, std::size_t size>
  static void run(const detail::Argument (&arguments)[size], const Clamp* clamp) {
    const detail::Shape shape = detail::check(arguments);
    const std::array parameters = {kClamped ? clamp->alpha : 0.0, kClamped ? clamp->limit : 0.0};
    if (kClamped && apply(op, dtype_of<T>, nullptr, nullptr, parameters.data(), 0) != SILU_OK)
      detail::refuse_parameters(parameters.data());
    if (shape.count == 0) return;
    detail::Rows rows{apply, op, dtype_of<T>, kClamped ? parameters.data() : nullptr, shape.columns};
    rows.add(arguments);
    if (shape.columns == shape.count) {
      rows.run(0);
    } else {
      share(shape.count / shape.columns, shape.columns, detail::Rows::run_some, &rows);
    }
  }
};

}  // namespace silu

#endif  // SILU_NARY_HPP
