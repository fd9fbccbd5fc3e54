// SPDX-License-Identifier: Apache-2.0
// swiglu_clamped_backward(dy, a, b; alpha, limit) = (dy (b' + 1) silu'(alpha a'), dy a' sigmoid(alpha a')): the
// gradients for a and b; +0 where a, or b, is clamped, but not at the limits themselves (as in PyTorch's clamp).
struct SwigluClampedBackward {
  static constexpr silu_operator kOperator = SILU_SWIGLU_CLAMPED_BACKWARD;
  static constexpr int kInputs = 3;
  static constexpr int kGate = 1, kLinear = 2;
  using Argument = Product<1, 3>;
  using Terms = List<Term<SiluDerivative, Product<0, plus_one(2)>>, Term<Sigmoid, Product<0, 1>>>;
};
