/* SPDX-License-Identifier: Apache-2.0
 * SiLU from C: every function beside the others, on arrays and in place, and what a mistake looks like. */
#include <silu/silu.h>
#include <stdio.h>

#define COUNT 5

int main(void) {
  const double x[COUNT] = {-20.0, -1.0, 0.0, 1.0, 20.0};
  float in_place[COUNT] = {-20.0f, -1.0f, 0.0f, 1.0f, 20.0f};
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

  status = silu_evaluate(SILU_SILU, SILU_FLOAT32, in_place, in_place + 1, COUNT - 1);
  printf("refused: %s\n", silu_status_message(status));
  return 0;
}
