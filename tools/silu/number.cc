// SPDX-License-Identifier: Apache-2.0
#include "number.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <system_error>

#include "errors.h"

namespace silu::tool {
namespace {

// A magnitude written out: 0.DIGITS times base^exponent, without zeros at either end; zero has no digits.
// Hexadecimal text becomes base 2, so that equal values have equal forms whatever they were written like.
struct Expansion {
  std::string digits;
  std::int64_t exponent = 0;
};

constexpr std::int64_t kFarExponent = 1'000'000'000'000'000;  // beyond what any text's digits can make up for

bool is_digit(char c, bool hex) {
  return (c >= '0' && c <= '9') || (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
}

// text: digits with at most one point, then an optional exponent, as from_chars takes them.
Expansion expand(std::string_view text, bool hex) {
  Expansion result;
  const std::int64_t places = hex ? 4 : 1;
  std::size_t at = 0;
  bool point = false;
  for (; at < text.size() && (text[at] == '.' || is_digit(text[at], hex)); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    if (!point) result.exponent += places;
    if (hex) {
      int digit = 0;
      std::from_chars(&text[at], &text[at] + 1, digit, 16);
      for (int bit = 3; bit >= 0; --bit) result.digits += static_cast<char>('0' + (digit >> bit & 1));
    } else {
      result.digits += text[at];
    }
  }
  if (at < text.size()) {  // 'e' or 'p', a sign, digits
    ++at;
    if (text[at] == '+') ++at;
    std::int64_t written = 0;
    const auto [end, error] = std::from_chars(&text[at], text.data() + text.size(), written);
    if (error == std::errc::result_out_of_range || written > kFarExponent || written < -kFarExponent)
      written = text[at] == '-' ? -kFarExponent : kFarExponent;
    result.exponent += written;
  }
  const std::size_t leading = std::min(result.digits.find_first_not_of('0'), result.digits.size());
  result.digits.erase(0, leading);
  result.digits.erase(result.digits.find_last_not_of('0') + 1);
  result.exponent = result.digits.empty() ? 0 : result.exponent - static_cast<std::int64_t>(leading);
  return result;
}

Expansion expand(double magnitude, bool hex) {
  std::array<char, 1200> text;  // the longest exact decimal of a float64 has 767 digits
  const auto [end, error] =
      hex ? std::to_chars(text.data(), text.data() + text.size(), magnitude, std::chars_format::hex)
          : std::to_chars(text.data(), text.data() + text.size(), magnitude, std::chars_format::scientific, 800);
  return expand(std::string_view(text.data(), end), hex);
}

// -1, 0, 1 where a is below, equal to, above b.
int compare(const Expansion& a, const Expansion& b) {
  if (a.digits.empty() || b.digits.empty())
    return static_cast<int>(b.digits.empty()) - static_cast<int>(a.digits.empty());
  if (a.exponent != b.exponent) return a.exponent < b.exponent ? -1 : 1;
  const int order = a.digits.compare(b.digits);
  return (order > 0) - (order < 0);
}

bool same_letters(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return (a | 0x20) == b; });
}

std::uint64_t sign_bit(const DtypeInfo& dtype) { return std::uint64_t{1} << (8 * dtype.size - 1); }
// The magnitudes from which on there are no numbers: infinity's, or where there is none the NaN's.
std::uint64_t infinity_bits(const DtypeInfo& dtype) {
  if (!dtype.infinities) return sign_bit(dtype) - 1;
  return (sign_bit(dtype) - 1) & ~((std::uint64_t{1} << (dtype.precision - 1)) - 1);
}
std::uint64_t nan_bits(const DtypeInfo& dtype) {
  return infinity_bits(dtype) | (dtype.infinities ? std::uint64_t{1} << (dtype.precision - 2) : 0);
}
std::uint64_t overflow_bits(std::uint64_t sign, const DtypeInfo& dtype) {
  return dtype.infinities ? sign | infinity_bits(dtype) : nan_bits(dtype);
}

[[noreturn]] void refuse(std::string_view text) {
  throw UsageError(
      fmt::format("'{}' is not a number; allowed: decimal (0.1, -1e-45), hexadecimal (0x1.8p-3), inf, nan", text));
}

std::string to_text(double value, auto... format) {
  std::array<char, 64> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value, format...);
  return {text.data(), end};
}

}  // namespace

double widen(std::uint64_t bits, const DtypeInfo& dtype) {
  const double sign = (bits & sign_bit(dtype)) != 0 ? -1 : 1;
  const std::uint64_t magnitude = bits & (sign_bit(dtype) - 1);
  if (magnitude == infinity_bits(dtype) && dtype.infinities) return sign * std::numeric_limits<double>::infinity();
  if (magnitude >= infinity_bits(dtype)) return std::numeric_limits<double>::quiet_NaN();
  const std::uint64_t hidden = std::uint64_t{1} << (dtype.precision - 1);
  const auto binade = static_cast<int>(magnitude / hidden);
  const std::uint64_t significand = binade == 0 ? magnitude : magnitude % hidden + hidden;
  // Subnormals have the quantum of the first binade.
  return sign *
         std::ldexp(static_cast<double>(significand), std::max(binade, 1) + dtype.min_exponent - dtype.precision);
}

