// SPDX-License-Identifier: Apache-2.0
// Python and NumPy's C API: one table of its functions for all files, filled by module.cc.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL silu_array_api
#define PY_UFUNC_UNIQUE_SYMBOL silu_ufunc_api
#ifndef SILU_IMPORTS_NUMPY
#define NO_IMPORT_ARRAY
#define NO_IMPORT_UFUNC
#endif
#include <numpy/arrayobject.h>
#include <numpy/dtype_api.h>
#include <numpy/ufuncobject.h>

#include <memory>

namespace silu::python {

struct Release {
  void operator()(PyObject* object) const { Py_DECREF(object); }
};
// A reference that is given up at the end of its scope.
using Reference = std::unique_ptr<PyObject, Release>;

}  // namespace silu::python
