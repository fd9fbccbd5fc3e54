// SPDX-License-Identifier: Apache-2.0
// Quotients by 1 + e^-x in pairs of floats, for lanes of floats with a table: what float32 needs most of the time,
// in half the operations of doubles.
//
//   x = r - n ln(2),  n a multiple of 1/32,  e^-x = 2^floor(n) T e^(l - r),  |r| <= ln(2)/64
//
// The table's T, near 2^(j/32), has 9 bits, and e^l is what it lacks as a factor, |l| < 2^-9 (after Gal, "Computing
// elementary functions: a new approach for achieving high accuracy and good performance", LNCS 235, 1986).  So
// 1 + 2^floor(n) T is exact for -15 <= floor(n) <= 23, r is, and what is rounded is below 2^-8 of the sum.
template <class L>
struct FloatPairs {
  using V = typename L::V;
  using P = typename L::Pair;

  // Where 1 + e^-x has all its bits.
  static constexpr float kLeast = -15.9f, kMost = 10.3f;

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
    V q = L::fma(u, L::set(-kExpShort[1]), L::set(kExpShort[0]));
    q = L::fma(L::mul(u, u), L::set(kExpShort[2]), q);
    const V small = L::nfma(L::mul(u, u), q, rest);
    const V one_plus_power = L::add(L::set(1), power);
    const V high = L::nfma(power, L::add(r, small), one_plus_power);
    return L::pair(high, L::nfma(power, small, L::nfma(power, r, L::sub(one_plus_power, high))));
  }

  // The ends of c / d (1 ± error), each rounded once: equal for a zero c, whose sign they have.
  static void quotient(V c, P d, V error, V& one, V& other) {
    const V reciprocal = L::div(L::set(1), L::high(d));
    const V first = L::mul(c, reciprocal);
    const V remainder = L::fma(first, L::low(d), L::fms(first, L::high(d), c));  // times -1
    one = L::nfma(L::fma(c, error, remainder), reciprocal, first);
    other = L::nfma(L::nfma(c, error, remainder), reciprocal, first);
  }
};
