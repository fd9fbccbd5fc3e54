// SPDX-License-Identifier: Apache-2.0
// The last rounding: from a pair of doubles into a format, when one addition does not do it.
#pragma once

#include "silu/silu.h"

namespace silu::math {

// Writes high + low, rounded into a dtype of 32 or 16 bits, to *y, if the exact value, which lies within `error` of
// that, leaves no doubt; else returns false.
bool round_pair(silu_dtype dtype, double high, double low, double error, void* y);

// value, a normal number or 0, rounded to a number of dtype; beyond the largest to an infinity, which dtype may lack.
double round_number(silu_dtype dtype, double value);

// Writes the value of `function` at x, an exact number of `dtype`, to *y: by rounding high + low if the
// exact value, which lies within `error` of that, leaves no doubt, else by evaluate_exact.
void round_or_evaluate(silu_function function, silu_dtype dtype, double x, double high, double low, double error,
                       void* y);

}  // namespace silu::math
