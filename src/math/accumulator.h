// SPDX-License-Identifier: Apache-2.0
// Exact sums of doubles, in chunks of 32 bits with room for carries.
//
// Neal, "Fast exact summation using small and large superaccumulators", arXiv:1505.05571 (2015), section 3: the small
// one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "silu/sum.h"

namespace silu::math {

inline constexpr int kChunks = std::size(silu_sum{}.chunks);

// Of silu_sum::specials.
inline constexpr std::uint32_t kNan = 1, kPlusInfinity = 2, kMinusInfinity = 4;

// The last chunk of a sum that is a number stays below this, so that two of them can be added.
inline constexpr std::int64_t kRoom = std::int64_t{1} << 62;

void accumulate(silu_sum& sum, const double* x, std::size_t n);
void merge(silu_sum& sum, const silu_sum& other);

// Carries on until every chunk but the last lies in [0, 2^32); the last has the sign.  Where there are specials, no
// chunk counts any more, and one special is left.
void normalise(silu_sum& sum);

double value(silu_sum sum);

// The bytes of silu_sum_save.  load: false, with the sum as it was, where no sum has them.
void save(silu_sum sum, unsigned char* bytes);
bool load(silu_sum& sum, const unsigned char* bytes);

}  // namespace silu::math
