// SPDX-License-Identifier: Apache-2.0
// relu_derivative(x) = 1 where x > 0, else +0 (at both zeros too, the usual convention); NaN is NaN.
struct ReluDerivative {
  static constexpr silu_function kFunction = SILU_RELU_DERIVATIVE;
  static constexpr bool kBitwise = true;

  template <class Format, class A, class B>
  static B value(A a, B x) {
    using Bits = typename Format::Bits;
    const B magnitude = a.bit_and(x, a.set(static_cast<Bits>(~Format::kSign)));
    const auto is_nan = a.above(magnitude, a.set(Format::kLast));
    const auto is_positive = a.above(a.select(a.equal(magnitude, x), x, a.set(Bits{0})), a.set(Bits{0}));
    const B number = a.select(is_positive, a.set(Format::kOne), a.set(Bits{0}));
    return a.select(is_nan, a.set(Format::kNan), number);
  }
};
