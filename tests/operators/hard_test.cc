// SPDX-License-Identifier: Apache-2.0
// The places where products are hard: special values, clamps, zeros of silu' and silu'', ties beside u = 0, and the
// searched cases of the functions of one input.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <string>

#include "compare.h"
#include "regions.h"
#include "round.h"

namespace silu::operators {
namespace {

using oracle::Format, oracle::Parameters, oracle::kDerivativeZero, oracle::kSecondZero;
using Encodings = std::vector<std::uint64_t>;

std::uint64_t nearest(const Format& format, double x) {
  return std::isinf(x) ? (x < 0 ? format.sign() : 0) | format.infinity()
                       : round_to(format, static_cast<long double>(x));
}

// The numbers around x, 2 reach + 1 of them, of which x may be 0 and none is beyond infinity.
Encodings neighbours(const Format& format, double x, int reach) {
  const std::uint64_t bits = nearest(format, x);
  const auto order = static_cast<std::int64_t>(bits & (format.sign() - 1)) * ((bits & format.sign()) != 0 ? -1 : 1);
  const auto most = static_cast<std::int64_t>(format.infinity());
  Encodings result;
  for (std::int64_t i = order - reach; i <= order + reach; ++i)
    if (std::abs(i) <= most)
      result.push_back(i < 0 ? format.sign() | static_cast<std::uint64_t>(-i) : static_cast<std::uint64_t>(i));
  return result;
}

Encodings both_signs(const Format& format, Encodings all) {
  const std::size_t n = all.size();
  for (std::size_t i = 0; i < n; ++i) all.push_back(all[i] ^ format.sign());
  return all;
}

class Hard : public EachOperatorAndDtype {
 protected:
  // Every combination of one encoding for each input.
  std::vector<Inputs> combine(const std::array<Encodings, 3>& choices) const {
    std::vector<Inputs> result;
    for (const std::uint64_t first : choices[0])
      for (const std::uint64_t second : choices[1])
        for (const std::uint64_t third : info().inputs == 3 ? choices[2] : Encodings{0})
          result.push_back({first, second, third});
    return result;
  }

  // The place of g's argument, or of its first factor where it has two.
  std::size_t argument() const {
    switch (info().op) {
      case SILU_SILU_DOUBLE_BACKWARD:
        return 2;
      case SILU_SWISH:
      case SILU_SWIGLU:
      case SILU_SWIGLU_CLAMPED:
        return 0;
      default:
        return 1;
    }
  }
  bool has_beta() const { return info().op == SILU_SWISH || info().op == SILU_SWISH_BACKWARD; }

  // Few bits, many bits, both signs; one number where there are two other inputs, to keep them few.
  std::vector<Encodings> factors() const {
    const Format& f = format();
    const double ulp = std::ldexp(1.0, 1 - f.precision);
    const Encodings some = both_signs(f, {0, nearest(f, 1), nearest(f, 1 + ulp), nearest(f, 2 - ulp),
                                          nearest(f, 1 + std::ldexp(1.0, -f.precision / 2)), nearest(f, 5.0 / 3)});
    return {some, some, some};
  }

