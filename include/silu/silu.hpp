// SPDX-License-Identifier: Apache-2.0
/// silu: the SiLU (Swish) activation family, correctly rounded.  The C++ interface.
///
/// Each function of one input is an object that is called in three ways:
///   y = silu::silu(x)    the value at a number;
///   silu::silu(x, y)     y[i] = the value at x[i], for anything contiguous: std::vector, std::span, arrays;
///   silu::silu(x)        the same in place, where x is such a range.
/// and each function of several inputs likewise:
///   y = silu::swiglu(a, b)         the value at numbers; a struct of the gradients where there are two outputs;
///   silu::swiglu(a, b, y)          y[i] = the value at a[i] and b[i]; y may be a or b;
///   silu::swish(x, 1.5f, y)        a number of the ranges' type serves all;
///   silu::swiglu(silu::split_halves(ab, d), y), silu::swiglu(silu::interleaved(ab), y)    a and b in one range.
/// Numbers are double, float, silu::float16, silu::bfloat16, silu::float8_e4m3fn or silu::float8_e5m2.  Lengths that
/// differ, and ranges that overlap without being the same memory, throw std::invalid_argument (where exceptions are
/// off: print why, and abort), with nothing written.
///
/// Exactness, of every function: the exact real value, rounded once, to nearest, ties to even.  So the bits are the
/// same on every machine, alone or in a range, and the floating-point environment is neither used nor changed.
/// A NaN in any input gives the canonical quiet NaN; infinities give the limits.
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

#include "silu/nary.hpp"
#include "silu/silu.h"
#include "silu/types.hpp"
#include "silu/unary.hpp"

