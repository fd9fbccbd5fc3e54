// What the library must return, from MPFR and the functions' definitions alone: nothing of src is
// used, so that an error there cannot hide here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace silu::hard {

enum class Function { sigmoid, sigmoid_derivative, silu, silu_derivative, silu_second_derivative };

inline constexpr std::array<std::pair<Function, std::string_view>, 5> kFunctions = {{
    {Function::sigmoid, "sigmoid"},
    {Function::sigmoid_derivative, "sigmoid_derivative"},
    {Function::silu, "silu"},
    {Function::silu_derivative, "silu_derivative"},
    {Function::silu_second_derivative, "silu_second_derivative"},
}};

// An IEEE 754 binary format: its finite numbers are the multiples of 2^min_exponent with at most
// precision bits, below 2^max_exponent.
struct Format {
  std::string_view name;
  int bits;
  int precision;
  int min_exponent;
  int max_exponent;
};

inline constexpr Format kFloat64{"float64", 64, 53, -1074, 1024};
inline constexpr Format kFloat32{"float32", 32, 24, -149, 128};
inline constexpr std::array<Format, 2> kFormats = {kFloat64, kFloat32};

struct Rounded {
  std::uint64_t bits;  // the correctly rounded value's encoding
  // The exact value lies between 2^-(closeness + 1) and 2^-closeness units in the last place from
  // the midpoint of two neighbours; 0 where it is the limit value itself (an input of 0).
  int closeness;
};

// f(x) rounded to nearest, ties to even; x is a finite number of the format.
Rounded evaluate(Function function, const Format& format, double x);

// The encoding of x, a number of the format, and the number of an encoding.
std::uint64_t encode(const Format& format, double x);
double decode(const Format& format, std::uint64_t bits);

std::optional<Function> function_named(std::string_view name);
std::optional<Format> format_named(std::string_view name);

}  // namespace silu::hard
