/* SPDX-License-Identifier: Apache-2.0 */
#include "calls.h"

#include "silu/silu.h"

int call_evaluate(int function, int dtype, const void *x, void *y, size_t n) {
  return silu_evaluate((silu_function)function, (silu_dtype)dtype, x, y, n);
}
int call_evaluate_on(size_t target, int function, int dtype, const void *x, void *y, size_t n) {
  return silu_evaluate_on(target, (silu_function)function, (silu_dtype)dtype, x, y, n);
}
int call_evaluate_exact(int function, int dtype, const void *x, void *y, size_t n) {
  return silu_evaluate_exact((silu_function)function, (silu_dtype)dtype, x, y, n);
}
int call_apply(int op, int dtype, const silu_input *inputs, const silu_output *outputs, const double *parameters,
               size_t n) {
  return silu_apply((silu_operator)op, (silu_dtype)dtype, inputs, outputs, parameters, n);
}
int call_apply_on(size_t target, int op, int dtype, const silu_input *inputs, const silu_output *outputs,
                  const double *parameters, size_t n) {
  return silu_apply_on(target, (silu_operator)op, (silu_dtype)dtype, inputs, outputs, parameters, n);
}
int call_apply_exact(int op, int dtype, const silu_input *inputs, const silu_output *outputs, const double *parameters,
                     size_t n) {
  return silu_apply_exact((silu_operator)op, (silu_dtype)dtype, inputs, outputs, parameters, n);
}
const char *call_status_message(int status) { return silu_status_message((silu_status)status); }
const char *call_function_name(int function) { return silu_function_name((silu_function)function); }
const char *call_operator_name(int op) { return silu_operator_name((silu_operator)op); }
size_t call_operator_inputs(int op) { return silu_operator_inputs((silu_operator)op); }
size_t call_operator_outputs(int op) { return silu_operator_outputs((silu_operator)op); }
const char *call_dtype_name(int dtype) { return silu_dtype_name((silu_dtype)dtype); }
size_t call_dtype_size(int dtype) { return silu_dtype_size((silu_dtype)dtype); }
