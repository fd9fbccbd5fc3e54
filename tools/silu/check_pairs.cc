// SPDX-License-Identifier: Apache-2.0
#include "check_pairs.h"

#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "digest.h"
#include "silu/silu.h"

namespace silu::tool {
namespace {

// One operator in one dtype on one target.  Word: the unsigned integer as wide as the dtype.
template <class Word>
class Pairs {
 public:
  Pairs(const PairCertificate& certificate, std::size_t target)
      : certificate_(certificate), target_(target), second_(certificate.row()) {
    for (std::size_t i = 0; i < second_.size(); ++i) second_[i] = static_cast<Word>(i);
  }

  std::string digest_of_block(std::uint64_t block) const {
    Digest digest;
    std::vector<Word> y(second_.size());
    for (std::uint64_t row = first_row(block); row < first_row(block + 1); ++row) {
      evaluate(row, y);
      digest.add_little_endian(y);
    }
    return digest.hexadecimal();
  }

  // The first pair of a block whose output is not the one that exact integer arithmetic gives.
  std::optional<Difference> first_difference(std::uint64_t block) const {
    std::vector<Word> got(second_.size()), right(second_.size());
    for (std::uint64_t row = first_row(block); row < first_row(block + 1); ++row) {
      evaluate(row, got);
      evaluate_exactly(row, right);
      const auto differs = std::mismatch(got.begin(), got.end(), right.begin());
      if (differs.first == got.end()) continue;
      return Difference{
          {row, static_cast<std::uint64_t>(differs.first - got.begin())}, *differs.first, *differs.second};
    }
    return std::nullopt;
  }

 private:
  std::uint64_t first_row(std::uint64_t block) const { return block * (certificate_.block / second_.size()); }

  // apply(inputs, outputs) for the pairs of a first input and some of the second ones.
  void call(std::uint64_t row, std::size_t begin, std::size_t end, std::vector<Word>& y, const auto& apply) const {
    const Word first = static_cast<Word>(row);
    const silu_input inputs[] = {{&first, 0}, {&second_[begin], sizeof(Word)}};
    const silu_output outputs[] = {{&y[begin], sizeof(Word)}};
    require_ok(apply(inputs, outputs, certificate_.parameters.data(), end - begin));
  }

  void evaluate(std::uint64_t row, std::vector<Word>& y) const {
    call(row, 0, y.size(), y, [this](auto... arguments) {
      return silu_apply_on(target_, certificate_.op, certificate_.dtype, arguments...);
    });
  }

  void evaluate_exactly(std::uint64_t row, std::vector<Word>& y) const {
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, y.size()), [&](const auto& some) {
      call(row, some.begin(), some.end(), y,
           [this](auto... arguments) { return silu_apply_exact(certificate_.op, certificate_.dtype, arguments...); });
    });
  }

  const PairCertificate& certificate_;
  const std::size_t target_;
  std::vector<Word> second_;  // all of them
};

std::uint64_t block_count(const PairCertificate& certificate, std::uint64_t step) {
  return (certificate.blocks.size() + step - 1) / step;
}

template <class Word>
Verdict check_words(const PairCertificate& certificate, std::size_t target, std::uint64_t step, Progress& progress) {
  const Pairs<Word> pairs(certificate, target);
  std::atomic<std::uint64_t> failed = kNone;
  tbb::parallel_for(std::uint64_t{0}, block_count(certificate, step), [&](std::uint64_t index) {
    const std::uint64_t block = index * step;
    const std::string digest = pairs.digest_of_block(block);
    progress.add(certificate.block);
    if (digest == certificate.blocks[block]) return;
    std::uint64_t lowest = failed;
    while (block < lowest && !failed.compare_exchange_weak(lowest, block)) {
    }
  });
  const std::uint64_t inputs = pair_count(certificate, step);
  if (failed == kNone) {
    const std::string part =
        step == 1 ? "" : fmt::format(", {} of {} blocks", block_count(certificate, step), certificate.blocks.size());
    return {true, "certificate" + part, inputs};
  }
  const auto difference = pairs.first_difference(failed);
  return {false, difference ? "differs from the certificate" : not_the_librarys(failed), inputs, difference};
}

}  // namespace

std::uint64_t pair_count(const PairCertificate& certificate, std::uint64_t step) {
  return block_count(certificate, step) * certificate.block;
}

Verdict check_pairs(const PairCertificate& certificate, std::size_t target, std::uint64_t step, Progress& progress) {
  return silu_dtype_size(certificate.dtype) == 1 ? check_words<std::uint8_t>(certificate, target, step, progress)
                                                 : check_words<std::uint16_t>(certificate, target, step, progress);
}

}  // namespace silu::tool
