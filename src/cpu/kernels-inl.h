// SPDX-License-Identifier: Apache-2.0
// The loops over memory: each function by format, in the lanes that Memory<Format> names.
// Included inside the namespace of an instruction set.

// How a format that is narrower than its lanes is evaluated.
//   kNear              evaluated up to this |x|, where e^-x and all results are normal numbers of the lanes
//   kFar               beyond this |x| every result is its limit
//   kDoubt             log2 of half the width of the rounding test's window, in units of the lanes' last
//                      place: a value this near to a midpoint is decided in pairs of doubles
//   kLeastDifference   the same where terms cancel
template <class Format>
struct Plan;

template <>
struct Plan<math::Float32> {
  static constexpr double kNear = 87, kFar = 110, kLeastDifference = 0x1p-7;
  static constexpr int kDoubt = 8, kDoubtCancelling = 15;
};

template <>
struct Plan<math::Float16> {
  static constexpr double kNear = 87, kFar = 22, kLeastDifference = 0x1p-3;
  static constexpr int kDoubt = 3, kDoubtCancelling = 6;
};

template <>
struct Plan<math::Bfloat16> {
  static constexpr double kNear = 86, kFar = 100, kLeastDifference = 0x1p-3;
  static constexpr int kDoubt = 3, kDoubtCancelling = 6;
};

// The limits' encodings in the lanes (Memory<Float16>::store says why they differ there).
template <class Format>
inline constexpr double kInfinityInLanes = __builtin_inf();
template <>
inline constexpr double kInfinityInLanes<math::Float16> = 0x1p16;
template <class Format>
inline constexpr double kNanInLanes = __builtin_nan("");
template <>
inline constexpr double kNanInLanes<math::Float16> = 0x1.8p16;

// y, with the limits put where |x| lies beyond far; only doubtful lanes are looked at.
template <class F, class Format, class L>
typename L::V put_limits(typename L::V x, typename L::V y, double far_left, double far_right) {
  using T = typename L::T;
  const auto set = [](double value) { return L::set(static_cast<T>(value)); };
  const typename L::V infinity = set(kInfinityInLanes<Format>);
  const auto right = [&] {
    if constexpr (F::kRight == math::Right::kOne) return set(1.0);
    if constexpr (F::kRight == math::Right::kZero) return set(0.0);
    if constexpr (F::kRight == math::Right::kMinusZero) return set(-0.0);
    if constexpr (F::kRight == math::Right::kIdentity) return L::select(L::less(x, infinity), x, infinity);
  }();
  y = L::select(L::less(x, set(-far_left)), set(F::kMinusZeroOnLeft ? -0.0 : 0.0), y);
  y = L::select(L::less(set(far_right), x), right, y);
  return L::select(L::not_at_most(L::abs(x), infinity), set(kNanInLanes<Format>), y);
}

// The doubtful lanes of one vector, in pairs of doubles and, if these leave a doubt, exactly.
template <class F, class Format, class L>
[[gnu::noinline, gnu::flatten]] void settle(const typename L::T* x, const typename L::T* doubtful, char* y) {
  using W = Lanes<double>;
  alignas(64) double wide[L::kMaxSize + W::kMaxSize] = {}, high[L::kMaxSize + W::kMaxSize],
                     low[L::kMaxSize + W::kMaxSize], error[L::kMaxSize + W::kMaxSize];
  const size_t n = L::size();
  // Lanes without doubt may hold what pairs cannot take; their place keeps 0.
  for (size_t i = 0; i < n; ++i)
    if (doubtful[i] != 0) wide[i] = static_cast<double>(x[i]);
  for (size_t i = 0; i < n; i += W::size()) {
    typename W::V bound;
    const typename W::Pair value = evaluate_pair<F, W>(W::load(wide + i), bound);
    W::store(W::high(value), high + i);
    W::store(W::low(value), low + i);
    W::store(bound, error + i);
  }
  for (size_t i = 0; i < n; ++i)
    if (doubtful[i] != 0)
      math::round_or_evaluate(F::kFunction, Format::kDtype, wide[i], high[i], low[i], error[i],
                              y + i * sizeof(typename Format::Bits));
}

