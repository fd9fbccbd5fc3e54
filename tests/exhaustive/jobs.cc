// SPDX-License-Identifier: Apache-2.0
#include "jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <span>
#include <stdexcept>

#include "digest.h"
#include "regions.h"
#include "oracle.h"

static_assert(std::endian::native == std::endian::little, "outputs are hashed as they lie in memory");

namespace silu::exhaustive {
namespace {

constexpr std::size_t kChunk = 4096;  // what is evaluated at once stays in the cache
constexpr std::size_t kReported = 10;
constexpr std::uint64_t kSeed = 20261124;

constexpr std::array<silu_function, oracle::kFunctions.size()> all_functions() {
  std::array<silu_function, oracle::kFunctions.size()> all{};
  for (std::size_t f = 0; f < all.size(); ++f) all[f] = static_cast<silu_function>(f);
  return all;
}
constexpr auto kAllFunctions = all_functions();

// Word: the unsigned integer as wide as the dtype.
template <class Word>
Block evaluate_as(const Job& job, std::uint64_t block_index, std::size_t target) {
  std::array<tool::Digest, kAllFunctions.size()> digests;
  std::array<std::vector<Word>, kAllFunctions.size()> right;
  std::vector<Word> x, got;
  Block block;
  for (std::uint64_t first = 0; first < job.block; first += kChunk) {
    const std::size_t count = std::min<std::uint64_t>(kChunk, job.block - first);
    x.resize(count);
    got.resize(count);
    for (auto& each : right) each.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t bits = job.input(block_index, first + i);
      std::uint64_t results[kAllFunctions.size()];
      oracle::evaluate(job.format, bits, kAllFunctions, results);
      x[i] = static_cast<Word>(bits);
      for (std::size_t f = 0; f < kAllFunctions.size(); ++f) right[f][i] = static_cast<Word>(results[f]);
    }
    for (const silu_function function : kAllFunctions) {
      const std::vector<Word>& expected = right[function];
      digests[function].add(expected.data(), count * sizeof(Word));
      if (silu_evaluate_on(target, function, job.format.dtype, x.data(), got.data(), count) != SILU_OK)
        throw std::logic_error("the library refuses to evaluate");
      if (got == expected) continue;
      for (std::size_t i = 0; i < count; ++i) {
        if (got[i] == expected[i]) continue;
        ++block.mismatched;
        if (block.mismatches.size() < kReported) block.mismatches.push_back({function, x[i], got[i], expected[i]});
      }
    }
  }
  for (std::size_t f = 0; f < digests.size(); ++f) block.digests[f] = digests[f].hexadecimal();
  return block;
}

}  // namespace

std::uint64_t Job::input(std::uint64_t block_index, std::uint64_t i) const {
  if (format.bits < 64) return block_index * block + i;
  const auto region = static_cast<oracle::Region>(block_index % oracle::kRegionCount);
  return std::bit_cast<std::uint64_t>(oracle::input(region, kSeed, block_index / oracle::kRegionCount * block + i));
}

Job job_of(silu_dtype dtype, std::uint64_t float64_blocks) {
  const oracle::Format& format = oracle::format_of(dtype);
  if (format.bits == 64) return {format, float64_blocks, std::uint64_t{1} << 16};
  const std::uint64_t inputs = std::uint64_t{1} << format.bits, block = std::min(inputs, std::uint64_t{1} << 22);
  return {format, inputs / block, block};
}

Block evaluate(const Job& job, std::uint64_t block_index, std::size_t target) {
  if (job.format.bits == 64) return evaluate_as<std::uint64_t>(job, block_index, target);
  if (job.format.bits == 32) return evaluate_as<std::uint32_t>(job, block_index, target);
  if (job.format.bits == 16) return evaluate_as<std::uint16_t>(job, block_index, target);
  return evaluate_as<std::uint8_t>(job, block_index, target);
}

std::string describe(const oracle::Format& format, const Mismatch& mismatch) {
  const int digits = format.bits / 4;
  return fmt::format("{} {} at x = 0x{:0{}x}: gives 0x{:0{}x}, right is 0x{:0{}x}",
                     oracle::kFunctions[mismatch.function], format.name, mismatch.x, digits, mismatch.got, digits,
                     mismatch.right, digits);
}

}  // namespace silu::exhaustive
