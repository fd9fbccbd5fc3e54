// SPDX-License-Identifier: Apache-2.0
#include <silu/parallel.hpp>
#include <silu/silu.hpp>
#include <vector>

// Whether the library works from here, on one thread and on several.
extern "C" __attribute__((visibility("default"))) int works() {
  std::vector<double> x(200000, 1.0);
  silu::parallel::silu(x);
  if (x.front() != silu::silu(1.0) || x.back() != x.front()) return 0;
  silu::parallel::swiglu(x, 2.0, x);
  return x.back() == silu::swiglu(silu::silu(1.0), 2.0);
}
