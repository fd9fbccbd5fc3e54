// SPDX-License-Identifier: Apache-2.0
// One step of Ziv's method: a function's value in fast arithmetic, with what the rounding test needs.

// In single floats or doubles: where no terms cancel, the value; else it is a product.
template <class F, class L>
typename L::V evaluate(typename L::V x) {
  return F::value(Singles<L>(), x, exp_minus<L>(x));
}

template <class F, class L>
void evaluate(typename L::V x, typename L::V& factor, typename L::V& difference) {
  using V = typename L::V;
  const Singles<L> a;
  const V e = exp_minus<L>(x);
  const V s = a.div(a.set(1.0), a.add(a.set(1.0), e));
  const V t = a.mul(e, s);
  factor = F::factor(a, s, t);
  difference = F::difference(a, x, s, t);
}

// In pairs of doubles, for |x| <= 680: the exact value lies within `error` of the pair.
template <class F, class L>
typename L::Pair evaluate_pair(typename L::V x, typename L::V& error) {
  using V = typename L::V;
  using P = typename L::Pair;
  const Pairs<L> a;
  const V bound = L::set(kPairError);
  const P e = exp_minus_pair<L>(a.lift(x));
  if constexpr (F::kCancels) {
    const P s = a.div(a.set(1.0), a.add(a.set(1.0), e));
    const P t = a.mul(e, s);
    const P factor = F::factor(a, s, t);
    const P y = a.mul(factor, F::difference(a, a.lift(x), s, t));
    error = L::mul(bound, L::fma(L::set(F::kTerms), L::high(factor), L::abs(L::high(y))));
    return y;
  } else {
    const P y = F::value(a, a.lift(x), e);
    error = L::mul(bound, L::abs(L::high(y)));
    return y;
  }
}
