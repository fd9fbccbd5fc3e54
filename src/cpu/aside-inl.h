// SPDX-License-Identifier: Apache-2.0
// What the lanes of an operator leave in doubt.  Included inside the namespace of an instruction set.

// Blocks in a run of an operator.
inline constexpr std::size_t kOperatorRun = 64;

// The lanes' number as a double: infinity and NaN may have numbers of their own there.
template <class M>
inline double number_of(double lane) {
  constexpr double kInfinity = kInfinityInLanes<M>;
  if (!(__builtin_fabs(lane) <= kInfinity)) return __builtin_nan("");
  return __builtin_fabs(lane) == kInfinity ? __builtin_copysign(__builtin_inf(), lane) : lane;
}

// Elements on their way through one more precision.
template <int inputs, int outputs, std::size_t size>
struct Batch {
  static constexpr std::size_t kSize = size;
  alignas(64) double x[inputs][size];
  char* places[outputs][size];
  bool clamped[2][size];  // whether an output is 0 for a clamp
  std::size_t count = 0;

  // Zeros behind the last element.
  void pad() {
    for (auto& column : x)
      for (std::size_t i = count; i < size; ++i) column[i] = 0;
  }
};

// The blocks that were put aside: their doubtful lanes, in double lanes where these are wider, then in pairs of doubles
// and, if these leave a doubt, exactly.  Elements of many blocks wait until they fill lanes.
template <class Op, class Format, class M_ = OperatorMemory<Format>>
struct Aside {
  using M = M_;
  using L = typename M::L;
  using Bits = typename Format::Bits;
  using Wide = Memory<math::Float32>;
  using W = Memory<math::Float64>::L;
  static constexpr int kX = kLaneInputs<Op>, kY = kOutputs<Op>;
  static constexpr bool kDoubles = sizeof(typename L::T) == 4;
  // Whether inputs are still in memory when their results are, so that copies are not needed.
  static constexpr bool kInMemory = requires { M::kInMemory; };

  alignas(64) typename L::T inputs[kInMemory ? 1 : kOperatorRun + 1][kX][L::kSize];
  std::uint64_t clamped[kOperatorRun + 1][2];
  std::size_t places[kOperatorRun + 1];
  std::uint64_t marks[kOperatorRun + 1];  // the doubtful elements
  std::size_t count = 0;
  Batch<kX, kY, Wide::L::kSize> doubles;
  Batch<kX, kY, W::kSize> pairs;

  // A block, to be kept if it has doubtful elements, without a branch.
  void add(const Block<Op, L>& block, std::size_t place, std::uint64_t doubtful) {
    marks[count] = doubtful;
    if constexpr (!kInMemory)
      for (int k = 0; k < kX; ++k) L::store(block.x[k], inputs[count][k]);
    if constexpr (kMasked<Op>)
      for (int k = 0; k < 2; ++k) clamped[count][k] = L::mask_bits(block.clamped[k]);
    places[count] = place;
    count += doubtful != 0;
  }

  static std::uint64_t elements(typename L::M lanes) {
    std::uint64_t result = 0;
    for (std::uint64_t left = L::mask_bits(lanes); left != 0; left &= left - 1)
      result |= std::uint64_t{1} << M::element(static_cast<std::size_t>(std::countr_zero(left)));
    return result;
  }

  [[gnu::noinline, gnu::flatten]] void settle([[maybe_unused]] const char* const* from, char* const* to) {
    const std::size_t step = L::kSize * sizeof(Bits);
    for (std::size_t i = 0; i < count; ++i) {
      // Bounds on the inputs may have been all that so many were in doubt for.
      if constexpr (std::is_same_v<M, OperatorMemory<Format>>)
        if (static_cast<std::size_t>(std::popcount(marks[i])) > L::kSize / 4) marks[i] = doubtful_elements(i);
      for (; marks[i] != 0; marks[i] &= marks[i] - 1) {
        const auto element = static_cast<std::size_t>(std::countr_zero(marks[i])), lane = M::lane(element);
        auto& batch = next();
        const std::size_t j = batch.count;
        for (int k = 0; k < kX; ++k) {
          typename L::T number;
          if constexpr (kInMemory) {
            std::memcpy(&number, from[k] + places[i] * step + element * sizeof(Bits), sizeof(Bits));
          } else {
            number = inputs[i][k][lane];
          }
          const auto x = static_cast<double>(number);
          batch.x[k][j] = k < Op::kInputs ? number_of<M>(x) : x;
        }
        for (int k = 0; k < 2 && kMasked<Op>; ++k) batch.clamped[k][j] = (clamped[i][k] >> lane & 1) != 0;
        for (int k = 0; k < kY; ++k) batch.places[k][j] = to[k] + places[i] * step + element * sizeof(Bits);
        if (++batch.count < batch.kSize) continue;
        if constexpr (kDoubles) {
          flush_doubles();
        } else {
          flush_pairs();
        }
      }
    }
    count = 0;
  }

  auto& next() {
    if constexpr (kDoubles) {
      return doubles;
    } else {
      return pairs;
    }
  }

  // What is left of the last batches.
  void finish() {
    if constexpr (kDoubles)
      if (doubles.count > 0) flush_doubles();
    if (pairs.count > 0) flush_pairs();
  }

