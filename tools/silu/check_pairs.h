// SPDX-License-Identifier: Apache-2.0
// The functions of two inputs at pairs, against a certificate of all pairs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "certificates.h"
#include "progress.h"
#include "verdict.h"

namespace silu::tool {

// A sample takes every 127th block, from the first on: a prime, so that it does not follow the exponents.  In bfloat16
// the blocks have zeros and subnormals, ones, and the largest numbers.
inline constexpr std::uint64_t kSampleStep = 127;

// How many pairs a check takes: those of every `step`-th block.
std::uint64_t pair_count(const PairCertificate& certificate, std::uint64_t step);

Verdict check_pairs(const PairCertificate& certificate, std::size_t target, std::uint64_t step, Progress& progress);

}  // namespace silu::tool
