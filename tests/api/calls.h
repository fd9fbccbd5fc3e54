/* SPDX-License-Identifier: Apache-2.0
 * silu.h as C calls it, where any int can stand for an enumerator. */
#ifndef SILU_TESTS_API_CALLS_H
#define SILU_TESTS_API_CALLS_H

#include <stddef.h>

#include "silu/silu.h"

#ifdef __cplusplus
extern "C" {
#endif

int call_evaluate(int function, int dtype, const void *x, void *y, size_t n);
int call_evaluate_on(size_t target, int function, int dtype, const void *x, void *y, size_t n);
int call_evaluate_exact(int function, int dtype, const void *x, void *y, size_t n);
int call_apply(int op, int dtype, const silu_input *inputs, const silu_output *outputs, const double *parameters,
               size_t n);
int call_apply_on(size_t target, int op, int dtype, const silu_input *inputs, const silu_output *outputs,
                  const double *parameters, size_t n);
int call_apply_exact(int op, int dtype, const silu_input *inputs, const silu_output *outputs, const double *parameters,
                     size_t n);
const char *call_status_message(int status);
const char *call_function_name(int function);
const char *call_operator_name(int op);
size_t call_operator_inputs(int op);
size_t call_operator_outputs(int op);
const char *call_dtype_name(int dtype);
size_t call_dtype_size(int dtype);

#ifdef __cplusplus
}
#endif
#endif
