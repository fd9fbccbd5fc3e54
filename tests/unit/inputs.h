// SPDX-License-Identifier: Apache-2.0
// Inputs of every kind, the same on every run.
#pragma once

#include <cstddef>

#include "encodings.h"

namespace silu::test {

// Zeros, infinities, NaNs, subnormals, and the places where a function or a format turns: all of them.
Encodings landmarks(const Format& format);

// NaNs: quiet and signalling, of either sign, with payloads.
Encodings nans(const Format& format);

// Odd and even multiples of the least subnormal, whose silu is or borders on a midpoint; of either sign.
Encodings multiples_of_least(const Format& format, std::size_t count);

// The `count` numbers around value, in order.
Encodings neighbours(const Format& format, double value, std::size_t count);

// Normal numbers of deviation 3, as in a network.
Encodings normal(const Format& format, std::size_t count, unsigned seed);

// All kinds together, shuffled: landmarks and their neighbours, any encoding at all, normal numbers, far tails.
Encodings mixed(const Format& format, std::size_t count, unsigned seed);

}  // namespace silu::test
