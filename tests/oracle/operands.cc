// SPDX-License-Identifier: Apache-2.0
#include "operands.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "regions.h"
#include "round.h"

namespace silu::oracle {
namespace {

class Random {
 public:
  Random(std::uint64_t seed, Operands kind, std::uint64_t index)
      : key_(mix(mix(seed, static_cast<std::uint64_t>(kind)), index)) {}
  std::uint64_t bits() { return mix(key_, count_++); }
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  int between(int least, int most) {
    return least + static_cast<int>(bits() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool one_in(int n) { return between(1, n) == 1; }
  double sign() { return one_in(2) ? -1 : 1; }
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(2 * std::numbers::pi * uniform()); }
  // An odd multiple of 2^exponent, less than 2^width of them.
  double odd(int width, int exponent) {
    return sign() *
           std::ldexp(static_cast<double>((bits() >> (64 - width)) | 1 | std::uint64_t{1} << (width - 1)), exponent);
  }
  double at_exponent(int exponent) { return sign() * std::ldexp(1 + uniform(), exponent); }

 private:
  std::uint64_t key_, count_ = 0;
};

// Which inputs g's argument is made of.
struct Argument {
  std::size_t first;
  int second = -1;  // alpha for the clamped operators
};

Argument argument_of(silu_operator op) {
  switch (op) {
    case SILU_SILU_DOUBLE_BACKWARD:
      return {2};
    case SILU_SWISH:
      return {0, 1};
    case SILU_SWISH_BACKWARD:
      return {1, 2};
    case SILU_SWIGLU:
    case SILU_SWIGLU_CLAMPED:
      return {0};
    default:
      return {1};
  }
}

double special(Random& random, const Format& format, double limit) {
  const double least = std::ldexp(1.0, format.min_exponent);
  const double least_normal = std::ldexp(1.0, format.min_exponent + format.precision - 1);
  const double ulp = std::ldexp(1.0, 1 - format.precision);
  const double largest = std::ldexp(2 - ulp, format.max_exponent - 1);
  const std::array values = {0.0,
                             HUGE_VAL,
                             std::nan(""),
                             1.0,
                             1 + ulp,
                             1 - ulp / 2,
                             least,
                             3 * least,
                             least_normal,
                             least_normal - least,
                             largest,
                             largest / 2,
                             limit,
                             limit * (1 + ulp),
                             limit * (1 - ulp / 2),
                             ulp,
                             2.0,
                             -kDerivativeZero,
                             kSecondZero,
                             100.0,
                             800.0,
                             std::ldexp(1.0, random.between(format.min_exponent, format.max_exponent - 1)),
                             random.normal()};
  return random.sign() * values[random.bits() % values.size()];
}

}  // namespace

void operands(Operands kind, const Operator& info, const Format& format, const Parameters& parameters,
              std::uint64_t seed, std::uint64_t index, std::uint64_t* bits) {
  Random random(mix(seed, static_cast<std::uint64_t>(info.op)), kind, index);
  const Argument argument = argument_of(info.op);
  const bool two = argument.second >= 0;
  const auto second = static_cast<std::size_t>(two ? argument.second : 0);
  const double fixed = info.clamped ? parameters.alpha : 1;
  const int precision = format.precision;
  double x[3] = {};
  // The argument u; what is not for it to say is given by hint, the size of the first of two.
  const auto set_argument = [&](double u, double hint) {
    x[argument.first] = two ? hint : u / fixed;
    if (two) x[second] = u / hint;
  };
  const auto others = [&](const auto& value) {
    for (std::size_t i = 0; i < info.inputs; ++i)
      if (i != argument.first && !(two && i == second)) x[i] = value();
  };
  const int far = format.min_exponent / 4, wide = format.max_exponent / 2;
  switch (kind) {
    case Operands::kBits:
      for (std::size_t i = 0; i < info.inputs; ++i) bits[i] = random.bits() >> (64 - format.bits);
      return;
    case Operands::kNormal: {
      const double deviation = random.between(1, 8);
      for (std::size_t i = 0; i < info.inputs; ++i) x[i] = random.normal();
      x[argument.first] *= deviation;
      break;
    }
    case Operands::kExponents:
      set_argument(random.at_exponent(random.between(-precision, 9)), random.at_exponent(random.between(far, wide)));
      others([&] { return random.at_exponent(random.between(format.min_exponent, format.max_exponent - 1)); });
      break;
    case Operands::kZeros: {
      const double zero = random.one_in(2) ? kDerivativeZero : random.sign() * kSecondZero;
      const double u = zero + random.at_exponent(-random.between(1, precision + 1));
      set_argument(u, random.at_exponent(random.between(-10, 10)));
      others([&] { return random.at_exponent(random.between(-10, 10)); });
      break;
    }
    case Operands::kTies: {
      const int some = random.between(1, precision),
                rest = std::clamp(precision + random.between(0, 2) - some, 1, precision);
      const int small = random.between(1, 3);
      int widths[3] = {some, rest, small};
      if (random.one_in(3)) std::swap(widths[0], widths[1]);
      if (random.one_in(3)) std::swap(widths[2], widths[random.bits() % 2]);
      for (std::size_t i = 0; i < info.inputs; ++i) {
        const bool in_argument = i == argument.first || (two && i == second);
        // Odd multiples of the least number, for results that are subnormal midpoints; else the argument as small as
        // may be, the others in the middle.
        const int exponent = random.one_in(8) ? format.min_exponent
                             : in_argument    ? random.between(format.min_exponent, 0)
                                              : random.between(-10, 10);
        x[i] = random.odd(widths[i], exponent);
        if (random.one_in(16)) x[i] = std::copysign(0.0, x[i]);
      }
      if (info.clamped) {
        double& a = x[argument.first];
        double& b = x[argument.first + 1];
        const int choice = random.between(0, 7);
        if (choice == 0) b = -1 + random.at_exponent(-random.between(1, precision));
        if (choice == 1) b = random.at_exponent(random.between(format.min_exponent, -precision));
        if (choice == 2) a = std::ldexp(random.odd(some, 0), -some - random.between(1, precision)), b = -fixed * a / 2;
        if (choice == 3) a = std::ldexp(random.odd(some, 0), -some - random.between(1, precision)), b = -fixed * a;
      }
      break;
    }
    case Operands::kEdges: {
      const double u = random.one_in(2) ? 4 * random.normal() : random.sign() * 800 * random.uniform();
      set_argument(u, random.at_exponent(random.between(far, wide)));
      int wanted = random.one_in(3) ? format.max_exponent - random.between(-1, 2)
                                    : format.min_exponent + random.between(-3, precision + 2);
      if (u < -2) wanted += static_cast<int>(-u * std::numbers::log2e);  // what e^u takes away
      const int split = random.between(-5, 5);
      int left = info.inputs == 3 && !two ? 2 : 1;
      others([&] {
        const int exponent = left == 2                  ? wanted / 2 + split
                             : info.inputs == 3 && !two ? wanted - wanted / 2 - split
                                                        : wanted;
        --left;
        return random.at_exponent(std::clamp(exponent, format.min_exponent, format.max_exponent - 1));
      });
      if (info.op == SILU_SWISH) {
        x[0] = random.at_exponent(std::clamp(wanted, format.min_exponent, format.max_exponent - 1));
        x[1] = u / x[0];
      }
      break;
    }
    case Operands::kSpecial:
      for (std::size_t i = 0; i < info.inputs; ++i) x[i] = special(random, format, parameters.limit);
      break;
  }
  for (std::size_t i = 0; i < info.inputs; ++i) {
    if (std::isnan(x[i]))  // of every kind
      bits[i] = (random.bits() >> (64 - format.bits)) | format.infinity() | 1;
    else if (std::isinf(x[i]))
      bits[i] = (x[i] < 0 ? format.sign() : 0) | format.infinity();
    else
      bits[i] = round_to(format, static_cast<long double>(x[i]));
  }
}

}  // namespace silu::oracle
