// SPDX-License-Identifier: Apache-2.0
// The functions of several inputs, one file each.  Every output of theirs is a product c g(u): g is a function
// of one input, and c and u are products of inputs, which are exact in a precision high enough; so that, as
// g(u) is transcendental for u other than 0, an output is never the midpoint of two numbers unless u is 0.
//
// To be included behind functions-inl.h, inside the same namespace.
template <int... inputs>
struct Product {
  static constexpr int kCount = sizeof...(inputs);
};

// The factor 1 + input, in a Product.
constexpr int plus_one(int input) { return input + 64; }

// c g(u), with c = Factors and u the operator's Argument.
template <class G_, class Factors_>
struct Term {
  using G = G_;
  using Factors = Factors_;
};

#include "math/silu_backward-inl.h"
#include "math/silu_double_backward-inl.h"
#include "math/swiglu-inl.h"
#include "math/swiglu_backward-inl.h"
#include "math/swiglu_clamped-inl.h"
#include "math/swiglu_clamped_backward-inl.h"
#include "math/swish-inl.h"
#include "math/swish_backward-inl.h"

// In the order of the registry.
using Operators = List<SiluBackward, SiluDoubleBackward, Swish, SwishBackward, Swiglu, SwigluBackward, SwigluClamped,
                       SwigluClampedBackward>;
