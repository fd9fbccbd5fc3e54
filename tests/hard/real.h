// A number of MPFR as a value: the few operations that the reference and the search need, each
// rounded to nearest at the precision given to the constructor.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpfr.h>

#include <utility>

namespace silu::hard {

class Real {
 public:
  explicit Real(mpfr_prec_t precision) { mpfr_init2(value_, precision); }
  Real(mpfr_prec_t precision, double value) : Real(precision) { mpfr_set_d(value_, value, MPFR_RNDN); }
  Real(const Real& other) : Real(other.precision()) { mpfr_set(value_, other.value_, MPFR_RNDN); }
  Real(Real&& other) noexcept : Real(MPFR_PREC_MIN) { mpfr_swap(value_, other.value_); }
  Real& operator=(Real other) noexcept {
    mpfr_swap(value_, other.value_);
    return *this;
  }
  ~Real() { mpfr_clear(value_); }

  mpfr_ptr get() { return value_; }
  mpfr_srcptr get() const { return value_; }
  mpfr_prec_t precision() const { return mpfr_get_prec(value_); }
  int sign() const { return mpfr_sgn(value_); }
  bool is_negative() const { return mpfr_signbit(value_) != 0; }  // of a zero too
  bool is_zero() const { return mpfr_zero_p(value_) != 0; }
  // e such that 2^(e-1) <= |value| < 2^e; the value is not 0.
  mpfr_exp_t exponent() const { return mpfr_get_exp(value_); }
  long double to_long_double() const { return mpfr_get_ld(value_, MPFR_RNDN); }

 private:
  mpfr_t value_;
};

template <int (*Operation)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t)>
Real binary(const Real& a, const Real& b) {
  Real result(a.precision() > b.precision() ? a.precision() : b.precision());
  Operation(result.get(), a.get(), b.get(), MPFR_RNDN);
  return result;
}

inline Real operator+(const Real& a, const Real& b) { return binary<mpfr_add>(a, b); }
inline Real operator-(const Real& a, const Real& b) { return binary<mpfr_sub>(a, b); }
inline Real operator*(const Real& a, const Real& b) { return binary<mpfr_mul>(a, b); }
inline Real operator/(const Real& a, const Real& b) { return binary<mpfr_div>(a, b); }

// a 2^k, exact.
inline Real scaled(Real a, long k) {
  mpfr_mul_2si(a.get(), a.get(), k, MPFR_RNDN);
  return a;
}

inline Real absolute(Real a) {
  mpfr_abs(a.get(), a.get(), MPFR_RNDN);
  return a;
}

inline Real exponential(const Real& a) {
  Real result(a.precision());
  mpfr_exp(result.get(), a.get(), MPFR_RNDN);
  return result;
}

}  // namespace silu::hard
