// SPDX-License-Identifier: Apache-2.0
#include "promotion.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "dtypes.h"
#include "loop.h"
#include "registry.h"

namespace silu::python {
namespace {

using Types = std::span<PyArray_DTypeMeta* const>;

bool has_loop(const PyArray_DTypeMeta* type) {
  return std::any_of(kDtypes.begin(), kDtypes.end(),
                     [type](const DtypeInfo& row) { return dtype_class(row.dtype) == type; });
}

bool is_python_number(const PyArray_DTypeMeta* type) {
  return type == &PyArray_PyLongDType || type == &PyArray_PyFloatDType;
}

bool is_accepted(const PyArray_DTypeMeta* type) {
  if (type == nullptr) return true;  // a reduction's first input, which is its result
  const int number = type->type_num;
  return has_loop(type) || is_python_number(type) || PyTypeNum_ISBOOL(number) || PyTypeNum_ISINTEGER(number);
}

bool holds(silu_dtype dtype, const PyArray_DTypeMeta* type) {
  return dtype_class(dtype) == type || PyArray_CanCastSafely(type->type_num, dtype_class(dtype)->type_num) != 0;
}

// The dtype to compute accepted inputs in.
silu_dtype smallest(Types inputs) {
  const auto any = [inputs](auto is) {
    return std::any_of(inputs.begin(), inputs.end(), [is](const auto* type) { return type != nullptr && is(type); });
  };
  const bool python_float = any([](const auto* type) { return type == &PyArray_PyFloatDType; });
  const bool python_int = any([](const auto* type) { return type == &PyArray_PyLongDType; });
  const bool integers = any([](const auto* type) { return PyTypeNum_ISINTEGER(type->type_num); });
  // A Python number is weak beside its kind and those above: an int beside integers, both beside floats.
  if (!any(has_loop) && (python_float || (python_int && !integers))) return SILU_FLOAT64;
  // The 8-bit floats serve themselves; ml_dtypes says that they hold the integers of 8 bits, which they do not.
  for (const silu_dtype dtype : {SILU_FLOAT8_E4M3FN, SILU_FLOAT8_E5M2}) {
    if (!any([dtype](const auto* type) { return !is_python_number(type) && dtype_class(dtype) != type; })) return dtype;
  }
  for (const silu_dtype dtype : {SILU_FLOAT16, SILU_BFLOAT16, SILU_FLOAT32}) {
    if (!any([dtype](const auto* type) { return !is_python_number(type) && !holds(dtype, type); })) return dtype;
  }
  return SILU_FLOAT64;
}

// The row of a ufunc, or null for a function of one input.
const OperatorInfo* row_of(const PyUFuncObject* ufunc) {
  const std::string_view name = ufunc->name;
  const auto* row =
      std::find_if(kOperators.begin(), kOperators.end(), [name](const auto& r) { return r.name == name; });
  return row == kOperators.end() ? nullptr : &*row;
}

int refuse(const char* ufunc, const char* what, const char* input, PyArray_DTypeMeta* type, const char* besides = "") {
  // An abstract one, as that of Python's complex, has no dtype.
  auto* const dtype = reinterpret_cast<PyObject*>(type->singleton);
  const Reference name(dtype != nullptr ? PyObject_Str(dtype) : PyUnicode_FromString(type->scalar_type->tp_name));
  if (!name) return -1;
  std::string allowed;
  for (const DtypeInfo& row : kDtypes) allowed += (allowed.empty() ? "" : ", ") + std::string(row.name);
  PyErr_Format(PyExc_TypeError, "%s: %s%s is %U; allowed: %s%s", ufunc, what, input, name.get(), allowed.c_str(),
               besides);
  return -1;
}

}  // namespace

int promote(PyObject* object, PyArray_DTypeMeta* const operands[], PyArray_DTypeMeta* const signature[],
            PyArray_DTypeMeta* promoted[]) {
  const auto* ufunc = reinterpret_cast<const PyUFuncObject*>(object);
  const OperatorInfo* row = row_of(ufunc);
  const auto inputs = static_cast<std::size_t>(ufunc->nin), all = static_cast<std::size_t>(ufunc->nargs);
  const std::size_t typed = row == nullptr ? 1 : row->input_count();  // behind them: parameters in float64
  const auto is_parameter = [=](std::size_t i) { return typed <= i && i < inputs; };

  PyArray_DTypeMeta* asked = nullptr;
  for (std::size_t i = 0; i < all; ++i) {
    if (signature[i] == nullptr || is_parameter(i)) continue;
    if (!has_loop(signature[i])) return refuse(ufunc->name, "the dtype asked for", "", signature[i]);
    if (asked != nullptr && asked != signature[i]) {
      PyErr_Format(PyExc_TypeError,
                   "%s: the signature has two dtypes; allowed: the same dtype for all inputs and outputs", ufunc->name);
      return -1;
    }
    asked = signature[i];
  }
  if (asked == nullptr) {
    for (std::size_t i = 0; i < typed; ++i) {
      if (!is_accepted(operands[i]))
        return refuse(ufunc->name, "the dtype of ", row == nullptr ? "x" : row->inputs[i], operands[i],
                      "; bool and integers, as in numpy.exp");
    }
    asked = dtype_class(smallest(Types(operands, typed)));
  }
  for (std::size_t i = 0; i < all; ++i)
    promoted[i] = reinterpret_cast<PyArray_DTypeMeta*>(Py_NewRef(is_parameter(i) ? dtype_class(SILU_FLOAT64) : asked));
  return 0;
}

}  // namespace silu::python
