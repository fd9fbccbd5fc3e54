// SPDX-License-Identifier: Apache-2.0
// The library's functions of several inputs against the oracle's; the cases: each function and dtype.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <iosfwd>
#include <vector>

#include "operators.h"

namespace silu::operators {

struct Subject {
  oracle::Operator info;
  oracle::Format format;
  friend void PrintTo(const Subject& subject, std::ostream* out);
};

// The encodings of an element's inputs.
using Inputs = std::array<std::uint64_t, 3>;

class EachOperatorAndDtype : public testing::TestWithParam<Subject> {
 protected:
  const oracle::Operator& info() const { return GetParam().info; }
  const oracle::Format& format() const { return GetParam().format; }
  // The clamped operators' sets of parameters; one, which is not used, for the others.
  std::vector<oracle::Parameters> parameter_sets() const;

  // Expects the oracle's results on every target; by integer arithmetic for every `exact_every`-th of them.
  void expect_right(const std::vector<Inputs>& inputs, const oracle::Parameters& parameters,
                    std::size_t exact_every = 1) const;
};

// Those of which a test says something.
testing::internal::ParamGenerator<Subject> subjects(bool (*of)(const Subject&) = [](const Subject&) { return true; });
std::string subject_name(const testing::TestParamInfo<Subject>& info);

#define SILU_TEST_EACH_OPERATOR_AND_DTYPE(Suite) \
  class Suite : public EachOperatorAndDtype {};  \
  INSTANTIATE_TEST_SUITE_P(, Suite, subjects(), subject_name)

}  // namespace silu::operators
