/* SPDX-License-Identifier: Apache-2.0
 * silu.h in a C program of any standard: the bits of a few results. */
#include <silu/silu.h>
#include <string.h>

int main(void) {
  float x = 1.0f, y;
  unsigned bits;
  silu_input inputs[2];
  silu_output output;
  if (silu_evaluate(SILU_SILU, SILU_FLOAT32, &x, &y, 1) != SILU_OK) return 1;
  memcpy(&bits, &y, sizeof bits);
  if (bits != 0x3f3b26a8) return 2; /* 0.731058578... */
  if (silu_evaluate((silu_function)-1, SILU_FLOAT32, &x, &y, 1) != SILU_ERROR_FUNCTION) return 3;
  inputs[0].data = inputs[1].data = &x;
  inputs[0].stride = inputs[1].stride = 0;
  output.data = &y;
  output.stride = sizeof y;
  if (silu_apply(SILU_SWIGLU, SILU_FLOAT32, inputs, &output, 0, 1) != SILU_OK) return 4;
  memcpy(&bits, &y, sizeof bits);
  if (bits != 0x3f3b26a8) return 5; /* silu(1) 1 */
  return strcmp(silu_dtype_name(SILU_BFLOAT16), "bfloat16") != 0;
}
