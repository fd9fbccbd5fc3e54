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
  static constexpr double kNear = 87, kFar = 110, kLeastDifference = 0x1p-9;
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

// float64, in pairs: beyond kNear their low parts underflow, and results are evaluated exactly up to kFar.
template <>
struct Plan<math::Float64> {
  static constexpr double kNear = 680, kFar = 760;
};

// Vectors in a run.
inline constexpr std::size_t kRun = 64;

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

// One vector through the fast path, float64 in pairs at once, rounded by one addition.
template <class F>
inline Memory<math::Float64>::L::V fast_pair(Memory<math::Float64>::L::V x, Memory<math::Float64>::L::M& doubtful) {
  using L = Memory<math::Float64>::L;
  L::V error;
  const L::Pair value = evaluate_pair<F, L>(x, error);
  const L::V y = L::add(L::high(value), L::add(L::low(value), error));
  const L::V other = L::add(L::high(value), L::sub(L::low(value), error));
  const L::V magnitude = L::abs(x);
  doubtful = L::either(L::not_at_most(magnitude, L::set(Plan<math::Float64>::kNear)), L::not_equal(y, other));
  if constexpr (F::kStart == Start::kHalfOfX) {
    // The low part underflows; and the pair has lost the sign of a zero.
    const L::V zero = L::set(0.0);
    const L::M is_zero = L::equal(x, zero);
    doubtful = L::either(doubtful, L::both(L::less(magnitude, L::set(0x1p-960)), L::not_equal(x, zero)));
    return L::select(is_zero, x, y);
  }
  return y;
}

// One vector through the fast path.  `doubtful` gets the lanes whose result the error bound does not
// decide, or which are outside the fast path's domain; their results are without meaning.
template <class F, class Format>
inline typename Memory<Format>::L::V fast_narrow(typename Memory<Format>::L::V x, typename Memory<Format>::L::M& doubtful) {
  using L = typename Memory<Format>::L;
  using T = typename L::T;
  using U = typename L::Word;
  using P = Plan<Format>;
  const typename L::V magnitude = L::abs(x);
  doubtful = L::not_at_most(magnitude, L::set(T(P::kNear)));
  const typename L::V y = evaluate<F, L>(x, P::kLeastDifference, doubtful);
  // Where y is subnormal in the format its midpoints lie elsewhere: far on the left (for float16 within
  // kNear), and where y is about x/2.  A zero is common, and exact.
  if constexpr (F::kStart == Start::kHalfOfX || std::is_same_v<Format, math::Float16>) {
    constexpr double kLeastNormal = std::is_same_v<Format, math::Float16> ? 0x1p-14 : 0x1p-126;
    const typename L::M subnormal = L::less(L::abs(y), L::set(T(kLeastNormal)));
    doubtful = L::either(doubtful, L::both(subnormal, L::not_equal(y, L::set(T{0}))));
  }
  constexpr int kDropped = (sizeof(T) == 8 ? 53 : 24) - Format::kPrecision;
  constexpr int kWindow = F::kCancels ? P::kDoubtCancelling : P::kDoubt;
  const typename L::M near_midpoint = L::no_bits(y, (U{1} << kWindow) - (U{1} << (kDropped - 1)),
                                                 (U{1} << kDropped) - (U{2} << kWindow));
  doubtful = L::either(doubtful, near_midpoint);
  return y;
}

template <class F, class Format>
inline typename Memory<Format>::L::V fast(typename Memory<Format>::L::V x, typename Memory<Format>::L::M& doubtful) {
  if constexpr (std::is_same_v<Format, math::Float64>) {
    return fast_pair<F>(x, doubtful);
  } else {
    return fast_narrow<F, Format>(x, doubtful);
  }
}

// Doubtful inputs and the places of their results.
template <std::size_t size>
struct Doubts {
  alignas(64) double inputs[size];
  char* places[size];
  std::size_t count = 0;

  void add(double input, char* place) {
    inputs[count] = input;
    places[count++] = place;
  }
};

// One vector with doubtful lanes: those beyond kFar get their limits, the others are added to `doubts`.
template <class F, class Format>
inline void sift(const typename Memory<Format>::L::T* inputs, char* to, auto& doubts) {
  using L = typename Memory<Format>::L;
  using T = typename L::T;
  constexpr bool kWide = std::is_same_v<Format, math::Float64>;
  constexpr bool kDecays = F::kRight == Right::kZero || F::kRight == Right::kMinusZero;
  constexpr double kFar = Plan<Format>::kFar, kFarRight = kWide && !kDecays ? Plan<Format>::kNear : kFar;
  const typename L::V x = L::load(inputs);
  typename L::M doubtful;
  const typename L::V y = fast<F, Format>(x, doubtful);
  doubtful = L::both(doubtful, L::both(L::at_most(L::set(T(-kFar)), x), L::at_most(x, L::set(T(kFarRight)))));
  Memory<Format>::store(put_limits<F, Format, L>(x, y, kFar, kFarRight), to);
  alignas(64) T marks[L::kSize];
  L::store_mask(doubtful, marks);
  for (std::size_t i = 0; i < L::kSize; ++i)
    if (marks[i] != 0) doubts.add(static_cast<double>(inputs[i]), to + i * sizeof(typename Format::Bits));
}

