// SPDX-License-Identifier: Apache-2.0
// The functions of one input by format, in the lanes that MemoryOf names: runs of blocks, and what lanes leave in
// doubt. Included inside the namespace of an instruction set.

// How far a format is evaluated in its lanes, and when a result of theirs is in doubt.
//   kNear               up to this |x|, e^-x is a normal number of the lanes, and results are of the format
//   kFar                beyond this |x| every result is its limit
//   kLeast              below this |x|, but for 0, silu(x) (about x/2) is subnormal in the format, and no longer
//                       so in the lanes
//   kWindow             log2 of half the width of the rounding test's window, in units of the lanes' last
//                       place: nearer to a midpoint than this, a value is decided in pairs of doubles
//   kLeastDifference    the same where terms cancel to less than this
//   kDifferenceError    or, their error, in units of 1 + their difference, either side of which must round alike
// Which of these values suffice, the certificates say (docs/proof).
template <class Format>
struct Plan;

template <>
struct Plan<math::Float32> {
  static constexpr double kNear = 87, kFar = 110, kLeast = 0x1p-124, kLeastDifference = 0x1p-9;
  static constexpr int kWindow = 9, kWindowCancelling = 17;
};

template <>
struct Plan<math::Float16> {
  static constexpr double kNear = 87, kFar = 22, kDifferenceError = 0x1p-21;
  static constexpr int kWindow = 2, kWindowCancelling = 0;
};

// The lanes have 16 bits more than results: the test is for results beside 1/2, which lie next to midpoints.
template <>
struct Plan<math::Bfloat16> {
  static constexpr double kNear = 86, kFar = 100;
  static constexpr int kWindow = 0, kWindowCancelling = 0;
};

// float64, in pairs: beyond kNear and below kLeast their low parts underflow; the window is not used.
template <>
struct Plan<math::Float64> {
  static constexpr double kNear = 680, kFar = 760, kLeast = 0x1p-960;
  static constexpr int kWindow = 0;
};

template <class F>
inline constexpr bool kDecaysOnRight = F::kRight == Right::kZero || F::kRight == Right::kMinusZero;

template <class F, class Format>
inline constexpr bool kHasLeast = F::kStart == Start::kHalfOfX&& requires {
  Plan<Format>::kLeast;
};
template <class F, class Format>
constexpr int window() {
  if constexpr (F::kCancels && !std::is_same_v<Format, math::Float64>) return Plan<Format>::kWindowCancelling;
  return Plan<Format>::kWindow;
}

// Vectors in a run, and the bytes by which memory is asked for beforehand.
inline constexpr std::size_t kRun = 64, kAhead = 2048;

// The limits' encodings in the lanes of M (Memory<Float16>::store says why they differ there).
template <class M>
inline constexpr double kInfinityInLanes = __builtin_inf();
template <>
inline constexpr double kInfinityInLanes<Memory<math::Float16>> = 0x1p16;
template <class M>
inline constexpr double kNanInLanes = __builtin_nan("");
template <>
inline constexpr double kNanInLanes<Memory<math::Float16>> = 0x1.8p16;

// The limits: on the left for x < 0, else on the right, and NaN for NaN.
template <class F, class M>
inline typename M::L::V limits(typename M::L::V x) {
  using L = typename M::L;
  const auto set = [](double value) { return L::set(static_cast<typename L::T>(value)); };
  const typename L::V infinity = set(kInfinityInLanes<M>);
  typename L::V right = set(0.0);
  if constexpr (F::kRight == Right::kOne) right = set(1.0);
  if constexpr (F::kRight == Right::kMinusZero) right = set(-0.0);
  if constexpr (F::kRight == Right::kIdentity) right = L::select(L::less(x, infinity), x, infinity);
  const typename L::V limit = L::select(L::less(x, set(0.0)), set(F::kMinusZeroOnLeft ? -0.0 : 0.0), right);
  return L::select(L::not_at_most(L::abs(x), infinity), set(kNanInLanes<M>), limit);
}

// The lanes of x that are not evaluated.
template <class F, class Format>
inline typename Memory<Format>::L::M outside(typename Memory<Format>::L::V x) {
  using L = typename Memory<Format>::L;
  using T = typename L::T;
  const typename L::M beyond = L::not_at_most(L::abs(x), L::set(T(Plan<Format>::kNear)));
  if constexpr (kCertain<F, Format>) return L::either(beyond, exceptions<F, Format>(x));
  if constexpr (kHasLeast<F, Format>) {
    const typename L::M tiny = L::less(L::abs(x), L::set(T(Plan<Format>::kLeast)));
    return L::either(beyond, L::both(tiny, L::not_equal(x, L::set(T(0)))));
  }
  return beyond;
}

