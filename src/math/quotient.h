// SPDX-License-Identifier: Apache-2.0
// Results that are divided by a scale, as quantised numbers are, rounded once from the exact quotient.
#pragma once

#include <cstdint>

#include "silu/silu.h"

namespace silu::math {

// factor f(x x_scale), a real number; x_scale is positive and finite.
struct ScaledValue {
  silu_function function;
  double x;
  double x_scale = 1;
  double factor = 1;
};

// value / scale, scale > 0, to the nearest number of an 8-bit dtype, ties to even, as its encoding.  Beyond the largest
// number: as in a conversion, or where it saturates, the largest, for infinities too.
std::uint8_t round_quotient(const ScaledValue& value, double scale, silu_dtype dtype, bool saturate);

// value / scale to the nearest integer, ties to even, or `least` or `most` if it lies beyond; x, factor and scale are
// finite.
int round_quotient(const ScaledValue& value, double scale, int least, int most);

}  // namespace silu::math
