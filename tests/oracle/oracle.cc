// SPDX-License-Identifier: Apache-2.0
#include "oracle.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

#include "estimate.h"
#include "multiprecision.h"
#include "round.h"

namespace silu::oracle {
namespace {

// The encoding of 2^exponent, a normal number.
constexpr std::uint64_t power_of_two(const Format& format, int exponent) {
  return static_cast<std::uint64_t>(exponent - format.min_exponent - format.precision + 2) << (format.precision - 1);
}

// Numbers above 0 stay, numbers below give +0; zeros stay as they are, as in PyTorch.
std::uint64_t relu(const Format& format, std::uint64_t bits) {
  if (is_nan(format, bits)) return format.nan();
  const bool below_zero = bits > format.sign();
  return below_zero ? 0 : bits;
}

std::uint64_t relu_derivative(const Format& format, std::uint64_t bits) {
  if (is_nan(format, bits)) return format.nan();
  const bool above_zero = bits != 0 && bits < format.sign();
  return above_zero ? power_of_two(format, 0) : 0;
}

// Beyond this every result is its limit at infinity (but silu on the right, which is x): what it lacks is at most
// (1 + |x|) e^-|x|, below half the least subnormal number, and below a quarter ulp of 1.
constexpr double far(const Format& format) { return format.bits == 64 ? 1024 : 128; }

std::uint64_t limit(silu_function function, const Format& format, std::uint64_t bits) {
  const std::uint64_t minus_zero = format.sign();
  const bool left = (bits & format.sign()) != 0;
  switch (function) {
    case SILU_SIGMOID:
      return left ? 0 : power_of_two(format, 0);
    case SILU_SIGMOID_DERIVATIVE:
      return 0;  // from above
    case SILU_SILU:
      return left ? minus_zero : bits;  // from below
    case SILU_SILU_DERIVATIVE:
      return left ? minus_zero : power_of_two(format, 0);  // from below
    default:
      return minus_zero;  // silu'': from below
  }
}

// Nearer to 0 than this, sigmoid = 1/2 + x/4 - ..., sigmoid' = 1/4 - x^2/16 + ..., silu' = 1/2 + x/2 - ... and
// silu'' = 1/2 - x^2/4 + ... lie within |x| of their values at 0: far less than half an ulp of these.
double near(const Format& format) { return std::ldexp(1.0, -format.precision - 8); }

// silu there: x/2 + x^2/4 - x^4/48 + ... lies strictly between x/2 and x/2 + x^2/2, which is above x/2 for either sign
// of x, by less than 2^-(precision + 8) of it.  So the result is x/2 where that is a number of the format; else x/2 is
// a subnormal midpoint, and the result the number above it.
std::uint64_t silu_near_zero(const Format& format, std::uint64_t bits) {
  const std::uint64_t least_normal = std::uint64_t{1} << (format.precision - 1);
  const std::uint64_t sign = bits & format.sign(), magnitude = bits ^ sign;
  if (magnitude >= 2 * least_normal) return bits - least_normal;  // its half is normal: one less in the exponent field
  // Below, encodings are multiples of the least subnormal number.
  return sign | (sign != 0 ? magnitude / 2 : magnitude / 2 + magnitude % 2);
}

std::uint64_t near_zero(silu_function function, const Format& format, std::uint64_t bits) {
  switch (function) {
    case SILU_SILU:
      return silu_near_zero(format, bits);
    case SILU_SIGMOID_DERIVATIVE:
      return power_of_two(format, -2);
    default:
      return power_of_two(format, -1);
  }
}

std::uint64_t settle(silu_function function, const Format& format, double x, const Estimate& estimate) {
  const std::uint64_t low = round_to(format, estimate.value - estimate.error);
  const std::uint64_t high = round_to(format, estimate.value + estimate.error);
  return low == high ? low : by_multiprecision(function, format, x);
}

}  // namespace

void evaluate(const Format& format, std::uint64_t bits, std::span<const silu_function> functions,
              std::uint64_t* results) {
  const bool nan = is_nan(format, bits);
  const double x = nan ? 0 : decode(format, bits);
  std::optional<std::array<Estimate, 5>> estimates;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    const silu_function function = functions[i];
    if (function == SILU_RELU) {
      results[i] = relu(format, bits);
    } else if (function == SILU_RELU_DERIVATIVE) {
      results[i] = relu_derivative(format, bits);
    } else if (nan) {
      results[i] = format.nan();
    } else if (std::fabs(x) >= far(format)) {
      results[i] = limit(function, format, bits);
    } else if (std::fabs(x) < near(format)) {
      results[i] = near_zero(function, format, bits);
    } else {
      if (!estimates) estimates = estimate(x);
      results[i] = settle(function, format, x, (*estimates)[static_cast<std::size_t>(function)]);
    }
  }
}

std::uint64_t evaluate(silu_function function, const Format& format, std::uint64_t bits) {
  std::uint64_t result = 0;
  evaluate(format, bits, {&function, 1}, &result);
  return result;
}

}  // namespace silu::oracle
