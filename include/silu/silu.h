/* silu: the SiLU (Swish) activation family, correctly rounded.  The C interface.
 *
 * Every output is the exact real value, rounded once, to nearest, ties to even,
 * into the output's dtype; so the bits are the same on every machine, for every
 * instruction set, length, alignment and number of threads.  The caller's
 * floating-point environment is neither used nor changed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SILU_SILU_H
#define SILU_SILU_H

#include <stddef.h>

#if defined(_WIN32)
#define SILU_API
#else
#define SILU_API __attribute__((visibility("default")))
#endif

/* In C++ the enumerations are ints, so that whatever number a C caller passes is a value of theirs, and refused
 * with a status.  The same ABI either way. */
#ifdef __cplusplus
#define SILU_INT : int
extern "C" {
#else
#define SILU_INT
#endif

/* The functions of one input, with s = sigmoid(x) = 1 / (1 + e^-x).  The numbers are part of the
 * ABI: new functions are added at the end. */
typedef enum silu_function SILU_INT {
  SILU_SIGMOID = 0,                /* s */
  SILU_SIGMOID_DERIVATIVE = 1,     /* s (1 - s) */
  SILU_SILU = 2,                   /* x s (Elfwing, Uchibe, Doya 2018; Swish-1 of Ramachandran et al. 2017) */
  SILU_SILU_DERIVATIVE = 3,        /* s (1 + x (1 - s)) */
  SILU_SILU_SECOND_DERIVATIVE = 4, /* s (1 - s) (2 + x (1 - 2 s)) */
  SILU_RELU = 5,                   /* max(0, x) */
  SILU_RELU_DERIVATIVE = 6         /* 1 where x > 0, else 0 */
} silu_function;

/* The functions of several inputs, and what their outputs are.  Each output is rounded once, from the exact
 * value of the whole expression.  The numbers are part of the ABI: new ones are added at the end. */
typedef enum silu_operator SILU_INT {
  SILU_SILU_BACKWARD = 0,          /* (dy, x) -> dy silu'(x) */
  SILU_SILU_DOUBLE_BACKWARD = 1,   /* (ddx, dy, x) -> ddx silu'(x); ddx dy silu''(x) */
  SILU_SWISH = 2,                  /* (x, beta) -> x sigmoid(beta x) */
  SILU_SWISH_BACKWARD = 3,         /* (dy, x, beta) -> dy silu'(beta x); dy x^2 sigmoid'(beta x) */
  SILU_SWIGLU = 4,                 /* (a, b) -> silu(a) b */
  SILU_SWIGLU_BACKWARD = 5,        /* (dy, a, b) -> dy b silu'(a); dy silu(a) */
  SILU_SWIGLU_CLAMPED = 6,         /* (a, b) -> a' sigmoid(alpha a') (b' + 1), a' = min(a, limit),
                                    * b' = max(-limit, min(b, limit)) */
  SILU_SWIGLU_CLAMPED_BACKWARD = 7 /* (dy, a, b) -> dy (b' + 1) silu'(alpha a'), +0 where a > limit;
                                    * dy a' sigmoid(alpha a'), +0 where |b| > limit */
} silu_operator;

/* The dtypes: IEEE 754 binary64, binary32, binary16; bfloat16 (the upper half of a binary32); and the 8-bit formats of
 * the Open Compute Project.  E4M3FN has no infinity: a result beyond its largest number, 448, is its NaN.  The numbers
 * are part of the ABI: new ones are added at the end. */
typedef enum silu_dtype SILU_INT {
  SILU_FLOAT64 = 0,
  SILU_FLOAT32 = 1,
  SILU_FLOAT16 = 2,
  SILU_BFLOAT16 = 3,
  SILU_FLOAT8_E4M3FN = 4,
  SILU_FLOAT8_E5M2 = 5
} silu_dtype;

/* What a call returns.  Unless it is SILU_OK, nothing was written. */
typedef enum silu_status SILU_INT {
  SILU_OK = 0,
  SILU_ERROR_FUNCTION = 1,     /* function is not one of silu_function */
  SILU_ERROR_DTYPE = 2,        /* dtype is not one of silu_dtype */
  SILU_ERROR_NULL = 3,         /* x or y is null and n > 0 */
  SILU_ERROR_OVERLAP = 4,      /* x and y overlap without being the same memory */
  SILU_ERROR_TARGET = 5,       /* target is not below silu_target_count() */
  SILU_ERROR_SIZE = 6,         /* n elements do not fit into the address space */
  SILU_ERROR_OPERATOR = 7,     /* op is not one of silu_operator */
  SILU_ERROR_PARAMETER = 8,    /* alpha is not finite, limit is negative or NaN, or both are missing */
  SILU_ERROR_BYTES = 9,        /* the bytes are not those of a sum (sum.h) */
  SILU_ERROR_CONVERSION = 10,  /* the dtypes are not ones of a scaled float8 (quantized.h) */
  SILU_ERROR_QUANTISATION = 11 /* a scale or zero point is not allowed (quantized.h) */
} silu_status;

/* y[i] = function(x[i]) for 0 <= i < n, on this machine's best instruction set, in the calling
 * thread.  x and y hold n elements of dtype, of any alignment, and are either exactly the same
 * memory (in place) or do not overlap.  NaN gives the dtype's canonical quiet NaN (sign 0, payload
 * 0); -inf and +inf give the limits.  Never allocates, never locks; safe from any thread.
 *
 * Example:
 *   float x[3] = {-1.0f, 0.0f, 1.0f}, y[3];
 *   assert(silu_evaluate(SILU_SILU, SILU_FLOAT32, x, y, 3) == SILU_OK);
 *   assert(y[0] == -0x1.136562p-2f && y[1] == 0.0f);
 */
SILU_API silu_status silu_evaluate(silu_function function, silu_dtype dtype, const void *x, void *y, size_t n);

/* The same on a given instruction set: target is an index below silu_target_count().  The bits do
 * not depend on it; this is for checking that, and for measuring.
 *
 * Example:
 *   double x = -2.0, best, plain;
 *   assert(silu_evaluate_on(0, SILU_SILU, SILU_FLOAT64, &x, &best, 1) == SILU_OK);
 *   assert(silu_evaluate_on(silu_target_count() - 1, SILU_SILU, SILU_FLOAT64, &x, &plain, 1) == SILU_OK);
 *   assert(best == plain);
 */
SILU_API silu_status silu_evaluate_on(size_t target, silu_function function, silu_dtype dtype, const void *x, void *y,
                                      size_t n);

/* The same by integer arithmetic of as many bits as the rounding needs, without a floating-point
 * operation: slow, and the last resort of every other path.
 *
 * Example:
 *   double x = 1.0, y;
 *   assert(silu_evaluate_exact(SILU_SILU, SILU_FLOAT64, &x, &y, 1) == SILU_OK);
 *   assert(y == 0x1.764d4f5d5a2bdp-1);
 */
SILU_API silu_status silu_evaluate_exact(silu_function function, silu_dtype dtype, const void *x, void *y, size_t n);

/* Where an operand of silu_apply lies: its i-th element at data + i stride, stride in bytes.  A stride of 0 makes
 * one number serve all (an input's only). */
typedef struct silu_input {
  const void *data;
  ptrdiff_t stride;
} silu_input;
typedef struct silu_output {
  void *data;
  ptrdiff_t stride;
} silu_output;

/* The outputs of op, element by element, for n elements, on this machine's best instruction set, in the calling
 * thread.  inputs and outputs are as many, and in the order, as silu_operator says.  Their elements are of dtype,
 * at any alignment.  An output and an input are either the same elements (in place) or have none in common; two
 * outputs have none in common.  parameters are null, but for the clamped operators: {alpha, limit}, alpha finite
 * and rounded to float32 (but for float64), limit at least 0 and rounded to dtype.  Never allocates; locks
 * only while a first call in a 16-bit dtype makes tables, where the target has such.
 *
 * An infinity gives the limit of the factor that it is in, then products as in IEEE 754: swiglu(-inf, 2) = -0,
 * swiglu(inf, 0) = NaN.  A NaN in any input gives the canonical NaN in each output, through the clamps too.
 *
 * Example:
 *   float a[2] = {1.0f, -3.0f}, b[2] = {2.0f, 0.5f}, y[2];
 *   const silu_input inputs[2] = {{a, sizeof(float)}, {b, sizeof(float)}};
 *   const silu_output outputs[1] = {{y, sizeof(float)}};
 *   assert(silu_apply(SILU_SWIGLU, SILU_FLOAT32, inputs, outputs, 0, 2) == SILU_OK);
 *   assert(y[0] == 0x1.764d50p+0f);
 */
SILU_API silu_status silu_apply(silu_operator op, silu_dtype dtype, const silu_input *inputs,
                                const silu_output *outputs, const double *parameters, size_t n);

/* The same on a given instruction set, as silu_evaluate_on. */
SILU_API silu_status silu_apply_on(size_t target, silu_operator op, silu_dtype dtype, const silu_input *inputs,
                                   const silu_output *outputs, const double *parameters, size_t n);

/* The same by integer arithmetic, as silu_evaluate_exact. */
SILU_API silu_status silu_apply_exact(silu_operator op, silu_dtype dtype, const silu_input *inputs,
                                      const silu_output *outputs, const double *parameters, size_t n);

/* A sentence for a status: what was wrong, and what is allowed.  Never null.
 *
 * Example:
 *   float x[3] = {0};
 *   silu_status status = silu_evaluate(SILU_SILU, SILU_FLOAT32, x, x + 1, 2);
 *   assert(strcmp(silu_status_message(status),
 *                 "x and y overlap; allowed: exactly the same memory, or none in common") == 0);
 */
SILU_API const char *silu_status_message(silu_status status);

/* The tables of functions and dtypes; names as in the documentation ("silu_derivative", "bfloat16").
 * Null, or 0, for a number that is none of them.
 *
 * Example:
 *   assert(strcmp(silu_function_name(SILU_SILU_DERIVATIVE), "silu_derivative") == 0);
 *   assert(strcmp(silu_dtype_name(SILU_BFLOAT16), "bfloat16") == 0 && silu_dtype_size(SILU_BFLOAT16) == 2);
 */
SILU_API size_t silu_function_count(void);
SILU_API const char *silu_function_name(silu_function function);
SILU_API size_t silu_operator_count(void);
SILU_API const char *silu_operator_name(silu_operator op);
SILU_API size_t silu_operator_inputs(silu_operator op); /* how many */
SILU_API size_t silu_operator_outputs(silu_operator op);
SILU_API size_t silu_dtype_count(void);
SILU_API const char *silu_dtype_name(silu_dtype dtype);
SILU_API size_t silu_dtype_size(silu_dtype dtype); /* bytes per element */

/* The instruction sets that this build has and this machine offers, best first; silu_evaluate uses
 * the first.  Always has at least one, and the last is "scalar".
 *
 * Example:
 *   assert(strcmp(silu_target_name(silu_target_count() - 1), "scalar") == 0);
 */
SILU_API size_t silu_target_count(void);
SILU_API const char *silu_target_name(size_t target);

/* The library's version, such as "0.1.0". */
SILU_API const char *silu_version(void);

#ifdef __cplusplus
}
#endif
#endif /* SILU_SILU_H */
