// The reference: closed forms in e^-|x|, an error bound that counts each rounding, and a precision
// that doubles until the bound lets the value be rounded.
// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

#include "real.h"

namespace silu::hard {
namespace {

// f(x) and a bound of its error relative to it, in units of 2^-precision.
struct Approximation {
  Real value;
  double error;
};

// With E = e^-|x| and a = |x|, each function is a quotient whose only cancellation is in `factor`:
//   sigmoid            1 / (1 + E)                          or E / (1 + E) for x < 0
//   sigmoid_derivative E / (1 + E)^2
//   silu               x sigmoid
//   silu_derivative    (1 + E + x E) / (1 + E)^2            or E (1 + E + x) / (1 + E)^2 for x < 0
//   silu_second        E (2 (1 + E) - a (1 - E)) / (1 + E)^3
// Every operation errs by at most half a unit of 2^-precision in relative terms times two (MPFR's
// ulp against its value); a product of m such factors errs by less than 2 m of these units.  A sum
// that cancels errs by the sum of its terms' errors, relative to what is left.
Approximation approximate(Function function, double x_value, mpfr_prec_t precision) {
  const Real x(precision, x_value);
  const Real one(precision, 1.0);
  const Real two(precision, 2.0);
  const Real a = absolute(x);
  const Real e = exponential(Real(precision, 0.0) - a);
  const Real d = one + e;
  const auto cancelled = [](const Real& factor, double terms) {
    return factor.is_zero() ? INFINITY : 8.0 * std::ldexp(terms, static_cast<int>(1 - factor.exponent()));
  };
  switch (function) {
    case Function::sigmoid:
      return {(x_value < 0 ? e : one) / d, 8};
    case Function::sigmoid_derivative:
      return {e / (d * d), 16};
    case Function::silu:
      return {x * ((x_value < 0 ? e : one) / d), 16};
    case Function::silu_derivative: {
      if (x_value >= 0) return {(d + x * e) / (d * d), 32};
      const Real factor = d + x;
      return {e * factor / (d * d), 32 + cancelled(factor, 2 + std::fabs(x_value))};
    }
    case Function::silu_second_derivative: {
      const Real factor = two * d - a * (one - e);
      return {e * factor / (d * d * d), 32 + cancelled(factor, 4 + 2 * std::fabs(x_value))};
    }
  }
  throw std::invalid_argument("no such function");
}

// The limit at 0, where the value is exact.
double at_zero(Function function, double zero) {
  switch (function) {
    case Function::sigmoid_derivative:
      return 0.25;
    case Function::silu:
      return zero;
    default:
      return 0.5;
  }
}

std::uint64_t assemble(const Format& format, bool negative, std::uint64_t significand, long exponent) {
  const int fraction_bits = format.precision - 1;
  // A normal significand's leading bit adds the 1 that tells its exponent field from a subnormal's 0,
  // and one that rounded up to 2^precision carries into the field by itself.
  const std::uint64_t field = static_cast<std::uint64_t>(exponent - format.min_exponent) << fraction_bits;
  return (static_cast<std::uint64_t>(negative) << (format.bits - 1)) | (field + significand);
}

}  // namespace

Rounded evaluate(Function function, const Format& format, double x) {
  if (!std::isfinite(x)) throw std::invalid_argument("x is not finite");
  if (x == 0) return {encode(format, at_zero(function, x)), 0};
  // Terms down to x^4 decide near 0, hence a start that sees them at once.
  const long depth = std::max(0L, -static_cast<long>(std::ilogb(x)));
  for (mpfr_prec_t precision = 192 + 2 * depth;; precision *= 2) {
    const Approximation y = approximate(function, x, precision);
    if (!(y.error < 0x1p60)) continue;
    if (y.value.is_zero() || y.value.exponent() < format.min_exponent - 1)  // below a quarter of the smallest
      return {assemble(format, y.value.is_negative(), 0, format.min_exponent), 0};
    const long last_place = std::max<long>(y.value.exponent() - format.precision, format.min_exponent);
    const Real t = scaled(absolute(y.value), -last_place);  // in units of the last place
    Real whole(precision);
    mpfr_floor(whole.get(), t.get());
    const Real offset = t - whole - Real(precision, 0.5);  // from the midpoint, in (-1/2, 1/2)
    Real error = Real(64, y.error) * t;
    error = scaled(error, 1 - static_cast<long>(precision));
    // Both the rounding and the binade must be beyond doubt; the margin makes the closeness certain.
    if (offset.is_zero() || mpfr_cmp(scaled(error, 8).get(), absolute(offset).get()) > 0) continue;
    std::uint64_t significand = mpfr_get_ui(whole.get(), MPFR_RNDN);
    if (offset.sign() > 0) ++significand;
    return {assemble(format, y.value.sign() < 0, significand, last_place), static_cast<int>(-offset.exponent())};
  }
}

std::uint64_t encode(const Format& format, double x) {
  return format.bits == 64 ? std::bit_cast<std::uint64_t>(x) : std::bit_cast<std::uint32_t>(static_cast<float>(x));
}

double decode(const Format& format, std::uint64_t bits) {
  return format.bits == 64 ? std::bit_cast<double>(bits) : std::bit_cast<float>(static_cast<std::uint32_t>(bits));
}

std::optional<Function> function_named(std::string_view name) {
  for (const auto& [function, its_name] : kFunctions)
    if (its_name == name) return function;
  return std::nullopt;
}

std::optional<Format> format_named(std::string_view name) {
  for (const Format& format : kFormats)
    if (format.name == name) return format;
  return std::nullopt;
}

}  // namespace silu::hard
