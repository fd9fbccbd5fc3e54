// SPDX-License-Identifier: Apache-2.0
// Operators of the 16-bit formats with g(u) from memory: u has 65,536 values, whose g, correctly rounded to float32,
// are 256 KiB, of which normal inputs touch a tenth.  Faster than lanes' arithmetic where a processor gathers fast.
// Included inside the namespace of an instruction set.

#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
inline constexpr bool kGathers = true;
#else
inline constexpr bool kGathers = false;
#endif

template <class Op, class Format>
inline constexpr bool kGathered = kGathers&& kRoundsBothEnds<Format>&& kGuarded<Op, Format>;

// A Term as it is read from memory: u sigmoid(u) is silu(u).
template <class T, int argument>
struct AsRead : T {};
template <int factor>
struct AsRead<Term<Sigmoid, Product<factor, 1>>, 1> : Term<Silu, Product<factor>> {};
template <int factor>
struct AsRead<Term<Sigmoid, Product<0, factor>>, 0> : Term<Silu, Product<factor>> {};

template <class G, class Format>
struct Values {
  static constexpr std::size_t kCount = 65536;
  alignas(64) float values[kCount];

  Values() {
    using M = OperatorMemory<Format>;
    using L = typename M::L;
    std::uint16_t encodings[L::kSize];
    float inputs[L::kSize];
    for (std::size_t i = 0; i < kCount; i += L::kSize) {
      for (std::size_t j = 0; j < L::kSize; ++j) encodings[j] = static_cast<std::uint16_t>(i + j);
      L::store(M::load(reinterpret_cast<const char*>(encodings)), inputs);
      for (std::size_t j = 0; j < L::kSize; ++j) values[i + M::element(j)] = inputs[j];
    }
    float32_functions()[G::kFunction](values, values, kCount);
    for (float& value : values) value *= M::template kFarther<ProductPlan<Format>::kGatheredWindow>;
  }

  // Made by the first call.
  static const float* get() {
    static const Values kValues;
    return kValues.values;
  }
};

// As fast_terms, with the argument's encodings at `from`.
template <class Op, class Format, class... Terms>
inline void gathered_terms(const Block<Op, typename OperatorMemory<Format>::L>& block, const char* from,
                           const float* const* tables, typename OperatorMemory<Format>::L::V* y,
                           typename OperatorMemory<Format>::L::V* others, List<Terms...> /*terms*/) {
  using M = OperatorMemory<Format>;
  using L = typename M::L;
  const typename L::U u = M::indices(from);
  const Singles<L> a;
  std::size_t i = 0;
  const auto finish = [&](auto term) {
    using Factors = typename AsRead<decltype(term), kOnlyInput<typename Op::Argument>>::Factors;
    const typename L::V value = a.mul(product(a, block.x, Factors()), L::gather(tables[i], u));
    M::template ends<ProductPlan<Format>::kGatheredWindow>(M::scale(value), y[i], others[i]);
    ++i;
  };
  (finish(Terms()), ...);
}

template <class Op, class Format, class... Terms>
inline void find_tables(const float** tables, List<Terms...> /*terms*/) {
  ((*tables++ = Values<typename AsRead<Terms, kOnlyInput<typename Op::Argument>>::G, Format>::get()), ...);
}
