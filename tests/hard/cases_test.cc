// Every instruction set and the integer arithmetic against MPFR where rounding is hardest.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cinttypes>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <ostream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "format.h"
#include "regions.h"
#include "multiprecision.h"
#include "oracle.h"
#include "silu/silu.h"

namespace silu::hard {
namespace {

using oracle::Format, oracle::decode, oracle::kDerivativeZero, oracle::kSecondZero;

struct Case {
  double x;
  std::uint64_t bits;
};

struct Subject {
  silu_function function;
  const Format& format;

  std::string_view name() const { return oracle::kFunctions[function]; }
  friend void PrintTo(const Subject& subject, std::ostream* out) {
    *out << subject.name() << " " << subject.format.name;
  }
};

std::uint64_t encode(const Format& format, double x) {
  return format.bits == 64 ? std::bit_cast<std::uint64_t>(x) : std::bit_cast<std::uint32_t>(static_cast<float>(x));
}

// Packs the cases' inputs, evaluates them, and compares all results' bits.
template <class Bits>
void expect_results_as(const Subject& subject, const std::vector<Case>& cases) {
  std::vector<Bits> inputs, results(cases.size());
  for (const Case& one : cases) inputs.push_back(static_cast<Bits>(encode(subject.format, one.x)));
  const auto compare = [&](const char* by) {
    int reported = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      if (results[i] == cases[i].bits) continue;
      char line[200];
      std::snprintf(line, sizeof(line), "%s(%a), by %s: %" PRIx64 ", exact: %" PRIx64,
                    std::string(subject.name()).c_str(), cases[i].x, by, static_cast<std::uint64_t>(results[i]),
                    cases[i].bits);
      ADD_FAILURE() << line;
      if (++reported == 10) return;
    }
  };
  const silu_function function = subject.function;
  const silu_dtype dtype = subject.format.dtype;
  for (std::size_t target = 0; target < silu_target_count(); ++target) {
    results.assign(cases.size(), 0);
    ASSERT_EQ(silu_evaluate_on(target, function, dtype, inputs.data(), results.data(), cases.size()), SILU_OK);
    compare(silu_target_name(target));
  }
  results.assign(cases.size(), 0);
  ASSERT_EQ(silu_evaluate_exact(function, dtype, inputs.data(), results.data(), cases.size()), SILU_OK);
  compare("integers");
}

void expect_results(const Subject& subject, const std::vector<Case>& cases) {
  if (subject.format.bits == 64) {
    expect_results_as<std::uint64_t>(subject, cases);
  } else {
    expect_results_as<std::uint32_t>(subject, cases);
  }
}

Case reference(const Subject& subject, double x) {
  return {x, oracle::evaluate(subject.function, subject.format, encode(subject.format, x))};
}

// x moved by a number of places among the numbers of the format, in the order of their values.
double moved(const Format& format, double x, std::int64_t places) {
  const std::uint64_t sign = std::uint64_t{1} << (format.bits - 1);
  const std::uint64_t bits = encode(format, x);
  const auto order = static_cast<std::int64_t>(bits & (sign - 1));
  const std::int64_t next = ((bits & sign) != 0 ? -order : order) + places;
  return decode(format, next < 0 ? sign | static_cast<std::uint64_t>(-next) : static_cast<std::uint64_t>(next));
}

class Hard : public testing::TestWithParam<Subject> {};

// tests/hard/cases, made by search.cc.  The stored results must be the oracle's of today too.
TEST_P(Hard, SearchedCases) {
  const Subject subject = GetParam();
  std::ifstream file(std::string(SILU_HARD_CASES) + "/" + std::string(subject.name()) + "." +
                     std::string(subject.format.name) + ".txt");
  ASSERT_TRUE(file) << "no cases stored";
  std::vector<Case> cases;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    std::string input, bits, origin;
    int closeness = 0;
    ASSERT_TRUE(fields >> input >> bits >> closeness >> origin) << line;
    const Case stored{std::strtod(input.c_str(), nullptr), std::strtoull(bits.c_str(), nullptr, 16)};
    const oracle::Rounded today = measure(subject.function, subject.format, stored.x);
    ASSERT_EQ(today.bits, stored.bits) << line;
    ASSERT_EQ(today.closeness, closeness) << line;
    cases.push_back(stored);
  }
  ASSERT_GT(cases.size(), 500U);
  expect_results(subject, cases);
}

// The 2,000 numbers on each side of the zeros of silu' and silu''; where a function has no such point, the
// smooth neighbourhood does no harm.
TEST_P(Hard, NeighboursOfZeros) {
  const Subject subject = GetParam();
  std::vector<Case> cases;
  for (const double point : {kDerivativeZero, -kSecondZero, kSecondZero})
    for (std::int64_t i = -2000; i <= 2000; ++i)
      cases.push_back(
          reference(subject, moved(subject.format, decode(subject.format, encode(subject.format, point)), i)));
  expect_results(subject, cases);
}

// Each power of two with its neighbours, where the spacing of inputs or of results changes: from the
// subnormals to the largest numbers, both signs.
TEST_P(Hard, PowersOfTwo) {
  const Subject subject = GetParam();
  std::vector<Case> cases;
  for (int exponent = subject.format.min_exponent; exponent < subject.format.max_exponent; ++exponent)
    for (const int sign : {1, -1})
      for (int i = -1; i <= 1; ++i)
        cases.push_back(reference(subject, moved(subject.format, sign * std::ldexp(1.0, exponent), i)));
  expect_results(subject, cases);
}

// silu(x) = x/2 + x^2/4 - ... for odd multiples of the smallest number: x/2 is a midpoint, which only the
// second term, 2^-1076 units in the last place, breaks.  So 2^-1074 stays itself and -2^-1074 becomes -0.
class HardSilu : public Hard {};

TEST_P(HardSilu, OddMultiplesOfTheSmallestNumber) {
  const Subject subject = GetParam();
  const Format& format = subject.format;
  std::vector<Case> cases = {{std::ldexp(1.0, format.min_exponent), 1},
                             {-std::ldexp(1.0, format.min_exponent), std::uint64_t{1} << (format.bits - 1)}};
  for (std::int64_t odd = 1; odd < 2000; odd += 2)
    for (const int sign : {1, -1})
      cases.push_back(reference(subject, sign * std::ldexp(static_cast<double>(odd), format.min_exponent)));
  expect_results(subject, cases);
}

std::vector<Subject> subjects(std::span<const silu_function> functions) {
  std::vector<Subject> all;
  for (const silu_function function : functions)
    for (const silu_dtype dtype : {SILU_FLOAT64, SILU_FLOAT32}) all.push_back({function, oracle::format_of(dtype)});
  return all;
}

std::string name(const testing::TestParamInfo<Subject>& info) {
  return std::string(info.param.name()) + "_" + std::string(info.param.format.name);
}

INSTANTIATE_TEST_SUITE_P(, Hard, testing::ValuesIn(subjects(oracle::kSmooth)), name);
INSTANTIATE_TEST_SUITE_P(, HardSilu, testing::ValuesIn(subjects(std::array{SILU_SILU})), name);

}  // namespace
}  // namespace silu::hard
