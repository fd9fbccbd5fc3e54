// SPDX-License-Identifier: Apache-2.0
#include "quotient.h"

#include <mpfr.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "round.h"

namespace silu::oracle {
namespace {

constexpr mpfr_rnd_t kNearest = MPFR_RNDN;

struct Number {
  explicit Number(mpfr_prec_t precision) { mpfr_init2(value, precision); }
  ~Number() { mpfr_clear(value); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  operator mpfr_ptr() { return value; }  // NOLINT(google-explicit-constructor): it is one
  mpfr_t value;
};

// value = f(x), and scale = the sum of its terms' magnitudes.  From 4096 on, sigmoid is taken at 4096: what it lacks
// there, 2^-5909, is on the right side, and less than what tells products of doubles from midpoints.
void define(silu_function function, mpfr_srcptr x, mpfr_prec_t precision, mpfr_ptr value, mpfr_ptr scale) {
  Number u(precision), s(precision), c(precision), term(precision);
  mpfr_set(u, x, kNearest);
  if (mpfr_cmp_si(x, 4096) > 0) mpfr_set_si(u, 4096, kNearest);
  if (mpfr_cmp_si(x, -4096) < 0) mpfr_set_si(u, -4096, kNearest);
  mpfr_exp(c, u, kNearest);
  mpfr_add_ui(c, c, 1, kNearest);
  mpfr_ui_div(c, 1, c, kNearest);
  mpfr_neg(u, u, kNearest);
  mpfr_exp(s, u, kNearest);
  mpfr_add_ui(s, s, 1, kNearest);
  mpfr_ui_div(s, 1, s, kNearest);
  switch (function) {
    case SILU_SIGMOID:
      mpfr_set(value, s, kNearest);
      mpfr_set(scale, s, kNearest);
      break;
    case SILU_SIGMOID_DERIVATIVE:
      mpfr_mul(value, s, c, kNearest);
      mpfr_set(scale, value, kNearest);
      break;
    case SILU_SILU:
      mpfr_mul(value, x, s, kNearest);
      mpfr_abs(scale, value, kNearest);
      break;
    case SILU_SILU_DERIVATIVE:  // s + s c x
      mpfr_mul(term, s, c, kNearest);
      mpfr_mul(term, term, x, kNearest);
      mpfr_add(value, s, term, kNearest);
      mpfr_abs(term, term, kNearest);
      mpfr_add(scale, s, term, kNearest);
      break;
    case SILU_SILU_SECOND_DERIVATIVE:  // s c (2 + x (c - s))
      mpfr_sub(term, c, s, kNearest);
      mpfr_mul(term, term, x, kNearest);
      mpfr_mul(scale, s, c, kNearest);
      mpfr_add_ui(value, term, 2, kNearest);
      mpfr_mul(value, value, scale, kNearest);
      mpfr_abs(term, x, kNearest);
      mpfr_add_ui(term, term, 2, kNearest);
      mpfr_mul(scale, scale, term, kNearest);
      break;
    case SILU_RELU:
      mpfr_set(value, x, kNearest);
      if (mpfr_sgn(x) < 0) mpfr_set_zero(value, 1);
      mpfr_set_zero(scale, 1);
      break;
    case SILU_RELU_DERIVATIVE:
      mpfr_set_ui(value, mpfr_sgn(x) > 0 ? 1 : 0, kNearest);
      mpfr_set_zero(scale, 1);
      break;
  }
}

// round(low) where it is round(high), of an interval about the quotient that is as narrow as that takes.
template <class Round>
auto settle(const Scaled& value, double divisor, const Round& round) {
  const bool smooth = value.function != SILU_RELU && value.function != SILU_RELU_DERIVATIVE;
  const bool rational = !smooth || value.x == 0 || value.factor == 0;
  // From 512 bits on, a rational value is exact, and its quotient a midpoint only where that is exact too.
  for (mpfr_prec_t precision = rational ? 1024 : 160; precision < 1 << 16; precision *= 2) {
    Number x(std::max<mpfr_prec_t>(precision, 256)), y(precision), scale(precision), low(precision), high(precision);
    mpfr_set_d(x, value.x, kNearest);
    mpfr_mul_d(x, x, value.x_scale, kNearest);
    define(value.function, x, precision, y, scale);
    mpfr_mul_d(y, y, value.factor, kNearest);
    mpfr_div_d(y, y, divisor, kNearest);
    if (rational) return round(y.value);
    mpfr_mul_d(scale, scale, std::fabs(value.factor), kNearest);
    mpfr_div_d(scale, scale, divisor, kNearest);
    mpfr_mul_2si(scale, scale, 8 - static_cast<long>(precision), MPFR_RNDU);  // a dozen operations, 2^-precision each
    mpfr_sub(low, y, scale, MPFR_RNDD);
    mpfr_add(high, y, scale, MPFR_RNDU);
    const auto one = round(low.value);
    if (one == round(high.value)) return one;
  }
  throw std::logic_error("a quotient is too near to a midpoint");
}

}  // namespace

std::uint64_t quotient(const Scaled& value, double scale, const Format& format, bool saturate) {
  const std::uint64_t bits = settle(
      value, scale, [&](mpfr_srcptr y) { return round_to(format, y).bits | (mpfr_signbit(y) != 0 ? 256u : 0u); });
  const bool beyond = (bits & (format.sign() - 1)) >= format.infinity();
  const bool negative = (bits & 256) != 0;
  if (beyond && saturate) return (format.infinity() - 1) | (negative ? format.sign() : 0);
  return bits & 255;
}

int quotient(const Scaled& value, double scale) {
  return settle(value, scale, [](mpfr_srcptr y) {
    if (mpfr_cmp_si(y, 1000) > 0) return 1000;
    if (mpfr_cmp_si(y, -1000) < 0) return -1000;
    return static_cast<int>(mpfr_get_si(y, MPFR_RNDN));
  });
}

}  // namespace silu::oracle
