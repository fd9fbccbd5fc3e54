// SPDX-License-Identifier: Apache-2.0
// The loops over memory for the functions of one input.  Included inside the namespace of an instruction set.

// The functions that are defined on bits.
template <class F, class Format>
inline void run_bits(const char* from, char* to, std::size_t vectors) {
  using L = IntegerLanes<typename Format::Bits>;
  const std::size_t step = L::kSize * sizeof(typename Format::Bits);
  for (std::size_t i = 0; i < vectors; ++i)
    L::store(F::template value<Format>(L(), L::load(from + i * step)), to + i * step);
}

// Whole runs, and a last one; inputs of which pairs of floats leave many are then spared them for a while.
template <class F, class Format>
[[gnu::flatten]] void kernel(const void* x, void* y, std::size_t n) {
  using Bits = typename Format::Bits;
  using L = std::conditional_t<F::kBitwise, IntegerLanes<Bits>, typename Memory<Format>::L>;
  [[maybe_unused]] FloatTrials trials;
  std::conditional_t<kInFloatPairs<F, Format>, LeftByFloats<F, Format>, List<>> left;
  const auto evaluate_run = [&](const char* from, char* to, std::size_t vectors) {
    if constexpr (F::kBitwise) {
      run_bits<F, Format>(from, to, vectors);
    } else {
      if constexpr (kInFloatPairs<F, Format>) {
        if (trials.next()) {
          const std::size_t blocks = vectors / kFloatBlock, bytes = blocks * kFloatBlock * L::kSize * sizeof(Bits);
          trials.judge(run_floats<F, Format>(from, to, blocks, left), vectors * L::kSize);
          from += bytes;
          to += bytes;
          vectors %= kFloatBlock;
        }
      }
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
  if constexpr (kInFloatPairs<F, Format>) left.finish();
}

template <class Format, class... F>
constexpr std::array<Kernel, kFunctions.size()> column(List<F...> /*functions*/) {
  return {kernel<F, Format>...};
}
