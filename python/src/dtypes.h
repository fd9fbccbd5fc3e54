// SPDX-License-Identifier: Apache-2.0
// NumPy's DType classes for the rows of kDtypes.
#pragma once

#include "numpy.h"
#include "silu/silu.h"

namespace silu::python {

// Finds the classes by name; ml_dtypes is imported for those which NumPy does not have itself.
// False, with a Python error set, if there is one.
bool load_dtypes();

// The class of a row of kDtypes; borrowed, and alive as long as the process.
PyArray_DTypeMeta* dtype_class(silu_dtype dtype);

}  // namespace silu::python
