// SPDX-License-Identifier: Apache-2.0
// Which loop serves the dtypes that have none of their own.
#pragma once

#include "numpy.h"

namespace silu::python {

// NumPy's promoter for all the ufuncs, as NumPy has it for its own in float16, float32 and float64: the smallest
// of the dtypes that holds the values of all inputs, so that float16 with bfloat16 is float32, as are two kinds of
// float8, and int16 is float32 as in numpy.exp.  Python's numbers are weak; dtype= and signature= decide where they are
// given. Everything else is a TypeError that says what is allowed.
PyArrayMethod_PromoterFunction promote;

}  // namespace silu::python
