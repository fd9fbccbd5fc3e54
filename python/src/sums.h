// SPDX-License-Identifier: Apache-2.0
// Exact sums for silu/_sums.py, which holds them as the bytes of silu_sum_save.
#pragma once

#include "numpy.h"

namespace silu::python {

// Adds the functions and the bytes of the empty sum to the module.  False, with a Python error set, if there is one.
bool add_sums(PyObject* module);

}  // namespace silu::python
