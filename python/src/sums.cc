// SPDX-License-Identifier: Apache-2.0
#include "sums.h"

#include <array>
#include <cstddef>

#include "beta_gradient.h"
#include "silu/sum.h"

namespace silu::python {
namespace {

bool load(PyObject* bytes, silu_sum& sum) {
  char* data = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(bytes, &data, &size) < 0) return false;
  const silu_status status =
      silu_sum_load(&sum, reinterpret_cast<const unsigned char*>(data), static_cast<std::size_t>(size));
  if (status == SILU_OK) return true;
  PyErr_SetString(PyExc_ValueError, silu_status_message(status));
  return false;
}

PyObject* save(const silu_sum& sum) {
  std::array<unsigned char, SILU_SUM_BYTES> bytes;
  silu_sum_save(&sum, bytes.data());
  return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(bytes.data()), SILU_SUM_BYTES);
}

PyObject* sum_add(PyObject* /*module*/, PyObject* arguments) {
  PyObject *bytes = nullptr, *given = nullptr;
  silu_sum sum;
  if (PyArg_ParseTuple(arguments, "OO", &bytes, &given) == 0 || !load(bytes, sum)) return nullptr;
  const Reference array(PyArray_FROM_OTF(given, NPY_DOUBLE, NPY_ARRAY_IN_ARRAY));
  if (!array) return nullptr;
  auto* const numbers = reinterpret_cast<PyArrayObject*>(array.get());
  const auto* const x = static_cast<const double*>(PyArray_DATA(numbers));
  const auto n = static_cast<std::size_t>(PyArray_SIZE(numbers));
  Py_BEGIN_ALLOW_THREADS;
  silu_sum_add(&sum, x, n);
  Py_END_ALLOW_THREADS;
  return save(sum);
}

PyObject* sum_merge(PyObject* /*module*/, PyObject* arguments) {
  PyObject *bytes = nullptr, *others = nullptr;
  silu_sum sum, other;
  if (PyArg_ParseTuple(arguments, "OO", &bytes, &others) == 0 || !load(bytes, sum) || !load(others, other))
    return nullptr;
  silu_sum_merge(&sum, &other);
  return save(sum);
}

PyObject* sum_value(PyObject* /*module*/, PyObject* bytes) {
  silu_sum sum;
  return load(bytes, sum) ? PyFloat_FromDouble(silu_sum_value(&sum)) : nullptr;
}

PyMethodDef functions[] = {
    {"sum_add", sum_add, METH_VARARGS, "sum_add(state, x)\n--\n\nThe sum with the numbers of an array added."},
    {"sum_merge", sum_merge, METH_VARARGS, "sum_merge(state, other)\n--\n\nThe sum of both."},
    {"sum_value", sum_value, METH_O, "sum_value(state)\n--\n\nThe sum, rounded once."},
    {"swish_beta_sums", swish_beta_sums, METH_VARARGS,
     "swish_beta_sums(dy, x, beta, kept, out)\n--\n\n"
     "The sums of swish_beta_gradient, over all but the first axes, as float64 or as bytes."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

bool add_sums(PyObject* module) {
  const Reference empty(save({}));
  return empty && PyModule_AddObjectRef(module, "EMPTY_SUM", empty.get()) == 0 &&
         PyModule_AddFunctions(module, functions) == 0;
}

}  // namespace silu::python
