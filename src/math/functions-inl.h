// SPDX-License-Identifier: Apache-2.0
// The definitions of the functions, one file each, generic over the arithmetic: floats, doubles, pairs of
// doubles, in vectors or alone, and integers of any precision.
//
// To be included inside the namespace of an instruction set, once for each; formats.h and limits.h come
// before it.  With s = 1 / (1 + e), e = e^-x, and t = 1 - s = e s, a definition has
//   value(a, x, e)                             where no two terms cancel,
//   factor(a, s, t) * difference(a, x, s, t)   where those of the difference do,
//   value<Format>(a, bits)                     where it needs no arithmetic,
// and numerator(a, x) where its value is that over 1 + e.
// `a` has the operations set, add, sub, mul, muladd (a b + c) and div; for bits, set, bit_and, above, equal and select.
#include "math/sigmoid-inl.h"
#include "math/sigmoid_derivative-inl.h"
#include "math/silu-inl.h"
#include "math/silu_derivative-inl.h"
#include "math/silu_second_derivative-inl.h"
#include "math/relu-inl.h"
#include "math/relu_derivative-inl.h"

template <class... F>
struct List {};

// In the order of the registry.
using Functions = List<Sigmoid, SigmoidDerivative, Silu, SiluDerivative, SiluSecondDerivative, Relu, ReluDerivative>;
