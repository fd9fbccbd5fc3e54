// SPDX-License-Identifier: Apache-2.0
// What is known of the functions: symmetry, identities, where they rise and fall, their extremes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "evaluate.h"
#include "inputs.h"

namespace silu::test {
namespace {

SILU_TEST_EACH_FUNCTION_AND_DTYPE(Identities);
SILU_TEST_EACH_DTYPE(EvenFunctions, SILU_SIGMOID_DERIVATIVE, SILU_SILU_SECOND_DERIVATIVE);
SILU_TEST_EACH_DTYPE(OppositeInputs, SILU_SIGMOID, SILU_SILU, SILU_SILU_DERIVATIVE, SILU_RELU, SILU_RELU_DERIVATIVE);
SILU_TEST_EACH_DTYPE(TheDerivativeOfSilu, SILU_SILU_DERIVATIVE);

// Where silu' is 0, silu'' is 0 and silu''' is 0 on the right, and the values there.  With W Lambert's function:
// the first is -(1 + W(1/e)), and silu there -W(1/e).
constexpr double kMinimum = -1.27846454276107379511, kLeastSilu = -0.27846454276107379511;
constexpr double kInflection = 2.39935728051546766783, kSteepest = 1.09983932012886691696,
                 kLeastSlope = -0.09983932012886691696;
constexpr double kFlex = 3.43584099353511068895, kLeastSecond = -0.03691437319989318564;

Encodings finite(const Format& format, unsigned seed) {
  Encodings x = mixed(format, 40000, seed);
  std::erase_if(x, [&](Encoding i) { return !format.is_finite(i); });
  return x;
}

// f(-x) = f(x): exactly, as rounding knows no sides.
TEST_P(EvenFunctions, AreEven) {
  const Encodings x = finite(format(), 30);
  Encodings mirrored = x;
  for (Encoding& i : mirrored) i = format().negative(i);
  on_each_target([&](std::size_t target) { expect_equal(mirrored, evaluate(target, mirrored), evaluate(target, x)); });
}

// sigmoid(x) + sigmoid(-x) = 1, silu(x) - silu(-x) = x, silu'(x) + silu'(-x) = 1; relu(x) - relu(-x) = x, and
// relu'(x) + relu'(-x) = 1 but for 0: each term within half an ulp.
TEST_P(OppositeInputs, GiveOppositeResults) {
  const bool to_x = function() == SILU_SILU || function() == SILU_RELU;
  const Format& f = format();
  const Encodings x = finite(f, 31);
  Encodings mirrored = x;
  for (Encoding& i : mirrored) i = f.negative(i);
  on_each_target([&](std::size_t target) {
    const Encodings y = evaluate(target, x), z = evaluate(target, mirrored);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double number = f.decode(x[i]);
      if (function() == SILU_RELU_DERIVATIVE && number == 0) continue;
      // From the larger term to the smaller, so that subtracting is exact, or nearly.
      const double one = f.decode(y[i]), other = to_x ? -f.decode(z[i]) : f.decode(z[i]);
      const double large = std::fabs(one) < std::fabs(other) ? other : one,
                   small = std::fabs(one) < std::fabs(other) ? one : other;
      const double difference = (large - (to_x ? number : 1)) + small;
      const double half_ulps = (f.ulp(y[i]) + f.ulp(z[i])) / 2;
      ASSERT_LE(std::fabs(difference), half_ulps * (1 + 0x1p-50)) << "x = " << std::hexfloat << number;
    }
  });
}

struct Piece {
  double from, to;
  bool rises;
};

// Where the functions rise and fall.
std::vector<Piece> pieces(silu_function function) {
  constexpr double kEnd = std::numeric_limits<double>::infinity();
  switch (function) {
    case SILU_SIGMOID:
    case SILU_RELU:
    case SILU_RELU_DERIVATIVE:
      return {{-kEnd, kEnd, true}};
    case SILU_SIGMOID_DERIVATIVE:
      return {{-kEnd, 0, true}, {0, kEnd, false}};
    case SILU_SILU:
      return {{-kEnd, kMinimum, false}, {kMinimum, kEnd, true}};
    case SILU_SILU_DERIVATIVE:
      return {{-kEnd, -kInflection, false}, {-kInflection, kInflection, true}, {kInflection, kEnd, false}};
    case SILU_SILU_SECOND_DERIVATIVE:
      return {{-kEnd, -kFlex, false}, {-kFlex, 0, true}, {0, kFlex, false}, {kFlex, kEnd, true}};
  }
  return {};
}

// A correctly rounded function is monotone wherever the function is: on neighbours, and over the whole piece.
TEST_P(Identities, EachPieceIsMonotone) {
  const Format& f = format();
  for (const Piece& piece : pieces(function())) {
    Encodings x = finite(f, 32);
    for (const double around : {-90.0, -17.0, -9.5, -4.0, -kFlex, -kInflection, kMinimum, -0.7, 0.0, 0.3, 1.0,
                                kInflection, kFlex, 11.0, 17.0, 36.0, 88.0}) {
      const Encodings more = neighbours(f, around, 2000);
      x.insert(x.end(), more.begin(), more.end());
    }
    std::erase_if(x, [&](Encoding i) { return !(f.decode(i) >= piece.from && f.decode(i) <= piece.to); });
    std::sort(x.begin(), x.end(), [&](Encoding a, Encoding b) { return f.order(a) < f.order(b); });
    on_each_target([&](std::size_t target) {
      const Encodings y = evaluate(target, x);
      for (std::size_t i = 1; i < x.size(); ++i) {
        const double before = f.decode(y[i - 1]), after = f.decode(y[i]);
        ASSERT_TRUE(piece.rises ? before <= after : before >= after)
            << "between x = " << std::hexfloat << f.decode(x[i - 1]) << " and " << f.decode(x[i]);
      }
    });
  }
}

struct Extreme {
  silu_function function;
  double x, value;
  bool least;
};
constexpr Extreme kExtremes[] = {
    {SILU_SIGMOID_DERIVATIVE, 0.0, 0.25, false},
    {SILU_SILU, kMinimum, kLeastSilu, true},
    {SILU_SILU_DERIVATIVE, kInflection, kSteepest, false},
    {SILU_SILU_DERIVATIVE, -kInflection, kLeastSlope, true},
    {SILU_SILU_SECOND_DERIVATIVE, 0.0, 0.5, false},
    {SILU_SILU_SECOND_DERIVATIVE, kFlex, kLeastSecond, true},
    {SILU_SILU_SECOND_DERIVATIVE, -kFlex, kLeastSecond, true},
};

// An extreme is reached at the number next to where it is, and nowhere passed.
TEST_P(Identities, ExtremesAreReachedAndNotPassed) {
  const Format& f = format();
  for (const Extreme& extreme : kExtremes) {
    if (extreme.function != function()) continue;
    Encodings x = mixed(f, 40000, 33);
    const Encodings near = neighbours(f, extreme.x, 4000);
    x.insert(x.end(), near.begin(), near.end());
    on_each_target([&](std::size_t target) {
      EXPECT_EQ(evaluate(target, f.nearest(extreme.x)), f.nearest(extreme.value)) << "at " << extreme.x;
      const double bound = f.decode(f.nearest(extreme.value));
      for (const Encoding y : evaluate(target, x)) {
        if (f.is_nan(y)) continue;
        ASSERT_TRUE(extreme.least ? f.decode(y) >= bound : f.decode(y) <= bound) << f.decode(y);
      }
    });
  }
}

// silu' has one zero, at no number: negative on its left, positive on its right, all numbers beside it.
TEST_P(TheDerivativeOfSilu, ChangesSignAtItsMinimum) {
  // Between two doubles; the double that is next to it lies on its right.
  constexpr double kZero = kMinimum;
  const Format& f = format();
  Encodings x = finite(f, 34);
  const Encodings near = neighbours(f, kMinimum, 4000);
  x.insert(x.end(), near.begin(), near.end());
  on_each_target([&](std::size_t target) {
    const Encodings y = evaluate(target, x);
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_EQ((y[i] & f.sign()) != 0, f.decode(x[i]) < kZero) << "x = " << std::hexfloat << f.decode(x[i]);
  });
}

}  // namespace
}  // namespace silu::test
