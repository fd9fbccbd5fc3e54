// SPDX-License-Identifier: Apache-2.0
// Which loop serves the dtypes that have none of their own.
#pragma once

#include "numpy.h"

namespace silu::python {

// NumPy's promoter for functions of one input: bool and integers go to the smallest of float16, float32 and
// float64 that holds all their values, as in numpy.exp; dtype= and signature= decide where they are given.
// Everything else is a TypeError that says what is allowed.
PyArrayMethod_PromoterFunction promote_unary;

}  // namespace silu::python
