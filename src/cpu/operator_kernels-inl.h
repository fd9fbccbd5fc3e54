// SPDX-License-Identifier: Apache-2.0
// The loops over memory for the functions of several inputs.  Included inside the namespace of an instruction set.

// Formats of which so many elements are in doubt that a branch on them would be foretold wrong too often.
template <class Format>
inline constexpr bool kOftenInDoubt = std::is_same_v<Format, math::Float16>;

// Whole blocks, contiguous.
template <class Op, class Format, bool by_table>
inline void run_operator(const char* const* from, char* const* to, const double* parameters, std::size_t first,
                         std::size_t blocks, Aside<Op, Format>& aside) {
  using M = OperatorMemory<Format>;
  using L = typename M::L;
  using T = typename L::T;
  constexpr std::size_t kStep = L::kSize * sizeof(typename Format::Bits);
  [[maybe_unused]] const float* tables[kOutputs<Op>];
  if constexpr (by_table) find_tables<Op, Format>(tables, typename Op::Terms());
  for (std::size_t i = first; i < blocks; ++i) {
    Block<Op, L> block;
    for (int k = 0; k < Op::kInputs; ++k) {
      prefetch<kStep, 0>(from[k] + i * kStep);
      block.x[k] = M::load(from[k] + i * kStep);
    }
    for (int k = 0; k < kOutputs<Op>; ++k) prefetch<kStep, 1>(to[k] + i * kStep);
    if constexpr (kClamped<Op>) {
      block.x[Op::kInputs] = L::set(static_cast<T>(parameters[0]));
      clamp<Op, Format>(block, L::set(static_cast<T>(parameters[1])));
    }
    typename L::V y[kOutputs<Op>], others[kOutputs<Op>];
    typename L::M doubtful;
    if constexpr (kGuarded<Op, Format>) {
      using I = IntegerLanes<typename Format::Bits>;
      const typename I::M within = inside<Op, Format, by_table>(from, i * kStep, typename Op::Terms());
      if constexpr (by_table) {
        const char* const argument = from[kOnlyInput<typename Op::Argument>] + i * kStep;
        gathered_terms<Op, Format>(block, argument, tables, y, others, typename Op::Terms());
      } else {
        fast_terms<Op, Format, true>(block, y, others, doubtful, typename Op::Terms());
      }
      if constexpr (kRoundsBothEnds<Format>) {
        typename I::M settled = within;
        for (int k = 0; k < kOutputs<Op>; ++k) {
          const typename M::Packed packed = M::pack(y[k]);
          settled = I::and_equal(settled, packed, M::pack(others[k]));
          I::store(packed, to[k] + i * kStep);
        }
        if ((kOftenInDoubt<Format> && !by_table) || __builtin_expect(!I::all(settled), false))
          aside.add(block, i, ~I::mask_bits(settled) & kAllLanes<L>);
        continue;
      }
      if (__builtin_expect(!I::all(within), false)) {
        aside.add(block, i, kAllLanes<L>);
      } else if (__builtin_expect(L::any(doubtful), false)) {
        aside.add(block, i, aside.elements(doubtful));
      }
    } else {
      fast_terms<Op, Format, false>(block, y, others, doubtful, typename Op::Terms());
      if (__builtin_expect(L::any(doubtful), false)) aside.add(block, i, aside.elements(doubtful));
    }
    for (int k = 0; k < kOutputs<Op>; ++k) M::store(y[k], to[k] + i * kStep);
  }
  if (aside.count > 0) aside.settle(from, to);
}

template <std::size_t size>
inline void copy_strided(const char* from, std::ptrdiff_t from_stride, char* to, std::ptrdiff_t to_stride,
                         std::size_t n) {
  for (std::size_t i = 0; i < n; ++i, from += from_stride, to += to_stride) std::memcpy(to, from, size);
}

// Whether results are written where inputs are.
template <class Op>
inline bool in_place(const silu_input* inputs, const silu_output* outputs) {
  bool found = false;
  for (int k = 0; k < Op::kInputs; ++k)
    for (int i = 0; i < kOutputs<Op>; ++i) found |= inputs[k].data == outputs[i].data;
  return found;
}

