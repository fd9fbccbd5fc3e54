// SPDX-License-Identifier: Apache-2.0
// The library's functions as custom calls of XLA (its FFI), on XLA's own threads.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "xla/ffi/api/c_api.h"

namespace silu::jax {

// The numbers that a sum is as an array of int32: the bytes of silu_sum_save, each a digit (the last with the sign),
// then how many of NaN, +inf and -inf.  Arrays of up to 2^23 sums are added as integers, without a carry.
inline constexpr std::size_t kDigits = 272 + 3;

// The targets: for each function and operator "silu_" and its name; "silu_beta_digits", from dy, x and beta to the
// digits of sums in beta's shape; "silu_digits_value", from digits to the sums, rounded.
std::vector<std::pair<std::string, XLA_FFI_Handler*>> targets();

}  // namespace silu::jax
