// SPDX-License-Identifier: Apache-2.0
// swish_backward(dy, x, beta) = (dy silu'(beta x), dy x^2 sigmoid'(beta x)): the gradients for x and beta.
//
// The first by the product rule: the derivative of x sigmoid(beta x) is s + beta x s (1 - s), silu' at beta x.
struct SwishBackward {
  static constexpr silu_operator kOperator = SILU_SWISH_BACKWARD;
  static constexpr int kInputs = 3;
  using Argument = Product<1, 2>;
  using Terms = List<Term<SiluDerivative, Product<0>>, Term<SigmoidDerivative, Product<0, 1, 1>>>;
};

// The gradient for beta alone: what a sum over elements adds up.
struct SwishBetaGradient {
  static constexpr silu_operator kOperator = SILU_SWISH_BACKWARD;
  static constexpr int kFirstOutput = 1;
  static constexpr int kInputs = 3;
  using Argument = SwishBackward::Argument;
  using Terms = List<Term<SigmoidDerivative, Product<0, 1, 1>>>;
};
