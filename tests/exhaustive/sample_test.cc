// SPDX-License-Identifier: Apache-2.0
// A sample of what silu_certify compares, on every instruction set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "certificates.h"
#include "regions.h"
#include "jobs.h"
#include "operator_jobs.h"
#include "oracle.h"

namespace silu::exhaustive {
namespace {

void expect_right(const Job& job, std::uint64_t block) {
  for (std::size_t target = 0; target < silu_target_count(); ++target) {
    const Block result = evaluate(job, block, target);
    EXPECT_EQ(result.mismatched, 0u) << "on " << silu_target_name(target);
    for (const Mismatch& mismatch : result.mismatches) ADD_FAILURE() << describe(job.format, mismatch);
  }
}

class AllInputs : public testing::TestWithParam<silu_dtype> {};

TEST_P(AllInputs, AreRight) {
  const Job job = job_of(GetParam(), 0);
  ASSERT_EQ(job.inputs(), std::uint64_t{1} << job.format.bits);
  expect_right(job, 0);
}
INSTANTIATE_TEST_SUITE_P(, AllInputs,
                         testing::Values(SILU_FLOAT16, SILU_BFLOAT16, SILU_FLOAT8_E4M3FN, SILU_FLOAT8_E5M2),
                         [](const auto& info) { return std::string(oracle::format_of(info.param).name); });

class Float64 : public testing::TestWithParam<int> {};

TEST_P(Float64, OfEachRegionIsRight) {
  constexpr std::uint64_t kFew = 0x8000;  // of the block
  const Job job{oracle::format_of(SILU_FLOAT64), oracle::kRegionCount, kFew};
  expect_right(job, static_cast<std::uint64_t>(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(, Float64, testing::Range(0, oracle::kRegionCount));

// Blocks of float32 that have what is hard, cut short; and the same inputs' neighbours in sign.
class Float32 : public testing::TestWithParam<float> {};

TEST_P(Float32, AroundIsRight) {
  constexpr std::uint64_t kFew = 0x8000;
  for (const float centre : {GetParam(), -GetParam()}) {
    const std::uint64_t bits = std::bit_cast<std::uint32_t>(centre);
    const Job job{oracle::format_of(SILU_FLOAT32), (std::uint64_t{1} << 32) / kFew, kFew};
    expect_right(job, bits / kFew);
  }
}
INSTANTIATE_TEST_SUITE_P(, Float32,
                         testing::Values(0.0f, 0x1p-140f, 0x1p-126f, 0x1p-124f, 0x1p-32f, 0x1p-24f, 0x1p-12f, 0.1f,
                                         0.5f, 1.0f, 1.2784646f, 2.3993573f, 8.0f, 17.0f, 87.0f, 88.5f, 103.5f, 104.0f,
                                         108.0f, 3.4e38f, INFINITY));

// Every 4,099th bit pattern, a prime, so that all exponents and low bits come.
TEST(Float32Stride, IsRight) {
  constexpr std::uint64_t kStride = 4099;
  std::vector<std::uint32_t> x;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += kStride)
    x.push_back(static_cast<std::uint32_t>(bits));
  for (std::size_t f = 0; f < oracle::kFunctions.size(); ++f) {
    const auto function = static_cast<silu_function>(f);
    std::vector<std::uint32_t> right(x.size()), got(x.size());
    std::transform(x.begin(), x.end(), right.begin(), [&](std::uint32_t bits) {
      return static_cast<std::uint32_t>(oracle::evaluate(function, oracle::format_of(SILU_FLOAT32), bits));
    });
    for (std::size_t target = 0; target < silu_target_count(); ++target) {
      ASSERT_EQ(silu_evaluate_on(target, function, SILU_FLOAT32, x.data(), got.data(), x.size()), SILU_OK);
      const auto first = std::mismatch(got.begin(), got.end(), right.begin()).first;
      if (first == got.end()) continue;
      const auto i = static_cast<std::size_t>(first - got.begin());
      ADD_FAILURE() << describe(oracle::format_of(SILU_FLOAT32), {function, x[i], got[i], right[i]}) << " on "
                    << silu_target_name(target);
    }
  }
}

// Blocks of pairs, whose first inputs are next to each other, with every second one.
class Pairs : public testing::TestWithParam<PairJob> {
 protected:
  // The block whose first inputs begin with this one or have it among them.
  static std::uint64_t block_of(std::uint64_t first) { return (first << 16) / PairJob::kBlock; }

  std::uint64_t one() const {
    const oracle::Format& format = GetParam().format;
    const std::uint64_t bias = format.infinity() >> format.precision;
    return bias << (format.precision - 1);
  }

  // Returns the oracle's digest.
  std::string expect_right(std::uint64_t block_index, std::size_t target) const {
    const PairJob& job = GetParam();
    const OperatorBlock block = evaluate(job, block_index, target);
    EXPECT_EQ(block.mismatched, 0u) << "on " << silu_target_name(target);
    for (const OperatorMismatch& mismatch : block.mismatches) ADD_FAILURE() << describe(job.info, job.format, mismatch);
    return block.digest;
  }
};

TEST_P(Pairs, WithOneAreRight) {
  for (std::size_t target = 0; target < silu_target_count(); ++target) expect_right(block_of(one()), target);
}

// The stored certificates of pairs, in blocks of every kind, are what the oracle and the library say.
TEST_P(Pairs, HaveTheirCertificate) {
  const PairJob& job = GetParam();
  std::vector<tool::PairCertificate> found;
  for (const std::string& text : tool::certificate_files(tool::pair_folder(SILU_CERTIFICATES))) {
    const tool::PairCertificate each = tool::parse_pair_certificate(text);
    if (each.op == job.info.op && each.dtype == job.format.dtype) found.push_back(each);
  }
  ASSERT_EQ(found.size(), 1u);
  const tool::PairCertificate& certificate = found.front();
  ASSERT_EQ(certificate.block, PairJob::kBlock);
  if (job.info.clamped) {
    const oracle::Parameters parameters{certificate.parameters[0], certificate.parameters[1]};
    EXPECT_EQ(parameters.rounded(job.format).alpha, job.parameters.alpha);
    EXPECT_EQ(parameters.rounded(job.format).limit, job.parameters.limit);
  }
  const std::uint64_t least_normal = std::uint64_t{1} << (job.format.precision - 1);
  // Zero and subnormals; beside them; -1; infinity and NaN.
  for (const std::uint64_t first : {std::uint64_t{0}, least_normal, one() | job.format.sign(), job.format.infinity()})
    EXPECT_EQ(expect_right(block_of(first), 0), certificate.blocks.at(block_of(first))) << std::hex << first;
}
INSTANTIATE_TEST_SUITE_P(, Pairs, testing::ValuesIn(pair_jobs()), [](const auto& info) {
  return std::string(info.param.info.name) + "_" + std::string(info.param.format.name);
});

// What double precision settles is what MPFR gives.
TEST_P(Pairs, AreSettledRight) {
  const PairJob& job = GetParam();
  for (std::uint64_t i = 0; i < 16; ++i) {
    const std::uint64_t first = oracle::mix(9, i) >> 48;
    const std::vector<std::uint16_t> row = right_of_row(job, first);
    for (std::uint64_t second = i; second < row.size(); second += 11) {
      const std::uint64_t inputs[] = {first, second};
      oracle::Rounded wanted;
      oracle::measure(job.info.op, job.format, job.parameters, inputs, &wanted);
      ASSERT_EQ(row[second], wanted.bits) << std::hex << first << ", " << second;
    }
  }
}

// The stored certificates are what the oracle says today: all of the 8- and 16-bit dtypes, and blocks of float32.
TEST(Certificates, AreTheOracles) {
  std::vector<tool::Certificate> certificates;
  for (const std::string& text : tool::certificate_files(SILU_CERTIFICATES))
    certificates.push_back(tool::parse_certificate(text));
  EXPECT_EQ(certificates.size(), oracle::kFunctions.size() * 5);
  for (const silu_dtype dtype : {SILU_FLOAT32, SILU_FLOAT16, SILU_BFLOAT16, SILU_FLOAT8_E4M3FN, SILU_FLOAT8_E5M2}) {
    const Job job = job_of(dtype, 0);
    std::vector<std::uint64_t> blocks = {0};
    if (dtype == SILU_FLOAT32)  // zeros and subnormals, the zero of silu', subnormal results
      for (const float x : {-0.0f, -1.2784646f, -90.0f}) blocks.push_back(std::bit_cast<std::uint32_t>(x) / job.block);
    for (const std::uint64_t index : blocks) {
      const Block block = evaluate(job, index, 0);
      for (const tool::Certificate& each : certificates) {
        if (each.dtype == dtype) {
          EXPECT_EQ(each.blocks.at(index), block.digests[each.function]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace silu::exhaustive
