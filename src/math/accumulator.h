// SPDX-License-Identifier: Apache-2.0
// Exact sums of doubles, in chunks of 32 bits with room for carries.
//
// Neal, "Fast exact summation using small and large superaccumulators", arXiv:1505.05571 (2015), section 3: the small
// one.
#pragma once

#include <cstddef>

#include "silu/sum.h"

namespace silu::math {

void accumulate(silu_sum& sum, const double* x, std::size_t n);
void merge(silu_sum& sum, const silu_sum& other);

// Carries on until every chunk but the last lies in [0, 2^32); the last has the sign.
void normalise(silu_sum& sum);

double value(silu_sum sum);

}  // namespace silu::math
