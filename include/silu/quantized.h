/* silu: results as 8-bit numbers with a scale, as quantised networks store them.  Part of the C interface.
 *
 * Every result is the exact real value, divided by the scale and rounded once, to nearest, ties to even.  So the bits
 * are the same on every machine.  The caller's floating-point environment is neither used nor changed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SILU_QUANTIZED_H
#define SILU_QUANTIZED_H

#include <stddef.h>
#include <stdint.h>

#include "silu/silu.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A scaled float8: y = value / scale, so that y scale is about the value (as in vLLM, where the kernels multiply by
 * 1 / scale in float32; here the quotient is the exact one).  scale is finite and above 0.  Beyond the largest number:
 * with saturate, the largest, for infinities too; without it, as in a conversion: infinity, or NaN in E4M3FN.  NaN
 * stays NaN. */
typedef struct silu_float8 {
  silu_dtype dtype; /* SILU_FLOAT8_E4M3FN or SILU_FLOAT8_E5M2 */
  double scale;
  int saturate; /* 0 or 1 */
} silu_float8;

/* y[i] = function(x[i]) / to.scale as to says, for n elements; x of SILU_FLOAT32 or SILU_BFLOAT16, and no byte of y one
 * of x.
 *
 * Example:
 *   float x[3] = {1.0f, -1.0f, 1000.0f};
 *   unsigned char y[3];
 *   const silu_float8 to = {SILU_FLOAT8_E4M3FN, 0.5, 1};
 *   assert(silu_evaluate_float8(SILU_SILU, SILU_FLOAT32, x, y, to, 3) == SILU_OK);
 *   assert(y[0] == 0x3c && y[1] == 0xb1 && y[2] == 0x7e);  // 1.5, -0.5625, 448
 */
SILU_API silu_status silu_evaluate_float8(silu_function function, silu_dtype dtype, const void *x, void *y,
                                          silu_float8 to, size_t n);

/* The same for silu(a) b, a and b the two inputs as silu_apply has them; one rounding in all.
 *
 * Example:
 *   float a[2] = {1.0f, 2.0f}, b[2] = {4.0f, -8.0f};
 *   unsigned char y[2];
 *   const silu_input inputs[2] = {{a, sizeof(float)}, {b, sizeof(float)}};
 *   const silu_output output = {y, 1};
 *   const silu_float8 to = {SILU_FLOAT8_E5M2, 1.0, 1};
 *   assert(silu_swiglu_float8(SILU_FLOAT32, inputs, &output, to, 2) == SILU_OK);
 *   assert(y[0] == 0x42 && y[1] == 0xcb);  // 3, -14
 */
SILU_API silu_status silu_swiglu_float8(silu_dtype dtype, const silu_input *inputs, const silu_output *output,
                                        silu_float8 to, size_t n);

/* The same with a scale for each of `rows` rows of d elements: scales[r] is the largest magnitude in the row's float32
 * swiglu (each value rounded to float32), divided by the largest number of to, rounded to float32, and at least 2^-126.
 * So it depends on no order.  Results saturate.  A row with NaN has the scale NaN, and NaNs; one with an infinity the
 * scale infinity, finite values giving 0 and infinite ones NaN.
 *
 * The strides of inputs and output are from row to row, in bytes; the elements of a row lie side by side.
 *
 * Example:
 *   float ab[4] = {1.0f, 3.0f, 4.0f, -8.0f};  // a row of a and b
 *   unsigned char y[2];
 *   float scale;
 *   const silu_input inputs[2] = {{ab, sizeof(ab)}, {ab + 2, sizeof(ab)}};
 *   const silu_output output = {y, 2};
 *   assert(silu_swiglu_float8_rows(SILU_FLOAT32, inputs, SILU_FLOAT8_E4M3FN, &output, &scale, 1, 2) == SILU_OK);
 *   assert(y[1] == 0xfe && scale == 0x1.a20b4p-5f);  // -448 scale = silu(3) -8
 */
SILU_API silu_status silu_swiglu_float8_rows(silu_dtype dtype, const silu_input *inputs, silu_dtype to,
                                             const silu_output *output, float *scales, size_t rows, size_t d);

/* Affine 8-bit integers: q stands for (q - zero_point) scale, with q and zero_point from -128 to 127; scale is finite
 * and above 0. */
typedef struct silu_int8 {
  double scale;
  int zero_point;
} silu_int8;

/* A function from int8 to int8: table[q] for q as an unsigned char is
 * clamp(round(function((q - x.zero_point) x.scale) / y.scale) + y.zero_point, -128, 127) of the exact real quotient,
 * round to nearest, ties to even.
 *
 * Example:
 *   signed char table[256];
 *   const silu_int8 x = {0.05, 0}, y = {0.025, -117};
 *   assert(silu_int8_table(SILU_SILU, x, y, table) == SILU_OK);
 *   assert(table[20] == -88);  // silu(1) = 0.731 = 29 * 0.025 + ...
 */
SILU_API silu_status silu_int8_table(silu_function function, silu_int8 x, silu_int8 y, int8_t *table);

/* y[i] = table[x[i]] for n bytes and a table of 256; x and y exactly the same memory, or none in common.
 *
 * Example:
 *   unsigned char table[256] = {7, 8, 9}, x[2] = {2, 0}, y[2];
 *   assert(silu_map_bytes(table, x, y, 2) == SILU_OK && y[0] == 9 && y[1] == 7);
 */
SILU_API silu_status silu_map_bytes(const void *table, const void *x, void *y, size_t n);

/* The same on a given instruction set, as silu_evaluate_on. */
SILU_API silu_status silu_map_bytes_on(size_t target, const void *table, const void *x, void *y, size_t n);

#ifdef __cplusplus
}
#endif
#endif /* SILU_QUANTIZED_H */
