// SPDX-License-Identifier: Apache-2.0
// Special values: infinities give the limits, huge numbers too, NaN gives the canonical quiet NaN.
#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "evaluate.h"
#include "inputs.h"

namespace silu::test {
namespace {

SILU_TEST_EACH_FUNCTION_AND_DTYPE(Limits);

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Values {
  double left, minus_zero, plus_zero, right;
};

// By function, in the order of silu_function: the limit at -inf, f(-0), f(+0), the limit at +inf.
constexpr std::array<Values, 7> kValues = {{
    {0.0, 0.5, 0.5, 1.0},          // sigmoid
    {0.0, 0.25, 0.25, 0.0},        // sigmoid'
    {-0.0, -0.0, 0.0, kInfinity},  // silu: the tail is negative
    {-0.0, 0.5, 0.5, 1.0},         // silu': negative left of its zero
    {-0.0, 0.5, 0.5, -0.0},        // silu'': negative beyond either zero
    {0.0, -0.0, 0.0, kInfinity},   // relu: a zero stays as it is
    {0.0, 0.0, 0.0, 1.0},          // relu'
}};

TEST_P(Limits, AreTakenAtInfinityAndAtTheLargestNumbers) {
  const Values& values = kValues.at(static_cast<std::size_t>(function()));
  const Format& f = format();
  const Encoding right = values.right == kInfinity ? f.largest() : f.nearest(values.right);
  Encodings x = {f.negative(f.largest()), f.sign(), 0, f.largest()};
  Encodings wanted = {f.nearest(values.left), f.nearest(values.minus_zero), f.nearest(values.plus_zero), right};
  if (f.infinities) {
    x.insert(x.end(), {f.negative(f.infinity()), f.infinity()});
    wanted.insert(wanted.end(), {f.nearest(values.left), f.nearest(values.right)});
  }
  expect_equal(x, exact(x), wanted);
  on_each_target([&](std::size_t target) { expect_equal(x, evaluate(target, x), wanted); });
}

TEST_P(Limits, NanGivesTheCanonicalNan) {
  Encodings x = nans(format());
  if (format().size <= 2) {  // all there are
    x.clear();
    for (Encoding i = 0; i <= format().all(); ++i)
      if (format().is_nan(i)) x.push_back(i);
  }
  const Encodings wanted(x.size(), format().canonical_nan());
  expect_equal(x, exact(x), wanted);
  on_each_target([&](std::size_t target) {
    expect_equal(x, evaluate(target, x), wanted);
    for (std::size_t i = 0; i < 12; ++i)  // alone too
      EXPECT_EQ(evaluate(target, x[i]), format().canonical_nan()) << std::hex << x[i];
  });
}

TEST_P(Limits, NanComesFromNanOnly) {
  Encodings x;
  for (const Encoding i : mixed(format(), 20000, 1))
    if (!format().is_nan(i)) x.push_back(i);
  on_each_target([&](std::size_t target) {
    const Encodings y = evaluate(target, x);
    for (std::size_t i = 0; i < x.size(); ++i) ASSERT_FALSE(format().is_nan(y[i])) << std::hex << x[i];
  });
}

TEST_P(Limits, FiniteInputsGiveFiniteResults) {
  on_each_target([&](std::size_t target) {
    const Encodings x = mixed(format(), 20000, 2);
    const Encodings y = evaluate(target, x);
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_TRUE(!format().is_finite(x[i]) || format().is_finite(y[i])) << std::hex << x[i];
  });
}

}  // namespace
}  // namespace silu::test