// The vectors put aside: in pairs of doubles and, if these leave a doubt, exactly.
template <class F, class Format>
[[gnu::noinline, gnu::cold, gnu::flatten]] void settle(const typename Memory<Format>::L::T* aside,
                                                       const std::size_t* places, std::size_t count, char* to) {
  using L = typename Memory<Format>::L;
  using W = Memory<math::Float64>::L;
  Doubts<kRun * L::kSize + W::kSize> doubts;
  for (std::size_t i = 0; i < count; ++i)
    sift<F, Format>(aside + i * L::kSize, to + places[i] * L::kSize * sizeof(typename Format::Bits), doubts);
  if constexpr (std::is_same_v<Format, math::Float64>) {  // was in pairs already
    for (std::size_t i = 0; i < doubts.count; ++i)
      math::evaluate_exact(F::kFunction, Format::kDtype, doubts.inputs + i, doubts.places[i], 1);
  } else {
    for (std::size_t i = 0; i < doubts.count; i += W::kSize) {
      for (std::size_t j = doubts.count; j < i + W::kSize; ++j) doubts.inputs[j] = 0;
      alignas(64) double high[W::kSize], low[W::kSize], error[W::kSize];
      W::V bound;
      const W::Pair value = evaluate_pair<F, W>(W::load(doubts.inputs + i), bound);
      W::store(W::high(value), high);
      W::store(W::low(value), low);
      W::store(bound, error);
      for (std::size_t j = 0; j < W::kSize && i + j < doubts.count; ++j)
        math::round_or_evaluate(F::kFunction, Format::kDtype, doubts.inputs[i + j], high[j], low[j], error[j],
                                doubts.places[i + j]);
    }
  }
}

// A run of vectors.  Those with doubtful lanes are put aside and settled at its end, so that the loop has
// no call, which would cost it its registers.
template <class F, class Format>
inline void run(const char* from, char* to, std::size_t vectors) {
  using M = Memory<Format>;
  using L = typename M::L;
  alignas(64) typename L::T aside[kRun * L::kSize];
  std::size_t places[kRun], count = 0;
  const std::size_t step = L::kSize * sizeof(typename Format::Bits);
  for (std::size_t i = 0; i < vectors; ++i) {
    const typename L::V x = M::load(from + i * step);
    typename L::M doubtful;
    const typename L::V y = fast<F, Format>(x, doubtful);
    if (__builtin_expect(L::any(doubtful), false)) {
      L::store(x, aside + count * L::kSize);
      places[count++] = i;
    }
    M::store(y, to + i * step);
  }
  if (count > 0) settle<F, Format>(aside, places, count, to);
}

// The functions that are defined on bits.
template <class F, class Format>
inline void run_bits(const char* from, char* to, std::size_t vectors) {
  using L = IntegerLanes<typename Format::Bits>;
  const std::size_t step = L::kSize * sizeof(typename Format::Bits);
  for (std::size_t i = 0; i < vectors; ++i)
    L::store(F::template value<Format>(L(), L::load(from + i * step)), to + i * step);
}

template <class F, class Format>
[[gnu::flatten]] void kernel(const void* x, void* y, std::size_t n) {
  using Bits = typename Format::Bits;
  using L = std::conditional_t<F::kBitwise, IntegerLanes<Bits>, typename Memory<Format>::L>;
  const auto evaluate_run = [](const char* from, char* to, std::size_t vectors) {
    if constexpr (F::kBitwise) {
      run_bits<F, Format>(from, to, vectors);
    } else {
      run<F, Format>(from, to, vectors);
    }
  };
  const DefaultEnvironment environment;
  const auto* from = static_cast<const char*>(x);
  auto* to = static_cast<char*>(y);
  const std::size_t step = L::kSize * sizeof(Bits);
  std::size_t bytes = n * sizeof(Bits);
  while (bytes >= step) {
    const std::size_t vectors = bytes < kRun * step ? bytes / step : kRun;
    evaluate_run(from, to, vectors);
    from += vectors * step;
    to += vectors * step;
    bytes -= vectors * step;
  }
  if (bytes > 0) {  // the same arithmetic, on a copy padded with zeros
    alignas(64) char padded[L::kSize * sizeof(Bits)] = {}, results[L::kSize * sizeof(Bits)];
    std::memcpy(padded, from, bytes);
    evaluate_run(padded, results, 1);
    std::memcpy(to, results, bytes);
  }
}

template <class Format, class... F>
constexpr std::array<Kernel, kFunctions.size()> column(List<F...> /*functions*/) {
  return {kernel<F, Format>...};
}
