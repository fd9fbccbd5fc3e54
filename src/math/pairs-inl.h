// SPDX-License-Identifier: Apache-2.0
// Pairs of doubles: a number as high + low, |low| <= ulp(high) / 2, in vectors or alone.
//
// The algorithms and their bounds, with u = 2^-53: Joldes, Muller, Popescu, "Tight and rigorous error
// bounds for basic building blocks of double-word arithmetic", ACM TOMS 44 (2017).  Lanes without a fused
// multiply-add split the factors (Dekker, Numer. Math. 18, 1971), which is exact below 2^996.
template <class L>
struct Pairs {
  using V = typename L::V;
  using P = typename L::Pair;

  // a + b exactly, for |a| >= |b|.
  static P fast_two_sum(V a, V b) {
    const V sum = L::add(a, b);
    return L::pair(sum, L::sub(b, L::sub(sum, a)));
  }

  // a + b exactly.
  static P two_sum(V a, V b) {
    const V sum = L::add(a, b);
    const V from_b = L::sub(sum, a);
    return L::pair(sum, L::add(L::sub(a, L::sub(sum, from_b)), L::sub(b, from_b)));
  }

  // a * b exactly.
  static P two_product(V a, V b) {
    const V product = L::mul(a, b);
    if constexpr (L::kFused) {
      return L::pair(product, L::fms(a, b, product));
    } else {
      const V splitter = L::set(0x1p27 + 1);
      const V a_scaled = L::mul(a, splitter), b_scaled = L::mul(b, splitter);
      const V a_high = L::sub(a_scaled, L::sub(a_scaled, a)), b_high = L::sub(b_scaled, L::sub(b_scaled, b));
      const V a_low = L::sub(a, a_high), b_low = L::sub(b, b_high);
      const V first = L::sub(L::mul(a_high, b_high), product);
      const V middle = L::add(L::add(first, L::mul(a_high, b_low)), L::mul(a_low, b_high));
      return L::pair(product, L::add(middle, L::mul(a_low, b_low)));
    }
  }

  static P set(double value) { return L::pair(L::set(value), L::set(0.0)); }
  static P lift(V value) { return L::pair(value, L::set(0.0)); }

  // Relative to the larger term, within 2 u^2 + O(u^3): SloppyDWPlusDW, whose error is large only against
  // a sum that cancels.
  static P add(P a, P b) {
    const P sum = two_sum(L::high(a), L::high(b));
    return fast_two_sum(L::high(sum), L::add(L::low(sum), L::add(L::low(a), L::low(b))));
  }

  static P sub(P a, P b) { return add(a, L::pair(L::neg(L::high(b)), L::neg(L::low(b)))); }

  // Within 6 u^2: DWTimesDW1 or 2.
  static P mul(P a, P b) {
    const P product = two_product(L::high(a), L::high(b));
    const V cross = L::fma(L::low(a), L::high(b), L::mul(L::high(a), L::low(b)));
    return fast_two_sum(L::high(product), L::add(L::low(product), cross));
  }

  // Within 16 u^2: the quotient of the high parts, and its residual times the reciprocal of b.  Valid for
  // 2^-1000 <= |b| <= 2^990.
  static P div(P a, P b) {
    const V reciprocal = L::div(L::set(1.0), L::high(b));
    const V quotient = L::mul(L::high(a), reciprocal);
    const P back = two_product(quotient, L::high(b));
    const V residual = L::sub(L::sub(L::high(a), L::high(back)), L::low(back));
    const V rest = L::sub(L::add(residual, L::low(a)), L::mul(quotient, L::low(b)));
    return fast_two_sum(quotient, L::mul(rest, reciprocal));
  }
};

// Single numbers as an arithmetic.
template <class L>
struct Singles {
  using V = typename L::V;
  static V set(double value) { return L::set(static_cast<typename L::T>(value)); }
  static V add(V a, V b) { return L::add(a, b); }
  static V sub(V a, V b) { return L::sub(a, b); }
  static V mul(V a, V b) { return L::mul(a, b); }
  static V div(V a, V b) { return L::div(a, b); }
};
