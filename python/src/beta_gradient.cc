// SPDX-License-Identifier: Apache-2.0
#include "beta_gradient.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <optional>

#include "beta_sums.h"
#include "dtypes.h"
#include "registry.h"
#include "silu/sum.h"

namespace silu::python {
namespace {

static_assert(NPY_MAXDIMS <= kMaxAxes);

// Writes a sum to where `to` is, which it moves on.
void put_value(const silu_sum& sum, char*& to) {
  const double value = silu_sum_value(&sum);
  std::memcpy(to, &value, sizeof(value));
  to += sizeof(value);
}
void put_bytes(const silu_sum& sum, char*& to) {
  silu_sum_save(&sum, reinterpret_cast<unsigned char*>(to));
  to += SILU_SUM_BYTES;
}

std::optional<silu_dtype> dtype_of(PyArrayObject* array) {
  for (const DtypeInfo& row : kDtypes)
    if (dtype_class(row.dtype) == NPY_DTYPE(PyArray_DESCR(array)) && PyArray_ISNOTSWAPPED(array)) return row.dtype;
  return std::nullopt;
}

}  // namespace

PyObject* swish_beta_sums(PyObject* /*module*/, PyObject* arguments) {
  std::array<PyArrayObject*, 3> arrays = {};
  PyArrayObject* out = nullptr;
  Py_ssize_t kept_count = 0;
  if (PyArg_ParseTuple(arguments, "O!O!O!nO!", &PyArray_Type, &arrays[0], &PyArray_Type, &arrays[1], &PyArray_Type,
                       &arrays[2], &kept_count, &PyArray_Type, &out) == 0)
    return nullptr;
  const int dimensions = PyArray_NDIM(arrays[0]);
  const std::optional<silu_dtype> dtype = dtype_of(arrays[0]);
  bool fits = dtype && 0 <= kept_count && kept_count <= dimensions;
  BetaOperands operands{dtype.value_or(SILU_FLOAT64), {}};
  for (std::size_t k = 0; k < arrays.size(); ++k) {
    fits = fits && PyArray_SAMESHAPE(arrays[0], arrays[k]) && dtype_of(arrays[k]) == dtype;
    operands.data[k] = static_cast<const char*>(PyArray_DATA(arrays[k]));
  }
  Axes kept, summed;
  for (int i = 0; fits && i < dimensions; ++i) {
    Axis axis{static_cast<std::size_t>(PyArray_DIM(arrays[0], i)), {}};
    for (std::size_t k = 0; k < arrays.size(); ++k) axis.strides[k] = PyArray_STRIDE(arrays[k], i);
    (i < kept_count ? kept : summed).add(axis);
  }
  const bool as_bytes = PyArray_TYPE(out) == NPY_UINT8;
  const std::size_t row = as_bytes ? SILU_SUM_BYTES : sizeof(double);
  fits = fits && (as_bytes || PyArray_TYPE(out) == NPY_DOUBLE) && PyArray_ISCARRAY(out) &&
         static_cast<std::size_t>(PyArray_NBYTES(out)) == kept.elements() * row;
  if (!fits) {
    PyErr_SetString(PyExc_ValueError, "swish_beta_sums: the arrays do not fit each other");
    return nullptr;
  }
  auto* to = static_cast<char*>(PyArray_DATA(out));
  Py_BEGIN_ALLOW_THREADS;
  const auto put = as_bytes ? put_bytes : put_value;
  beta_sums(operands, kept, kept.elements(), summed, [&](const silu_sum& sum) { put(sum, to); });
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

}  // namespace silu::python
