// SPDX-License-Identifier: Apache-2.0
// silu_double_backward(ddx, dy, x) = (ddx silu'(x), ddx dy silu''(x)): the gradients for dy and x, where ddx is
// that of silu_backward's result.
struct SiluDoubleBackward {
  static constexpr silu_operator kOperator = SILU_SILU_DOUBLE_BACKWARD;
  static constexpr int kInputs = 3;
  using Argument = Product<2>;
  using Terms = List<Term<SiluDerivative, Product<0>>, Term<SiluSecondDerivative, Product<0, 1>>>;
};
