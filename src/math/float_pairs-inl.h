// SPDX-License-Identifier: Apache-2.0
// Quotients by 1 + e^-x in pairs of floats, for lanes of floats with a table: what float32 needs most of the time,
// in half the operations of doubles.
//
//   x = r - n ln(2),  n a multiple of 1/32,  e^-x = 2^floor(n) T e^(l - r),  |r| <= ln(2)/64
//
// The table's T, near 2^(j/32), has 10 bits, and e^l is what it lacks as a factor, |l| < 2^-10 (after Gal, "Computing
// elementary functions: a new approach for achieving high accuracy and good performance", LNCS 235, 1986).  So
// 1 + 2^floor(n) T is exact for -14 <= floor(n) <= 23, r is, and what is rounded is below 2^-9 of the sum.
template <class L>
struct FloatPairs {
  using V = typename L::V;
  using P = typename L::Pair;

  // Where 1 + e^-x has all its bits.
  static constexpr float kLeast = -0x1.fp3f;
  static constexpr float kMost = 0x1.32p3f;
  // The relative error of 1 + e^-x in units of 1 - s, and the least part of it that is allowed for:
  // docs/proof/lanes.md.
  static constexpr float kError = 0x1.4cp-33f;
  static constexpr float kLeastPart = 0x1p-3f;

  // 1 + e^-x, for kLeast <= x <= kMost.
  static P one_plus_exp_minus(V x) {
    const V shift = L::set(0x1.8p23f / L::kShortEntries);
    const V shifted = L::fma(x, L::set(-kLog2e32), shift);
    const V n = L::sub(shifted, shift);
    const V r = L::fma(n, L::set(kLn2Single32), x);
    // l and the rest of n ln(2), with the sign of r.
    const V rest = L::fms(n, L::set(kLn2Rest32), L::short_log(shifted));
    const V power = L::short_power(n, shifted);
    // 1 - e^-u = r + (rest - u^2 q), u = r + rest
    const V u = L::add(r, rest);
    const V square = L::mul(u, u);
    const V q = L::fma(square, L::set(kExpShort[1]), L::fma(u, L::set(-kExpShort[0]), L::set(0.5f)));
    const V small = L::nfma(square, q, rest);
    const V one_plus_power = L::add(L::set(1), power);
    const V high = L::nfma(power, L::add(r, small), one_plus_power);
    return L::pair(high, L::nfma(power, small, L::nfma(power, r, L::sub(one_plus_power, high))));
  }

  // The reciprocal of d's first part, which quotients by d share.
  static V reciprocal(P d) { return L::div(L::set(1), L::high(d)); }

  // Both ends of c / d for an error |a b| of c, each rounded once: equal, with their sign, for c and a that are 0.
  template <class C>
  static void quotient(C c, P d, V reciprocal, V a, V b, V& one, V& other) {
    const V first = L::mul(high(c), reciprocal);
    V remainder = L::fma(first, L::low(d), L::fms(first, L::high(d), high(c)));  // times -1
    if constexpr (std::is_same_v<C, P>) remainder = L::sub(remainder, L::low(c));
    one = L::nfma(L::fma(a, b, remainder), reciprocal, first);
    other = L::nfma(L::nfma(a, b, remainder), reciprocal, first);
  }

  // 1 + x - x s = high + low, s = 1 / d, and what reaches it of an error of s by 1 - s, or a little of that.
  struct Sum {
    V high, low, part;
  };
  static Sum sum(V x, P d, V s) {
    const V unit = L::set(1);
    const V lack = L::nfma(s, L::low(d), L::nfma(s, L::high(d), unit));  // of s, relative
    const V b = L::add(unit, x), b_low = L::sub(x, L::sub(b, unit));
    // b - high is exact: high and b are within a factor of 2 of each other, or b and x s are, or their sum is exact.
    const V high = L::sub(b, L::mul(x, s));
    const V slope = L::nfma(x, s, high);  // 1 + x (1 - 2 s), of s (1 + x - x s) in s
    const V low = L::fma(lack, slope, L::add(L::nfma(x, s, L::sub(b, high)), b_low));
    return {high, low, L::max_magnitude(L::nfma(s, slope, slope), L::set(kLeastPart))};
  }

  // Both ends of silu'(x) and c silu'(x), which are s (1 + x - x s) and c times that, each rounded once.
  static void derivative(V x, P d, V s, V& one, V& other) {
    const Sum factor = sum(x, d, s);
    const V rest = L::mul(s, factor.low), part = L::mul(s, factor.part);
    one = L::fma(s, factor.high, L::fma(part, L::set(kError), rest));
    other = L::fma(s, factor.high, L::nfma(part, L::set(kError), rest));
  }
  template <class C>
  static void derivative(V x, C c, P d, V s, V& one, V& other) {
    const Sum factor = sum(x, d, s);
    const P scale = mul(s, c);
    const V rest = L::fma(L::high(scale), factor.low, L::mul(L::low(scale), factor.high));
    const V part = L::mul(L::high(scale), factor.part);
    const typename L::M some = L::not_equal(high(c), L::set(0));  // else a 0 would be added to a 0 with another sign
    one = L::fms(L::high(scale), factor.high, L::nfms_where(some, part, L::set(kError), rest));
    other = L::fms(L::high(scale), factor.high, L::fms_where(some, part, L::set(kError), rest));
  }

  // Products, exact to 2^-47.
  static P mul(V a, V b) {
    const V product = L::mul(a, b);
    return L::pair(product, L::fms(a, b, product));
  }
  static P mul(V a, P b) {
    const V product = L::mul(a, L::high(b));
    return L::pair(product, L::fma(a, L::low(b), L::fms(a, L::high(b), product)));
  }
  static V lift(V a) { return a; }
  static V high(V a) { return a; }
  static V high(P a) { return L::high(a); }
};