  // Arguments, as they are where g has one factor; where it has two, split in several ways.
  void expect_right_at(const Encodings& arguments) const {
    const Format& f = format();
    std::size_t set = 0;
    for (const Parameters& parameters : parameter_sets()) {
      std::vector<Inputs> inputs;
      const std::vector<Encodings> others = factors();
      for (const std::uint64_t u : arguments) {
        if (has_beta()) {
          for (const double scale : {1.0, -1.0, 0.25, std::ldexp(1.0, 1 - f.max_exponent / 2), 3.0}) {
            std::array<Encodings, 3> choices = {others[0], others[1], others[2]};
            choices[argument()] = {nearest(f, scale)};
            choices[argument() + 1] = {nearest(f, decode(f, u) / scale)};
            const std::vector<Inputs> more = combine(choices);
            inputs.insert(inputs.end(), more.begin(), more.end());
          }
        } else {
          std::array<Encodings, 3> choices = {others[0], others[1], others[2]};
          const bool scaled = info().clamped && parameters.alpha != 0 && std::isfinite(decode(f, u) / parameters.alpha);
          choices[argument()] = {u};
          if (scaled) choices[argument()].push_back(nearest(f, decode(f, u) / parameters.alpha));
          const std::vector<Inputs> more = combine(choices);
          inputs.insert(inputs.end(), more.begin(), more.end());
        }
      }
      if (info().clamped) {  // a part of all for each set of parameters
        const std::size_t sets = parameter_sets().size();
        std::vector<Inputs> part;
        for (std::size_t i = set++; i < inputs.size(); i += sets) part.push_back(inputs[i]);
        inputs = part;
      }
      expect_right(inputs, parameters, 11);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(, Hard, subjects(), subject_name);

TEST_P(Hard, SpecialValuesInEveryCombination) {
  const Format& f = format();
  for (const Parameters& parameters : parameter_sets()) {
    const Parameters rounded = parameters.rounded(f);
    Encodings values = both_signs(f, {0, f.infinity(), 1, f.infinity() - 1, nearest(f, 1), nearest(f, rounded.limit)});
    values.insert(values.end(), {f.sign() | (f.infinity() + 1), nearest(f, 20)});
    expect_right(combine({values, values, values}), parameters, 5);
  }
}

TEST_P(Hard, ZerosOfDerivatives) {
  Encodings arguments;
  for (const double zero : {kDerivativeZero, kSecondZero, -kSecondZero}) {
    const Encodings more = neighbours(format(), zero, 4);
    arguments.insert(arguments.end(), more.begin(), more.end());
  }
  expect_right_at(arguments);
}

// Where the product of the other factors with g at 0 may be a midpoint, and the argument alone decides.
TEST_P(Hard, ArgumentsBesideZero) {
  const Format& f = format();
  Encodings arguments = {0, f.sign()};
  for (int exponent = f.min_exponent; exponent < 4; exponent += f.bits == 64 ? 43 : f.bits == 32 ? 7 : 5)
    for (const double sign : {1.0, -1.0}) {
      const Encodings more = neighbours(f, sign * std::ldexp(1.0, exponent), 1);
      arguments.insert(arguments.end(), more.begin(), more.end());
    }
  expect_right_at(arguments);
}

// Where g is beside 1, or vanishes, down to subnormal results and zeros.
TEST_P(Hard, ArgumentsFarFromZero) {
  const Format& f = format();
  Encodings arguments;
  for (const double size : {8.0,   16.5,   17.25,  36.7,   37.5,   63.5,   64.0,  86.5,    87.3,  88.7,  103.5, 104.2,
                            127.0, 128.0,  200.0,  255.0,  256.0,  511.0,  512.0, 680.0,   708.5, 709.0, 744.4, 745.2,
                            746.0, 1023.0, 1024.0, 1025.0, 4095.0, 4097.0, 1e4,   65504.0, 1e20,  3e38,  1e300})
    for (const double sign : {1.0, -1.0})
      arguments.push_back(std::min(nearest(f, size), f.infinity()) | (sign < 0 ? f.sign() : 0));
  expect_right_at(arguments);
}

// Every input at the limits and beside them, and b at -1 and beside it.
class HardClamped : public Hard {};
INSTANTIATE_TEST_SUITE_P(, HardClamped, subjects([](const Subject& subject) { return subject.info.clamped; }),
                         subject_name);

TEST_P(HardClamped, LimitsAndMinusOne) {
  const Format& f = format();
  for (const Parameters& parameters : parameter_sets()) {
    const Parameters rounded = parameters.rounded(f);
    Encodings a = neighbours(f, 0, 1), b = neighbours(f, -1, 20);
    for (const double sign : {1.0, -1.0}) {
      for (Encodings* const each : {&a, &b}) {
        const Encodings more = neighbours(f, sign * rounded.limit, 3);
        each->insert(each->end(), more.begin(), more.end());
      }
    }
    a.insert(a.end(), {nearest(f, 1), nearest(f, -0.75), nearest(f, -30), nearest(f, 30)});
    b.insert(b.end(), {0, nearest(f, 1), nearest(f, -2), nearest(f, 100)});
    const Encodings dy = {nearest(f, 1), nearest(f, -5.0 / 3), 0, f.infinity()};
    const bool two = info().inputs == 2;
    expect_right(two ? combine({a, b, {}}) : combine({dy, a, b}), parameters, 5);
  }
}

// (1 + b) g(alpha a) where b takes away what alpha a adds: a product beside c g(0) to the second order.
TEST_P(HardClamped, FactorsThatUndoEachOther) {
  const Format& f = format();
  for (const double alpha : {1.0, 2.0, -2.0, 4.0}) {
    std::vector<Inputs> inputs;
    for (int exponent = f.min_exponent; exponent < 0; exponent += f.bits == 64 ? 41 : f.bits == 16 ? 3 : 7)
      for (const int odd : {1, 3, 5, -1, -3, -7})
        for (const double share : {-1.0, -0.5, -2.0, 1.0}) {
          const double a = std::ldexp(odd, exponent);
          for (const std::uint64_t b : neighbours(f, a * share, 1)) {
            if (info().inputs == 2)
              inputs.push_back({nearest(f, a), b, 0});
            else
              for (const double dy : {1.0, std::ldexp(1.0, f.min_exponent), std::ldexp(3.0, f.min_exponent)})
                inputs.push_back({nearest(f, dy), nearest(f, a), b});
          }
        }
    expect_right(inputs, {alpha, HUGE_VAL}, 11);
  }
}

// Products of two factors that are midpoints, times 1/2: an odd number of one bit too many, of all splits.
TEST_P(Hard, TiesAtZero) {
  const Format& f = format();
  std::vector<Inputs> inputs;
  for (int width = 1; width <= f.precision; ++width) {
    for (std::uint64_t i = 0; i < 8; ++i) {
      const auto odd = [&](int bits, std::uint64_t salt) {
        return static_cast<double>((oracle::mix(salt, i) >> (64 - bits)) | 1 | std::uint64_t{1} << (bits - 1));
      };
      const double one = odd(width, 1),
                   other = odd(std::min(f.precision, f.precision + 1 - width + static_cast<int>(i % 2)), 2);
      for (const int exponent : {f.min_exponent, f.min_exponent / 2, -f.precision})
        for (const double u : {0.0, -0.0, std::ldexp(1.0, f.min_exponent), -std::ldexp(1.0, f.min_exponent)}) {
          Inputs each{};
          const std::uint64_t small = nearest(f, std::ldexp(one, exponent)), large = nearest(f, other);
          each = {large, large, large};
          if (has_beta()) {
            each[argument()] = small;
            each[argument() + 1] = nearest(f, u);
          } else {
            each[argument() == 0 ? 1 : 0] = small;
            each[argument()] = nearest(f, u);
          }
          inputs.push_back(each);
        }
    }
  }
  for (const Parameters& parameters : {Parameters{1.702, 7}, Parameters{0, HUGE_VAL}})
    expect_right(inputs, parameters, 3);
}

// tests/hard/cases: with factors that are powers of two the products are as hard to round.
class HardSearched : public Hard {};
INSTANTIATE_TEST_SUITE_P(, HardSearched, subjects([](const Subject& subject) { return subject.format.bits >= 32; }),
                         subject_name);

TEST_P(HardSearched, Cases) {
  const Format& f = format();
  std::vector<Inputs> inputs;
  for (const std::string_view function : oracle::kFunctions) {
    if (function.starts_with("relu")) continue;
    std::ifstream file(std::string(SILU_HARD_CASES) + "/" + std::string(function) + "." + std::string(f.name) + ".txt");
    ASSERT_TRUE(file) << "no cases stored";
    std::size_t line_number = 0;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with('#')) continue;
      const double x = std::strtod(line.c_str(), nullptr);
      const auto power = [&](std::uint64_t salt) {
        return nearest(f, std::ldexp((oracle::mix(salt, line_number) & 1) != 0 ? -1.0 : 1.0,
                                     static_cast<int>(oracle::mix(salt, line_number) >> 8) % 20));
      };
      ++line_number;
      Inputs each = {power(1), power(2), power(3)};
      if (info().clamped && argument() + 1 < 3) each[argument() + 1] = nearest(f, line_number % 2 == 0 ? 1 : -3);
      each[argument()] = nearest(f, x);
      if (has_beta()) {
        each[argument() + 1] = nearest(f, 1);
        inputs.push_back(each);
        each[argument()] = power(4);
        each[argument() + 1] = nearest(f, x / decode(f, power(4)));
      }
      inputs.push_back(each);
    }
  }
  expect_right(inputs, {1, HUGE_VAL}, 5);
}

}  // namespace
}  // namespace silu::operators
