// SPDX-License-Identifier: Apache-2.0
// float32 in pairs of floats before double lanes.  Included inside the namespace of an instruction set.

using FloatLanes = Memory<math::Bfloat16>::L;

// Quotients by 1 + e^-x, and silu', where lanes of floats have the table.
template <class F>
concept Quotient = requires {
  F::numerator(Singles<FloatLanes>(), FloatLanes::set(0));
};
template <class F, class Format>
inline constexpr bool kInFloatPairs = std::is_same_v<Format, math::Float32> && (FloatLanes::kShortEntries > 0) &&
                                      (Quotient<F> || std::is_same_v<F, SiluDerivative>);

// Both ends of a function's error.
template <class F, class L>
inline void float_value(typename L::V x, typename L::V& one, typename L::V& other) {
  using A = FloatPairs<L>;
  const typename L::Pair d = A::one_plus_exp_minus(x);
  if constexpr (Quotient<F>) {
    const typename L::V numerator = F::numerator(Singles<L>(), x);
    A::quotient(numerator, d, A::reciprocal(d), numerator, L::set(A::kError), one, other);
  } else {
    A::derivative(x, d, A::reciprocal(d), one, other);
  }
}

// Blocks of floats, in blocks of doubles.
inline constexpr std::size_t kFloatBlock = 2;

// Whether runs go through pairs of floats: after one that leaves much in doubt, the next 63 do not.
class FloatTrials {
 public:
  bool next() {
    if (spared_ == 0) return true;
    --spared_;
    return false;
  }
  void judge(std::size_t doubtful, std::size_t elements) {
    if (doubtful > elements / 16) spared_ = 63;
  }

 private:
  std::size_t spared_ = 0;
};

// Lanes that pairs of floats do not decide: collected, then through double lanes and what follows on them.
template <class F, class Format>
struct LeftByFloats {
  static constexpr std::size_t kSize = Memory<Format>::L::kSize;
  Doubts<kSize> doubts;

  void add(float input, char* place) {
    doubts.add(static_cast<double>(input), place);
    if (doubts.count == kSize) decide();
  }

  // What is left of the last ones.
  void finish() {
    if (doubts.count > 0) decide();
  }

  [[gnu::noinline, gnu::flatten]] void decide() {
    alignas(64) float results[kSize];
    for (std::size_t i = doubts.count; i < kSize; ++i) doubts.inputs[i] = 0;
    const std::uint64_t left = sift<F, Format>(doubts.inputs, reinterpret_cast<char*>(results));
    Doubts<kSize> undecided;
    for (std::size_t i = 0; i < doubts.count; ++i) {
      std::memcpy(doubts.places[i], &results[i], sizeof(float));
      if ((left >> i & 1) != 0) undecided.add(doubts.inputs[i], doubts.places[i]);
    }
    decide_in_pairs<F, Format>(undecided);
    doubts.count = 0;
  }
};

// A run of blocks; returns how many lanes were in doubt, which are those that pairs of floats do not serve too.
template <class F, class Format, class L = FloatLanes>
inline std::size_t run_floats(const char* from, char* to, std::size_t blocks, LeftByFloats<F, Format>& left) {
  using A = FloatPairs<L>;
  constexpr std::size_t kStep = L::kSize * sizeof(float);
  alignas(64) float aside[(kRun / kFloatBlock + 1) * L::kSize];
  std::uint64_t marks[kRun / kFloatBlock + 1];
  std::size_t places[kRun / kFloatBlock + 1], count = 0;
  for (std::size_t i = 0; i < blocks; ++i) {
    prefetch<kStep, 0>(from + i * kStep);
    prefetch<kStep, 1>(to + i * kStep);
    const typename L::V x = L::load(reinterpret_cast<const float*>(from + i * kStep));
    typename L::V y, other;
    float_value<F, L>(x, y, other);
    typename L::M sure = L::at_most(L::set(A::kLeast), x);
    sure = L::and_at_most(sure, x, L::set(A::kMost));
    sure = L::and_equal(sure, y, other);
    if constexpr (F::kStart == Start::kHalfOfX)  // 0, or not below 2^-125, whose half is subnormal
      sure = L::and_some_bits(sure, L::add_bits(L::bits(x), L::set_bits(~0u)), L::set_bits(0x7f000000));
    // Without a branch, which would be foretold wrong too often.
    L::store(x, aside + count * L::kSize);
    marks[count] = L::mask_bits(sure) ^ kAllLanes<L>;
    places[count] = i;
    count += marks[count] != 0;
    L::store(y, reinterpret_cast<float*>(to + i * kStep));
  }
  std::size_t lanes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    lanes += static_cast<std::size_t>(std::popcount(marks[i]));
    for (; marks[i] != 0; marks[i] &= marks[i] - 1) {
      const auto lane = static_cast<std::size_t>(std::countr_zero(marks[i]));
      left.add(aside[i * L::kSize + lane], to + places[i] * kStep + lane * sizeof(float));
    }
  }
  return lanes;
}
