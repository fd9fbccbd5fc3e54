/* silu on several threads.  The C interface of the library silu-parallel.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SILU_PARALLEL_H
#define SILU_PARALLEL_H

#include <stddef.h>

#include "silu/silu.h"

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

#ifdef __cplusplus
}
#endif
#endif /* SILU_PARALLEL_H */
