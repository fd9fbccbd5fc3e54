// SPDX-License-Identifier: Apache-2.0
#include "math/round.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "math/exact.h"
#include "math/formats.h"

namespace silu::math {
namespace {

// high + low, rounded to odd: rounding this once more, to two bits less or fewer, is as rounding the sum
// (Boldo, Melquiond, "Emulation of a FMA and correctly rounded sums", IEEE Trans. Computers 57, 2008).
double round_to_odd(double high, double low) {
  const double sum = high + low;
  const double rest = low - (sum - high);
  auto bits = std::bit_cast<std::uint64_t>(sum);
  if (rest == 0 || (bits & 1) != 0) return sum;
  bits += (rest > 0) == (sum > 0) ? 1 : ~std::uint64_t{0};
  return std::bit_cast<double>(bits);
}

// To nearest, ties to even, by integer operations; |value| is normal or 0.
template <class Format>
typename Format::Bits round_to(double value) {
  using Bits = typename Format::Bits;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto sign = static_cast<Bits>((bits >> 63) * Format::kSign);
  const int exponent = static_cast<int>(bits >> 52 & 0x7ff) - 1023;
  if (exponent < Format::kMinExponent - Format::kPrecision) return sign;
  if (exponent > Format::kBias + 1) return overflow<Format>(sign != 0);
  const std::uint64_t mantissa = (bits & 0xfffffffffffffu) | 0x10000000000000u;
  const bool subnormal = exponent < Format::kMinExponent;
  const int dropped = 53 - Format::kPrecision + (subnormal ? Format::kMinExponent - exponent : 0);
  const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
  const std::uint64_t odd = mantissa >> dropped & 1;
  const std::uint64_t rounded = (mantissa + half - 1 + odd) >> dropped;
  // The hidden bit counts one in the exponent field.
  const std::uint64_t field = subnormal ? 0 : static_cast<std::uint64_t>(exponent - Format::kMinExponent);
  const std::uint64_t magnitude = (field << Format::kMantissaBits) + rounded;
  return magnitude > Format::kLargest ? overflow<Format>(sign != 0) : static_cast<Bits>(sign | magnitude);
}

template <class Format>
bool round_pair(double high, double low, double error, void* y) {
  const auto result = round_to<Format>(round_to_odd(high, low - error));
  if (result != round_to<Format>(round_to_odd(high, low + error))) return false;
  std::memcpy(y, &result, sizeof(result));
  return true;
}

template <class Format>
void round_or_evaluate(silu_function function, double x, double high, double low, double error, void* y) {
  if (round_pair<Format>(high, low, error, y)) return;
  const auto input = round_to<Format>(x);
  evaluate_exact(function, Format::kDtype, &input, y, 1);
}

}  // namespace

bool round_pair(silu_dtype dtype, double high, double low, double error, void* y) {
  switch (dtype) {
    case SILU_FLOAT32:
      return round_pair<Float32>(high, low, error, y);
    case SILU_FLOAT16:
      return round_pair<Float16>(high, low, error, y);
    case SILU_BFLOAT16:
      return round_pair<Bfloat16>(high, low, error, y);
    default:
      return false;
  }
}

double round_number(silu_dtype dtype, double value) {
  const auto rounded = [value]<class Format>(Format /*format*/) {
    const typename Format::Bits bits = round_to<Format>(value);
    if (bits == Format::kNan) return std::copysign(std::numeric_limits<double>::infinity(), value);
    return decode<Format>(bits);
  };
  switch (dtype) {
    case SILU_FLOAT32:
      return rounded(Float32());
    case SILU_FLOAT16:
      return rounded(Float16());
    case SILU_BFLOAT16:
      return rounded(Bfloat16());
    case SILU_FLOAT8_E4M3FN:
      return rounded(Float8E4m3fn());
    case SILU_FLOAT8_E5M2:
      return rounded(Float8E5m2());
    case SILU_FLOAT64:
      break;
  }
  return value;
}

void round_or_evaluate(silu_function function, silu_dtype dtype, double x, double high, double low, double error,
                       void* y) {
  switch (dtype) {
    case SILU_FLOAT64:
      evaluate_exact(function, dtype, &x, y, 1);
      break;
    case SILU_FLOAT32:
      round_or_evaluate<Float32>(function, x, high, low, error, y);
      break;
    case SILU_FLOAT16:
      round_or_evaluate<Float16>(function, x, high, low, error, y);
      break;
    case SILU_BFLOAT16:
      round_or_evaluate<Bfloat16>(function, x, high, low, error, y);
      break;
    default:  // the others have tables
      break;
  }
}

}  // namespace silu::math
