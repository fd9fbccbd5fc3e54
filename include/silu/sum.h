/* Exact sums, and the gradient of a beta that all elements share.  The C interface.
 *
 * A silu_sum holds the sum of any number of float64 numbers without an error, so that no order of addition,
 * thread count or split of the data changes a bit of what silu_sum_value makes of it.  (Up to 2^1100 in magnitude, or
 * 2^76 of the largest numbers: beyond, it is NaN.)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SILU_SUM_H
#define SILU_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "silu/silu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A sum.  Set to zeros, it is 0.  A copy of its bytes is the same sum, on machines of one byte order. */
typedef struct silu_sum {
  int64_t chunks[67]; /* chunks[i] counts units of 2^(32 i - 1074) */
  uint32_t additions; /* since the last carry; a chunk has room for so many */
  uint32_t specials;  /* 1: a NaN was added, 2: +inf, 4: -inf */
} silu_sum;

/* sum += x[0] + ... + x[n - 1], float64 numbers at any alignment.  SILU_ERROR_NULL, with nothing added, where sum is
 * null, or x with n > 0.
 *
 * Example:
 *   silu_sum sum = {{0}, 0, 0};
 *   const double x[3] = {1e300, 1.0, -1e300};
 *   assert(silu_sum_add(&sum, x, 3) == SILU_OK);
 *   assert(silu_sum_value(&sum) == 1.0);
 */
SILU_API silu_status silu_sum_add(silu_sum *sum, const double *x, size_t n);

/* sum += the n terms dy x^2 sigmoid'(beta x), each the exact value rounded once to float64, for elements of dtype
 * (as in silu_apply; inputs are dy, x and beta): what swish_backward gives for beta, summed.  Allocates 512 KiB for as
 * long as it runs, if it can, where 2^17 elements or more of a 16-bit dtype share one beta (of stride 0); else nothing.
 *
 * Example:
 *   silu_sum sum = {{0}, 0, 0};
 *   const float dy[2] = {1.0f, 2.0f}, x[2] = {1.0f, -1.0f}, beta = 1.0f;
 *   const silu_input inputs[3] = {{dy, sizeof(float)}, {x, sizeof(float)}, {&beta, 0}};
 *   assert(silu_swish_beta_gradient(&sum, SILU_FLOAT32, inputs, 2) == SILU_OK);
 *   assert(silu_sum_value(&sum) == 3 * 0x1.92a946fa34394p-3);
 */
SILU_API silu_status silu_swish_beta_gradient(silu_sum *sum, silu_dtype dtype, const silu_input *inputs, size_t n);

/* sum += other. */
SILU_API silu_status silu_sum_merge(silu_sum *sum, const silu_sum *other);

/* Brings the sum into its one canonical form: sums that nothing added to both could tell apart then have equal
 * bytes. */
SILU_API silu_status silu_sum_normalise(silu_sum *sum);

/* A sum as SILU_SUM_BYTES bytes that are the same on every machine, and the same for equal sums:
 *
 *     0  7    the letters "silusum"
 *     7  1    the version of this format, 1
 *     8  272  the sum in units of 2^-1074, as an integer in two's complement, its least byte first; below 2^2174 in
 *             magnitude
 *   280  1    1: NaN, 2: +inf, 4: -inf (the integer is 0); 0 otherwise
 *
 * Example:
 *   silu_sum sum = {{0}, 0, 0}, same;
 *   const double x[2] = {1.0, 0x1p-1074};
 *   unsigned char bytes[SILU_SUM_BYTES];
 *   assert(silu_sum_add(&sum, x, 2) == SILU_OK && silu_sum_save(&sum, bytes) == SILU_OK);
 *   assert(bytes[8] == 1);
 *   assert(silu_sum_load(&same, bytes, sizeof bytes) == SILU_OK);
 *   assert(silu_sum_value(&same) == 1.0);
 */
#define SILU_SUM_BYTES 281
SILU_API silu_status silu_sum_save(const silu_sum *sum, unsigned char *bytes);

/* The sum that n bytes are.  SILU_ERROR_BYTES, with sum as it was, where no sum is saved as these. */
SILU_API silu_status silu_sum_load(silu_sum *sum, const unsigned char *bytes, size_t n);

/* The sum, rounded once to float64, to nearest, ties to even; +0 where it is 0.  With infinities or NaN among what
 * was added: as in IEEE 754, infinities of both signs make a NaN.  NaN where sum is null. */
SILU_API double silu_sum_value(const silu_sum *sum);

#ifdef __cplusplus
}
#endif
#endif /* SILU_SUM_H */
