// SPDX-License-Identifier: Apache-2.0
// The terms of swish_beta_gradient in formats of 16 bits, where many elements share one beta: x^2 sigmoid'(beta x) is
// even, so that it has 32,768 values, which are evaluated once.  Included inside the namespace of an instruction set,
// behind beta_terms-inl.h.

template <class Format>
[[gnu::flatten]] void beta_factors(const silu_input* beta, BetaFactor* factors) {
  using M = Memory<math::Float32>;
  using L = typename M::L;
  using Bits = typename Format::Bits;
  using Block = typename OperatorMemory<Format>::L;
  const auto scale = L::set(math::number_at<Format>(beta->data));
  for (std::size_t i = 0; i < kBetaFactors; i += Block::kSize) {
    Bits encodings[Block::kSize];
    float x[Block::kSize];
    alignas(64) double high[Block::kSize], low[Block::kSize];
    for (std::size_t j = 0; j < Block::kSize; ++j) encodings[j] = static_cast<Bits>(i + j);
    widen<Format>(reinterpret_cast<const char*>(encodings), x, Block::kSize);
    for (std::size_t j = 0; j < Block::kSize; j += L::kSize) {
      const typename L::V gate = M::load(reinterpret_cast<const char*>(x + j)), u = L::abs(L::mul(gate, scale));
      const typename L::Pair factor = beta_term<L>(L::set(1.0), gate, u);
      const auto nan = L::set(std::numeric_limits<double>::quiet_NaN());
      L::store(L::select(L::not_at_most(u, L::set(kBetaReach)), nan, L::high(factor)), high + j);
      L::store(L::low(factor), low + j);
    }
    for (std::size_t j = 0; j < Block::kSize; ++j) factors[i + OperatorMemory<Format>::element(j)] = {high[j], low[j]};
  }
}

template <class Format>
[[gnu::flatten]] std::size_t factored_beta_terms(const silu_input* inputs, const BetaFactor* factors,
                                                 OperatorKernel wide, double* terms, std::size_t n) {
  using M = Memory<math::Float32>;
  using L = typename M::L;
  using Bits = typename Format::Bits;
  using Block = OperatorMemory<Format>;
  const std::size_t padded = padded_terms<Format>(n);
  Widened x;
  alignas(64) Bits collected[kMostTerms];
  collect<Format>(inputs[0], reinterpret_cast<char*>(collected), n, padded);
  widen<Format>(reinterpret_cast<const char*>(collected), x.values[0], padded);
  collect<Format>(inputs[1], reinterpret_cast<char*>(collected), n, padded);
  // Ahead of the vectors, which would wait for each number to be stored.
  alignas(64) BetaFactor found[kMostTerms];
  const auto look_up = [&](std::size_t lane, std::size_t element) {
    found[lane] = factors[collected[element] & ~Format::kSign];
  };
  for (std::size_t i = 0; i < padded; i += Block::L::kSize)
    [&]<std::size_t... lanes>(std::index_sequence<lanes...> /*lanes*/) {
      (look_up(i + lanes, i + Block::element(lanes)), ...);
    }
  (std::make_index_sequence<Block::L::kSize>());
  Doubtful doubtful;
  for (std::size_t i = 0; i < padded; i += L::kSize) {
    const typename L::V dy = M::load(reinterpret_cast<const char*>(x.values[0] + i));
    const typename L::Pair factor = L::load_pairs(&found[i].high);
    const typename L::Pair product = Pairs<L>::two_product(dy, L::high(factor));
    const typename L::Pair term = L::pair(L::high(product), L::fma(dy, L::low(factor), L::low(product)));
    doubtful.add(L::mask_bits(round_term<L>(term, terms + i)), i);
  }
  if (doubtful.count > 0) {
    widen<Format>(reinterpret_cast<const char*>(collected), x.values[1], padded);
    collect<Format>(inputs[2], reinterpret_cast<char*>(collected), n, padded);
    widen<Format>(reinterpret_cast<const char*>(collected), x.values[2], padded);
    doubtful.evaluate(x, wide, terms);
  }
  return padded;
}

template <class Format>
constexpr SharedBetaTerms shared_beta_terms() {
  if constexpr (sizeof(typename Format::Bits) == 2) return {beta_factors<Format>, factored_beta_terms<Format>};
  return {};
}
