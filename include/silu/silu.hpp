// SPDX-License-Identifier: Apache-2.0
/// silu: the SiLU (Swish) activation family, correctly rounded.  The C++ interface.
///
/// Each function is an object that is called in three ways:
///   y = silu::silu(x)    the value at a number;
///   silu::silu(x, y)     y[i] = the value at x[i], for anything contiguous: std::vector, std::span, arrays;
///   silu::silu(x)        the same in place, where x is such a range.
/// Numbers are double, float, silu::float16 or silu::bfloat16.  Lengths that differ, and ranges that overlap without
/// being the same memory, throw std::invalid_argument (where exceptions are off: print why, and abort), with nothing
/// written.
///
/// Exactness, of every function: the exact real value, rounded once, to nearest, ties to even.  So the bits are the
/// same on every machine, alone or in a range, and the floating-point environment is neither used nor changed.
/// A NaN gives the canonical quiet NaN; infinities give the limits.
///
/// Below, s = sigmoid(x).
///
/// Example:
///   const std::vector<float> x = {-1.0f, 0.0f, 1.0f};
///   std::vector<float> y(x.size());
///   silu::silu(x, y);
///   assert(y[0] == -0x1.136562p-2f && y[1] == 0.0f && y[2] == silu::silu(1.0f));
///   silu::silu_derivative(y);
///   assert(y[1] == 0.5f);
#ifndef SILU_SILU_HPP
#define SILU_SILU_HPP

#include "silu/silu.h"
#include "silu/types.hpp"
#include "silu/unary.hpp"

namespace silu {

/// The logistic function.
///
/// Value: s = 1 / (1 + e^-x), in (0, 1).
/// Dtypes: float64, float32, float16, bfloat16.
/// Exactness: correctly rounded.
/// Special values: -inf gives +0, +inf gives 1, zeros give 1/2.
/// Source: Verhulst, "Recherches mathématiques sur la loi d'accroissement de la population", 1845.
///
/// Example:
///   assert(silu::sigmoid(0.0) == 0.5);
///   assert(silu::sigmoid(1.0) == 0x1.764d4f5d5a2bdp-1);  // 0.731058578630005
inline constexpr Unary<SILU_SIGMOID, silu_evaluate> sigmoid;

/// The first derivative of the logistic function.
///
/// Value: s (1 - s), in (0, 1/4].
/// Dtypes: float64, float32, float16, bfloat16.
/// Exactness: correctly rounded.
/// Special values: -inf and +inf give +0, zeros give 1/4.
/// Source: the quotient rule on sigmoid.
///
/// Example:
///   assert(silu::sigmoid_derivative(0.0) == 0.25);
///   assert(silu::sigmoid_derivative(1.0) == silu::sigmoid_derivative(-1.0));
inline constexpr Unary<SILU_SIGMOID_DERIVATIVE, silu_evaluate> sigmoid_derivative;

/// The sigmoid linear unit, also known as swish (with beta = 1).
///
/// Value: x s, in [-0.278464542761..., +inf), its minimum at x = -1.278464542761...
/// Dtypes: float64, float32, float16, bfloat16.
/// Exactness: correctly rounded.
/// Special values: -inf gives -0, +inf gives +inf, zeros keep their sign.
/// Source: Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function approximation in
/// reinforcement learning", 2018; Ramachandran, Zoph, Le, "Searching for activation functions", 2017.
///
/// Example:
///   assert(silu::silu(1.0) == 0x1.764d4f5d5a2bdp-1);     // 0.731058578630005
///   assert(silu::silu(-89.0f) == -0x1.0dd2fp-122f);      // -1.98e-37: small, not zero
///   assert(silu::silu(0x1p-149f) == 0x1p-149f);          // subnormals too
inline constexpr Unary<SILU_SILU, silu_evaluate> silu;

/// The first derivative of silu, which is an activation of its own as well (dSiLU).
///
/// Value: s (1 + x (1 - s)), in [-0.0998393201..., 1.0998393201...]; its only zero lies at silu's minimum.
/// Dtypes: float64, float32, float16, bfloat16.
/// Exactness: correctly rounded, beside its zero too.
/// Special values: -inf gives -0, +inf gives 1, zeros give 1/2.
/// Source: the product rule on x s; Elfwing, Uchibe, Doya, 2018.
///
/// Example:
///   assert(silu::silu_derivative(0.0) == 0.5);
///   assert(silu::silu_derivative(-1.25) > 0.0 && silu::silu_derivative(-1.3) < 0.0);
inline constexpr Unary<SILU_SILU_DERIVATIVE, silu_evaluate> silu_derivative;

/// The second derivative of silu.
///
/// Value: s (1 - s) (2 + x (1 - 2 s)), even; its zeros lie at x = +-2.3993572805...
/// Dtypes: float64, float32, float16, bfloat16.
/// Exactness: correctly rounded, beside its zeros too.
/// Special values: -inf and +inf give -0, zeros give 1/2.
/// Source: the product rule on silu's first derivative.
///
/// Example:
///   assert(silu::silu_second_derivative(0.0) == 0.5);
///   assert(silu::silu_second_derivative(1.0) == 0x1.359f76bed472p-2);  // 0.302366118810015
inline constexpr Unary<SILU_SILU_SECOND_DERIVATIVE, silu_evaluate> silu_second_derivative;

/// The rectified linear unit.
///
/// Value: max(0, x).
/// Dtypes: float64, float32, float16, bfloat16.
/// Exactness: exact.
/// Special values: -inf gives +0, +inf gives +inf, zeros keep their sign.
/// Source: Fukushima, "Visual feature extraction by a multilayered network of analog threshold elements", 1969;
/// Nair, Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010.
///
/// Example:
///   assert(silu::relu(2.5) == 2.5);
///   assert(silu::relu(-2.5) == 0.0);
inline constexpr Unary<SILU_RELU, silu_evaluate> relu;

/// The derivative of relu.
///
/// Value: 1 where x > 0, else 0.
/// Dtypes: float64, float32, float16, bfloat16.
/// Exactness: exact; the value at zeros is the usual convention.
/// Special values: -inf and zeros give +0, +inf gives 1.
/// Source: Nair, Hinton, 2010.
///
/// Example:
///   assert(silu::relu_derivative(2.5) == 1.0);
///   assert(silu::relu_derivative(0.0) == 0.0);
inline constexpr Unary<SILU_RELU_DERIVATIVE, silu_evaluate> relu_derivative;

}  // namespace silu

#endif  // SILU_SILU_HPP
