// SPDX-License-Identifier: Apache-2.0
// The dtypes as the IEEE 754 encodings they are, told once more: the oracle uses nothing of the library but the
// numbers of its enumerations.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "silu/silu.h"

namespace silu::oracle {

// The finite numbers are the multiples of 2^min_exponent below 2^max_exponent with at most precision bits; without
// infinities all of them but the largest, whose encoding is the NaN's.
struct Format {
  silu_dtype dtype;
  std::string_view name;
  int bits;
  int precision;
  int min_exponent;
  int max_exponent;
  bool infinities = true;

  constexpr std::uint64_t sign() const { return std::uint64_t{1} << (bits - 1); }
  // What a magnitude beyond the largest number becomes.
  constexpr std::uint64_t infinity() const {
    return infinities ? (sign() - 1) & ~((std::uint64_t{1} << (precision - 1)) - 1) : nan();
  }
  constexpr std::uint64_t nan() const {
    return infinities ? infinity() | std::uint64_t{1} << (precision - 2) : sign() - 1;
  }
  constexpr std::uint64_t overflow(bool negative) const { return infinity() | (negative && infinities ? sign() : 0); }
};

inline constexpr std::array<Format, 6> kFormats = {{
    {SILU_FLOAT64, "float64", 64, 53, -1074, 1024},
    {SILU_FLOAT32, "float32", 32, 24, -149, 128},
    {SILU_FLOAT16, "float16", 16, 11, -24, 16},
    {SILU_BFLOAT16, "bfloat16", 16, 8, -133, 128},
    {SILU_FLOAT8_E4M3FN, "float8_e4m3fn", 8, 4, -9, 9, false},
    {SILU_FLOAT8_E5M2, "float8_e5m2", 8, 3, -16, 16},
}};

constexpr const Format& format_of(silu_dtype dtype) { return kFormats[static_cast<std::size_t>(dtype)]; }

inline constexpr std::array<std::string_view, 7> kFunctions = {
    "sigmoid", "sigmoid_derivative", "silu", "silu_derivative", "silu_second_derivative", "relu", "relu_derivative"};

// Those of sigmoid; the others, relu and its derivative, are defined by cases.
inline constexpr std::array<silu_function, 5> kSmooth = {SILU_SIGMOID, SILU_SIGMOID_DERIVATIVE, SILU_SILU,
                                                         SILU_SILU_DERIVATIVE, SILU_SILU_SECOND_DERIVATIVE};

constexpr bool is_nan(const Format& format, std::uint64_t bits) {
  const std::uint64_t magnitude = bits & (format.sign() - 1);
  return format.infinities ? magnitude > format.infinity() : magnitude == format.nan();
}

// The number that an encoding stands for; not for NaN.
inline double decode(const Format& format, std::uint64_t bits) {
  if (format.bits == 64) return std::bit_cast<double>(bits);
  if (format.bits == 32) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  const std::uint64_t magnitude = bits & (format.sign() - 1);
  const std::uint64_t field = magnitude >> (format.precision - 1);
  const std::uint64_t hidden = std::uint64_t{1} << (format.precision - 1);
  const std::uint64_t fraction = magnitude & (hidden - 1);
  double value = INFINITY;
  if (magnitude < format.infinity()) {
    value = field == 0
                ? std::ldexp(static_cast<double>(fraction), format.min_exponent)
                : std::ldexp(static_cast<double>(hidden | fraction), format.min_exponent + static_cast<int>(field) - 1);
  }
  return (bits & format.sign()) != 0 ? -value : value;
}

}  // namespace silu::oracle
