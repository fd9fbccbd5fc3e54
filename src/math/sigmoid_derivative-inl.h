// SPDX-License-Identifier: Apache-2.0
// sigmoid_derivative(x) = s t = s (1 - s), with t = 1 - s = e^-x s, so that neither factor cancels.
struct SigmoidDerivative {
  static constexpr silu_function kFunction = SILU_SIGMOID_DERIVATIVE;
  static constexpr bool kBitwise = false;
  static constexpr bool kCancels = false;
  static constexpr bool kMinusZeroOnLeft = false;
  static constexpr Right kRight = Right::kZero;
  static constexpr Start kStart = Start::kQuarterFalling;  // 1/4 - x^2/16 + ...

  template <class A, class X, class N>
  static N value(A a, X /*x*/, N e) {
    const N s = a.div(a.set(1.0), a.add(a.set(1.0), e));
    return a.mul(s, a.mul(e, s));
  }
};
