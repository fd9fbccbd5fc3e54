// SPDX-License-Identifier: Apache-2.0
/// The functions of silu.hpp and sum.hpp on several threads: the same objects with the same bits, in namespace
/// silu::parallel.
///
/// Link with silu::parallel (CMake) or silu-parallel (pkg-config).  The threads are oneTBB's: those of the caller's
/// arena, or all; tbb::global_control and tbb::task_arena limit them.  Few elements are computed in the calling thread
/// alone.
///
/// Example:
///   std::vector<float> x(1000000, 1.0f), y(x.size());
///   silu::parallel::silu(x, y);
///   assert(y.front() == silu::silu(1.0f) && y.back() == silu::silu(1.0f));
#ifndef SILU_PARALLEL_HPP
#define SILU_PARALLEL_HPP

#include "silu/nary.hpp"
#include "silu/parallel.h"
#include "silu/silu.h"
#include "silu/sum.hpp"
#include "silu/unary.hpp"

namespace silu::parallel {

/// silu::sigmoid on several threads.
inline constexpr Unary<SILU_SIGMOID, silu_parallel_evaluate> sigmoid;
/// silu::sigmoid_derivative on several threads.
inline constexpr Unary<SILU_SIGMOID_DERIVATIVE, silu_parallel_evaluate> sigmoid_derivative;
/// silu::silu on several threads.
inline constexpr Unary<SILU_SILU, silu_parallel_evaluate> silu;
/// silu::silu_derivative on several threads.
inline constexpr Unary<SILU_SILU_DERIVATIVE, silu_parallel_evaluate> silu_derivative;
/// silu::silu_second_derivative on several threads.
inline constexpr Unary<SILU_SILU_SECOND_DERIVATIVE, silu_parallel_evaluate> silu_second_derivative;
/// silu::relu on several threads.
inline constexpr Unary<SILU_RELU, silu_parallel_evaluate> relu;
/// silu::relu_derivative on several threads.
inline constexpr Unary<SILU_RELU_DERIVATIVE, silu_parallel_evaluate> relu_derivative;
/// silu::silu_backward on several threads.
inline constexpr Nary<SILU_SILU_BACKWARD, silu_parallel_apply, silu_parallel_for> silu_backward;
/// silu::silu_double_backward on several threads.
inline constexpr Nary<SILU_SILU_DOUBLE_BACKWARD, silu_parallel_apply, silu_parallel_for> silu_double_backward;
/// silu::swish on several threads.
inline constexpr Nary<SILU_SWISH, silu_parallel_apply, silu_parallel_for> swish;
/// silu::swish_backward on several threads.
inline constexpr Nary<SILU_SWISH_BACKWARD, silu_parallel_apply, silu_parallel_for> swish_backward;
/// silu::swiglu on several threads.
inline constexpr Nary<SILU_SWIGLU, silu_parallel_apply, silu_parallel_for> swiglu;
/// silu::swiglu_backward on several threads.
inline constexpr Nary<SILU_SWIGLU_BACKWARD, silu_parallel_apply, silu_parallel_for> swiglu_backward;
/// silu::swiglu_clamped on several threads.
inline constexpr Nary<SILU_SWIGLU_CLAMPED, silu_parallel_apply, silu_parallel_for> swiglu_clamped;
/// silu::swiglu_clamped_backward on several threads.
inline constexpr Nary<SILU_SWIGLU_CLAMPED_BACKWARD, silu_parallel_apply, silu_parallel_for> swiglu_clamped_backward;
/// silu::swish_beta_gradient on several threads.
inline constexpr SwishBetaGradient<silu_parallel_swish_beta_gradient> swish_beta_gradient;

}  // namespace silu::parallel

#endif  // SILU_PARALLEL_HPP
