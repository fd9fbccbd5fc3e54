// SPDX-License-Identifier: Apache-2.0
// The inner loops between NumPy's strided memory and the C interface.  They move bytes and compute nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "numpy.h"
#include "registry.h"
#include "silu/silu.h"
#include "strided.h"

namespace silu::python {

// The block that strided elements are gathered into: long enough for the kernels, short enough for the stack.
inline constexpr std::size_t kBlockBytes = 8192;

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

// The lowest byte of n elements, and the one past the highest.
inline std::pair<std::uintptr_t, std::uintptr_t> extent(const void* data, std::ptrdiff_t stride, std::size_t n,
                                                        std::size_t size) {
  const auto first = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t last = first + (n - 1) * static_cast<std::uintptr_t>(stride);  // modulo 2^64
  return {std::min(first, last), std::max(first, last) + size};
}

// Whether no y[j] lies on an x[i] of a larger i, so that a block may be read before it is written.
inline bool reads_ahead(const silu_input& x, const silu_output& y, std::size_t n, std::size_t size) {
  const auto [x_begin, x_end] = extent(x.data, x.stride, n, size);
  const auto [y_begin, y_end] = extent(y.data, y.stride, n, size);
  if (x_end <= y_begin || y_end <= x_begin) return true;
  const auto step = static_cast<std::ptrdiff_t>(size);
  if (x.stride != y.stride || (x.stride < step && -x.stride < step)) return false;
  return x.stride > 0 ? x.data >= y.data : x.data <= y.data;
}

// silu_apply where outputs and inputs overlap, as NumPy lets some through: with the results of a loop over i that
// reads each element's inputs before it writes its outputs.  That is what reduce and accumulate rest on.
template <silu_operator op, silu_dtype dtype>
silu_status apply_in_order(const silu_input* inputs, const silu_output* outputs, const double* parameters,
                           std::size_t n) {
  constexpr OperatorInfo kInfo = kOperators[op];
  constexpr std::size_t kInputs = kInfo.input_count(), kOutputs = kInfo.output_count();
  constexpr std::size_t size = kDtypes[dtype].size;
  bool ahead = true;
  for (std::size_t k = 0; k < kInputs; ++k) {
    for (std::size_t m = 0; m < kOutputs; ++m) ahead = ahead && reads_ahead(inputs[k], outputs[m], n, size);
  }
  alignas(64) std::array<std::array<char, kBlockBytes>, kOutputs> blocks;
  std::array<silu_output, kOutputs> results;
  for (std::size_t m = 0; m < kOutputs; ++m) results[m] = {blocks[m].data(), static_cast<std::ptrdiff_t>(size)};
  std::array<silu_input, kInputs> from;
  const std::size_t most = ahead ? kBlockBytes / size : 1;
  for (std::size_t done = 0; done < n;) {
    const std::size_t count = std::min(n - done, most);
    const auto at = [done](auto* data, std::ptrdiff_t stride) {
      return data + static_cast<std::ptrdiff_t>(done) * stride;
    };
    for (std::size_t k = 0; k < kInputs; ++k)
      from[k] = {at(static_cast<const char*>(inputs[k].data), inputs[k].stride), inputs[k].stride};
    const silu_status status = silu_apply(op, dtype, from.data(), results.data(), parameters, count);
    if (status != SILU_OK) return status;
    for (std::size_t m = 0; m < kOutputs; ++m) {
      char* const to = at(static_cast<char*>(outputs[m].data), outputs[m].stride);
      copy_strided<size>(blocks[m].data(), size, to, outputs[m].stride, count);
    }
    done += count;
  }
  return SILU_OK;
}

// Inputs of a ufunc: a clamped operator's parameters are two more, in float64.
constexpr std::size_t ufunc_inputs(const OperatorInfo& info) { return info.input_count() + (info.clamped ? 2 : 0); }

// How many elements from the first on have its parameters, which are read into `parameters`.
inline std::size_t read_parameters(char* const* data, const npy_intp* strides, std::size_t n, double* parameters) {
  std::memcpy(&parameters[0], data[0], sizeof(double));
  std::memcpy(&parameters[1], data[1], sizeof(double));
  if (strides[0] == 0 && strides[1] == 0) return n;
  std::size_t count = 1;
  while (count < n && std::memcmp(data[0] + static_cast<npy_intp>(count) * strides[0], &parameters[0], 8) == 0 &&
         std::memcmp(data[1] + static_cast<npy_intp>(count) * strides[1], &parameters[1], 8) == 0)
    ++count;
  return count;
}

inline int refuse_parameters(const OperatorInfo& info, silu_dtype dtype, const double* parameters) {
  NPY_ALLOW_C_API_DEF
  NPY_ALLOW_C_API;
  {
    const Reference alpha(PyFloat_FromDouble(parameters[0])), limit(PyFloat_FromDouble(parameters[1]));
    if (alpha && limit) {
      PyErr_Format(PyExc_ValueError,
                   "%s: alpha is %R and limit is %R, for %s; allowed: alpha that is finite in float32 (in float64 for "
                   "float64), limit from 0 to infinity",
                   info.name, alpha.get(), limit.get(), kDtypes[dtype].name);
    }
  }
  NPY_DISABLE_C_API;
  return -1;
}

// NumPy's loop for one operator and dtype.
template <silu_operator op, silu_dtype dtype>
int operator_loop(PyArrayMethod_Context* /*context*/, char* const* data, const npy_intp* dimensions,
                  const npy_intp* strides, NpyAuxData* /*auxiliary*/) {
  constexpr OperatorInfo kInfo = kOperators[op];
  constexpr std::size_t kInputs = kInfo.input_count(), kFirstOutput = ufunc_inputs(kInfo);
  std::array<silu_input, kInputs> inputs;
  std::array<silu_output, kInfo.output_count()> outputs;
  std::array<double, 2> parameters = {};
  const auto n = static_cast<std::size_t>(dimensions[0]);
  for (std::size_t done = 0; done < n;) {
    const auto at = [&](std::size_t k) { return data[k] + static_cast<npy_intp>(done) * strides[k]; };
    for (std::size_t k = 0; k < kInputs; ++k) inputs[k] = {at(k), strides[k]};
    for (std::size_t m = 0; m < outputs.size(); ++m) outputs[m] = {at(kFirstOutput + m), strides[kFirstOutput + m]};
    std::size_t count = n - done;
    if constexpr (kInfo.clamped) {
      const std::array given = {at(kInputs), at(kInputs + 1)};
      count = read_parameters(given.data(), strides + kInputs, count, parameters.data());
    }
    silu_status status = silu_apply(op, dtype, inputs.data(), outputs.data(), parameters.data(), count);
    if (status == SILU_ERROR_OVERLAP)
      status = apply_in_order<op, dtype>(inputs.data(), outputs.data(), parameters.data(), count);
    if (status == SILU_ERROR_PARAMETER) return refuse_parameters(kInfo, dtype, parameters.data());
    if (status != SILU_OK) return report(status);
    done += count;
  }
  return 0;
}

}  // namespace silu::python
