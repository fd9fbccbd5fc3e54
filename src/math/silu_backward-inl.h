// SPDX-License-Identifier: Apache-2.0
// silu_backward(dy, x) = dy silu'(x): the gradient for x.
struct SiluBackward {
  static constexpr silu_operator kOperator = SILU_SILU_BACKWARD;
  static constexpr int kInputs = 2;
  using Argument = Product<1>;
  using Terms = List<Term<SiluDerivative, Product<0>>>;
};
