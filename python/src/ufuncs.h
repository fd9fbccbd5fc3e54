// SPDX-License-Identifier: Apache-2.0
// The ufuncs, made from the library's table.
#pragma once

#include "numpy.h"

namespace silu::python {

// Adds a ufunc for each row of kFunctions and kOperators to the module.  False, with a Python error set, if there is
// one.
bool add_ufuncs(PyObject* module);

}  // namespace silu::python
