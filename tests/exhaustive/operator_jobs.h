// SPDX-License-Identifier: Apache-2.0
// The functions of several inputs against the oracle, cut into blocks: all pairs of two inputs of 16 bits, and random
// inputs of the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "operators.h"

namespace silu::exhaustive {

// The factors of each pair in double precision, by encoding, where that settles most pairs.
struct PairFactors {
  std::vector<double> first, second;
};

// All pairs: the first input in the upper half of the number, the second in the lower, ascending.
struct PairJob {
  const oracle::Operator& info;
  const oracle::Format& format;
  oracle::Parameters parameters;  // alpha 1.702, limit 7
  PairFactors factors;
  static constexpr std::uint64_t kBlock = std::uint64_t{1} << 22, kBlocks = (std::uint64_t{1} << 32) / kBlock;
};

// The operators of two inputs, in the dtypes of 16 bits.
std::vector<PairJob> pair_jobs();

struct RandomJob {
  const oracle::Operator& info;
  const oracle::Format& format;
  static constexpr std::uint64_t kBlock = std::uint64_t{1} << 14;
};

struct OperatorMismatch {
  std::uint64_t inputs[3];
  std::size_t output;
  std::uint64_t got, right;
  oracle::Parameters parameters;
};

struct OperatorBlock {
  std::string digest;  // XXH3-128 of the oracle's outputs, little-endian; of pairs only
  std::uint64_t mismatched = 0;
  std::vector<OperatorMismatch> mismatches;  // the first few
};

// A block by the oracle, and by the library on the given target.
OperatorBlock evaluate(const PairJob& job, std::uint64_t block_index, std::size_t target);
OperatorBlock evaluate(const RandomJob& job, std::uint64_t block_index, std::size_t target);

// What a block's row has for its pairs: the oracle's outputs for one first input and every second one.
std::vector<std::uint16_t> right_of_row(const PairJob& job, std::uint64_t first);

std::string describe(const oracle::Operator& info, const oracle::Format& format, const OperatorMismatch& mismatch);

}  // namespace silu::exhaustive
