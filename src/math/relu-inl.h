// SPDX-License-Identifier: Apache-2.0
// relu(x) = max(0, x), on bits: numbers above 0 stay, numbers below give +0, zeros keep their sign and
// NaN is NaN, as in PyTorch.
struct Relu {
  static constexpr silu_function kFunction = SILU_RELU;
  static constexpr bool kBitwise = true;

  template <class Format, class A, class B>
  static B value(A a, B x) {
    using Bits = typename Format::Bits;
    const B magnitude = a.bit_and(x, a.set(static_cast<Bits>(~Format::kSign)));
    const auto is_nan = a.above(magnitude, a.set(Format::kLast));
    const auto stays = a.equal(magnitude, x);
    const auto is_zero = a.equal(magnitude, a.set(Bits{0}));
    const B number = a.select(stays, x, a.select(is_zero, x, a.set(Bits{0})));
    return a.select(is_nan, a.set(Format::kNan), number);
  }
};
