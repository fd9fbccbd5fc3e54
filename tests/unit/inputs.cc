// SPDX-License-Identifier: Apache-2.0
#include "inputs.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace silu::test {
namespace {

// Where something turns, for some function and format: the zero of silu', those of silu'', that of silu'''
// on the right, and where results become subnormal, vanish, or reach 1, in each format.
constexpr double kTurns[] = {1.27846454276107379511,
                             2.39935728051546766783,
                             3.43584099353511068895,
                             8.3178,
                             9.7041,
                             11.8,
                             17.33,
                             20.1,
                             36.74,
                             87.34,
                             92.0,
                             103.97,
                             108.6,
                             680.0,
                             708.4,
                             715.0,
                             745.1,
                             751.6,
                             1.0,
                             0.5,
                             2.0,
                             16.0};

// Numbers from a uniform distribution of the standard library are not the same everywhere; these are.
double uniform(std::mt19937_64& random) { return std::ldexp(static_cast<double>(random() >> 11), -53); }

double gaussian(std::mt19937_64& random) {
  constexpr double kTurn = 6.283185307179586;
  const double radius = std::sqrt(-2 * std::log(1 - uniform(random)));
  return radius * std::cos(kTurn * uniform(random));
}

void append(Encodings& to, const Encodings& more) { to.insert(to.end(), more.begin(), more.end()); }

}  // namespace

Encodings nans(const Format& format) {
  const Encoding quiet = Encoding{1} << (format.fraction_bits - 1);
  Encodings result;
  for (const Encoding fraction : {quiet, Encoding{1}, quiet - 1, quiet + 1, 2 * quiet - 1, quiet >> 1})
    for (const Encoding sign : {Encoding{0}, format.sign()}) result.push_back(sign | format.infinity() | fraction);
  return result;
}

Encodings multiples_of_least(const Format& format, std::size_t count) {
  Encodings result;
  for (Encoding k = 1; k <= count && k <= format.least_normal(); ++k) {
    result.push_back(k);
    result.push_back(format.negative(k));
  }
  return result;
}

Encodings neighbours(const Format& format, double value, std::size_t count) {
  Encodings result;
  const Encoding first = format.order(format.nearest(value)) - count / 2;
  for (Encoding i = 0; i < count; ++i)
    if (first + i < format.numbers()) result.push_back(format.from_order(first + i));
  return result;
}

Encodings landmarks(const Format& format) {
  Encodings result = nans(format);
  for (const Encoding magnitude : {Encoding{0}, Encoding{1}, Encoding{2}, Encoding{3}, format.least_normal() - 1,
                                   format.least_normal(), format.least_normal() + 1, 2 * format.least_normal(),
                                   2 * format.least_normal() + 1, format.largest(), format.infinity()}) {
    result.push_back(magnitude);
    result.push_back(format.negative(magnitude));
  }
  for (const double turn : kTurns) {
    append(result, neighbours(format, turn, 5));
    append(result, neighbours(format, -turn, 5));
  }
  return result;
}

Encodings normal(const Format& format, std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  Encodings result(count);
  for (Encoding& x : result) x = format.nearest(3 * gaussian(random));
  return result;
}

Encodings mixed(const Format& format, std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  const Encodings places = landmarks(format);
  Encodings result(count);
  for (Encoding& x : result) {
    switch (random() % 8) {
      case 0:
        x = places[random() % places.size()];
        break;
      case 1:
        x = random() & format.all();
        break;
      case 2: {  // the tails
        const double farthest = format.size == 8 ? 800 : format.exponent_bits == 8 ? 120 : 24;
        x = format.nearest((2 * uniform(random) - 1) * farthest);
        break;
      }
      case 3:  // small, down to subnormals
        x = (random() % 2 * format.sign()) | (random() % (format.least_normal() << (random() % 5)));
        break;
      case 4: {  // beside a landmark
        const Encoding place = places[random() % places.size()];
        x = format.is_finite(place)
                ? format.from_order(format.order(place) + random() % 64 % (format.numbers() - format.order(place)))
                : place;
        break;
      }
      default:
        x = format.nearest(3 * gaussian(random));
    }
  }
  return result;
}

}  // namespace silu::test
