// SPDX-License-Identifier: Apache-2.0
// e^-x, in three precisions, by table and polynomial (Tang, "Table-driven implementation of the
// exponential function in IEEE floating-point arithmetic", ACM TOMS 15, 1989):
//
//   x = -n ln(2)/16 + u,  n = 16 k + j,   e^-x = 2^k 2^(j/16) e^-u,   |u| <= ln(2)/32.
//
// Adding 1.5 2^52 rounds to the integer n and leaves it in the low bits of the sum.

// For |x| <= 128, in one double: relative error below 2^-46.5, with and without fused multiply-add.  Of
// that, the polynomial's is 2^-47.7, the reduction's at most |x| 2^-54.7 (the step is rounded to a double).
template <class L>
requires(sizeof(typename L::T) == 8) typename L::V exp_minus(typename L::V x) {
  using V = typename L::V;
  const V shift = L::set(0x1.8p52);
  const V shifted = L::fma(x, L::set(-kStepsPerUnit), shift);
  const V n = L::sub(shifted, shift);
  V u;
  if constexpr (L::kFused) {
    u = L::fma(n, L::set(kStepFirst + kStepRest), x);
  } else {
    u = L::add(L::add(x, L::mul(n, L::set(kStepFirst))), L::mul(n, L::set(kStepRest)));
  }
  const V u2 = L::mul(u, u);
  const V c01 = L::fma(L::set(-kExp64[1]), u, L::set(kExp64[0]));
  const V c23 = L::fma(L::set(-kExp64[3]), u, L::set(kExp64[2]));
  const V c45 = L::fma(L::set(-kExp64[5]), u, L::set(kExp64[4]));
  const V polynomial = L::fma(L::fma(c45, u2, c23), u2, c01);
  // The table's entries lack j in the place where shifted << 48 adds it to the exponent.
  const auto index = L::bits(shifted);
  const V power = L::from_bits(L::add_bits(L::lookup(kExp2Biased, index), L::template shift_left<48>(index)));
  return L::mul(power, polynomial);
}

// For |x| <= 87, in one float: relative error below 2^-20.9, and 2^-21.8 for |x| <= 11.5, without a table (n
// counts whole powers of two).  With a second argument, at their sum.
// Fused, n ln(2) has no rounding but that of ln(2), below n 2^-28.9; else its first part times n, which has
// at most 7 bits, is exact.
template <class L, class... Low>
requires(sizeof(typename L::T) == 4) typename L::V exp_minus(typename L::V x, Low... low) {
  using V = typename L::V;
  const V shift = L::set(0x1.8p23f);
  const V shifted = L::fma(x, L::set(-kLog2e32), shift);
  const V n = L::sub(shifted, shift);
  V u;
  if constexpr (L::kFused) {
    u = L::fma(n, L::set(kLn2Single32), x);
  } else {
    u = L::fma(n, L::set(kLn2Second32), L::fma(n, L::set(kLn2First32), x));
  }
  ((u = L::add(u, low)), ...);
  V polynomial = L::fma(L::set(-kExp32[3]), u, L::set(kExp32[2]));
  polynomial = L::fma(polynomial, u, L::set(-kExp32[1]));
  polynomial = L::fma(polynomial, u, L::set(kExp32[0]));
  polynomial = L::fma(polynomial, u, L::set(-1.0f));
  polynomial = L::fma(polynomial, u, L::set(1.0f));
  return L::times_power(polynomial, n, shifted);
}

// For |x| <= 680, a double or a pair, as a pair of doubles: relative error below 2^-68, with and without fused
// multiply-add (docs/proof).
template <class L, class X>
typename L::Pair exp_minus_pair(X x) {
  using V = typename L::V;
  using P = typename L::Pair;
  using A = Pairs<L>;
  const V shift = L::set(0x1.8p52);
  const V shifted = L::fma(A::high(x), L::set(-kStepsPerUnit), shift);
  const V n = L::sub(shifted, shift);
  // Both products are exact, and so is the first sum.
  const V near = L::nfma(n, L::set(kStepFirst), L::neg(A::high(x)));
  P sum = A::two_sum(near, L::mul(n, L::set(-kStepSecond)));
  if constexpr (std::is_same_v<X, P>) sum = A::two_sum(L::high(sum), L::sub(L::low(sum), L::low(x)));
  const V high = L::high(sum);
  const V low = L::nfma(n, L::set(kStepThird), L::low(sum));

  // e^r = 1 + r + r^2/2 + r^3 p(r), with r^2/2 as a pair.
  const V square = L::mul(high, high);
  const V p01 = L::fma(L::set(kExp128[1]), high, L::set(kExp128[0]));
  const V p23 = L::fma(L::set(kExp128[3]), high, L::set(kExp128[2]));
  const V p45 = L::fma(L::set(kExp128[5]), high, L::set(kExp128[4]));
  const V p = L::fma(L::fma(p45, square, p23), square, p01);
  const P half_square = A::two_product(high, L::mul(high, L::set(0.5)));
  const V cubic = L::mul(L::mul(square, high), p);
  const V small = L::add(L::fma(high, low, low), L::add(L::low(half_square), cubic));
  const P linear = A::fast_two_sum(high, L::high(half_square));
  const P whole = A::fast_two_sum(L::set(1.0), L::high(linear));
  const P power = A::fast_two_sum(L::high(whole), L::add(L::low(whole), L::add(L::low(linear), small)));

  const auto index = L::bits(shifted);
  const P product = A::mul(power, L::pair(L::lookup(kExp2High, index), L::lookup(kExp2Low, index)));
  // 2^k, from k = n / 16 rounded down; |k| <= 982.
  const V scale =
      L::from_bits(L::add_bits(L::template shift_left<52>(L::template shift_right<4>(index)), L::bits(L::set(1.0))));
  return L::pair(L::mul(L::high(product), scale), L::mul(L::low(product), scale));
}
