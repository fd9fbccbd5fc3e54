// SPDX-License-Identifier: Apache-2.0
#include "quantized.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dtypes.h"
#include "registry.h"
#include "silu/quantized.h"

namespace silu::python {
namespace {

PyArrayObject* array_of(PyObject* object) { return reinterpret_cast<PyArrayObject*>(object); }

// Of an array that silu/_quantized.py has made; -1, which is no dtype, for others.
silu_dtype dtype_of(PyObject* array) {
  const auto* const type = NPY_DTYPE(PyArray_DESCR(array_of(array)));
  for (const DtypeInfo& row : kDtypes)
    if (dtype_class(row.dtype) == type) return row.dtype;
  return static_cast<silu_dtype>(-1);
}

silu_function function_of(const char* name) {
  const auto* const row = std::find_if(kFunctions.begin(), kFunctions.end(),
                                       [name](const auto& each) { return std::string_view(each.name) == name; });
  return row == kFunctions.end() ? static_cast<silu_function>(-1) : row->function;
}

PyObject* none_or_error(silu_status status) {
  if (status == SILU_OK) Py_RETURN_NONE;
  PyErr_SetString(PyExc_ValueError, silu_status_message(status));
  return nullptr;
}

PyObject* evaluate_float8(PyObject* /*module*/, PyObject* arguments) {
  const char* name = nullptr;
  PyObject *x = nullptr, *y = nullptr;
  double scale = 0;
  int saturate = 0;
  if (PyArg_ParseTuple(arguments, "sO!O!dp", &name, &PyArray_Type, &x, &PyArray_Type, &y, &scale, &saturate) == 0)
    return nullptr;
  const silu_float8 to = {dtype_of(y), scale, saturate};
  silu_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = silu_evaluate_float8(function_of(name), dtype_of(x), PyArray_DATA(array_of(x)), PyArray_DATA(array_of(y)),
                                to, static_cast<std::size_t>(PyArray_SIZE(array_of(y))));
  Py_END_ALLOW_THREADS;
  return none_or_error(status);
}

// A matrix's rows, from the row `first` on.
silu_input rows_of(PyObject* matrix, npy_intp first = 0) {
  auto* const array = array_of(matrix);
  return {PyArray_BYTES(array) + first * PyArray_STRIDE(array, 0), PyArray_STRIDE(array, 0)};
}

PyObject* swiglu_float8(PyObject* /*module*/, PyObject* arguments) {
  PyObject *a = nullptr, *b = nullptr, *y = nullptr;
  double scale = 0;
  int saturate = 0;
  if (PyArg_ParseTuple(arguments, "O!O!O!dp", &PyArray_Type, &a, &PyArray_Type, &b, &PyArray_Type, &y, &scale,
                       &saturate) == 0)
    return nullptr;
  const silu_float8 to = {dtype_of(y), scale, saturate};
  const npy_intp rows = PyArray_DIM(array_of(y), 0);
  const auto n = static_cast<std::size_t>(PyArray_DIM(array_of(y), 1));
  silu_status status = SILU_OK;
  Py_BEGIN_ALLOW_THREADS;
  for (npy_intp row = 0; row < rows && status == SILU_OK; ++row) {
    const std::array inputs = {silu_input{rows_of(a, row).data, PyArray_STRIDE(array_of(a), 1)},
                               silu_input{rows_of(b, row).data, PyArray_STRIDE(array_of(b), 1)}};
    const silu_output output = {PyArray_BYTES(array_of(y)) + row * PyArray_STRIDE(array_of(y), 0), 1};
    status = silu_swiglu_float8(dtype_of(a), inputs.data(), &output, to, n);
  }
  Py_END_ALLOW_THREADS;
  return none_or_error(status);
}

PyObject* swiglu_float8_rows(PyObject* /*module*/, PyObject* arguments) {
  PyObject *a = nullptr, *b = nullptr, *y = nullptr, *scales = nullptr;
  if (PyArg_ParseTuple(arguments, "O!O!O!O!", &PyArray_Type, &a, &PyArray_Type, &b, &PyArray_Type, &y, &PyArray_Type,
                       &scales) == 0)
    return nullptr;
  const std::array inputs = {rows_of(a), rows_of(b)};
  const silu_output output = {PyArray_DATA(array_of(y)), PyArray_STRIDE(array_of(y), 0)};
  silu_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = silu_swiglu_float8_rows(
      dtype_of(a), inputs.data(), dtype_of(y), &output, static_cast<float*>(PyArray_DATA(array_of(scales))),
      static_cast<std::size_t>(PyArray_DIM(array_of(y), 0)), static_cast<std::size_t>(PyArray_DIM(array_of(y), 1)));
  Py_END_ALLOW_THREADS;
  return none_or_error(status);
}

PyObject* int8_table(PyObject* /*module*/, PyObject* arguments) {
  const char* name = nullptr;
  silu_int8 x = {}, y = {};
  PyObject* table = nullptr;
  if (PyArg_ParseTuple(arguments, "sdidiO!", &name, &x.scale, &x.zero_point, &y.scale, &y.zero_point, &PyArray_Type,
                       &table) == 0)
    return nullptr;
  return none_or_error(
      silu_int8_table(function_of(name), x, y, static_cast<std::int8_t*>(PyArray_DATA(array_of(table)))));
}

PyObject* map_bytes(PyObject* /*module*/, PyObject* arguments) {
  PyObject *table = nullptr, *x = nullptr, *y = nullptr;
  if (PyArg_ParseTuple(arguments, "O!O!O!", &PyArray_Type, &table, &PyArray_Type, &x, &PyArray_Type, &y) == 0)
    return nullptr;
  silu_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = silu_map_bytes(PyArray_DATA(array_of(table)), PyArray_DATA(array_of(x)), PyArray_DATA(array_of(y)),
                          static_cast<std::size_t>(PyArray_SIZE(array_of(y))));
  Py_END_ALLOW_THREADS;
  return none_or_error(status);
}

PyMethodDef functions[] = {
    {"evaluate_float8", evaluate_float8, METH_VARARGS, "evaluate_float8(function, x, y, scale, saturate)\n--\n\n"},
    {"swiglu_float8", swiglu_float8, METH_VARARGS, "swiglu_float8(a, b, y, scale, saturate)\n--\n\nOf matrices."},
    {"swiglu_float8_rows", swiglu_float8_rows, METH_VARARGS, "swiglu_float8_rows(a, b, y, scales)\n--\n\nOf matrices."},
    {"int8_table", int8_table, METH_VARARGS,
     "int8_table(function, x_scale, x_zero_point, y_scale, y_zero_point, table)\n--\n\n"},
    {"map_bytes", map_bytes, METH_VARARGS, "map_bytes(table, x, y)\n--\n\n"},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

bool add_quantized(PyObject* module) { return PyModule_AddFunctions(module, functions) == 0; }

}  // namespace silu::python
