// SPDX-License-Identifier: Apache-2.0
// float64 inputs by number: the same on every machine and for any order of asking.
#pragma once

#include <cstdint>
#include <string_view>

namespace silu::oracle {

inline constexpr double kDerivativeZero = -1.2784645427610737951;  // of silu': -(1 + W(1/e)), W Lambert's function
inline constexpr double kSecondZero = 2.3993572805154676678;       // of silu'', and less it

enum class Region {
  kBits,            // every encoding equally likely
  kNormal,          // normally distributed, standard deviations from 1 to 8
  kDerivativeZero,  // at the zero of silu', at distances from 2^-1 down to the next number
  kSecondZero,      // at the zeros of silu'', likewise
  kUnderflow,       // 640 <= |x| <= 760: results become subnormal, and then 0
  kTiny             // |x| < 2^-10, every exponent equally likely
};
inline constexpr int kRegionCount = 6;
std::string_view name(Region region);

// The index-th input of a region, for a seed.
double input(Region region, std::uint64_t seed, std::uint64_t index);

// Well-mixed 64 bits for a counter (the finaliser of SplitMix64: Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t seed, std::uint64_t counter);

}  // namespace silu::oracle
