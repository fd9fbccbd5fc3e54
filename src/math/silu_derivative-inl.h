// SPDX-License-Identifier: Apache-2.0
// silu_derivative(x) = s (1 + x t), with t = 1 - s: by the product rule, s + x s (1 - s).
//
// The second factor has the function's only zero, at x = -(1 + W(1/e)) = -1.2784645427610738...
struct SiluDerivative {
  static constexpr silu_function kFunction = SILU_SILU_DERIVATIVE;
  static constexpr bool kBitwise = false;
  static constexpr bool kCancels = true;
  static constexpr bool kMinusZeroOnLeft = true;
  static constexpr Right kRight = Right::kOne;
  static constexpr Start kStart = Start::kHalfRising;  // 1/2 + x/2 - ...
  // A relative error d of e moves the difference by at most d (|difference| + kTerms): x s t has its maximum
  // at 0.224 (docs/proof).
  static constexpr double kTerms = 0.5;
  static constexpr double kZero = 0x1.474973c84120bp0;  // |x| at the zero

  template <class A, class N>
  static N factor(A /*a*/, N s, N /*t*/) {
    return s;
  }
  template <class A, class X, class N>
  static N difference(A a, X x, N /*s*/, N t) {
    return a.muladd(x, t, a.set(1.0));
  }
};
