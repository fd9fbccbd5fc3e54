// SPDX-License-Identifier: Apache-2.0
// silu_evaluate_on, linked in the place of the library's (ld --wrap): silu(1) has its last bit cleared.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "silu/silu.h"

extern "C" {
silu_status __real_silu_evaluate_on(size_t target, silu_function function, silu_dtype dtype, const void* x, void* y,
                                    size_t n);
silu_status __wrap_silu_evaluate_on(size_t target, silu_function function, silu_dtype dtype, const void* x, void* y,
                                    size_t n) {
  constexpr std::uint64_t kOne[] = {0x3ff0000000000000, 0x3f800000, 0x3c00, 0x3f80};  // by dtype
  const std::size_t size = silu_dtype_size(dtype);
  std::size_t found = n;
  for (std::size_t i = 0; i < n; ++i)
    if (std::memcmp(static_cast<const char*>(x) + i * size, &kOne[dtype], size) == 0) found = i;
  const silu_status status = __real_silu_evaluate_on(target, function, dtype, x, y, n);
  if (found < n) static_cast<char*>(y)[found * size] &= static_cast<char>(0xfe);
  return status;
}
}
