// SPDX-License-Identifier: Apache-2.0
// The checks that every entry of the C interface makes before anything is written.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

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

inline bool known(silu_operator op) { return static_cast<std::size_t>(op) < kOperators.size(); }

// The bytes of an operand of silu_apply, from the first on.
struct Extent {
  std::uintptr_t begin, end;
  std::uintptr_t first;
  std::ptrdiff_t stride;
};

// False where they do not fit into the address space.
inline bool extent(const void* data, std::ptrdiff_t stride, std::size_t n, std::size_t size, Extent& extent) {
  const auto first = reinterpret_cast<std::uintptr_t>(data);
  const auto step = stride < 0 ? 0 - static_cast<std::uintptr_t>(stride) : static_cast<std::uintptr_t>(stride);
  std::uintptr_t reach;
  if (__builtin_mul_overflow(step, n - 1, &reach)) return false;
  if (stride < 0 ? first < reach || first > UINTPTR_MAX - size
                 : first > UINTPTR_MAX - size || reach > UINTPTR_MAX - size - first)
    return false;
  extent = {stride < 0 ? first - reach : first, (stride < 0 ? first : first + reach) + size, first, stride};
  return true;
}

// Whether two operands have a byte in common.
inline bool overlap(const Extent& a, const Extent& b, std::size_t size) {
  if (a.end <= b.begin || b.end <= a.begin) return false;
  // Combs of the same stride, of which one lies in the gaps of the other.
  if (a.stride != b.stride || a.stride == 0) return true;
  const auto step = a.stride < 0 ? 0 - static_cast<std::uintptr_t>(a.stride) : static_cast<std::uintptr_t>(a.stride);
  const std::uintptr_t offset = (a.first > b.first ? a.first - b.first : b.first - a.first) % step;
  return offset < size || step - offset < size;
}

// The first `count` inputs; their extents where they are asked for.
inline silu_status check_inputs(silu_dtype dtype, const silu_input* inputs, std::size_t count, std::size_t n,
                                std::array<Extent, 3>* extents = nullptr) {
  if (!known(dtype)) return SILU_ERROR_DTYPE;
  if (n == 0) return SILU_OK;
  if (inputs == nullptr) return SILU_ERROR_NULL;
  const std::size_t size = kDtypes[static_cast<std::size_t>(dtype)].size;
  for (std::size_t i = 0; i < count; ++i) {
    Extent one{};
    if (inputs[i].data == nullptr) return SILU_ERROR_NULL;
    if (!extent(inputs[i].data, inputs[i].stride, n, size, one)) return SILU_ERROR_SIZE;
    if (extents != nullptr) (*extents)[i] = one;
  }
  return SILU_OK;
}

inline silu_status check(silu_operator op, silu_dtype dtype, const silu_input* inputs, const silu_output* outputs,
                         const double* parameters, std::size_t n) {
  if (!known(op)) return SILU_ERROR_OPERATOR;
  if (!known(dtype)) return SILU_ERROR_DTYPE;
  const OperatorInfo& info = kOperators[static_cast<std::size_t>(op)];
  if (info.clamped) {
    if (parameters == nullptr) return SILU_ERROR_PARAMETER;
    // Below what rounds to infinity.
    const double most = dtype == SILU_FLOAT64 ? std::numeric_limits<double>::max() : 0x1.fffffefffffffp127;
    if (!(std::fabs(parameters[0]) <= most) || !(parameters[1] >= 0)) return SILU_ERROR_PARAMETER;
  }
  std::array<Extent, 3> from{};
  std::array<Extent, 2> to{};
  const silu_status status = check_inputs(dtype, inputs, info.input_count(), n, &from);
  if (status != SILU_OK || n == 0) return status;
  if (outputs == nullptr) return SILU_ERROR_NULL;
  const std::size_t size = kDtypes[static_cast<std::size_t>(dtype)].size;
  for (std::size_t i = 0; i < info.output_count(); ++i) {
    if (outputs[i].data == nullptr) return SILU_ERROR_NULL;
    if (!extent(outputs[i].data, outputs[i].stride, n, size, to[i])) return SILU_ERROR_SIZE;
    const std::ptrdiff_t stride = outputs[i].stride;
    if (n > 1 && stride < static_cast<std::ptrdiff_t>(size) && -stride < static_cast<std::ptrdiff_t>(size))
      return SILU_ERROR_OVERLAP;  // with itself
    for (std::size_t k = 0; k < info.input_count(); ++k) {
      const bool same = from[k].first == to[i].first && (from[k].stride == to[i].stride || n == 1);
      if (!same && overlap(from[k], to[i], size)) return SILU_ERROR_OVERLAP;
    }
    for (std::size_t k = 0; k < i; ++k)
      if (overlap(to[k], to[i], size)) return SILU_ERROR_OVERLAP;
  }
  return SILU_OK;
}

}  // namespace silu::capi