namespace silu {

/// The logistic function.
///
/// Value: s = 1 / (1 + e^-x), in (0, 1).
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
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
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
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
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
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
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
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
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
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
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
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
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
/// Exactness: exact; the value at zeros is the usual convention.
/// Special values: -inf and zeros give +0, +inf gives 1.
/// Source: Nair, Hinton, 2010.
///
/// Example:
///   assert(silu::relu_derivative(2.5) == 1.0);
///   assert(silu::relu_derivative(0.0) == 0.0);
inline constexpr Unary<SILU_RELU_DERIVATIVE, silu_evaluate> relu_derivative;

/// The gradient of silu.
///
/// Value: dy silu'(x), at inputs dy, x.
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
/// Exactness: correctly rounded: once, after the product.
/// Special values: silu'(-inf) = -0 and silu'(+inf) = 1, times dy as in IEEE 754: infinite dy at x = -inf gives NaN.
/// Source: the chain rule.
///
/// Example:
///   assert(silu::silu_backward(3.0, 0.0) == 1.5);
///   assert(silu::silu_backward(2.0f, -3.0f) == 2 * silu::silu_derivative(-3.0f));
inline constexpr Nary<SILU_SILU_BACKWARD, silu_apply, detail::in_turn> silu_backward;

/// The gradients of silu_backward for dy and x, given one, ddx, for its result.
///
/// Value: ddy = ddx silu'(x) and dx = ddx dy silu''(x), at inputs ddx, dy, x.
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
/// Exactness: correctly rounded: once, after the products.
/// Special values: the limits of silu' and silu'', then products as in IEEE 754.
/// Source: the product rule on dy silu'(x).
///
/// Example:
///   const auto [ddy, dx] = silu::silu_double_backward(2.0, 4.0, 1.0);
///   assert(ddy == 2 * silu::silu_derivative(1.0) && dx == 8 * silu::silu_second_derivative(1.0));
inline constexpr Nary<SILU_SILU_DOUBLE_BACKWARD, silu_apply, detail::in_turn> silu_double_backward;

/// Swish, with its parameter beta: a number for all, or one for each.
///
/// Value: x sigmoid(beta x), at inputs x, beta.
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
/// Exactness: correctly rounded.
/// Special values: sigmoid's limits where beta x is infinite; -0 at x = -inf for beta > 0.  beta = 0 gives x / 2.
/// Source: Ramachandran, Zoph, Le, "Searching for activation functions", 2017, section 3.
///
/// Example:
///   std::vector<float> x = {-1.0f, 0.0f, 1.0f};
///   silu::swish(x, 0.0f, x);
///   assert(x[0] == -0.5f && x[2] == 0.5f);
///   assert(silu::swish(3.0, 1.0) == silu::silu(3.0));
inline constexpr Nary<SILU_SWISH, silu_apply, detail::in_turn> swish;

/// The gradients of swish.
///
/// Value: dx = dy silu'(beta x) and dbeta = dy x^2 sigmoid'(beta x), at inputs dy, x, beta; dbeta element by element.
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
/// Exactness: correctly rounded: once, after the products.
/// Special values: the limits of silu' and sigmoid', then products as in IEEE 754.
/// Source: the product rule on x sigmoid(beta x).
///
/// Example:
///   const auto [dx, dbeta] = silu::swish_backward(1.0, 2.0, 0.0);
///   assert(dx == 0.5 && dbeta == 1.0);
inline constexpr Nary<SILU_SWISH_BACKWARD, silu_apply, detail::in_turn> swish_backward;

/// The gate of SwiGLU: a is the gate, b what it lets through.
///
/// Value: silu(a) b, at inputs a, b.
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
/// Exactness: correctly rounded: once, after the product.
/// Special values: silu(-inf) = -0 and silu(+inf) = +inf, times b as in IEEE 754: silu(+inf) 0 is NaN.
/// Source: Shazeer, "GLU variants improve transformer", 2020.
///
/// Example:
///   const std::vector<float> a = {1.5f, -2.0f}, b = {2.0f, 0.5f};
///   std::vector<float> y(2);
///   silu::swiglu(a, b, y);
///   assert(y[0] == silu::swiglu(1.5f, 2.0f) && y[1] == silu::silu(-2.0f) / 2);
///   assert(silu::swiglu(1.5, 2.0) == 0x1.39f2d75ff1acfp+1);  // 2.45272342858093
inline constexpr Nary<SILU_SWIGLU, silu_apply, detail::in_turn> swiglu;

/// The gradients of swiglu.
///
/// Value: da = dy b silu'(a) and db = dy silu(a), at inputs dy, a, b.
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
/// Exactness: correctly rounded: once, after the products.
/// Special values: the limits of silu' and silu, then products as in IEEE 754.
/// Source: the product rule on silu(a) b.
///
/// Example:
///   const std::vector<float> dy = {1.0f, 1.0f}, ab = {0.0f, 2.0f, 4.0f, 6.0f};
///   std::vector<float> dab(4);
///   silu::swiglu_backward(dy, silu::split_halves(ab, 2), silu::split_halves(dab, 2));
///   assert(dab[0] == 2.0f && dab[3] == silu::silu(2.0f));
inline constexpr Nary<SILU_SWIGLU_BACKWARD, silu_apply, detail::in_turn> swiglu_backward;

/// The clamped gate of gpt-oss, with the parameters alpha and limit.
///
/// Value: a' sigmoid(alpha a') (b' + 1), a' = min(a, limit), b' = max(-limit, min(b, limit)), at inputs a, b.
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
/// Exactness: correctly rounded: once, after the product.
/// Special values: infinities above the limits are clamped; a = -inf gives -0 (b' + 1); a NaN is not clamped.
/// Source: OpenAI, "gpt-oss-120b & gpt-oss-20b model card", 2025.
///
/// Example:
///   assert(silu::swiglu_clamped(8.0, -9.0, {.alpha = 1.702, .limit = 7}) ==
///          silu::swiglu_clamped(7.0, -7.0, {.alpha = 1.702, .limit = 7}));
///   assert(silu::swiglu_clamped(2.0, 3.0, {.alpha = 1, .limit = 7}) == 4 * silu::silu(2.0));
inline constexpr Nary<SILU_SWIGLU_CLAMPED, silu_apply, detail::in_turn> swiglu_clamped;

/// The gradients of swiglu_clamped.
///
/// Value: da = dy (b' + 1) silu'(alpha a'), +0 where a > limit; db = dy a' sigmoid(alpha a'), +0 where |b| > limit; at
/// inputs dy, a, b.
/// Dtypes: all of them: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2.
/// Exactness: correctly rounded: once, after the products.
/// Special values: the limits of silu' and sigmoid, then products as in IEEE 754; a NaN in any input gives NaN in both.
/// Source: the product rule on swiglu_clamped; at the limits themselves as PyTorch's clamp.
///
/// Example:
///   const auto [da, db] = silu::swiglu_clamped_backward(1.0, 8.0, 0.0, {.alpha = 1.702, .limit = 7});
///   assert(da == 0.0 && db == silu::swish(7.0, 1.702));
inline constexpr Nary<SILU_SWIGLU_CLAMPED_BACKWARD, silu_apply, detail::in_turn> swiglu_clamped_backward;

}  // namespace silu

#endif  // SILU_SILU_HPP
