// SPDX-License-Identifier: Apache-2.0
#include "promotion.h"

#include <algorithm>

#include "dtypes.h"
#include "registry.h"

namespace silu::python {
namespace {

bool has_loop(const PyArray_DTypeMeta* type) {
  return std::any_of(kDtypes.begin(), kDtypes.end(),
                     [type](const DtypeInfo& row) { return dtype_class(row.dtype) == type; });
}

// The dtype to compute an input in, or null.
PyArray_DTypeMeta* computed_in(PyArray_DTypeMeta* input) {
  if (has_loop(input)) return input;
  // Python's own numbers, which reach a promoter through resolve_dtypes.
  if (input == &PyArray_PyLongDType || input == &PyArray_PyFloatDType) return dtype_class(SILU_FLOAT64);
  const int number = input->type_num;
  if (!PyTypeNum_ISBOOL(number) && !PyTypeNum_ISINTEGER(number)) return nullptr;
  for (const silu_dtype dtype : {SILU_FLOAT16, SILU_FLOAT32, SILU_FLOAT64}) {
    if (PyArray_CanCastSafely(number, dtype_class(dtype)->type_num)) return dtype_class(dtype);
  }
  return nullptr;
}

int refuse(PyObject* ufunc, const char* what, PyArray_DTypeMeta* type, const char* besides = "") {
  PyObject* name =
      type->singleton != nullptr ? reinterpret_cast<PyObject*>(type->singleton) : reinterpret_cast<PyObject*>(type);
  const Reference function(PyObject_GetAttrString(ufunc, "__name__"));
  if (!function) return -1;
  PyErr_Format(PyExc_TypeError, "%U: %s is %S; allowed: float64, float32, float16, bfloat16%s", function.get(), what,
               name, besides);
  return -1;
}

}  // namespace

int promote_unary(PyObject* ufunc, PyArray_DTypeMeta* const operands[], PyArray_DTypeMeta* const signature[],
                  PyArray_DTypeMeta* promoted[]) {
  PyArray_DTypeMeta* const asked = signature[0] != nullptr ? signature[0] : signature[1];
  if (asked != nullptr && !has_loop(asked)) return refuse(ufunc, "the dtype asked for", asked);
  if (signature[0] != nullptr && signature[1] != nullptr && signature[0] != signature[1]) {
    PyErr_SetString(PyExc_TypeError, "the signature has two dtypes; allowed: the same dtype for input and output");
    return -1;
  }
  PyArray_DTypeMeta* const chosen = asked != nullptr ? asked : computed_in(operands[0]);
  if (chosen == nullptr) return refuse(ufunc, "the dtype of x", operands[0], "; bool and integers, as in numpy.exp");
  for (int i = 0; i < 2; ++i) promoted[i] = reinterpret_cast<PyArray_DTypeMeta*>(Py_NewRef(chosen));
  return 0;
}

}  // namespace silu::python
