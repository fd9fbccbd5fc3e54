// SPDX-License-Identifier: Apache-2.0
// Of 8 bits, all pairs; of three inputs, all pairs of two with some of the third.
#include "compare.h"

namespace silu::operators {
namespace {

class EightBits : public EachOperatorAndDtype {};
INSTANTIATE_TEST_SUITE_P(, EightBits, subjects([](const Subject& subject) { return subject.format.bits == 8; }),
                         subject_name);

TEST_P(EightBits, AllPairsGiveTheOraclesBits) {
  constexpr std::uint64_t kAll = 256, kThird = 37;  // a prime: every exponent and fraction comes up beside others
  for (const oracle::Parameters& parameters : parameter_sets()) {
    std::vector<Inputs> inputs;
    for (std::uint64_t a = 0; a < kAll; ++a)
      for (std::uint64_t b = 0; b < kAll; ++b) inputs.push_back({a, b, (a + b + 1) * kThird % kAll});
    expect_right(inputs, parameters, 19);
  }
}

}  // namespace
}  // namespace silu::operators
