// SPDX-License-Identifier: Apache-2.0
// float32's products with sigmoid and silu' in pairs of floats before double lanes, as float_runs-inl.h has it for one
// input.  Included inside the namespace of an instruction set.

template <class G>
inline constexpr bool kHasFloatPairs = std::is_same_v<G, Sigmoid> || std::is_same_v<G, SiluDerivative>;

template <class... Terms>
constexpr bool have_float_pairs(List<Terms...> /*terms*/) {
  return (kHasFloatPairs<typename Terms::G> && ...);
}

template <class Op, class Format>
inline constexpr bool kProductsInFloatPairs =
    std::is_same_v<Format, math::Float32> &&
    (FloatLanes::kShortEntries > 0) && kGuarded<Op, Format>&& have_float_pairs(typename Op::Terms());

// The memory of these blocks.
struct Floats {
  using L = FloatLanes;
  static constexpr bool kInMemory = true;
  static constexpr std::size_t lane(std::size_t element) { return element; }
};

// Both ends of a term's error.
template <class T, class L>
inline void float_term(const typename L::V* x, typename L::V u, typename L::Pair d, typename L::V reciprocal,
                       typename L::V& one, typename L::V& other) {
  using A = FloatPairs<L>;
  const auto c = product(A(), x, typename T::Factors());
  if constexpr (T::G::kCancels) {
    A::derivative(u, c, d, reciprocal, one, other);
  } else {
    A::quotient(c, d, reciprocal, A::high(c), L::set(A::kError), one, other);
  }
}

// A run of blocks, whose results do not overwrite inputs; returns how many elements were in doubt.
template <class Op, class Format, class L, class... Terms>
inline std::size_t run_float_operator(const char* const* from, char* const* to, std::size_t blocks,
                                      Aside<Op, Format, Floats>& aside, List<Terms...> /*terms*/) {
  using A = FloatPairs<L>;
  constexpr int kArgument = kOnlyInput<typename Op::Argument>;
  constexpr std::size_t kStep = L::kSize * sizeof(float);
  for (std::size_t i = 0; i < blocks; ++i) {
    Block<Op, L> block;
    for (int k = 0; k < Op::kInputs; ++k) {
      prefetch<kStep, 0>(from[k] + i * kStep);
      block.x[k] = L::load(reinterpret_cast<const float*>(from[k] + i * kStep));
    }
    const typename L::V u = block.x[kArgument];
    typename L::M sure = L::and_at_most(L::at_most(L::set(A::kLeast), u), u, L::set(A::kMost));
    // Where a factor is 0, the sign of 1 + x (1 - s) in its first part tells; it is wrong for one float, next to the
    // zero.
    if constexpr ((Terms::G::kCancels || ...))
      sure = L::and_not_equal(sure, u, L::set(static_cast<float>(-SiluDerivative::kZero)));
    // Products of factors are 0, or not below 2^-63, so that no low part leaves the normal numbers.
    const auto test = [&](auto input) {
      if constexpr ((is_factor<input>(typename Terms::Factors()) || ...)) {
        const typename L::U bits = L::bits(block.x[input]), less_one = L::set_bits(~0u);
        if constexpr (((Terms::Factors::kCount == 1) && ...)) {
          sure = L::and_some_bits(sure, L::add_bits(bits, less_one), L::set_bits(0x60000000));
        } else {
          constexpr std::uint32_t kLeast = 2 * math::encode<math::Float32>(0x1p-31) - 1;
          sure = L::and_at_least_bits(sure, L::add_bits(L::add_bits(bits, bits), less_one), L::set_bits(kLeast));
        }
      }
    };
    [&]<int... input>(std::integer_sequence<int, input...>) { (test(std::integral_constant<int, input>()), ...); }
    (std::make_integer_sequence<int, Op::kInputs>());
    const typename L::Pair d = A::one_plus_exp_minus(u);
    const typename L::V reciprocal = A::reciprocal(d);
    int k = 0;
    typename L::V y[kOutputs<Op>];
    const auto finish = [&](auto term) {
      typename L::V other;
      float_term<decltype(term), L>(block.x, u, d, reciprocal, y[k], other);
      sure = L::and_equal(sure, y[k], other);
      ++k;
    };
    (finish(Terms()), ...);
    aside.add(block, i, L::mask_bits(sure) ^ kAllLanes<L>);
    for (k = 0; k < kOutputs<Op>; ++k) {
      prefetch<kStep, 1>(to[k] + i * kStep);
      L::store(y[k], reinterpret_cast<float*>(to[k] + i * kStep));
    }
  }
  std::size_t doubtful = 0;
  for (std::size_t i = 0; i < aside.count; ++i) doubtful += static_cast<std::size_t>(std::popcount(aside.marks[i]));
  if (aside.count > 0) aside.settle(from, to);
  return doubtful;
}
