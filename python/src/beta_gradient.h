// SPDX-License-Identifier: Apache-2.0
// The loop of silu.swish_beta_gradient.
#pragma once

#include "numpy.h"

namespace silu::python {

// (dy, x, beta, kept, out): three arrays of one shape and one dtype of the library's, of whose axes the first `kept`
// are kept and the others summed over; out has a row for each sum, of one float64, or of SILU_SUM_BYTES of uint8.
PyObject* swish_beta_sums(PyObject* module, PyObject* arguments);

}  // namespace silu::python
