// SPDX-License-Identifier: Apache-2.0
// Random inputs of every kind (tests/oracle/operands.h).
#include "compare.h"
#include "operands.h"

namespace silu::operators {
namespace {

using oracle::Operands;

SILU_TEST_EACH_OPERATOR_AND_DTYPE(Random);

TEST_P(Random, InputsGiveTheOraclesBits) {
  constexpr std::size_t kCount = 3000, kExactEvery = 11;
  const std::vector<oracle::Parameters> sets = parameter_sets();
  for (std::size_t kind = 0; kind < oracle::kOperands.size(); ++kind) {
    SCOPED_TRACE(oracle::kOperands[kind]);
    for (std::size_t p = 0; p < sets.size(); ++p) {
      const oracle::Parameters rounded = sets[p].rounded(format());
      std::vector<Inputs> inputs(kCount / sets.size());
      for (std::size_t i = 0; i < inputs.size(); ++i)
        operands(static_cast<Operands>(kind), info(), format(), rounded, 50 + p, i, inputs[i].data());
      expect_right(inputs, sets[p], kExactEvery);
    }
  }
}

}  // namespace
}  // namespace silu::operators
