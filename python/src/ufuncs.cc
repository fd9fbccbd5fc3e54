// SPDX-License-Identifier: Apache-2.0
#include "ufuncs.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "documentation.h"
#include "dtypes.h"
#include "loop.h"
#include "promotion.h"
#include "registry.h"

namespace silu::python {
namespace {

// What NumPy needs for one ufunc.
struct Ufunc {
  const char* name;
  const char* module;  // where users find it
  std::string documentation;
  int inputs;
  int parameters;  // the last inputs, which are in float64
  int outputs;
  std::array<PyArrayMethod_StridedLoop*, kDtypes.size()> loops;  // by dtype
};

constexpr const char* kPublic = "silu";
constexpr const char* kPrivate = "silu._ufuncs";  // silu/_swiglu.py has the functions around them

template <std::size_t function>
Ufunc unary() {
  return []<std::size_t... dtype>(std::index_sequence<dtype...>) {
    const FunctionInfo& row = kFunctions[function];
    return Ufunc{row.name, kPublic, documentation(row), 1, 0, 1, {unary_loop<row.function, kDtypes[dtype].dtype>...}};
  }
  (std::make_index_sequence<kDtypes.size()>());
}

template <std::size_t op>
Ufunc several() {
  return []<std::size_t... dtype>(std::index_sequence<dtype...>) {
    const OperatorInfo& row = kOperators[op];
    return Ufunc{row.name,
                 row.clamped ? kPrivate : kPublic,
                 documentation(row),
                 static_cast<int>(ufunc_inputs(row)),
                 row.clamped ? 2 : 0,
                 static_cast<int>(row.output_count()),
                 {operator_loop<row.op, kDtypes[dtype].dtype>...}};
  }
  (std::make_index_sequence<kDtypes.size()>());
}

// NumPy keeps pointers into the table.
const auto& table() {
  static const auto rows =
      []<std::size_t... function, std::size_t... op>(std::index_sequence<function...>, std::index_sequence<op...>) {
    return std::array{unary<function>()..., several<op>()...};
  }
  (std::make_index_sequence<kFunctions.size()>(), std::make_index_sequence<kOperators.size()>());
  return rows;
}

bool add_loop(PyObject* ufunc, const Ufunc& row, silu_dtype dtype) {
  std::array<PyArray_DTypeMeta*, NPY_MAXARGS> dtypes;
  dtypes.fill(dtype_class(dtype));
  for (int i = row.inputs - row.parameters; i < row.inputs; ++i) dtypes[i] = dtype_class(SILU_FLOAT64);
  auto* loop = reinterpret_cast<void*>(row.loops[dtype]);
  PyType_Slot slots[] = {{NPY_METH_strided_loop, loop}, {NPY_METH_unaligned_strided_loop, loop}, {0, nullptr}};
  PyArrayMethod_Spec spec = {};
  spec.name = row.name;
  spec.nin = row.inputs;
  spec.nout = row.outputs;
  spec.casting = NPY_NO_CASTING;
  // The library leaves the floating-point environment alone: there is nothing to clear or to report.
  spec.flags = static_cast<NPY_ARRAYMETHOD_FLAGS>(NPY_METH_NO_FLOATINGPOINT_ERRORS | NPY_METH_SUPPORTS_UNALIGNED);
  spec.dtypes = dtypes.data();
  spec.slots = slots;
  return PyUFunc_AddLoopFromSpec(ufunc, &spec) == 0;
}

// The promoter serves every combination of dtypes without a loop.
bool add_promoter(PyObject* ufunc, const Ufunc& row) {
  const Reference promoter(PyCapsule_New(reinterpret_cast<void*>(promote), "numpy._ufunc_promoter", nullptr));
  const int operands = row.inputs + row.outputs;
  const Reference any(PyTuple_New(operands));
  if (!promoter || !any) return false;
  for (int i = 0; i < operands; ++i) PyTuple_SET_ITEM(any.get(), i, Py_NewRef(Py_None));
  return PyUFunc_AddPromoter(ufunc, any.get(), promoter.get()) == 0;
}

// pickle looks for a ufunc by name in its __module__.  NumPy before 2.2 lets no attribute be set, and pickle
// then searches all modules.
bool set_module(PyObject* ufunc, const char* module) {
  const Reference name(PyUnicode_FromString(module));
  if (!name) return false;
  if (PyObject_SetAttrString(ufunc, "__module__", name.get()) == 0) return true;
  if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return false;
  PyErr_Clear();
  return true;
}

}  // namespace

bool add_ufuncs(PyObject* module) {
  for (const Ufunc& row : table()) {
    const Reference ufunc(PyUFunc_FromFuncAndData(nullptr, nullptr, nullptr, 0, row.inputs, row.outputs, PyUFunc_None,
                                                  row.name, row.documentation.c_str(), 0));
    if (!ufunc) return false;
    for (const DtypeInfo& dtype : kDtypes) {
      if (!add_loop(ufunc.get(), row, dtype.dtype)) return false;
    }
    if (!add_promoter(ufunc.get(), row) || !set_module(ufunc.get(), row.module)) return false;
    if (PyModule_AddObjectRef(module, row.name, ufunc.get()) < 0) return false;
  }
  return true;
}

}  // namespace silu::python
