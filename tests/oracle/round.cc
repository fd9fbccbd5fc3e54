// SPDX-License-Identifier: Apache-2.0
#include "round.h"

#include <gmp.h>

#include <limits>

namespace silu::oracle {
namespace {

struct Scratch {
  Scratch() {
    mpfr_init(number);
    mpz_init(integer);
  }
  ~Scratch() {
    mpfr_clear(number);
    mpz_clear(integer);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  mpfr_t number;
  mpz_t integer;
};

}  // namespace

Rounded round_to(const Format& format, mpfr_srcptr number) {
  const std::uint64_t sign = mpfr_signbit(number) != 0 ? format.sign() : 0;
  if (mpfr_zero_p(number)) return {sign, 0};
  if (mpfr_get_exp(number) > format.max_exponent) return {format.overflow(sign != 0), 0};
  thread_local Scratch scratch;
  mpfr_ptr rounded = scratch.number;
  mpfr_set_prec(rounded, mpfr_get_prec(number));
  // |number| lies in [2^(e-1), 2^e); the result is a multiple of 2^quantum.
  const mpfr_exp_t quantum = std::max<mpfr_exp_t>(mpfr_get_exp(number) - format.precision, format.min_exponent);
  mpfr_mul_2si(rounded, number, -quantum, MPFR_RNDN);  // exact
  mpfr_abs(rounded, rounded, MPFR_RNDN);
  mpfr_get_z(scratch.integer, rounded, MPFR_RNDN);
  // A significand that was rounded up to 2^precision carries into the exponent field, as it should, from the largest
  // number to infinity too; a subnormal's exponent field is 0, and the least normal number's hidden bit makes it 1.
  // Where there are no infinities, the encodings go on up to the NaN, and values beyond end before max_exponent.
  const std::uint64_t significand = mpz_get_ui(scratch.integer);
  mpfr_frac(rounded, rounded, MPFR_RNDN);
  mpfr_sub_d(rounded, rounded, 0.5, MPFR_RNDN);
  const int closeness =
      mpfr_zero_p(rounded) ? std::numeric_limits<int>::max() : -static_cast<int>(mpfr_get_exp(rounded));
  const std::uint64_t magnitude =
      (static_cast<std::uint64_t>(quantum - format.min_exponent) << (format.precision - 1)) + significand;
  return {magnitude < format.infinity() ? sign | magnitude : format.overflow(sign != 0), closeness};
}

}  // namespace silu::oracle
