// SPDX-License-Identifier: Apache-2.0
// The oracle for functions of several inputs: against products that are exact, special values, its own plain MPFR.
#include "operators.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "operands.h"
#include "oracle.h"
#include "round.h"

namespace silu::oracle {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr const Format& kFloat64 = kFormats[SILU_FLOAT64];
constexpr const Format& kFloat32 = kFormats[SILU_FLOAT32];

// Output k in float64.
double at(silu_operator op, std::vector<double> x, std::size_t k = 0, Parameters parameters = {}) {
  std::vector<std::uint64_t> bits;
  for (const double each : x) bits.push_back(std::bit_cast<std::uint64_t>(each));
  std::uint64_t results[2];
  evaluate(op, kFloat64, parameters, bits.data(), results);
  return std::bit_cast<double>(results[k]);
}

double one_input(silu_function function, double x) {
  return std::bit_cast<double>(evaluate(function, kFloat64, std::bit_cast<std::uint64_t>(x)));
}

// The same number, signed zeros apart; or both NaN.
void expect_same(double got, double wanted) {
  EXPECT_TRUE(std::isnan(wanted) ? std::bit_cast<std::uint64_t>(got) == kFloat64.nan()
                                 : std::bit_cast<std::uint64_t>(got) == std::bit_cast<std::uint64_t>(wanted))
      << "is " << got << ", should be " << wanted;
}

// With factors that are powers of two, or 0 in b + 1, the functions of one input are left.
TEST(Operators, AreFunctionsOfOneInputTimesPowersOfTwo) {
  for (int i = -400; i <= 400; ++i) {
    const double x = i / 16.0;
    const double s = one_input(SILU_SIGMOID, x), ds = one_input(SILU_SIGMOID_DERIVATIVE, x);
    const double f = one_input(SILU_SILU, x), df = one_input(SILU_SILU_DERIVATIVE, x);
    const double ddf = one_input(SILU_SILU_SECOND_DERIVATIVE, x);
    expect_same(at(SILU_SILU_BACKWARD, {4, x}), 4 * df);
    expect_same(at(SILU_SILU_DOUBLE_BACKWARD, {2, 8, x}), 2 * df);
    expect_same(at(SILU_SILU_DOUBLE_BACKWARD, {2, 8, x}, 1), 16 * ddf);
    expect_same(at(SILU_SWISH, {x, 1}), f);
    if (x != 0) expect_same(at(SILU_SWISH, {2, x / 2}), 2 * s);
    expect_same(at(SILU_SWISH_BACKWARD, {-1, x, 1}), -df);
    expect_same(at(SILU_SWISH_BACKWARD, {1, 4, x / 4}), df);
    expect_same(at(SILU_SWISH_BACKWARD, {1, 4, x / 4}, 1), 16 * ds);
    expect_same(at(SILU_SWIGLU, {x, -0.5}), -0.5 * f);
    expect_same(at(SILU_SWIGLU_BACKWARD, {2, x, 8}), 16 * df);
    expect_same(at(SILU_SWIGLU_BACKWARD, {2, x, 8}, 1), 2 * f);
    const Parameters open{1, kInf};
    expect_same(at(SILU_SWIGLU_CLAMPED, {x, 1}, 0, open), 2 * f);
    expect_same(at(SILU_SWIGLU_CLAMPED, {x, -3}, 0, open), -2 * f);
    expect_same(at(SILU_SWIGLU_CLAMPED_BACKWARD, {2, x, 3}, 0, open), 8 * df);
    expect_same(at(SILU_SWIGLU_CLAMPED_BACKWARD, {2, x, 3}, 1, open), 2 * f);
  }
}

TEST(Operators, ExactProductsAreRoundedOnce) {
  // Where u is 0, g is 1/2, and the product of these 2^53 + 1: a tie, to even.
  constexpr double kOne = 3, kOther = 3002399751580331, kTie = 0x1p53;
  expect_same(at(SILU_SWIGLU_BACKWARD, {kOne, 0, kOther}), kTie / 2);
  // And beside 0, on either side of the tie.
  expect_same(at(SILU_SWIGLU_BACKWARD, {kOne, 0x1p-1074, kOther}), kTie / 2 + 1);
  expect_same(at(SILU_SWIGLU_BACKWARD, {-kOne, 0x1p-1074, kOther}), -kTie / 2 - 1);
  expect_same(at(SILU_SWIGLU_BACKWARD, {kOne, -0x1p-1074, kOther}), kTie / 2);
  // 2^-1074 / 2 is a tie, to 0; what u adds or takes away decides.
  expect_same(at(SILU_SILU_BACKWARD, {0x1p-1074, 0}), 0);
  expect_same(at(SILU_SILU_BACKWARD, {0x1p-1074, 0x1p-1074}), 0x1p-1074);
  expect_same(at(SILU_SILU_BACKWARD, {0x1p-1074, -0x1p-1074}), 0);
  expect_same(at(SILU_SWISH, {0x1p-1074, 0x1p-1074}), 0x1p-1074);
  expect_same(at(SILU_SWISH, {0x1p-1074, -0x1p-1074}), 0);
  expect_same(at(SILU_SWISH_BACKWARD, {1, 0x1p-537, 0x1p-300}, 1), 0x1p-1074 / 4);
  // At infinity g is 1: c itself, a tie to even; before it, on the side that silu' comes from, and sigmoid.
  expect_same(at(SILU_SWIGLU_BACKWARD, {kOne, kInf, kOther}), kTie);
  expect_same(at(SILU_SWIGLU_BACKWARD, {kOne, 1e300, kOther}), kTie + 2);
  expect_same(at(SILU_SWIGLU, {kOther, kOne}), kTie);
  expect_same(at(SILU_SWISH, {-2, -kInf}), -2);
  expect_same(at(SILU_SWISH, {1e308, kInf}), 1e308);
  expect_same(at(SILU_SWISH, {3, 1e308}), 3);
  // The largest result and the least that is infinite.
  constexpr double kLargest = std::numeric_limits<double>::max();
  expect_same(at(SILU_SWIGLU, {kLargest, 1}), kLargest);
  expect_same(at(SILU_SWIGLU, {kLargest, 2}), kInf);
  expect_same(at(SILU_SILU_BACKWARD, {kLargest, 2}), kInf);
  // a/2 (1 + b)(1 + alpha a/2 - ...) with b = -a and a = 2^-1074: below the tie for alpha = 2, as -a^2 is left.
  constexpr double kLeast = 0x1p-1074;
  expect_same(at(SILU_SWIGLU_CLAMPED, {kLeast, -kLeast}, 0, {2, 7}), 0);
  expect_same(at(SILU_SWIGLU_CLAMPED, {kLeast, -kLeast}, 0, {std::nextafter(2, 3), 7}), kLeast);
  expect_same(at(SILU_SWIGLU_CLAMPED, {-kLeast, kLeast}, 0, {2, 7}), -0.0);
  expect_same(at(SILU_SWIGLU_CLAMPED, {-kLeast, kLeast}, 0, {std::nextafter(2, 1), 7}), -kLeast);
}

struct Special {
  silu_operator op;
  std::vector<double> x;
  double first, second = 0;
  Parameters parameters = {};
};

TEST(Operators, SpecialValues) {
  const Parameters open{1.702, kInf}, falling{-1, kInf}, flat{0, kInf};
  const std::vector<Special> table = {
      {SILU_SILU_BACKWARD, {2, -kInf}, -0.0},
      {SILU_SILU_BACKWARD, {-2, -kInf}, 0.0},
      {SILU_SILU_BACKWARD, {-2, kInf}, -2},
      {SILU_SILU_BACKWARD, {kInf, -kInf}, kNan},
      {SILU_SILU_BACKWARD, {kInf, kInf}, kInf},
      {SILU_SILU_BACKWARD, {kInf, -3}, -kInf},
      {SILU_SILU_BACKWARD, {0, -3}, -0.0},
      {SILU_SILU_BACKWARD, {-0.0, 3}, -0.0},
      {SILU_SILU_BACKWARD, {-0.0, 0}, -0.0},
      {SILU_SILU_BACKWARD, {kInf, 0}, kInf},
      {SILU_SILU_BACKWARD, {kNan, 0}, kNan},
      {SILU_SILU_DOUBLE_BACKWARD, {1, 1, kInf}, 1, -0.0},
      {SILU_SILU_DOUBLE_BACKWARD, {1, 1, -kInf}, -0.0, -0.0},
      {SILU_SILU_DOUBLE_BACKWARD, {2, -1, -kInf}, -0.0, 0.0},
      {SILU_SILU_DOUBLE_BACKWARD, {2, kInf, kInf}, 2, kNan},
      {SILU_SILU_DOUBLE_BACKWARD, {0, kInf, 1}, 0, kNan},
      {SILU_SILU_DOUBLE_BACKWARD, {1, 0, 5}, one_input(SILU_SILU_DERIVATIVE, 5), -0.0},
      {SILU_SILU_DOUBLE_BACKWARD, {1, kNan, 5}, kNan, kNan},
      {SILU_SILU_DOUBLE_BACKWARD, {1, -0.0, 1}, one_input(SILU_SILU_DERIVATIVE, 1), -0.0},
      {SILU_SWISH, {-kInf, 1}, -0.0},
      {SILU_SWISH, {kInf, 1}, kInf},
      {SILU_SWISH, {kInf, -1}, 0.0},
      {SILU_SWISH, {-kInf, -1}, -kInf},
      {SILU_SWISH, {-kInf, 0}, -kInf},
      {SILU_SWISH, {0, kInf}, 0.0},
      {SILU_SWISH, {-0.0, -kInf}, -0.0},
      {SILU_SWISH, {3, -kInf}, 0.0},
      {SILU_SWISH, {-3, kInf}, -0.0},
      {SILU_SWISH, {3, 0}, 1.5},
      {SILU_SWISH, {kInf, kInf}, kInf},
      {SILU_SWISH, {-kInf, kInf}, -0.0},
      {SILU_SWISH_BACKWARD, {1, kInf, 1}, 1, 0.0},
      {SILU_SWISH_BACKWARD, {-1, kInf, -1}, 0.0, -0.0},
      {SILU_SWISH_BACKWARD, {1, kInf, 0}, 0.5, kInf},
      {SILU_SWISH_BACKWARD, {0, kInf, 0}, 0, kNan},
      {SILU_SWISH_BACKWARD, {1, 0, kInf}, 0.5, 0.0},
      {SILU_SWISH_BACKWARD, {kInf, 0, kInf}, kInf, kNan},
      {SILU_SWISH_BACKWARD, {kInf, kInf, 1}, kInf, kNan},
      {SILU_SWISH_BACKWARD, {2, 3, kInf}, 2, 0.0},
      {SILU_SWISH_BACKWARD, {2, 3, -kInf}, -0.0, 0.0},
      {SILU_SWIGLU, {-kInf, 2}, -0.0},
      {SILU_SWIGLU, {kInf, 0}, kNan},
      {SILU_SWIGLU, {-kInf, kInf}, kNan},
      {SILU_SWIGLU, {kInf, -2}, -kInf},
      {SILU_SWIGLU, {0, kInf}, kNan},
      {SILU_SWIGLU, {-0.0, 2}, -0.0},
      {SILU_SWIGLU, {-1, kInf}, -kInf},
      {SILU_SWIGLU, {-1e4, -kInf}, kInf},
      {SILU_SWIGLU_BACKWARD, {1, -kInf, 1}, -0.0, -0.0},
      {SILU_SWIGLU_BACKWARD, {kInf, -kInf, 1}, kNan, kNan},
      {SILU_SWIGLU_BACKWARD, {kInf, 1, 0}, kNan, kInf},
      {SILU_SWIGLU_BACKWARD, {2, kInf, 3}, 6, kInf},
      {SILU_SWIGLU_BACKWARD, {0, kInf, 3}, 0, kNan},
      {SILU_SWIGLU_BACKWARD, {2, 1, kNan}, kNan, kNan},
      {SILU_SWIGLU_CLAMPED, {kInf, kInf}, at(SILU_SWIGLU_CLAMPED, {7, 7})},
      {SILU_SWIGLU_CLAMPED, {-kInf, -kInf}, 0.0},
      {SILU_SWIGLU_CLAMPED, {-kInf, kInf}, -0.0},
      {SILU_SWIGLU_CLAMPED, {-kInf, -1}, -0.0},
      {SILU_SWIGLU_CLAMPED, {kNan, 1}, kNan},
      {SILU_SWIGLU_CLAMPED, {1, kNan}, kNan},
      {SILU_SWIGLU_CLAMPED, {kInf, -1}, 0.0},
      {SILU_SWIGLU_CLAMPED, {kInf, 1}, kInf, 0, open},
      {SILU_SWIGLU_CLAMPED, {kInf, -1}, kNan, 0, open},
      {SILU_SWIGLU_CLAMPED, {-kInf, kInf}, kNan, 0, open},
      {SILU_SWIGLU_CLAMPED, {-kInf, 1}, -kInf, 0, falling},
      {SILU_SWIGLU_CLAMPED, {kInf, 1}, 0.0, 0, falling},
      {SILU_SWIGLU_CLAMPED, {-kInf, 1}, -kInf, 0, flat},
      {SILU_SWIGLU_CLAMPED_BACKWARD, {1, kInf, 0}, 0.0, at(SILU_SWIGLU_CLAMPED_BACKWARD, {1, 7, 0}, 1)},
      {SILU_SWIGLU_CLAMPED_BACKWARD, {-1, 8, -8}, 0.0, 0.0},
      {SILU_SWIGLU_CLAMPED_BACKWARD, {kInf, 8, -8}, 0.0, 0.0},
      {SILU_SWIGLU_CLAMPED_BACKWARD, {kNan, 8, -8}, kNan, kNan},
      {SILU_SWIGLU_CLAMPED_BACKWARD, {1, kNan, -8}, kNan, kNan},
      {SILU_SWIGLU_CLAMPED_BACKWARD, {kInf, -kInf, 1}, kNan, kNan},
      {SILU_SWIGLU_CLAMPED_BACKWARD, {-2, -kInf, 1}, 0.0, 0.0},
      {SILU_SWIGLU_CLAMPED_BACKWARD, {2, kInf, 1}, 4, kInf, open},
      {SILU_SWIGLU_CLAMPED_BACKWARD, {2, -3, -1}, -0.0, at(SILU_SWIGLU_CLAMPED_BACKWARD, {2, -3, 0}, 1), open},
  };
  for (const Special& row : table) {
    std::string text(kOperators[static_cast<std::size_t>(row.op)].name);
    for (const double x : row.x) text.append(" ").append(std::to_string(x));
    SCOPED_TRACE(text);
    expect_same(at(row.op, row.x, 0, row.parameters), row.first);
    if (kOperators[static_cast<std::size_t>(row.op)].outputs == 2)
      expect_same(at(row.op, row.x, 1, row.parameters), row.second);
  }
}

TEST(Operators, ParametersAreRounded) {
  EXPECT_EQ((Parameters{1.702, 7.01}.rounded(kFloat64).alpha), 1.702);
  EXPECT_EQ((Parameters{1.702, 7.01}.rounded(kFloat32).alpha), double{1.702f});
  EXPECT_EQ((Parameters{1.702, 7.01}.rounded(kFormats[SILU_BFLOAT16]).alpha), double{1.702f});
  EXPECT_EQ((Parameters{1.702, 7.01}.rounded(kFormats[SILU_BFLOAT16]).limit), 7);
  EXPECT_EQ((Parameters{0, 0}.rounded(kFormats[SILU_BFLOAT16]).limit), 0);
  EXPECT_EQ((Parameters{1.702, 1e300}.rounded(kFormats[SILU_FLOAT16]).limit), kInf);
}

struct Which {
  Operator info;
  Format format;
  friend void PrintTo(const Which& which, std::ostream* out) { *out << which.info.name << " " << which.format.name; }
};

class OperatorShortcuts : public testing::TestWithParam<Which> {};

TEST_P(OperatorShortcuts, ArePlainMpfr) {
  const auto& [info, format] = GetParam();
  for (std::size_t kind = 0; kind < kOperands.size(); ++kind) {
    for (std::uint64_t i = 0; i < 1500; ++i) {
      const Parameters parameters = kParameters[i % kParameters.size()].rounded(format);
      std::uint64_t bits[3], got[2];
      Rounded plain[2];
      operands(static_cast<Operands>(kind), info, format, parameters, 7, i, bits);
      evaluate(info.op, format, parameters, bits, got);
      measure(info.op, format, parameters, bits, plain);
      for (std::size_t k = 0; k < info.outputs; ++k)
        ASSERT_EQ(got[k], plain[k].bits) << kOperands[kind] << ", output " << k << std::hex << " at " << bits[0] << " "
                                         << bits[1] << " " << (info.inputs == 3 ? bits[2] : 0) << ", alpha "
                                         << parameters.alpha << ", limit " << parameters.limit;
    }
  }
}

std::vector<Which> all() {
  std::vector<Which> result;
  for (const Operator& info : kOperators)
    for (const Format& format : kFormats) result.push_back({info, format});
  return result;
}
INSTANTIATE_TEST_SUITE_P(Oracle, OperatorShortcuts, testing::ValuesIn(all()), [](const auto& info) {
  return std::string(info.param.info.name) + "_" + std::string(info.param.format.name);
});

}  // namespace
}  // namespace silu::oracle