std::uint64_t narrow(double value, const DtypeInfo& dtype) {
  const std::uint64_t sign = std::signbit(value) ? sign_bit(dtype) : 0;
  if (std::isnan(value)) return nan_bits(dtype);
  if (std::isinf(value)) return overflow_bits(sign, dtype);
  if (value == 0) return sign;
  const int lowest = dtype.min_exponent + 1 - dtype.precision;  // the exponent of the smallest quantum
  const int quantum = std::max(std::ilogb(value) + 1 - dtype.precision, lowest);
  // Exact, as the result has no more bits than value and lies in the normal range or is an integer.
  const double scaled = std::ldexp(std::fabs(value), -quantum);
  const auto significand = static_cast<std::uint64_t>(std::nearbyint(scaled));
  // Neighbouring values have neighbouring bits, so that a carry leads into the next binade, and from the last to
  // infinity.
  const auto binade = static_cast<std::uint64_t>(quantum - lowest);
  const std::uint64_t magnitude = (binade << (dtype.precision - 1)) + significand;
  return magnitude < infinity_bits(dtype) ? sign | magnitude : overflow_bits(sign, dtype);
}

Number parse_number(std::string_view text, const DtypeInfo& dtype) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  const std::uint64_t sign = negative ? sign_bit(dtype) : 0;
  if (same_letters(rest, "inf") || same_letters(rest, "infinity")) {
    return {overflow_bits(sign, dtype), !dtype.infinities};
  }
  if (same_letters(rest, "nan")) return {narrow(std::numeric_limits<double>::quiet_NaN(), dtype), false};

  const bool hex = rest.starts_with("0x") || rest.starts_with("0X");
  if (hex) rest.remove_prefix(2);
  if (rest.empty() || !(rest[0] == '.' || is_digit(rest[0], hex))) refuse(text);
  double nearest = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), nearest,
                                            hex ? std::chars_format::hex : std::chars_format::general);
  if (error == std::errc::invalid_argument || end != rest.data() + rest.size()) refuse(text);
  if (rest.find("+-") != std::string_view::npos) refuse(text);  // libstdc++ 12 takes 1p+-3

  const Expansion wanted = expand(rest, hex);
  if (error == std::errc::result_out_of_range)
    nearest = wanted.exponent > 0 ? std::numeric_limits<double>::infinity() : 0;
  const int above = std::isinf(nearest) ? -1 : compare(wanted, expand(nearest, hex));
  if (above == 0 || dtype.dtype == SILU_FLOAT64) {
    const std::uint64_t magnitude = narrow(nearest, dtype);
    return {sign | magnitude, above != 0 || widen(magnitude, dtype) != nearest};
  }
  // Rounding nearest once more would be a second rounding, and wrong where nearest is a midpoint of dtype.
  // Of the two float64 values about the text's own, the odd one is no midpoint, and on the right side of each.
  auto odd = std::bit_cast<std::uint64_t>(nearest);
  if (odd % 2 == 0) odd = above > 0 ? odd + 1 : odd - 1;
  return {sign | narrow(std::bit_cast<double>(odd), dtype), true};
}

Number parse_bits(std::string_view text, const DtypeInfo& dtype) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view rest = text.substr(hex ? 2 : 0);
  std::uint64_t bits = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), bits, hex ? 16 : 10);
  if (error != std::errc() || end != rest.data() + rest.size() || bits > 2 * (sign_bit(dtype) - 1) + 1)
    throw UsageError(fmt::format("'{}' is not a bit pattern of {}; allowed: 0x0 to 0x{:x}, or the same in decimal",
                                 text, dtype.name, 2 * (sign_bit(dtype) - 1) + 1));
  return {bits, false};
}

std::string decimal(std::uint64_t bits, const DtypeInfo& dtype) {
  const double value = widen(bits, dtype);
  if (std::isnan(value)) return "nan";
  if (dtype.dtype == SILU_FLOAT64 || std::isinf(value) || value == 0) return to_text(value);
  if (dtype.dtype == SILU_FLOAT32) {
    std::array<char, 64> text;
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), static_cast<float>(value));
    return {text.data(), end};
  }
  for (int digits = 0;; ++digits) {
    const std::string nearest = to_text(value, std::chars_format::scientific, digits);
    if (parse_number(nearest, dtype).bits == bits) return to_text(std::strtod(nearest.c_str(), nullptr));
    // Below a power of two the values lie closer: the nearest decimal may be too far on that side, and a farther one
    // above be near enough.
    const double step = std::pow(10.0, std::floor(std::log10(std::fabs(value))) - digits);
    const double other = std::strtod(nearest.c_str(), nullptr) + std::copysign(step, value);
    const std::string farther = to_text(other, std::chars_format::scientific, digits);
    if (parse_number(farther, dtype).bits == bits) return to_text(std::strtod(farther.c_str(), nullptr));
  }
}

std::string hexadecimal(std::uint64_t bits, const DtypeInfo& dtype) {
  const double value = widen(bits, dtype);
  if (!std::isfinite(value)) return decimal(bits, dtype);
  return (std::signbit(value) ? "-0x" : "0x") + to_text(std::fabs(value), std::chars_format::hex);
}

std::string bit_pattern(std::uint64_t bits, const DtypeInfo& dtype) {
  return fmt::format("0x{:0{}x}", bits, 2 * dtype.size);
}

}  // namespace silu::tool
