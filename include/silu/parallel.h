/* silu on several threads.  The C interface of the library silu-parallel.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SILU_PARALLEL_H
#define SILU_PARALLEL_H

#include <stddef.h>

#include "silu/silu.h"
#include "silu/sum.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What silu_evaluate does, with the same checks and the same bits, on the threads that oneTBB gives: those of
 * the caller's arena, or all.  Few elements are computed in the calling thread alone.  Allocates; where
 * memory for its tasks is short, the program ends.
 *
 * Example:
 *   float x[3] = {-1.0f, 0.0f, 1.0f}, y[3];
 *   assert(silu_parallel_evaluate(SILU_SILU, SILU_FLOAT32, x, y, 3) == SILU_OK);
 *   assert(y[1] == 0.0f);
 */
SILU_API silu_status silu_parallel_evaluate(silu_function function, silu_dtype dtype, const void *x, void *y, size_t n);

/* What silu_apply does, likewise.
 *
 * Example:
 *   float a[2] = {1.0f, -3.0f}, b[2] = {2.0f, 0.5f}, y[2];
 *   const silu_input inputs[2] = {{a, sizeof(float)}, {b, sizeof(float)}};
 *   const silu_output outputs[1] = {{y, sizeof(float)}};
 *   assert(silu_parallel_apply(SILU_SWIGLU, SILU_FLOAT32, inputs, outputs, 0, 2) == SILU_OK);
 *   assert(y[0] == 0x1.764d50p+0f);
 */
SILU_API silu_status silu_parallel_apply(silu_operator op, silu_dtype dtype, const silu_input *inputs,
                                         const silu_output *outputs, const double *parameters, size_t n);

/* What silu_swish_beta_gradient does, likewise: each thread makes a sum of its own, and these are merged.
 *
 * Example:
 *   silu_sum sum = {{0}, 0, 0};
 *   const float dy[2] = {1.0f, 2.0f}, x[2] = {1.0f, -1.0f}, beta = 1.0f;
 *   const silu_input inputs[3] = {{dy, sizeof(float)}, {x, sizeof(float)}, {&beta, 0}};
 *   assert(silu_parallel_swish_beta_gradient(&sum, SILU_FLOAT32, inputs, 2) == SILU_OK);
 *   assert(silu_sum_value(&sum) == 3 * 0x1.92a946fa34394p-3);
 */
SILU_API silu_status silu_parallel_swish_beta_gradient(silu_sum *sum, silu_dtype dtype, const silu_input *inputs,
                                                       size_t n);

/* For rows that no stride tells: calls run(context, begin, end) on those threads, for parts that make up
 * 0 <= i < count.  An i is the work of `elements` elements; few elements are one part, in the calling thread.
 *
 * Example:
 *   std::vector<int> rows(100);
 *   silu_parallel_for(
 *       rows.size(), 1000000,
 *       [](void* context, std::size_t begin, std::size_t end) {
 *         for (std::size_t i = begin; i < end; ++i) ++(*static_cast<std::vector<int>*>(context))[i];
 *       },
 *       &rows);
 *   assert(rows == std::vector<int>(100, 1));
 */
SILU_API void silu_parallel_for(size_t count, size_t elements, void (*run)(void *context, size_t begin, size_t end),
                                void *context);

#ifdef __cplusplus
}
#endif
#endif /* SILU_PARALLEL_H */
