// SPDX-License-Identifier: Apache-2.0
// The comparison of the library with the oracle, cut into blocks that can be done in any order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "format.h"
#include "silu/silu.h"

namespace silu::exhaustive {

// The inputs of one dtype: all bit patterns in ascending order, or for float64, which has too many, those of
// tests/oracle/regions.h: every region in turn.
struct Job {
  const oracle::Format& format;
  std::uint64_t blocks;
  std::uint64_t block;  // inputs per block

  std::uint64_t input(std::uint64_t block_index, std::uint64_t i) const;
  std::uint64_t inputs() const { return blocks * block; }
};

// float64_blocks: how many blocks of random inputs float64 is to have; the other dtypes have all of theirs.
Job job_of(silu_dtype dtype, std::uint64_t float64_blocks);

struct Mismatch {
  silu_function function;
  std::uint64_t x, got, right;
};

// What one block gives: the XXH3-128 of the oracle's outputs, little-endian, for each function.
struct Block {
  std::array<std::string, oracle::kFunctions.size()> digests;
  std::uint64_t mismatched = 0;
  std::vector<Mismatch> mismatches;  // the first few
};

// Evaluates a block by the oracle, and by the library on the given target.
Block evaluate(const Job& job, std::uint64_t block_index, std::size_t target);

// "silu float32 at x = 0xc2b20000: gives 0x8286e977, right is 0x8286e978"
std::string describe(const oracle::Format& format, const Mismatch& mismatch);

}  // namespace silu::exhaustive
