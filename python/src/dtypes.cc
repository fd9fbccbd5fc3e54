// SPDX-License-Identifier: Apache-2.0
#include "dtypes.h"

#include <array>

#include "registry.h"

namespace silu::python {
namespace {

std::array<PyArray_DTypeMeta*, kDtypes.size()> classes = {};

}  // namespace

bool load_dtypes() {
  const Reference ml_dtypes(PyImport_ImportModule("ml_dtypes"));
  if (!ml_dtypes) return false;
  for (const DtypeInfo& row : kDtypes) {
    const Reference name(PyUnicode_FromString(row.name));
    PyArray_Descr* descriptor = nullptr;
    if (!name || PyArray_DescrConverter(name.get(), &descriptor) == NPY_FAIL) return false;
    // The descriptor is never given up, and it keeps its class.
    classes[row.dtype] = NPY_DTYPE(descriptor);
  }
  return true;
}

PyArray_DTypeMeta* dtype_class(silu_dtype dtype) { return classes[dtype]; }

}  // namespace silu::python
