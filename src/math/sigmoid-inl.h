// SPDX-License-Identifier: Apache-2.0
// sigmoid(x) = s = 1 / (1 + e^-x)
struct Sigmoid {
  static constexpr silu_function kFunction = SILU_SIGMOID;
  static constexpr bool kBitwise = false;
  static constexpr bool kCancels = false;
  static constexpr bool kMinusZeroOnLeft = false;
  static constexpr Right kRight = Right::kOne;
  static constexpr Start kStart = Start::kHalfRising;  // 1/2 + x/4 - ...

  template <class A, class X>
  static auto numerator(A a, X /*x*/) {
    return a.set(1.0);
  }
  template <class A, class X, class N>
  static N value(A a, X /*x*/, N e) {
    return a.div(a.set(1.0), a.add(a.set(1.0), e));
  }
};