// Whether encodings tell where F's difference may be too small for the lanes.
template <class F, class Format>
inline constexpr bool kKnowsZero = F::kCancels&& requires {
  Plan<Format>::kLeastDifference;
};

// The lanes of `inside` whose encodings, which are given twice, are not beside F's zero, where the difference may be
// below kLeastDifference: its slope is 1 there, or more.
template <class F, class Format, class I>
inline typename I::M far_from_zero(typename I::M inside, typename I::V twice) {
  using Bits = typename Format::Bits;
  constexpr double kWidth = 17. / 16 * Plan<Format>::kLeastDifference;
  constexpr auto kLowest = static_cast<Bits>(2 * math::encode<Format>(F::kZero - kWidth));
  constexpr auto kHighest = static_cast<Bits>(2 * math::encode<Format>(F::kZero + kWidth));
  return I::and_above_unsigned(inside, I::sub(twice, I::set(kLowest)), I::set(kHighest - kLowest));
}

// The lanes of `inside` whose encodings, which are given twice, are those of 0 or of `least` and more.
template <class Format, class I>
inline typename I::M zero_or_at_least(typename I::M inside, typename I::V twice, double least) {
  using Bits = typename Format::Bits;
  const auto below = static_cast<Bits>(2 * math::encode<Format>(least) - 2);  // less 1, a zero is the largest number
  return I::and_above_unsigned(inside, I::sub(twice, I::set(Bits{1})), I::set(below));
}

// Whether there are any, from the encodings: twice one is in the order of magnitudes.
template <class F, class Format>
inline bool any_outside(const char* from) {
  using I = IntegerLanes<typename Format::Bits>;
  using Bits = typename Format::Bits;
  const typename I::V x = I::load(from), twice = I::add(x, x);
  constexpr auto kBeyond = static_cast<Bits>(2 * math::encode<Format>(Plan<Format>::kNear) + 1);
  typename I::M inside = I::above_unsigned(I::set(kBeyond), twice);
  if constexpr (kHasLeast<F, Format>) inside = zero_or_at_least<Format, I>(inside, twice, Plan<Format>::kLeast);
  if constexpr (kCertain<F, Format>) inside = unexceptional<F, Format, I>(inside, twice);
  if constexpr (kKnowsZero<F, Format>) inside = far_from_zero<F, Format, I>(inside, twice);
  return !I::all(inside);
}

// One block through the fast path, for x inside of the interval.  `doubtful` gets the lanes whose rounding
// the error bound does not decide; their results are without meaning.  kFarFromZero: encodings have told that no
// lane is beside F's zero.
template <class F, class Format, bool kFarFromZero>
inline typename Memory<Format>::L::V fast(typename Memory<Format>::L::V x, typename Memory<Format>::L::M& doubtful) {
  using L = typename Memory<Format>::L;
  if constexpr (std::is_same_v<Format, math::Float64>) {  // in pairs at once, rounded by one addition
    typename L::V error;
    const typename L::Pair value = evaluate_pair<F, L>(x, error);
    const typename L::V y = L::add(L::high(value), L::add(L::low(value), error));
    const typename L::V other = L::add(L::high(value), L::sub(L::low(value), error));
    doubtful = L::not_equal(y, other);
    if constexpr (F::kStart != Start::kHalfOfX) return y;
    return L::select(L::equal(x, L::set(0.0)), x, y);  // a pair does not keep a zero's sign
  } else {
    using M = MemoryOf<F, Format>;
    constexpr int kWindow = window<F, Format>();
    typename L::V factor, difference, y;
    if constexpr (F::kCancels) {
      evaluate<F, L>(x, factor, difference);
      if constexpr (!kCertain<F, Format> && requires { Plan<Format>::kDifferenceError; }) {
        constexpr float kError = Plan<Format>::kDifferenceError;
        const typename L::V scaled = M::scale(factor);
        const auto moved = [&](float error) {
          const typename L::V end = L::fma(difference, L::set(1 + error), L::set(error));
          return M::template round<kWindow>(L::mul(scaled, end));
        };
        y = moved(kError);
        doubtful = M::differ(y, moved(-kError));
        return y;
      }
      y = M::template round<kWindow>(M::scale(L::mul(factor, difference)));
    } else {
      y = M::template round<kWindow>(M::scale(evaluate<F, L>(x)));
    }
    doubtful = M::template near_midpoint<kWindow>(y);
    if constexpr (!kFarFromZero && kKnowsZero<F, Format>)
      doubtful = L::either(doubtful, L::less(L::abs(difference), L::set(Plan<Format>::kLeastDifference)));
    return y;
  }
}

