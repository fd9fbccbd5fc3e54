// SPDX-License-Identifier: Apache-2.0
// The checks that every entry of the C interface makes before anything is written.
#pragma once

#include <cstddef>
#include <cstdint>

#include "registry.h"
#include "silu/silu.h"

namespace silu::capi {

// A C caller can pass any number for an enumerator; a negative one becomes a large one here.
inline bool known(silu_function function) { return static_cast<std::size_t>(function) < kFunctions.size(); }
inline bool known(silu_dtype dtype) { return static_cast<std::size_t>(dtype) < kDtypes.size(); }

inline silu_status check(silu_function function, silu_dtype dtype, const void* x, const void* y, std::size_t n) {
  if (!known(function)) return SILU_ERROR_FUNCTION;
  if (!known(dtype)) return SILU_ERROR_DTYPE;
  if (n == 0) return SILU_OK;
  if (x == nullptr || y == nullptr) return SILU_ERROR_NULL;
  const std::size_t size = kDtypes[static_cast<std::size_t>(dtype)].size;
  if (n > PTRDIFF_MAX / size) return SILU_ERROR_SIZE;
  const auto from = reinterpret_cast<std::uintptr_t>(x);
  const auto to = reinterpret_cast<std::uintptr_t>(y);
  const std::uintptr_t bytes = n * size;
  if (from > UINTPTR_MAX - bytes || to > UINTPTR_MAX - bytes) return SILU_ERROR_SIZE;
  if (from != to && from < to + bytes && to < from + bytes) return SILU_ERROR_OVERLAP;
  return SILU_OK;
}

}  // namespace silu::capi
