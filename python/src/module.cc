// SPDX-License-Identifier: Apache-2.0
// The module silu._ufuncs.
#define SILU_IMPORTS_NUMPY
#include "dtypes.h"
#include "numpy.h"
#include "quantized.h"
#include "silu/silu.h"
#include "sums.h"
#include "ufuncs.h"

namespace {

using silu::python::Reference;

PyObject* targets(PyObject* /*module*/, PyObject* /*none*/) {
  const auto count = static_cast<Py_ssize_t>(silu_target_count());
  Reference names(PyTuple_New(count));
  if (!names) return nullptr;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* name = PyUnicode_FromString(silu_target_name(static_cast<size_t>(i)));
    if (name == nullptr) return nullptr;
    PyTuple_SET_ITEM(names.get(), i, name);
  }
  return names.release();
}

PyMethodDef methods[] = {
    {"targets", targets, METH_NOARGS,
     "targets()\n--\n\n"
     "The instruction sets that this build has and this machine offers, best first.\n\n"
     "The first is in use. The results do not depend on it.\n\n"
     ">>> import silu\n"
     ">>> silu.targets()[-1]\n"
     "'scalar'\n"},
    {nullptr, nullptr, 0, nullptr},
};

int execute(PyObject* module) {
  if (PyArray_ImportNumPyAPI() < 0 || PyUFunc_ImportUFuncAPI() < 0) return -1;
  if (!silu::python::load_dtypes() || !silu::python::add_ufuncs(module)) return -1;
  if (!silu::python::add_sums(module) || !silu::python::add_quantized(module)) return -1;
  return PyModule_AddStringConstant(module, "__version__", silu_version());
}

PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(execute)},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    "silu._ufuncs",
    "The ufuncs and the loops of the package silu.",
    0,
    methods,
    slots,
    nullptr,
    nullptr,
    nullptr,
};

}  // namespace

PyMODINIT_FUNC PyInit__ufuncs() { return PyModuleDef_Init(&definition); }
