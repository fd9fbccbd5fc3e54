// SPDX-License-Identifier: Apache-2.0
#include "regions.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace silu::oracle {
namespace {

// In [0, 1), a multiple of 2^-53.
double uniform(std::uint64_t random) { return static_cast<double>(random >> 11) * 0x1p-53; }

double with_sign(std::uint64_t random, double magnitude) { return (random & 1) != 0 ? -magnitude : magnitude; }

// Some distance off, every exponent of it equally likely: 2^-1 to 2^-53.
double beside(double zero, std::uint64_t random, std::uint64_t another) {
  const double distance = std::ldexp(1 + uniform(random), -1 - static_cast<int>(another >> 8) % 53);
  return zero + with_sign(another, distance);
}

// Integers above 0 for the exponent and fraction fields of numbers below 2^-10.
double tiny(std::uint64_t random, std::uint64_t another) {
  const double significand = 1 + uniform(random);
  return with_sign(another, std::ldexp(significand, -11 - static_cast<int>((another >> 8) % 1064)));
}

}  // namespace

std::string_view name(Region region) {
  constexpr std::array<std::string_view, kRegionCount> kNames = {"all bits",        "normal",    "zero of silu'",
                                                                 "zeros of silu''", "underflow", "tiny"};
  return kNames[static_cast<std::size_t>(region)];
}

std::uint64_t mix(std::uint64_t seed, std::uint64_t counter) {
  std::uint64_t z = seed + (counter + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

double input(Region region, std::uint64_t seed, std::uint64_t index) {
  const std::uint64_t stream = mix(seed, static_cast<std::uint64_t>(region));
  const std::uint64_t first = mix(stream, 2 * index), second = mix(stream, 2 * index + 1);
  switch (region) {
    case Region::kBits:
      return std::bit_cast<double>(first);
    case Region::kNormal: {  // Box and Muller's transform
      const double deviation = 1 + static_cast<double>(second % 8);
      return deviation * std::sqrt(-2 * std::log(1 - uniform(first))) *
             std::cos(2 * std::numbers::pi * uniform(second));
    }
    case Region::kDerivativeZero:
      return beside(kDerivativeZero, first, second);
    case Region::kSecondZero:
      return beside((second & 128) != 0 ? kSecondZero : -kSecondZero, first, second);
    case Region::kUnderflow:
      return with_sign(second, 640 + 120 * uniform(first));
    case Region::kTiny:
      return tiny(first, second);
  }
  return 0;
}

}  // namespace silu::oracle
