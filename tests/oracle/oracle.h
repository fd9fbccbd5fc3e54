// SPDX-License-Identifier: Apache-2.0
// What the library must return: correctly rounded values, by means that share nothing with it.
#pragma once

#include <cstdint>
#include <span>

#include "format.h"
#include "silu/silu.h"

namespace silu::oracle {

// results[i] = the encoding of functions[i] at the input that bits encodes.
void evaluate(const Format& format, std::uint64_t bits, std::span<const silu_function> functions,
              std::uint64_t* results);

// One function alone.
std::uint64_t evaluate(silu_function function, const Format& format, std::uint64_t bits);

}  // namespace silu::oracle
