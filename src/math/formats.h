// SPDX-License-Identifier: Apache-2.0
// The floating-point formats as types: what the templates need to know of each dtype.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>

#include "silu/silu.h"

namespace silu::math {

// Bits: the encoding's type.  kPrecision: significand bits, the hidden one included.  kMinExponent: the
// smallest normal number is 2^kMinExponent.  A format without infinities has numbers where others have these and
// their NaNs; of its magnitudes the last alone is a NaN.
template <class Bits_, int precision, int exponent_bits, silu_dtype dtype, bool infinities = true>
struct Format {
  using Bits = Bits_;
  static constexpr silu_dtype kDtype = dtype;
  static constexpr int kPrecision = precision;
  static constexpr int kMantissaBits = precision - 1;
  static constexpr int kBias = (1 << (exponent_bits - 1)) - 1;
  static constexpr int kMinExponent = 1 - kBias;
  static constexpr bool kHasInfinity = infinities;
  static constexpr Bits kSign = static_cast<Bits>(Bits{1} << (8 * sizeof(Bits) - 1));
  static constexpr Bits kInfinity = static_cast<Bits>(((Bits{1} << exponent_bits) - 1) << kMantissaBits);
  static constexpr Bits kNan =
      infinities ? static_cast<Bits>(kInfinity | (Bits{1} << (kMantissaBits - 1)))  // quiet, payload 0
                 : static_cast<Bits>(kSign - 1);
  static constexpr Bits kLargest = static_cast<Bits>((infinities ? kInfinity : kNan) - 1);  // the largest number
  static constexpr Bits kLast = infinities ? kInfinity : kLargest;                          // magnitudes above are NaNs
  static constexpr Bits kOne = static_cast<Bits>(static_cast<Bits>(kBias) << kMantissaBits);
};

using Float64 = Format<std::uint64_t, 53, 11, SILU_FLOAT64>;
using Float32 = Format<std::uint32_t, 24, 8, SILU_FLOAT32>;
using Float16 = Format<std::uint16_t, 11, 5, SILU_FLOAT16>;
using Bfloat16 = Format<std::uint16_t, 8, 8, SILU_BFLOAT16>;
using Float8E4m3fn = Format<std::uint8_t, 4, 4, SILU_FLOAT8_E4M3FN, false>;
using Float8E5m2 = Format<std::uint8_t, 3, 5, SILU_FLOAT8_E5M2>;

// In the order of the registry.
template <template <class...> class List>
using FormatsIn = List<Float64, Float32, Float16, Bfloat16, Float8E4m3fn, Float8E5m2>;

// What a result beyond the largest number becomes.
template <class Format>
constexpr typename Format::Bits overflow(bool negative) {
  if constexpr (!Format::kHasInfinity) return Format::kNan;
  return static_cast<typename Format::Bits>(Format::kInfinity | (negative ? Format::kSign : 0));
}

// 2^exponent, as a normal number.
constexpr double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// The number that an encoding stands for, not a NaN, in a format narrower than double.
template <class Format>
constexpr double decode(typename Format::Bits bits) {
  const auto field = static_cast<std::uint64_t>(bits & Format::kInfinity) >> Format::kMantissaBits;
  const auto fraction = static_cast<std::uint64_t>(bits & ((typename Format::Bits{1} << Format::kMantissaBits) - 1));
  const std::uint64_t sign = static_cast<std::uint64_t>((bits & Format::kSign) != 0) << 63;
  constexpr std::uint64_t kHidden = std::uint64_t{1} << Format::kMantissaBits;
  // An integer times the power of two of its last place.
  const std::uint64_t integer = field == 0 ? fraction : kHidden | fraction;
  const int exponent = (field == 0 ? 1 : static_cast<int>(field)) - Format::kBias - Format::kMantissaBits;
  const double magnitude = Format::kHasInfinity && field == Format::kInfinity >> Format::kMantissaBits
                               ? std::bit_cast<double>(std::uint64_t{0x7ff} << 52)
                               : static_cast<double>(integer) * power_of_two(exponent);
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(magnitude) | sign);
}

// The element at an address as a double, which has every number of every format; in the default environment.  A NaN is
// one.
template <class Format>
double number_at(const void* from) {
  typename Format::Bits bits;
  std::memcpy(&bits, from, sizeof(bits));
  if constexpr (Format::kPrecision == Float64::kPrecision) {
    return std::bit_cast<double>(bits);
  } else if constexpr (Format::kBias == Float32::kBias) {  // a float32, or its upper half
    return static_cast<double>(std::bit_cast<float>(std::uint32_t{bits} << (Float32::kPrecision - Format::kPrecision)));
  } else {
    const bool nan = static_cast<typename Format::Bits>(bits & ~Format::kSign) > Format::kLast;
    return nan ? std::numeric_limits<double>::quiet_NaN() : decode<Format>(bits);
  }
}

// The encoding of a number that Format has as a normal one.
template <class Format>
constexpr typename Format::Bits encode(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto exponent =
      static_cast<std::uint64_t>(static_cast<std::int64_t>(bits >> 52 & 0x7ff) - 1023 + Format::kBias);
  const std::uint64_t mantissa = bits & 0xfffffffffffffu;
  const auto magnitude = exponent << Format::kMantissaBits | mantissa >> (52 - Format::kMantissaBits);
  return static_cast<typename Format::Bits>(magnitude | (bits >> 63) * Format::kSign);
}

}  // namespace silu::math
