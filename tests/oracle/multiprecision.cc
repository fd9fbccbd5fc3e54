// SPDX-License-Identifier: Apache-2.0
#include "multiprecision.h"

#include <gmp.h>
#include <mpfr.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace silu::oracle {
namespace {

constexpr mpfr_prec_t kFirstPrecision = 160;

// MPFR numbers that a thread keeps from call to call.
class Numbers {
 public:
  Numbers() {
    for (mpfr_t& each : numbers_) mpfr_init2(each, kFirstPrecision);
    mpz_init(integer);
  }
  ~Numbers() {
    for (mpfr_t& each : numbers_) mpfr_clear(each);
    mpz_clear(integer);
    mpfr_free_cache();  // this thread's
  }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;

  void set_precision(mpfr_prec_t precision) {
    for (mpfr_t& each : numbers_) mpfr_set_prec(each, precision);
  }

 private:
  std::array<mpfr_t, 9> numbers_;

 public:
  // s = sigmoid(x), c = 1 - s = sigmoid(-x); the value, and what it would be if none of its terms cancelled.
  mpfr_ptr x = numbers_[0], s = numbers_[1], c = numbers_[2], value = numbers_[3], scale = numbers_[4],
           term = numbers_[5], low = numbers_[6], high = numbers_[7], rounded = numbers_[8];
  mpz_t integer;
};

// To nearest, ties to even.  Written out, for MPFR has no format with an end to its exponents but the global one.
Rounded round_to(const Format& format, mpfr_srcptr number, Numbers& numbers) {
  const std::uint64_t sign = mpfr_signbit(number) != 0 ? format.sign() : 0;
  if (mpfr_zero_p(number)) return {sign, 0};
  // |number| lies in [2^(e-1), 2^e); the result is a multiple of 2^quantum.
  const mpfr_exp_t quantum = std::max<mpfr_exp_t>(mpfr_get_exp(number) - format.precision, format.min_exponent);
  mpfr_mul_2si(numbers.rounded, number, -quantum, MPFR_RNDN);  // exact
  mpfr_abs(numbers.rounded, numbers.rounded, MPFR_RNDN);
  mpfr_get_z(numbers.integer, numbers.rounded, MPFR_RNDN);
  // A significand that was rounded up to 2^precision carries into the exponent field, as it should; a subnormal's
  // exponent field is 0, and the least normal number's hidden bit makes it 1.
  const std::uint64_t significand = mpz_get_ui(numbers.integer);
  mpfr_frac(numbers.rounded, numbers.rounded, MPFR_RNDN);
  mpfr_sub_d(numbers.rounded, numbers.rounded, 0.5, MPFR_RNDN);
  const int closeness =
      mpfr_zero_p(numbers.rounded) ? std::numeric_limits<int>::max() : -static_cast<int>(mpfr_get_exp(numbers.rounded));
  return {sign | ((static_cast<std::uint64_t>(quantum - format.min_exponent) << (format.precision - 1)) + significand),
          closeness};
}

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

// What both ends of an interval around the value round to, once agree(end, other end) holds.
Rounded settle(silu_function function, const Format& format, double x, const auto& agree) {
  if (x == 0 || !(std::fabs(x) < kMultiprecisionReach)) throw std::invalid_argument("x is 0 or too far from it");
  thread_local Numbers n;
  // For x other than 0 the value is transcendental (Lindemann and Weierstrass): neither 0 nor a midpoint, so that the
  // loop ends.
  for (mpfr_prec_t precision = kFirstPrecision;; precision *= 2) {
    n.set_precision(precision);
    mpfr_set_d(n.x, x, MPFR_RNDN);  // exact
    define(function, n);
    // Each of at most 12 operations leaves a relative error of 2^-precision in its result, and no intermediate result
    // exceeds its share of scale: 2^-precision * 2^4 * scale in all, for which 2^8 is enough by far.
    mpfr_mul_2si(n.scale, n.scale, 8 - static_cast<long>(precision), MPFR_RNDU);
    mpfr_sub(n.low, n.value, n.scale, MPFR_RNDD);
    mpfr_add(n.high, n.value, n.scale, MPFR_RNDU);
    const Rounded low = round_to(format, n.low, n), high = round_to(format, n.high, n);
    if (agree(low, high)) return low;
  }
}

}  // namespace

std::uint64_t by_multiprecision(silu_function function, const Format& format, double x) {
  return settle(function, format, x, [](const Rounded& a, const Rounded& b) { return a.bits == b.bits; }).bits;
}

Rounded measure(silu_function function, const Format& format, double x) {
  return settle(function, format, x, [](const Rounded& a, const Rounded& b) { return a == b; });
}

}  // namespace silu::oracle
