// SPDX-License-Identifier: Apache-2.0
// What results that are divided by a scale must be, by MPFR.
#pragma once

#include <cstdint>

#include "format.h"

namespace silu::oracle {

// factor f(x x_scale), not of infinities or NaNs.
struct Scaled {
  silu_function function;
  double x, x_scale = 1, factor = 1;
};

// value / scale in the format; beyond the largest number it, or what a conversion gives.
std::uint64_t quotient(const Scaled& value, double scale, const Format& format, bool saturate);

// value / scale as an integer, to nearest, ties to even; -1000 or 1000 beyond these.
int quotient(const Scaled& value, double scale);

}  // namespace silu::oracle
