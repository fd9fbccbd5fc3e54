// SPDX-License-Identifier: Apache-2.0
#include "encodings.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace silu::test {

static_assert(std::numeric_limits<double>::is_iec559);

const Format& format(silu_dtype dtype) {
  static constexpr std::array<Format, 6> kFormats = {{
      {SILU_FLOAT64, 8, 52, 11},
      {SILU_FLOAT32, 4, 23, 8},
      {SILU_FLOAT16, 2, 10, 5},
      {SILU_BFLOAT16, 2, 7, 8},
      {SILU_FLOAT8_E4M3FN, 1, 3, 4, false},
      {SILU_FLOAT8_E5M2, 1, 2, 5},
  }};
  return kFormats.at(static_cast<std::size_t>(dtype));
}

Encoding Format::from_order(Encoding position) const {
  return position <= last() ? sign() | (last() - position) : position - last() - 1;
}

Encoding Format::order(Encoding x) const { return (x & sign()) != 0 ? last() - (x ^ sign()) : x + last() + 1; }

double Format::decode(Encoding x) const {
  const auto fraction = static_cast<double>(x & (least_normal() - 1));
  const auto exponent = static_cast<int>((x & ~sign()) >> fraction_bits);
  const double sign_of_x = (x & sign()) != 0 ? -1 : 1;
  if (is_nan(x)) return std::numeric_limits<double>::quiet_NaN();
  if (!is_finite(x)) return sign_of_x * std::numeric_limits<double>::infinity();
  if (exponent == 0) return sign_of_x * std::ldexp(fraction, 1 - bias() - fraction_bits);
  return sign_of_x * std::ldexp(fraction + std::ldexp(1.0, fraction_bits), exponent - bias() - fraction_bits);
}

Encoding Format::nearest(double value) const {
  const Encoding sign_bit = std::signbit(value) ? sign() : 0;
  const double magnitude = std::fabs(value);
  if (std::isnan(value)) return canonical_nan();
  if (std::isinf(value)) return overflow(value < 0);
  if (magnitude == 0) return sign_bit;
  int exponent = std::ilogb(magnitude);
  if (exponent < 1 - bias()) exponent = 1 - bias();
  // An exact scaling, but for float64's subnormals, which are integers already.
  const double scaled = std::ldexp(magnitude, fraction_bits - exponent);
  const auto whole = static_cast<Encoding>(scaled);
  const double rest = scaled - static_cast<double>(whole);
  const Encoding rounded = whole + (rest > 0.5 || (rest == 0.5 && (whole & 1) != 0) ? 1 : 0);
  // The hidden bit adds one to the exponent; a carry does too.
  const Encoding result = (static_cast<Encoding>(exponent + bias() - 1) << fraction_bits) + rounded;
  return result < infinity() ? sign_bit | result : overflow(value < 0);
}

double Format::ulp(Encoding x) const {
  const Encoding magnitude = x & ~sign();
  const auto exponent = static_cast<int>(magnitude >> fraction_bits);
  return std::ldexp(1.0, (exponent == 0 ? 1 : exponent) - bias() - fraction_bits);
}

std::vector<std::byte> pack(const Format& format, std::span<const Encoding> numbers) {
  std::vector<std::byte> memory(numbers.size() * format.size);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    for (std::size_t b = 0; b < format.size; ++b) {
      const std::size_t shift = std::endian::native == std::endian::little ? b : format.size - 1 - b;
      memory[i * format.size + b] = static_cast<std::byte>(numbers[i] >> (8 * shift));
    }
  return memory;
}

Encodings unpack(const Format& format, std::span<const std::byte> memory) {
  Encodings numbers(memory.size() / format.size);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    for (std::size_t b = 0; b < format.size; ++b) {
      const std::size_t shift = std::endian::native == std::endian::little ? b : format.size - 1 - b;
      numbers[i] |= std::to_integer<Encoding>(memory[i * format.size + b]) << (8 * shift);
    }
  return numbers;
}

}  // namespace silu::test