// Doubtful inputs and the places of their results.
template <std::size_t size>
struct Doubts {
  alignas(64) double inputs[size];
  char* places[size];
  std::size_t count = 0;

  void add(double input, char* place) {  // NOLINT(readability-non-const-parameter): results are written there
    inputs[count] = input;
    places[count++] = place;
  }
};

// One block with doubtful lanes: those beyond kFar get their limits; the others are returned, as bits.
template <class F, class Format>
inline std::uint64_t sift(const typename Memory<Format>::L::T* inputs, char* to) {
  using M = MemoryOf<F, Format>;
  using L = typename M::L;
  using T = typename L::T;
  constexpr double kFar = Plan<Format>::kFar;
  // On the right, a result that does not decay is its limit from kNear on, where that is nearer.
  constexpr double kFarRight = kDecaysOnRight<F> ? kFar : std::min(Plan<Format>::kNear, kFar);
  const typename L::V x = L::load(inputs);
  typename L::M doubtful;
  const typename L::V y = fast<F, Format, false>(x, doubtful);
  const typename L::M near = L::both(L::at_most(L::set(T(-kFar)), x), L::at_most(x, L::set(T(kFarRight))));
  M::store(L::select(near, y, M::template round<0>(M::scale(limits<F, M>(x)))), to);
  return L::mask_bits(L::both(near, L::either(doubtful, outside<F, Format>(x))));
}

// In pairs of doubles and, if these leave a doubt, exactly.
template <class F, class Format>
inline void decide_in_pairs(auto& doubts) {
  using W = Memory<math::Float64>::L;
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

// The vectors put aside.
template <class F, class Format>
[[gnu::noinline, gnu::cold, gnu::flatten]] void settle(const typename Memory<Format>::L::T* aside,
                                                       const std::size_t* places, std::size_t count, char* to) {
  using M = MemoryOf<F, Format>;
  using L = typename M::L;
  constexpr std::size_t kSize = sizeof(typename Format::Bits);
  Doubts<kRun * L::kSize + Memory<math::Float64>::L::kSize> doubts;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* inputs = aside + i * L::kSize;
    char* const block = to + places[i] * L::kSize * kSize;
    for (std::uint64_t marks = sift<F, Format>(inputs, block); marks != 0; marks &= marks - 1) {
      const auto lane = static_cast<std::size_t>(std::countr_zero(marks));
      doubts.add(static_cast<double>(inputs[lane]), block + M::element(lane) * kSize);
    }
  }
  decide_in_pairs<F, Format>(doubts);
}

// The address that far ahead, which may be nobody's: arithmetic keeps a core from reaching out by itself.
inline const void* ahead(const char* place) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): a sum of pointers would have to stay inside of an object
  return reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(place) + kAhead);
}

// Asks for the lines of a block that far ahead, to be read or written.
template <std::size_t bytes, int written>
inline void prefetch(const char* block) {
  for (std::size_t line = 0; line < bytes; line += 64) __builtin_prefetch(ahead(block + line), written);
}

// All lanes of a block, as bits.
template <class L>
inline constexpr std::uint64_t kAllLanes = ~std::uint64_t{0} >> (64 - L::kSize);

// A run of blocks.  Those with doubtful lanes are put aside and settled at its end, so that the loop has
// no call, which would cost it its registers.
template <class F, class Format>
inline void run(const char* from, char* to, std::size_t vectors) {
  using M = MemoryOf<F, Format>;
  using L = typename M::L;
  alignas(64) typename L::T aside[kRun * L::kSize];
  std::size_t places[kRun], count = 0;
  constexpr std::size_t kStep = L::kSize * sizeof(typename Format::Bits);
  for (std::size_t i = 0; i < vectors; ++i) {
    prefetch<kStep, 0>(from + i * kStep);
    prefetch<kStep, 1>(to + i * kStep);
    const typename L::V x = M::load(from + i * kStep);
    const bool any = any_outside<F, Format>(from + i * kStep);
    typename L::M doubtful;
    const typename L::V y = fast<F, Format, kKnowsZero<F, Format>>(x, doubtful);
    if (__builtin_expect(any, false) || (!kCertain<F, Format> && __builtin_expect(L::any(doubtful), false))) {
      L::store(x, aside + count * L::kSize);
      places[count++] = i;
    }
    M::store(y, to + i * kStep);
  }
  if (count > 0) settle<F, Format>(aside, places, count, to);
}
