// SPDX-License-Identifier: Apache-2.0
// swiglu(a, b) = silu(a) b = a b sigmoid(a)
//
// Shazeer, "GLU variants improve transformer", arXiv:2002.05202 (2020), equation 6.
struct Swiglu {
  static constexpr silu_operator kOperator = SILU_SWIGLU;
  static constexpr int kInputs = 2;
  using Argument = Product<0>;
  using Terms = List<Term<Sigmoid, Product<0, 1>>>;
};
