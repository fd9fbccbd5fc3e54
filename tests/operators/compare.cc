// SPDX-License-Identifier: Apache-2.0
#include "compare.h"

#include <cinttypes>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <ostream>
#include <string>

#include "operands.h"

namespace silu::operators {
namespace {

std::string hexadecimal(const oracle::Format& format, std::uint64_t bits) {
  char text[64];
  std::snprintf(text, sizeof text, "0x%0*" PRIx64 " (%a)", format.bits / 4, bits,
                oracle::is_nan(format, bits) ? NAN : oracle::decode(format, bits));
  return text;
}

// Word: the unsigned integer as wide as the dtype.
template <class Word>
void expect_right_as(const Subject& subject, const std::vector<Inputs>& inputs, const oracle::Parameters& parameters,
                     std::size_t exact_every) {
  const oracle::Operator& info = subject.info;
  const oracle::Format& format = subject.format;
  const std::size_t n = inputs.size();
  const oracle::Parameters rounded = parameters.rounded(format);
  std::array<std::vector<Word>, 3> x;
  std::array<std::vector<Word>, 2> right, got;
  for (std::size_t i = 0; i < info.inputs; ++i)
    for (const Inputs& each : inputs) x[i].push_back(static_cast<Word>(each[i]));
  for (auto& each : right) each.resize(n);
  for (auto& each : got) each.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::uint64_t results[2] = {};
    oracle::evaluate(info.op, format, rounded, inputs[i].data(), results);
    for (std::size_t k = 0; k < info.outputs; ++k) right[k][i] = static_cast<Word>(results[k]);
  }
  const double numbers[] = {parameters.alpha, parameters.limit};
  const auto check = [&](const char* by, std::size_t step, const auto& apply) {
    const auto stride = static_cast<std::ptrdiff_t>(step * sizeof(Word));
    const silu_input from[] = {{x[0].data(), stride}, {x[1].data(), stride}, {x[2].data(), stride}};
    const silu_output to[] = {{got[0].data(), stride}, {got[1].data(), stride}};
    ASSERT_EQ(apply(from, to, (n + step - 1) / step), SILU_OK);
    for (std::size_t k = 0; k < info.outputs; ++k) {
      std::size_t wrong = 0;
      std::string first;
      for (std::size_t i = 0; i < n; i += step) {
        if (got[k][i] == right[k][i] || wrong++ > 0) continue;
        for (std::size_t j = 0; j < info.inputs; ++j) first += hexadecimal(format, inputs[i][j]) + ", ";
        first += "gives " + hexadecimal(format, got[k][i]) + ", right is " + hexadecimal(format, right[k][i]);
      }
      EXPECT_EQ(wrong, 0u) << "in output " << k << " by " << by << ", alpha " << rounded.alpha << ", limit "
                           << rounded.limit << ", the first at " << first;
    }
  };
  const double* const given = info.clamped ? numbers : nullptr;
  for (std::size_t target = 0; target < silu_target_count(); ++target)
    check(silu_target_name(target), 1, [&](const silu_input* from, const silu_output* to, std::size_t count) {
      return silu_apply_on(target, info.op, format.dtype, from, to, given, count);
    });
  check("integers", exact_every, [&](const silu_input* from, const silu_output* to, std::size_t count) {
    return silu_apply_exact(info.op, format.dtype, from, to, given, count);
  });
}

}  // namespace

void PrintTo(const Subject& subject, std::ostream* out) { *out << subject.info.name << " of " << subject.format.name; }

std::vector<oracle::Parameters> EachOperatorAndDtype::parameter_sets() const {
  if (!info().clamped) return {oracle::Parameters()};
  std::vector<oracle::Parameters> sets(oracle::kParameters.begin(), oracle::kParameters.end());
  if (format().bits == 64) sets.insert(sets.end(), {{1e300, 1e10}, {-0x1p-1074, HUGE_VAL}, {1.702, 0x1p-1074}});
  return sets;
}

void EachOperatorAndDtype::expect_right(const std::vector<Inputs>& inputs, const oracle::Parameters& parameters,
                                        std::size_t exact_every) const {
  const auto expect = format().bits == 64   ? expect_right_as<std::uint64_t>
                      : format().bits == 32 ? expect_right_as<std::uint32_t>
                      : format().bits == 16 ? expect_right_as<std::uint16_t>
                                            : expect_right_as<std::uint8_t>;
  expect(GetParam(), inputs, parameters, exact_every);
}

testing::internal::ParamGenerator<Subject> subjects(bool (*of)(const Subject&)) {
  std::vector<Subject> all;
  for (const oracle::Operator& info : oracle::kOperators)
    for (const oracle::Format& format : oracle::kFormats)
      if (const Subject subject{info, format}; of(subject)) all.push_back(subject);
  return testing::ValuesIn(all);
}

std::string subject_name(const testing::TestParamInfo<Subject>& info) {
  return std::string(info.param.info.name) + "_" + std::string(info.param.format.name);
}

}  // namespace silu::operators
