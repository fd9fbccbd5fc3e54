// SPDX-License-Identifier: Apache-2.0
#include "multiprecision.h"

#include <mpfr.h>

#include <array>
#include <cmath>
#include <stdexcept>

namespace silu::oracle {
namespace {

constexpr mpfr_prec_t kFirstPrecision = 160;

// One that a thread keeps from call to call.
struct Number {
  explicit Number(mpfr_prec_t precision) { mpfr_init2(value, precision); }
  ~Number() { mpfr_clear(value); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  mpfr_t value;
};

// MPFR numbers that a thread keeps from call to call.
class Numbers {
 public:
  Numbers() {
    for (mpfr_t& each : numbers_) mpfr_init2(each, kFirstPrecision);
  }
  ~Numbers() {
    for (mpfr_t& each : numbers_) mpfr_clear(each);
    mpfr_free_cache();  // this thread's
  }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;

  void set_precision(mpfr_prec_t precision) {
    for (mpfr_t& each : numbers_) mpfr_set_prec(each, precision);
  }

 private:
  std::array<mpfr_t, 8> numbers_;

 public:
  // s = sigmoid(x), c = 1 - s = sigmoid(-x); the value, and what it would be if none of its terms cancelled.
  mpfr_ptr x = numbers_[0], s = numbers_[1], c = numbers_[2], value = numbers_[3], scale = numbers_[4],
           term = numbers_[5], low = numbers_[6], high = numbers_[7];
};

// value = the function at x; scale = the sum of its terms' magnitudes.
void define(silu_function function, Numbers& n) {
  constexpr mpfr_rnd_t kNearest = MPFR_RNDN;
  mpfr_neg(n.s, n.x, kNearest);
  mpfr_exp(n.s, n.s, kNearest);
  mpfr_add_ui(n.s, n.s, 1, kNearest);
  mpfr_ui_div(n.s, 1, n.s, kNearest);
  mpfr_exp(n.c, n.x, kNearest);
  mpfr_add_ui(n.c, n.c, 1, kNearest);
  mpfr_ui_div(n.c, 1, n.c, kNearest);
  switch (function) {
    case SILU_SIGMOID:  // s
      mpfr_set(n.value, n.s, kNearest);
      mpfr_set(n.scale, n.value, kNearest);
      return;
    case SILU_SIGMOID_DERIVATIVE:  // s c
      mpfr_mul(n.value, n.s, n.c, kNearest);
      mpfr_set(n.scale, n.value, kNearest);
      return;
    case SILU_SILU:  // x s
      mpfr_mul(n.value, n.x, n.s, kNearest);
      mpfr_abs(n.scale, n.value, kNearest);
      return;
    case SILU_SILU_DERIVATIVE:  // s (1 + x c)
      mpfr_mul(n.term, n.x, n.c, kNearest);
      mpfr_add_ui(n.value, n.term, 1, kNearest);
      mpfr_mul(n.value, n.value, n.s, kNearest);
      mpfr_abs(n.scale, n.term, kNearest);
      mpfr_add_ui(n.scale, n.scale, 1, kNearest);
      mpfr_mul(n.scale, n.scale, n.s, kNearest);
      return;
    case SILU_SILU_SECOND_DERIVATIVE:  // s c (2 + x (c - s))
      mpfr_sub(n.term, n.c, n.s, kNearest);
      mpfr_mul(n.term, n.x, n.term, kNearest);
      mpfr_add_ui(n.value, n.term, 2, kNearest);
      mpfr_mul(n.value, n.value, n.s, kNearest);
      mpfr_mul(n.value, n.value, n.c, kNearest);
      mpfr_abs(n.scale, n.x, kNearest);  // |c - s| < 1
      mpfr_add_ui(n.scale, n.scale, 2, kNearest);
      mpfr_mul(n.scale, n.scale, n.s, kNearest);
      mpfr_mul(n.scale, n.scale, n.c, kNearest);
      return;
    default:
      throw std::invalid_argument("not a function of sigmoid");
  }
}

thread_local long decided_at = 0;

// What both ends of an interval around c g(x) round to, once agree(end, other end) holds.  c: null for 1.
Rounded settle(silu_function function, const Format& format, mpfr_srcptr x, mpfr_srcptr c, const auto& agree) {
  thread_local Numbers n;
  // For x other than 0 the value is transcendental (Lindemann and Weierstrass): neither 0 nor a midpoint, so that the
  // loop ends.
  for (mpfr_prec_t precision = kFirstPrecision;; precision *= 2) {
    n.set_precision(precision);
    mpfr_set(n.x, x, MPFR_RNDN);  // exact
    define(function, n);
    if (c != nullptr) {
      mpfr_mul(n.value, n.value, c, MPFR_RNDN);
      mpfr_mul(n.scale, n.scale, c, MPFR_RNDN);
      mpfr_abs(n.scale, n.scale, MPFR_RNDN);
    }
    // Each of at most 13 operations leaves a relative error of 2^-precision in its result, and no intermediate result
    // exceeds its share of scale: 2^-precision * 2^4 * scale in all, for which 2^8 is enough by far.
    mpfr_mul_2si(n.scale, n.scale, 8 - static_cast<long>(precision), MPFR_RNDU);
    mpfr_sub(n.low, n.value, n.scale, MPFR_RNDD);
    mpfr_add(n.high, n.value, n.scale, MPFR_RNDU);
    const Rounded low = round_to(format, n.low), high = round_to(format, n.high);
    decided_at = precision;
    if (agree(low, high)) return low;
  }
}

Rounded settle(silu_function function, const Format& format, double x, const auto& agree) {
  if (x == 0 || !(std::fabs(x) < kMultiprecisionReach)) throw std::invalid_argument("x is 0 or too far from it");
  thread_local Number exact(kFirstPrecision);
  mpfr_set_d(exact.value, x, MPFR_RNDN);
  return settle(function, format, exact.value, nullptr, agree);
}

// The values at 0.
double at_zero(silu_function function) { return function == SILU_SIGMOID_DERIVATIVE ? 0.25 : 0.5; }

void require_exact(int inexact) {
  if (inexact != 0) throw std::logic_error("the oracle's product is not exact");
}

}  // namespace

std::uint64_t by_multiprecision(silu_function function, const Format& format, double x) {
  return settle(function, format, x, [](const Rounded& a, const Rounded& b) { return a.bits == b.bits; }).bits;
}

Rounded measure(silu_function function, const Format& format, double x) {
  return settle(function, format, x, [](const Rounded& a, const Rounded& b) { return a == b; });
}

Rounded measure(const Product& product, const Format& format) {
  // Numbers of 53 bits; with 1 added, of 1,075 or fewer.
  constexpr mpfr_prec_t kArgument = 2 * 53, kPlain = 4 * 53, kPlusOne = 3 * 53 + 1075;
  thread_local Number u(kArgument), c(kPlain);
  require_exact(mpfr_set_d(u.value, product.argument[0], MPFR_RNDN));
  require_exact(mpfr_mul_d(u.value, u.value, product.argument[1], MPFR_RNDN));
  // From 4096 on, what a g that vanishes leaves of c, less than 2^3073, is far below half of every least number; and
  // what a g that tends to 1 lacks or has too much, at most 4096 e^-4096 < 2^-5896, only decides where c is a midpoint,
  // having at most 1,234 bits: farther out the rounding is the same.
  constexpr long kFar = 4096;
  if (mpfr_cmp_si(u.value, kFar) > 0) mpfr_set_si(u.value, kFar, MPFR_RNDN);
  if (mpfr_cmp_si(u.value, -kFar) < 0) mpfr_set_si(u.value, -kFar, MPFR_RNDN);

  mpfr_set_prec(c.value, product.plus_one ? kPlusOne : kPlain);
  require_exact(mpfr_set_d(c.value, product.factors[3], MPFR_RNDN));
  if (product.plus_one) require_exact(mpfr_add_ui(c.value, c.value, 1, MPFR_RNDN));
  for (std::size_t i = 0; i < 3; ++i) require_exact(mpfr_mul_d(c.value, c.value, product.factors[i], MPFR_RNDN));
  if (mpfr_zero_p(c.value)) throw std::invalid_argument("a factor is 0");
  if (mpfr_zero_p(u.value)) {
    require_exact(mpfr_mul_d(c.value, c.value, at_zero(product.g), MPFR_RNDN));
    return round_to(format, c.value);
  }
  return settle(product.g, format, u.value, c.value, [](const Rounded& a, const Rounded& b) { return a == b; });
}

long bits_needed() { return decided_at; }

}  // namespace silu::oracle
