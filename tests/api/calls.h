/* SPDX-License-Identifier: Apache-2.0
 * silu.h as C calls it, where any int can stand for an enumerator. */
#ifndef SILU_TESTS_API_CALLS_H
#define SILU_TESTS_API_CALLS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

int call_evaluate(int function, int dtype, const void *x, void *y, size_t n);
int call_evaluate_on(size_t target, int function, int dtype, const void *x, void *y, size_t n);
int call_evaluate_exact(int function, int dtype, const void *x, void *y, size_t n);
const char *call_status_message(int status);
const char *call_function_name(int function);
const char *call_dtype_name(int dtype);
size_t call_dtype_size(int dtype);

#ifdef __cplusplus
}
#endif
#endif
