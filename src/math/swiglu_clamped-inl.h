// SPDX-License-Identifier: Apache-2.0
// swiglu_clamped(a, b; alpha, limit) = a' sigmoid(alpha a') (b' + 1), with a' = min(a, limit) and
// b' = max(-limit, min(b, limit)).
//
// The gate of gpt-oss (OpenAI, "gpt-oss-120b & gpt-oss-20b model card", arXiv:2508.10925, 2025) with
// alpha = 1.702 and limit = 7.  The parameter alpha is the last input.
struct SwigluClamped {
  static constexpr silu_operator kOperator = SILU_SWIGLU_CLAMPED;
  static constexpr int kInputs = 2;
  static constexpr int kGate = 0, kLinear = 1;  // the inputs a and b
  using Argument = Product<0, 2>;
  using Terms = List<Term<Sigmoid, Product<0, plus_one(1)>>>;
};
