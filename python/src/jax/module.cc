// SPDX-License-Identifier: Apache-2.0
// The module silu.jax._ffi: the custom calls, and the table of functions that the Python side is made from.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cstddef>

#include "handlers.h"
#include "registry.h"

namespace {

using silu::kFunctions;
using silu::kOperators;

// A new reference, or null, as a tuple of the names that are not null.
template <class Names>
PyObject* names(const Names& given, std::size_t count) {
  PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(count));
  for (std::size_t i = 0; tuple != nullptr && i < count; ++i) {
    PyObject* name = PyUnicode_FromString(given[i]);
    if (name == nullptr) {
      Py_CLEAR(tuple);
    } else {
      PyTuple_SET_ITEM(tuple, static_cast<Py_ssize_t>(i), name);
    }
  }
  return tuple;
}

// dict[key] = value; takes the reference to value.
bool put(PyObject* dict, const char* key, PyObject* value) {
  if (value == nullptr) return false;
  const bool done = PyDict_SetItemString(dict, key, value) == 0;
  Py_DECREF(value);
  return done;
}

bool add_targets(PyObject* dict) {
  for (const auto& [name, handler] : silu::jax::targets())
    if (!put(dict, name.c_str(), PyCapsule_New(reinterpret_cast<void*>(handler), nullptr, nullptr))) return false;
  return true;
}

// name: (inputs, outputs, clamped)
bool add_table(PyObject* dict) {
  for (const silu::FunctionInfo& row : kFunctions)
    if (!put(dict, row.name, Py_BuildValue("((s)(s)O)", "x", "y", Py_False))) return false;
  for (const silu::OperatorInfo& row : kOperators) {
    PyObject* const inputs = names(row.inputs, row.input_count());
    PyObject* const outputs = names(row.outputs, row.output_count());
    PyObject* const value = inputs != nullptr && outputs != nullptr
                                ? Py_BuildValue("(OOO)", inputs, outputs, row.clamped ? Py_True : Py_False)
                                : nullptr;
    Py_XDECREF(inputs);
    Py_XDECREF(outputs);
    if (!put(dict, row.name, value)) return false;
  }
  return true;
}

bool add_dict(PyObject* module, const char* name, bool (*fill)(PyObject*)) {
  PyObject* const dict = PyDict_New();
  const bool done = dict != nullptr && fill(dict) && PyModule_AddObjectRef(module, name, dict) == 0;
  Py_XDECREF(dict);
  return done;
}

int execute(PyObject* module) {
  if (!add_dict(module, "TARGETS", add_targets) || !add_dict(module, "TABLE", add_table)) return -1;
  return PyModule_AddIntConstant(module, "DIGITS", static_cast<long>(silu::jax::kDigits));
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
    "silu.jax._ffi",
    "The custom calls of the package silu.jax.",
    0,
    nullptr,
    slots,
    nullptr,
    nullptr,
    nullptr,
};

}  // namespace

PyMODINIT_FUNC PyInit__ffi() { return PyModuleDef_Init(&definition); }
