// SPDX-License-Identifier: Apache-2.0
// dy x^2 sigmoid'(beta x) as a pair of doubles, for inputs of at most 24 bits and u = |beta x| <= 300, of which
// sigmoid' needs no more, as it is even: e / (1 + e)^2, e = e^-u.  Within kBetaTermError of the exact value, relative.
//
// Cheaper than evaluate_pairs, and as close: u and x^2 are doubles, and 1 + e lies between 1 and 2, so that its parts
// are in order and its square has a reciprocal in floats (docs/proof).
template <class L>
typename L::Pair beta_term(typename L::V dy, typename L::V x, typename L::V u) {
  using V = typename L::V;
  using P = typename L::Pair;
  using A = Pairs<L>;
  // u = -n ln(2)/16 + h + l.
  const V shift = L::set(0x1.8p52);
  const V shifted = L::fma(u, L::set(-kStepsPerUnit), shift);
  const V n = L::sub(shifted, shift);
  const V near = L::fma(n, L::set(kStepFirst), u);
  const V h = L::fma(n, L::set(kStepSecond), near);
  const V l = L::fma(n, L::set(kStepThird), L::fma(n, L::set(kStepSecond), L::sub(near, h)));

  // e^-(h + l) = 1 - h + h^2/2 - (h^3 p(-h) + l - h l)
  const V square = L::mul(h, h);
  const V p01 = L::fma(L::set(-kExp128[1]), h, L::set(kExp128[0]));
  const V p23 = L::fma(L::set(-kExp128[3]), h, L::set(kExp128[2]));
  const V p45 = L::fma(L::set(-kExp128[5]), h, L::set(kExp128[4]));
  const V p = L::fma(L::fma(p45, square, p23), square, p01);
  const P half_square = A::two_product(h, L::mul(h, L::set(0.5)));
  const V small = L::nfma(L::mul(square, h), p, L::add(L::low(half_square), L::fms(h, l, l)));
  const P linear = A::fast_two_sum(L::set(1.0), L::neg(h));
  const P whole = A::fast_two_sum(L::high(linear), L::high(half_square));
  const P power = A::fast_two_sum(L::high(whole), L::add(L::add(L::low(linear), L::low(whole)), small));

  // The table's entries lack j in the place where shifted << 48 adds it to the exponent.
  const auto index = L::bits(shifted);
  const V table = L::from_bits(L::add_bits(L::lookup(kExp2Biased, index), L::template shift_left<48>(index)));
  const V rest = L::fma(L::high(power), L::lookup(kExp2Ratio, index), L::low(power));
  const P product = A::two_product(L::high(power), table);
  const P e = L::pair(L::high(product), L::fma(rest, table, L::low(product)));

  const P one = A::fast_two_sum(L::set(1.0), L::high(e));
  const V root = L::high(one), root_low = L::add(L::low(one), L::low(e));  // of the divisor
  const P divisor_high = A::two_product(root, root);
  const P divisor = L::pair(L::high(divisor_high), L::fma(L::add(root, root), root_low, L::low(divisor_high)));
  const P numerator = A::mul(A::two_product(dy, L::mul(x, x)), e);
  return A::div_by_moderate(numerator, divisor);
}
