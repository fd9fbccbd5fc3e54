/* SPDX-License-Identifier: Apache-2.0
 * SiLU from C: every function beside the others, on arrays and in place, SwiGLU, and what a mistake looks like. */
#include <silu/silu.h>
#include <stdio.h>

#define COUNT 5

int main(void) {
  const double x[COUNT] = {-20.0, -1.0, 0.0, 1.0, 20.0};
  float in_place[COUNT] = {-20.0f, -1.0f, 0.0f, 1.0f, 20.0f};
  double ab[4] = {1.5, 2.0, -2.0, 0.5};
  silu_input inputs[2];
  silu_output output;
  size_t f, i;
  silu_status status;

  for (f = 0; f < silu_function_count(); ++f) {
    double y[COUNT];
    status = silu_evaluate((silu_function)f, SILU_FLOAT64, x, y, COUNT);
    if (status != SILU_OK) {
      fprintf(stderr, "%s\n", silu_status_message(status));
      return 1;
    }
    printf("%-22s", silu_function_name((silu_function)f));
    for (i = 0; i < COUNT; ++i) printf(" %24.17g", y[i]);
    printf("\n");
  }

  status = silu_evaluate(SILU_SILU, SILU_FLOAT32, in_place, in_place, COUNT);
  if (status != SILU_OK) return 1;
  printf("%-22s", "silu, float32");
  for (i = 0; i < COUNT; ++i) printf(" %24.9g", in_place[i]);
  printf("\n");

  /* a and b side by side, as strides of two doubles tell; y at last lies where a did. */
  inputs[0].data = ab;
  inputs[1].data = ab + 1;
  output.data = ab;
  inputs[0].stride = inputs[1].stride = output.stride = 2 * sizeof(double);
  status = silu_apply(SILU_SWIGLU, SILU_FLOAT64, inputs, &output, 0, 2);
  if (status != SILU_OK) return 1;
  printf("%-22s %24.17g %24.17g\n", "swiglu", ab[0], ab[2]);

  status = silu_evaluate(SILU_SILU, SILU_FLOAT32, in_place, in_place + 1, COUNT - 1);
  printf("refused: %s\n", silu_status_message(status));
  return 0;
}
