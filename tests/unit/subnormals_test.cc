// SPDX-License-Identifier: Apache-2.0
// Subnormal inputs and results.
#include <gtest/gtest.h>

#include <cmath>

#include "evaluate.h"
#include "inputs.h"

namespace silu::test {
namespace {

SILU_TEST_EACH_FUNCTION_AND_DTYPE(Subnormals);

// For x = k 2^m, with 2^m the least number of the format: silu(x) = x/2 + x^2/4 - ... lies above x/2 by less
// than the distance to the next midpoint, so where k is odd, and x/2 a midpoint, it goes up: 2^m to 2^m, and
// -2^m to -0.
Encoding silu_of_subnormal(const Format& format, Encoding x) {
  const Encoding k = x & ~format.sign();
  return (x & format.sign()) != 0 ? format.negative(k / 2) : (k + 1) / 2;
}

Encoding value_at_subnormal(silu_function function, const Format& format, Encoding x) {
  const bool negative = (x & format.sign()) != 0;
  switch (function) {
    case SILU_SIGMOID:
    case SILU_SILU_DERIVATIVE:
    case SILU_SILU_SECOND_DERIVATIVE:
      return format.nearest(0.5);
    case SILU_SIGMOID_DERIVATIVE:
      return format.nearest(0.25);
    case SILU_SILU:
      return silu_of_subnormal(format, x);
    case SILU_RELU:
      return negative ? 0 : x;
    case SILU_RELU_DERIVATIVE:
      return negative ? 0 : format.nearest(1);
  }
  return format.canonical_nan();
}

TEST_P(Subnormals, GiveWhatTheTaylorSeriesSays) {
  Encodings x = multiples_of_least(format(), 2000);
  for (const Encoding i : mixed(format(), 40000, 3)) {
    const Encoding magnitude = i & ~format().sign();
    if (magnitude != 0 && magnitude < format().least_normal()) x.push_back(i);
  }
  // float16's least normal number is 2^-14, where x/4 is not below half an ulp of 1/2; x^2/16 of 1/4 is.
  const bool linear = function() == SILU_SIGMOID || function() == SILU_SILU_DERIVATIVE;
  Encodings wanted;
  for (const Encoding i : x) {
    ASSERT_TRUE(!linear || std::fabs(format().decode(i)) < format().ulp(format().nearest(0.25)));
    wanted.push_back(value_at_subnormal(function(), format(), i));
  }
  expect_equal(x, exact(x), wanted);
  on_each_target([&](std::size_t target) { expect_equal(x, evaluate(target, x), wanted); });
}

// All results between the least normal number and 0, over the whole width of the tail, not flushed.
TEST_P(Subnormals, ResultsInTheTailsAreKept) {
  Encodings x;
  const double end = format().size == 8            ? 760
                     : format().exponent_bits == 8 ? 112
                     : format().exponent_bits == 5 ? 24
                                                   : 12;
  const double begin = format().size == 8            ? 700
                       : format().exponent_bits == 8 ? 80
                       : format().exponent_bits == 5 ? 8
                                                     : 3;
  for (int i = 0; i <= 4000; ++i)
    for (const double sign : {-1.0, 1.0}) x.push_back(format().nearest(sign * (begin + (end - begin) * i / 4000)));
  const Encodings wanted = exact(x);
  std::size_t subnormal = 0;
  for (const Encoding y : wanted) {
    const Encoding magnitude = y & ~format().sign();
    subnormal += magnitude != 0 && magnitude < format().least_normal();
  }
  if (function() != SILU_RELU && function() != SILU_RELU_DERIVATIVE) {
    EXPECT_GT(subnormal, 100u);
  }
  on_each_target([&](std::size_t target) { expect_equal(x, evaluate(target, x), wanted); });
}

}  // namespace
}  // namespace silu::test
