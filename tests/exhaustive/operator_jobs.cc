// SPDX-License-Identifier: Apache-2.0
#include "operator_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "digest.h"
#include "estimate.h"
#include "operands.h"

namespace silu::exhaustive {
namespace {

using oracle::Format, oracle::Operator, oracle::Parameters;

constexpr std::size_t kReported = 10;
constexpr std::size_t kRow = 0x10000;  // pairs that share the first input
constexpr std::uint64_t kSeed = 20261125;

// A double within 2^-48 of it, relatively, settles most pairs: what both ends of 2^-46 around it round to.  NaN: not
// settled, as with a special value.
constexpr double kUnsettled = std::numeric_limits<double>::quiet_NaN();

double to_double(long double value, long double error) {
  return error > 0x1p-49L * std::fabs(value) ? kUnsettled : static_cast<double>(value);
}

// sigmoid or silu' as estimated; beyond 400 what is left of 1, or of everything, is less than 2^-560: a limit to all
// that 16 bits can tell, and a midpoint to none of them is unsettled.
oracle::Estimate estimate(silu_function g, long double u) {
  return oracle::estimate(std::clamp(u, -400.0L, 400.0L))[static_cast<std::size_t>(g)];
}

PairFactors factors_of(const Operator& info, const Format& format, const Parameters& parameters) {
  PairFactors factors{std::vector<double>(kRow), std::vector<double>(kRow)};
  for (std::size_t bits = 0; bits < kRow; ++bits) {
    double &first = factors.first[bits], &second = factors.second[bits];
    const double x = oracle::is_nan(format, bits) ? kUnsettled : oracle::decode(format, bits);
    if (!std::isfinite(x)) {
      first = second = kUnsettled;
      continue;
    }
    first = second = x;
    if (info.op == SILU_SILU_BACKWARD) {  // dy; silu'(x)
      const oracle::Estimate g = estimate(SILU_SILU_DERIVATIVE, x);
      second = to_double(g.value, g.error);
    } else if (info.op == SILU_SWIGLU) {  // silu(a); b
      const oracle::Estimate g = estimate(SILU_SIGMOID, x);
      first = to_double(x * g.value, std::fabs(x) * g.error);
    } else if (info.op == SILU_SWIGLU_CLAMPED) {  // a' sigmoid(alpha a'); b' + 1
      const long double limit = parameters.limit, a = std::min<long double>(x, limit);
      const oracle::Estimate g = estimate(SILU_SIGMOID, parameters.alpha * a);
      first = to_double(a * g.value, std::fabs(a) * g.error);
      second = static_cast<double>(std::clamp<long double>(x, -limit, limit) + 1);
    }
  }
  return factors;
}

// x sigmoid(u), u = x beta, which is exact in a double.
double swish(double x, double beta) {
  const double u = std::clamp(x * beta, -400.0, 400.0), e = std::exp(-std::fabs(u));
  return x * ((u < 0 ? e : 1) / (1 + e));
}

// The encodings of magnitudes, to nearest; of a midpoint to either side.
class Encoder {
 public:
  explicit Encoder(const Format& format)
      : least_(static_cast<std::uint64_t>(1023 + format.min_exponent + format.precision - 1)),
        precision_(format.precision),
        infinity_(format.infinity()) {}

  std::uint64_t operator()(double magnitude) const {
    // Beside 2^52 units of its last place, a result's significand is in the lowest bits.
    const std::uint64_t exponent = std::max(std::bit_cast<std::uint64_t>(magnitude) >> 52, least_);
    const std::uint64_t units = (exponent + 53 - static_cast<std::uint64_t>(precision_)) << 52;
    const std::uint64_t significand = std::bit_cast<std::uint64_t>(magnitude + std::bit_cast<double>(units)) - units;
    return std::min(((exponent - least_) << (precision_ - 1)) + significand, infinity_);
  }

