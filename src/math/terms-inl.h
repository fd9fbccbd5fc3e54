// SPDX-License-Identifier: Apache-2.0
// One step of Ziv's method for the functions of several inputs: the parts of their outputs c g(u).

// An input of a Product, or input + 1.
template <int input, class A, class V>
auto factor(const A& a, const V* x) {
  if constexpr (input >= plus_one(0)) {
    return a.add(a.set(1.0), a.lift(x[input - plus_one(0)]));
  } else {
    return a.lift(x[input]);
  }
}

template <class A, class V, int first, int... rest>
auto product(const A& a, const V* x, Product<first, rest...> /*inputs*/) {
  if constexpr (sizeof...(rest) == 0) {
    return factor<first>(a, x);
  } else {
    return a.mul(factor<first>(a, x), product(a, x, Product<rest...>()));
  }
}

// A term in pairs of doubles, with e = e^-u, s = 1 / (1 + e) and t = e s: the exact value lies within `error` of it.
template <class G, class L, class X, class C>
typename L::Pair term_pair(const Pairs<L>& a, X u, typename L::Pair e, typename L::Pair s, typename L::Pair t, C c,
                           typename L::V& error) {
  using P = typename L::Pair;
  const auto bound = L::set(kProductError);
  if constexpr (G::kCancels) {
    const P factor = a.mul(c, G::factor(a, s, t));
    const P y = a.mul(factor, G::difference(a, u, s, t));
    error = L::mul(bound, L::fma(L::set(G::kTerms), L::abs(L::high(factor)), L::abs(L::high(y))));
    return y;
  } else {
    const P y = a.mul(c, G::value(a, u, e));
    error = L::mul(bound, L::abs(L::high(y)));
    return y;
  }
}

// All terms of an operator in pairs; u_high gets the argument's high part.
template <class L, class Op, class... Terms>
void evaluate_pairs(const typename L::V* x, typename L::Pair* values, typename L::V* errors, typename L::V& u_high,
                    Op /*op*/, List<Terms...> /*terms*/) {
  using P = typename L::Pair;
  const Pairs<L> a;
  const auto u = product(a, x, typename Op::Argument());
  const P e = exp_minus_pair<L>(u);
  u_high = a.high(u);
  const P s = a.div(a.set(1.0), a.add(a.set(1.0), e)), t = a.mul(e, s);
  std::size_t i = 0;
  ((values[i] = term_pair<typename Terms::G, L>(a, u, e, s, t, product(a, x, typename Terms::Factors()), errors[i]),
    ++i),
   ...);
}
