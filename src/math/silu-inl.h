// SPDX-License-Identifier: Apache-2.0
// silu(x) = x s = x / (1 + e^-x)
//
// Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function approximation in
// reinforcement learning", Neural Networks 107 (2018), equation 1.
struct Silu {
  static constexpr silu_function kFunction = SILU_SILU;
  static constexpr bool kBitwise = false;
  static constexpr bool kCancels = false;
  static constexpr bool kMinusZeroOnLeft = true;
  static constexpr Right kRight = Right::kIdentity;
  static constexpr Start kStart = Start::kHalfOfX;  // x/2 + x^2/4 - ...

  template <class A, class X>
  static X numerator(A /*a*/, X x) {
    return x;
  }
  template <class A, class X, class N>
  static N value(A a, X x, N e) {
    return a.div(x, a.add(a.set(1.0), e));
  }
};
