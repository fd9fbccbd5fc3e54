// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>

namespace silu::python {

// Moves n elements of `size` bytes from and to places that lie so many bytes apart.
template <std::size_t size>
void copy_strided(const char* from, std::ptrdiff_t from_stride, char* to, std::ptrdiff_t to_stride, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i, from += from_stride, to += to_stride) std::memcpy(to, from, size);
}

}  // namespace silu::python