  std::uint64_t doubtful_elements(std::size_t i) const {
    Block<Op, L> block;
    for (int k = 0; k < kX; ++k) block.x[k] = L::load(inputs[i][k]);
    if constexpr (kMasked<Op>) block.clamped[0] = block.clamped[1] = L::none();
    typename L::V y[kY], others[kY];
    typename L::M doubtful;
    fast_terms<Op, Format, false>(block, y, others, doubtful, typename Op::Terms());
    return elements(doubtful);
  }

  // Writes what float32's lanes decide, and passes on what they leave.  A result rounded to float32 lies on the exact
  // value's side of every midpoint, or is one.
  [[gnu::noinline, gnu::flatten]] void flush_doubles() {
    using N = Memory<Format>;
    doubles.pad();
    Block<Op, typename Wide::L> block;
    for (int k = 0; k < kX; ++k) block.x[k] = Wide::L::load(doubles.x[k]);
    if constexpr (kMasked<Op>) block.clamped[0] = block.clamped[1] = Wide::L::none();
    typename Wide::L::V y[kY], others[kY];
    typename Wide::L::M doubtful;
    fast_terms<Op, math::Float32, false>(block, y, others, doubtful, typename Op::Terms());
    std::uint64_t left = Wide::L::mask_bits(doubtful);
    alignas(64) char results[kY][N::L::kSize * sizeof(Bits)];
    for (int k = 0; k < kY; ++k) {
      if constexpr (std::is_same_v<N, Wide>) {
        Wide::store(y[k], results[k]);
      } else {
        alignas(64) float rounded[N::L::kSize] = {};
        Wide::store(y[k], reinterpret_cast<char*>(rounded));
        const typename N::L::V value = N::L::load(rounded);
        const typename N::L::V result = N::template round<0>(N::scale(value));
        const auto most = N::L::set(static_cast<float>(ProductPlan<Format>::kMost));
        left |= N::L::mask_bits(
            N::L::either(N::template near_midpoint<0>(result), N::L::not_at_most(N::L::abs(value), most)));
        N::store(result, results[k]);
      }
    }
    for (std::size_t j = 0; j < doubles.count; ++j) {
      for (int k = 0; k < kY; ++k) {
        std::memcpy(doubles.places[k][j], results[k] + N::element(j) * sizeof(Bits), sizeof(Bits));
        if (kMasked<Op> && doubles.clamped[k & 1][j]) std::memset(doubles.places[k][j], 0, sizeof(Bits));
      }
      if ((left >> j & 1) == 0) continue;
      for (int k = 0; k < kX; ++k) pairs.x[k][pairs.count] = doubles.x[k][j];
      for (int k = 0; k < kY; ++k) pairs.places[k][pairs.count] = doubles.places[k][j];
      for (int k = 0; k < 2 && kMasked<Op>; ++k) pairs.clamped[k][pairs.count] = doubles.clamped[k][j];
      if (++pairs.count == pairs.kSize) flush_pairs();
    }
    doubles.count = 0;
  }

  [[gnu::noinline, gnu::flatten]] void flush_pairs() {
    constexpr bool kPairs = !std::is_same_v<Format, math::Float64>;  // which was in pairs already
    pairs.pad();
    alignas(64) double highs[kY][W::kSize], lows[kY][W::kSize], bounds[kY][W::kSize], arguments[W::kSize];
    if constexpr (kPairs) {
      typename W::V x[kX], errors[kY], u;
      typename W::Pair values[kY];
      for (int k = 0; k < kX; ++k) x[k] = W::load(pairs.x[k]);
      evaluate_pairs<W>(x, values, errors, u, Op(), typename Op::Terms());
      W::store(u, arguments);
      for (int k = 0; k < kY; ++k) {
        W::store(W::high(values[k]), highs[k]);
        W::store(W::low(values[k]), lows[k]);
        W::store(errors[k], bounds[k]);
      }
    }
    for (std::size_t j = 0; j < pairs.count; ++j) {
      double x[kX];
      bool nan = false, finite = true;
      for (int k = 0; k < kX; ++k) {
        x[k] = pairs.x[k][j];
        nan |= __builtin_isnan(x[k]) != 0;
        finite &= __builtin_fabs(x[k]) <= std::numeric_limits<double>::max();
      }
      Bits exact[2] = {};
      void* const exact_places[2] = {&exact[0], &exact[1]};
      bool known = false;
      for (int k = 0; k < kY; ++k) {
        char* const place = pairs.places[k][j];
        if (kMasked<Op> && !nan && pairs.clamped[k & 1][j]) {
          std::memset(place, 0, sizeof(Bits));
          continue;
        }
        if (kPairs && finite && __builtin_fabs(arguments[j]) <= ProductPlan<math::Float64>::kNear &&
            __builtin_fabs(highs[k][j]) >= ProductPlan<math::Float64>::kLeast &&
            math::round_pair(Format::kDtype, highs[k][j], lows[k][j], bounds[k][j], place))
          continue;
        if (!known) math::evaluate_exact(Op::kOperator, Format::kDtype, x, exact_places);
        known = true;
        std::memcpy(place, &exact[k + kFirstOutput<Op>], sizeof(Bits));
      }
    }
    pairs.count = 0;
  }
};