// An operand that is not contiguous, and the tail of one that is, goes through a block of its own.
template <class Op, class Format, bool by_table = false>
[[gnu::flatten]] void operator_kernel(const silu_input* inputs, const silu_output* outputs, const double* parameters,
                                      std::size_t n) {
  using L = typename OperatorMemory<Format>::L;
  constexpr std::size_t kSize = sizeof(typename Format::Bits), kMost = kOperatorRun * L::kSize;
  const DefaultEnvironment environment;
  alignas(64) char gathered[Op::kInputs][kMost * kSize];
  alignas(64) char results[kOutputs<Op>][kMost * kSize];
  bool filled[Op::kInputs] = {};
  Aside<Op, Format> aside;
  std::conditional_t<kProductsInFloatPairs<Op, Format>, Aside<Op, Format, Floats>, List<>> left_by_floats;
  [[maybe_unused]] FloatTrials trials;
  const bool overwrites = kProductsInFloatPairs<Op, Format> && in_place<Op>(inputs, outputs);
  const auto finish = [&] {
    aside.finish();
    if constexpr (kProductsInFloatPairs<Op, Format>) left_by_floats.finish();
  };
  for (std::size_t done = 0; done < n;) {
    const std::size_t left = n - done, whole = left / L::kSize;
    const std::size_t blocks = whole == 0 ? 1 : whole < kOperatorRun ? whole : kOperatorRun;
    const std::size_t count = whole == 0 ? left : blocks * L::kSize;
    const char* from[Op::kInputs];
    char* to[kOutputs<Op>];
    for (int k = 0; k < Op::kInputs; ++k) {
      const auto* data =
          static_cast<const char*>(inputs[k].data) + static_cast<std::ptrdiff_t>(done) * inputs[k].stride;
      from[k] = data;
      if (inputs[k].stride == static_cast<std::ptrdiff_t>(kSize) && whole != 0 && !overwrites) continue;
      from[k] = gathered[k];
      if (inputs[k].stride == 0 && filled[k]) continue;
      const std::size_t copied = inputs[k].stride == 0 ? kMost : count;
      copy_strided<kSize>(data, inputs[k].stride, gathered[k], kSize, copied);
      if (copied < blocks * L::kSize)
        std::memset(gathered[k] + copied * kSize, 0, (blocks * L::kSize - copied) * kSize);
      filled[k] = inputs[k].stride == 0;
    }
    for (int k = 0; k < kOutputs<Op>; ++k) {
      auto* data = static_cast<char*>(outputs[k].data) + static_cast<std::ptrdiff_t>(done) * outputs[k].stride;
      const bool direct = outputs[k].stride == static_cast<std::ptrdiff_t>(kSize) && whole != 0;
      to[k] = direct ? data : results[k];
    }
    std::size_t in_floats = 0;  // blocks
    if constexpr (kProductsInFloatPairs<Op, Format>) {
      if (trials.next()) {
        in_floats = blocks / kFloatBlock * kFloatBlock;
        const std::size_t doubtful = run_float_operator<Op, Format, FloatLanes>(from, to, blocks / kFloatBlock,
                                                                                left_by_floats, typename Op::Terms());
        trials.judge(doubtful, count);
      }
    }
    run_operator<Op, Format, by_table>(from, to, parameters, in_floats, blocks, aside);
    for (int k = 0; k < kOutputs<Op>; ++k) {
      if (to[k] != results[k]) continue;
      finish();
      auto* data = static_cast<char*>(outputs[k].data) + static_cast<std::ptrdiff_t>(done) * outputs[k].stride;
      copy_strided<kSize>(results[k], kSize, data, outputs[k].stride, count);
    }
    done += count;
  }
  finish();
}

template <class Format, class... Op>
constexpr std::array<OperatorKernel, kOperators.size()> operator_column(List<Op...> /*operators*/) {
  return {operator_kernel<Op, Format>...};
}

// Null where there are none.
template <class Op, class Format>
constexpr OperatorKernel gathered_kernel() {
  if constexpr (kGathered<Op, Format>) return operator_kernel<Op, Format, true>;
  return nullptr;
}

template <class Format, class... Op>
constexpr std::array<OperatorKernel, kOperators.size()> gathered_column(List<Op...> /*operators*/) {
  return {gathered_kernel<Op, Format>()...};
}
