// SPDX-License-Identifier: Apache-2.0
// Pairs of doubles: a number as high + low, low being some units in the last place of high, in vectors or alone.
//
// The algorithms are those of Joldes, Muller, Popescu, "Tight and rigorous error bounds for basic building
// blocks of double-word arithmetic", ACM TOMS 44 (2017), but not normalised at their end; docs/proof has the
// bounds, with u = 2^-53.  Lanes without a fused multiply-add split the factors (Dekker, Numer. Math. 18,
// 1971), which is exact below 2^996.
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

  // A double that is exact: its pair would have no low part.
  struct Exact {
    V value;
  };
  static Exact set(double value) { return {L::set(value)}; }
  static Exact lift(V value) { return {value}; }
  static V high(Exact a) { return a.value; }
  static V high(P a) { return L::high(a); }

  // Sums, products and quotients are left as they come, so that low grows: to 17 u |high| at most where nothing
  // cancels (a function times inputs: 20 u), and else to 64 u of the terms (docs/proof).  What is neglected or
  // rounded is low times u or low times low, of the order of u^2.
  static P add(P a, P b) {
    const P sum = two_sum(L::high(a), L::high(b));
    return L::pair(L::high(sum), L::add(L::low(sum), L::add(L::low(a), L::low(b))));
  }
  static P add(Exact a, P b) {
    const P sum = two_sum(a.value, L::high(b));
    return L::pair(L::high(sum), L::add(L::low(sum), L::low(b)));
  }
  static P add(P a, Exact b) { return add(b, a); }
  static P add(Exact a, Exact b) { return two_sum(a.value, b.value); }

  static P sub(P a, P b) { return add(a, L::pair(L::neg(L::high(b)), L::neg(L::low(b)))); }

  static P mul(Exact a, Exact b) { return two_product(a.value, b.value); }
  static P mul(P a, P b) {
    const P product = two_product(L::high(a), L::high(b));
    const V cross = L::fma(L::low(a), L::high(b), L::fma(L::high(a), L::low(b), L::low(product)));
    return L::pair(L::high(product), cross);
  }
  static P mul(Exact a, P b) {
    const P product = two_product(a.value, L::high(b));
    return L::pair(L::high(product), L::fma(a.value, L::low(b), L::low(product)));
  }

  static P mul(P a, Exact b) { return mul(b, a); }

  template <class A, class B, class C>
  static P muladd(A a, B b, C c) {
    return add(mul(a, b), c);
  }

  // The quotient of the high parts, and its residual times the reciprocal of b.  Valid for
  // 2^-1000 <= |b| <= 2^990.
  static P div(Exact a, P b) {
    const V reciprocal = L::div(L::set(1.0), L::high(b));
    const V quotient = L::mul(a.value, reciprocal);
    return L::pair(quotient, L::mul(L::nfma(quotient, L::low(b), residual(a.value, quotient, L::high(b))), reciprocal));
  }

  // The same for a pair, with a reciprocal that errs by 2^-46.7, for pairs whose low parts are 2^-45 of the high ones
  // or less, and 2^-126 <= b <= 2^126.
  static P div_by_moderate(P a, P b) {
    const V reciprocal = L::quotient(L::set(1.0), L::high(b));
    const V quotient = L::mul(L::high(a), reciprocal);
    const V rest = L::add(residual(L::high(a), quotient, L::high(b)), L::low(a));
    return L::pair(quotient, L::mul(L::nfma(quotient, L::low(b), rest), reciprocal));
  }

  // a - quotient * b.
  static V residual(V a, V quotient, V b) {
    if constexpr (L::kFused) {
      return L::nfma(quotient, b, a);
    } else {
      const P back = two_product(quotient, b);
      return L::sub(L::sub(a, L::high(back)), L::low(back));
    }
  }
};

// Single numbers as an arithmetic.
template <class L>
struct Singles {
  using V = typename L::V;
  static V set(double value) { return L::set(static_cast<typename L::T>(value)); }
  static V lift(V value) { return value; }
  static V add(V a, V b) { return L::add(a, b); }
  static V sub(V a, V b) { return L::sub(a, b); }
  static V mul(V a, V b) { return L::mul(a, b); }
  static V muladd(V a, V b, V c) { return L::fma(a, b, c); }
  static V div(V a, V b) { return L::quotient(a, b); }
};
