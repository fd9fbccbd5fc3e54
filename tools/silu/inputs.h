// SPDX-License-Identifier: Apache-2.0
// Fixed inputs for what is too large to be checked at every one.
#pragma once

#include <cstddef>
#include <vector>

namespace silu::tool {

// The same on every machine: special values, powers of two and their neighbours, the neighbourhoods of the zeros of
// silu' and silu'' and of the bounds where results underflow; then random numbers up to count.
std::vector<double> float64_inputs(std::size_t count);

}  // namespace silu::tool
