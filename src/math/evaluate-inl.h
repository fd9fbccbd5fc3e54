// SPDX-License-Identifier: Apache-2.0
// One step of Ziv's method: a function's value in fast arithmetic, with what the rounding test needs.

// In single floats or doubles.  Where terms may cancel, `cancelled` gets the lanes in which less than
// least_difference is left of them.
template <class F, class L>
typename L::V evaluate(typename L::V x, double least_difference, [[maybe_unused]] typename L::M& cancelled) {
  using V = typename L::V;
  const Singles<L> a;
  const V e = exp_minus<L>(x);
  if constexpr (F::kCancels) {
    const V s = a.div(a.set(1.0), a.add(a.set(1.0), e));
    const V t = a.mul(e, s);
    const V difference = F::difference(a, x, s, t);
    cancelled = L::less(L::abs(difference), a.set(least_difference));
    return a.mul(F::factor(a, s, t), difference);
  } else {
    return F::value(a, x, e);
  }
}

// In pairs of doubles, for |x| <= 680: the exact value lies within `error` of the pair.
template <class F, class L>
typename L::Pair evaluate_pair(typename L::V x, typename L::V& error) {
  using V = typename L::V;
  using P = typename L::Pair;
  const Pairs<L> a;
  const V bound = L::set(kPairError);
  const P e = exp_minus_pair<L>(x);
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
