// SPDX-License-Identifier: Apache-2.0
// The inner loop between NumPy's strided memory and the C interface.  It moves bytes and computes nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "numpy.h"
#include "registry.h"
#include "silu/silu.h"

namespace silu::python {

// The block that strided elements are gathered into: long enough for the kernels, short enough for the stack.
inline constexpr std::size_t kBlockBytes = 8192;

template <std::size_t size>
void copy_strided(const char* from, std::ptrdiff_t from_stride, char* to, std::ptrdiff_t to_stride, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i, from += from_stride, to += to_stride) std::memcpy(to, from, size);
}

// y[i] = function(x[i]) in the order of i, block by block: a block is read before it is written, so an output
// that lies behind its input (as NumPy lets y = x[:-1] and x = x[1:] through) overwrites only what was read.
template <std::size_t size>
silu_status evaluate_strided(silu_function function, silu_dtype dtype, const char* x, std::ptrdiff_t x_stride, char* y,
                             std::ptrdiff_t y_stride, std::size_t n) {
  alignas(64) std::array<char, kBlockBytes> block;
  while (n > 0) {
    const std::size_t count = std::min(n, kBlockBytes / size);
    copy_strided<size>(x, x_stride, block.data(), size, count);
    char* const result = y_stride == size ? y : block.data();
    const silu_status status = silu_evaluate(function, dtype, block.data(), result, count);
    if (status != SILU_OK) return status;
    if (result != y) copy_strided<size>(block.data(), size, y, y_stride, count);
    x += static_cast<std::ptrdiff_t>(count) * x_stride;
    y += static_cast<std::ptrdiff_t>(count) * y_stride;
    n -= count;
  }
  return SILU_OK;
}

inline int report(silu_status status) {
  NPY_ALLOW_C_API_DEF
  NPY_ALLOW_C_API;
  PyErr_SetString(PyExc_RuntimeError, silu_status_message(status));
  NPY_DISABLE_C_API;
  return -1;
}

// NumPy's loop for one function and dtype; NumPy has released the GIL.
template <silu_function function, silu_dtype dtype>
int unary_loop(PyArrayMethod_Context* /*context*/, char* const* data, const npy_intp* dimensions,
               const npy_intp* strides, NpyAuxData* /*auxiliary*/) {
  constexpr std::size_t size = kDtypes[dtype].size;
  const auto n = static_cast<std::size_t>(dimensions[0]);
  const bool contiguous = strides[0] == size && strides[1] == size;
  silu_status status = SILU_ERROR_OVERLAP;
  if (contiguous || n == 1) status = silu_evaluate(function, dtype, data[0], data[1], n);
  if (status == SILU_ERROR_OVERLAP) {
    status = evaluate_strided<size>(function, dtype, data[0], strides[0], data[1], strides[1], n);
  }
  return status == SILU_OK ? 0 : report(status);
}

}  // namespace silu::python