 private:
  std::uint64_t least_;  // the exponent field, in a double, of the least normal number
  int precision_;
  std::uint64_t infinity_;
};

// right[i] = the output for the row's first input and i, where value(i) is it in double precision.
void fill_row(const PairJob& job, std::uint64_t row, const auto& value, std::vector<std::uint16_t>& right) {
  constexpr double kMargin = 0x1p-46;
  const Encoder encode(job.format);
  const std::uint64_t sign = job.format.sign();
  for (std::size_t i = 0; i < kRow; ++i) {
    const double y = value(i), magnitude = std::fabs(y);
    const std::uint64_t low = encode(magnitude * (1 - kMargin)), high = encode(magnitude * (1 + kMargin));
    std::uint64_t bits = low | (std::signbit(y) ? sign : 0);
    if (low != high || std::isnan(y)) {
      const std::uint64_t inputs[] = {row, i};
      oracle::evaluate(job.info.op, job.format, job.parameters, inputs, &bits);
    }
    right[i] = static_cast<std::uint16_t>(bits);
  }
}

void fill_row(const PairJob& job, std::uint64_t row, std::vector<std::uint16_t>& right) {
  const double x = job.factors.first[row];
  const double* const second = job.factors.second.data();
  if (job.info.op == SILU_SWISH)
    fill_row(
        job, row, [=](std::size_t i) { return swish(x, second[i]); }, right);
  else
    fill_row(
        job, row, [=](std::size_t i) { return x * second[i]; }, right);
}

const double* parameters_of(const Operator& info, const double* parameters) {
  return info.clamped ? parameters : nullptr;
}

template <class Word>
OperatorBlock evaluate_random(const RandomJob& job, std::uint64_t block_index, std::size_t target) {
  // Every other block has normal inputs, as most calls.
  const auto kind = block_index % 2 == 0 ? oracle::Operands::kNormal
                                         : static_cast<oracle::Operands>(block_index / 2 % oracle::kOperands.size());
  const std::size_t set = block_index / (2 * oracle::kOperands.size()) % oracle::kParameters.size();
  const Parameters given = job.info.clamped ? oracle::kParameters[set] : Parameters();
  const Parameters rounded = given.rounded(job.format);
  const Operator& info = job.info;
  std::array<std::vector<Word>, 3> x;
  std::array<std::vector<Word>, 2> got, right;
  for (auto& each : x) each.resize(RandomJob::kBlock);
  for (auto& each : got) each.resize(RandomJob::kBlock);
  for (auto& each : right) each.resize(RandomJob::kBlock);
  for (std::uint64_t i = 0; i < RandomJob::kBlock; ++i) {
    std::uint64_t inputs[3] = {}, results[2] = {};
    oracle::operands(kind, info, job.format, rounded, kSeed, block_index * RandomJob::kBlock + i, inputs);
    oracle::evaluate(info.op, job.format, rounded, inputs, results);
    for (std::size_t k = 0; k < 3; ++k) x[k][i] = static_cast<Word>(inputs[k]);
    for (std::size_t k = 0; k < 2; ++k) right[k][i] = static_cast<Word>(results[k]);
  }
  constexpr std::ptrdiff_t kStride = sizeof(Word);
  const silu_input from[] = {{x[0].data(), kStride}, {x[1].data(), kStride}, {x[2].data(), kStride}};
  const silu_output to[] = {{got[0].data(), kStride}, {got[1].data(), kStride}};
  const double parameters[] = {given.alpha, given.limit};
  if (silu_apply_on(target, info.op, job.format.dtype, from, to, parameters_of(info, parameters), RandomJob::kBlock) !=
      SILU_OK)
    throw std::logic_error("the library refuses to evaluate");
  OperatorBlock block;
  for (std::size_t k = 0; k < info.outputs; ++k)
    for (std::uint64_t i = 0; i < RandomJob::kBlock; ++i) {
      if (got[k][i] == right[k][i]) continue;
      ++block.mismatched;
      if (block.mismatches.size() < kReported)
        block.mismatches.push_back({{x[0][i], x[1][i], x[2][i]}, k, got[k][i], right[k][i], given});
    }
  return block;
}

}  // namespace

std::vector<PairJob> pair_jobs() {
  std::vector<PairJob> jobs;
  for (const Operator& info : oracle::kOperators)
    for (const Format& format : oracle::kFormats)
      if (info.inputs == 2 && format.bits == 16) {
        const Parameters parameters = Parameters().rounded(format);
        jobs.push_back({info, format, parameters, factors_of(info, format, parameters)});
      }
  return jobs;
}

OperatorBlock evaluate(const PairJob& job, std::uint64_t block_index, std::size_t target) {
  const Format& format = job.format;
  std::vector<std::uint16_t> second(kRow), right(kRow), got(kRow);
  for (std::size_t i = 0; i < kRow; ++i) second[i] = static_cast<std::uint16_t>(i);
  tool::Digest digest;
  OperatorBlock block;
  for (std::uint64_t row = block_index * (PairJob::kBlock / kRow); row < (block_index + 1) * (PairJob::kBlock / kRow);
       ++row) {
    fill_row(job, row, right);
    digest.add(right.data(), right.size() * sizeof(right[0]));
    const auto first = static_cast<std::uint16_t>(row);
    const silu_input from[] = {{&first, 0}, {second.data(), sizeof(second[0])}};
    const silu_output to[] = {{got.data(), sizeof(got[0])}};
    const double parameters[] = {job.parameters.alpha, job.parameters.limit};
    if (silu_apply_on(target, job.info.op, format.dtype, from, to, parameters_of(job.info, parameters), kRow) !=
        SILU_OK)
      throw std::logic_error("the library refuses to evaluate");
    if (got == right) continue;
    for (std::size_t i = 0; i < kRow; ++i) {
      if (got[i] == right[i]) continue;
      ++block.mismatched;
      if (block.mismatches.size() < kReported)
        block.mismatches.push_back({{row, i, 0}, 0, got[i], right[i], job.parameters});
    }
  }
  block.digest = digest.hexadecimal();
  return block;
}

std::vector<std::uint16_t> right_of_row(const PairJob& job, std::uint64_t first) {
  std::vector<std::uint16_t> right(kRow);
  fill_row(job, first, right);
  return right;
}

OperatorBlock evaluate(const RandomJob& job, std::uint64_t block_index, std::size_t target) {
  if (job.format.bits == 64) return evaluate_random<std::uint64_t>(job, block_index, target);
  if (job.format.bits == 32) return evaluate_random<std::uint32_t>(job, block_index, target);
  if (job.format.bits == 16) return evaluate_random<std::uint16_t>(job, block_index, target);
  return evaluate_random<std::uint8_t>(job, block_index, target);
}

std::string describe(const Operator& info, const Format& format, const OperatorMismatch& mismatch) {
  const int digits = format.bits / 4;
  std::string inputs;
  for (std::size_t i = 0; i < info.inputs; ++i)
    inputs += fmt::format("{}0x{:0{}x}", i == 0 ? "" : ", ", mismatch.inputs[i], digits);
  if (info.clamped) inputs += fmt::format("; {}, {}", mismatch.parameters.alpha, mismatch.parameters.limit);
  return fmt::format("{} {} at ({}): output {} is 0x{:0{}x}, right is 0x{:0{}x}", info.name, format.name, inputs,
                     mismatch.output, mismatch.got, digits, mismatch.right, digits);
}

}  // namespace silu::exhaustive
