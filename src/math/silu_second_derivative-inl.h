// SPDX-License-Identifier: Apache-2.0
// silu_second_derivative(x) = s t (2 + x (t - s)), with t = 1 - s: the derivative of s + x s t.
//
// An even function, as silu'(x) + silu'(-x) = 1; its zeros are x = +-2.3993572805154676...
struct SiluSecondDerivative {
  static constexpr silu_function kFunction = SILU_SILU_SECOND_DERIVATIVE;
  static constexpr bool kBitwise = false;
  static constexpr bool kCancels = true;
  static constexpr bool kMinusZeroOnLeft = true;
  static constexpr Right kRight = Right::kMinusZero;
  static constexpr Start kStart = Start::kHalfFalling;  // 1/2 - x^2/4 + ...
  // A relative error d of e moves the difference by at most d (|difference| + kTerms): x s t has its maximum
  // at 0.224 (docs/proof).
  static constexpr double kTerms = 0.5;
  static constexpr double kZero = 0x1.331e23ad9de11p1;  // |x| at the zeros

  template <class A, class N>
  static N factor(A a, N s, N t) {
    return a.mul(s, t);
  }
  template <class A, class X, class N>
  static N difference(A a, X x, N s, N t) {
    return a.muladd(x, a.sub(t, s), a.set(2.0));
  }
};
