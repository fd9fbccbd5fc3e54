// SPDX-License-Identifier: Apache-2.0
// swish(x, beta) = x sigmoid(beta x)
//
// Ramachandran, Zoph, Le, "Searching for activation functions", arXiv:1710.05941 (2017), section 3.
struct Swish {
  static constexpr silu_operator kOperator = SILU_SWISH;
  static constexpr int kInputs = 2;
  using Argument = Product<0, 1>;
  using Terms = List<Term<Sigmoid, Product<0>>>;
};
