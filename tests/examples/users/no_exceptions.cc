// SPDX-License-Identifier: Apache-2.0
// Without exceptions a mistake prints its sentence and aborts.
#include <silu/silu.hpp>

#include <csignal>
#include <cstdlib>

int main(int count, char** /*arguments*/) {
  std::signal(SIGABRT, [](int) { std::_Exit(0); });
  const float x[3] = {1.0f, 2.0f, 3.0f};
  float y[4] = {};
  if (count > 1) silu::swiglu(x, 1.0f, y);
  silu::silu(x, y);
}
