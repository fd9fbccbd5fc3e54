// SPDX-License-Identifier: Apache-2.0
// The loops of silu/_quantized.py.
#pragma once

#include "numpy.h"

namespace silu::python {

// Adds them to the module.  False, with a Python error set, if there is one.
bool add_quantized(PyObject* module);

}  // namespace silu::python
