// SPDX-License-Identifier: Apache-2.0
// swiglu_backward(dy, a, b) = (dy b silu'(a), dy silu(a)): the gradients for a and b.
struct SwigluBackward {
  static constexpr silu_operator kOperator = SILU_SWIGLU_BACKWARD;
  static constexpr int kInputs = 3;
  using Argument = Product<1>;
  using Terms = List<Term<SiluDerivative, Product<0, 2>>, Term<Sigmoid, Product<0, 1>>>;
};
