// SPDX-License-Identifier: Apache-2.0
// Without exceptions a mistake prints its sentence and ends the program.
#include <silu/silu.hpp>

int main() {
  const float x[3] = {1.0f, 2.0f, 3.0f};
  float y[4] = {};
  silu::silu(x, y);
}