template <class F, class Format>
inline void block(const char* from, char* to) {
  using M = Memory<Format>;
  using L = typename M::L;
  using T = typename L::T;
  using P = Plan<Format>;
  const typename L::V x = M::load(from);
  const typename L::V magnitude = L::abs(x);
  typename L::M doubtful = L::not_at_most(magnitude, L::set(T(P::kNear)));
  typename L::V y = evaluate<F, L>(x, P::kLeastDifference, doubtful);
  // Where y is subnormal in the format, its midpoints lie elsewhere.
  constexpr double kLeast = std::is_same_v<Format, math::Float16> ? 0x1p-14 : 0x1p-126;
  if constexpr (F::kStart == math::Start::kHalfOfX || std::is_same_v<Format, math::Float16>)
    doubtful = L::either(doubtful, L::less(L::abs(y), L::set(T(kLeast))));
  constexpr int kDropped = (sizeof(T) == 8 ? 53 : 24) - Format::kPrecision;
  constexpr int kWindow = F::kCancels ? P::kDoubtCancelling : P::kDoubt;
  using U = typename L::Word;
  doubtful = L::either(doubtful, L::no_bits(y, (U{1} << kWindow) - (U{1} << (kDropped - 1)),
                                            (U{1} << kDropped) - (U{2} << kWindow)));
  if (__builtin_expect(L::any(doubtful), false)) {
    y = put_limits<F, Format, L>(x, y, P::kFar, P::kFar);
    doubtful = L::both(doubtful, L::at_most(magnitude, L::set(T(P::kFar))));
    if constexpr (F::kStart == math::Start::kHalfOfX) doubtful = L::both(doubtful, L::not_equal(x, L::set(T{0})));
    if (L::any(doubtful)) {
      alignas(64) T inputs[L::kMaxSize], marks[L::kMaxSize];
      L::store(x, inputs);
      L::store_mask(doubtful, marks);
      M::store(y, to);
      settle<F, Format, L>(inputs, marks, to);
      return;
    }
  }
  M::store(y, to);
}

// float64: pairs at once.
template <class F>
inline void block64(const char* from, char* to) {
  using L = Lanes<double>;
  constexpr double kNear = 680, kFar = 760;
  const L::V x = Memory<math::Float64>::load(from);
  L::V error;
  const L::Pair value = evaluate_pair<F, L>(x, error);
  L::V y = L::add(L::high(value), L::add(L::low(value), error));
  const L::V other = L::add(L::high(value), L::sub(L::low(value), error));
  const L::V magnitude = L::abs(x);
  L::M doubtful = L::either(L::not_at_most(magnitude, L::set(kNear)), L::not_equal(y, other));
  if constexpr (F::kStart == math::Start::kHalfOfX)
    doubtful = L::either(doubtful, L::less(magnitude, L::set(0x1p-960)));
  if (__builtin_expect(L::any(doubtful), false)) {
    constexpr bool kDecays = F::kRight == math::Right::kZero || F::kRight == math::Right::kMinusZero;
    constexpr double kFarRight = kDecays ? kFar : kNear;
    y = put_limits<F, math::Float64, L>(x, y, kFar, kFarRight);
    doubtful = L::both(doubtful, L::both(L::at_most(L::set(-kFar), x), L::at_most(x, L::set(kFarRight))));
    if constexpr (F::kStart == math::Start::kHalfOfX) {
      y = L::select(L::equal(x, L::set(0.0)), x, y);
      doubtful = L::both(doubtful, L::not_equal(x, L::set(0.0)));
    }
    if (L::any(doubtful)) {
      alignas(64) double inputs[L::kMaxSize], marks[L::kMaxSize];
      L::store(x, inputs);
      L::store_mask(doubtful, marks);
      Memory<math::Float64>::store(y, to);
      for (size_t i = 0; i < L::size(); ++i)
        if (marks[i] != 0) math::evaluate_exact(F::kFunction, SILU_FLOAT64, inputs + i, to + i * sizeof(double), 1);
      return;
    }
  }
  Memory<math::Float64>::store(y, to);
}

// The functions that are defined on bits.
template <class F, class Format>
inline void block_bits(const char* from, char* to) {
  using L = IntegerLanes<typename Format::Bits>;
  L::store(F::template value<Format>(L(), L::load(from)), to);
}

template <class F, class Format>
[[gnu::flatten]] void kernel(const void* x, void* y, std::size_t n) {
  using Bits = typename Format::Bits;
  using L = std::conditional_t<F::kBitwise, IntegerLanes<Bits>, typename Memory<Format>::L>;
  const auto evaluate_block = [](const char* from, char* to) {
    if constexpr (F::kBitwise) {
      block_bits<F, Format>(from, to);
    } else if constexpr (std::is_same_v<Format, math::Float64>) {
      block64<F>(from, to);
    } else {
      block<F, Format>(from, to);
    }
  };
  const DefaultEnvironment environment;
  const auto* from = static_cast<const char*>(x);
  auto* to = static_cast<char*>(y);
  const std::size_t step = L::size() * sizeof(Bits), bytes = n * sizeof(Bits);
  std::size_t i = 0;
  for (; i + step <= bytes; i += step) evaluate_block(from + i, to + i);
  if (i < bytes) {  // the same arithmetic, on a copy padded with zeros
    alignas(64) char padded[L::kMaxSize * sizeof(Bits)] = {}, results[L::kMaxSize * sizeof(Bits)];
    std::memcpy(padded, from + i, bytes - i);
    evaluate_block(padded, results);
    std::memcpy(to + i, results, bytes - i);
  }
}

template <class Format, class... F>
constexpr std::array<Kernel, kFunctions.size()> column(List<F...> /*functions*/) {
  return {kernel<F, Format>...};
}
