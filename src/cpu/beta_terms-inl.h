// SPDX-License-Identifier: Apache-2.0
// The terms of swish_beta_gradient for formats narrower than double.  Included inside the namespace of an instruction
// set, behind operators-inl.h.

// Numbers of a format as floats, in an order of its own that is the same for every call; NaN for every NaN.
template <class Format>
inline void widen(const char* from, float* to, std::size_t n) {
  if constexpr (std::is_same_v<Format, math::Float32>) {
    std::memcpy(to, from, n * sizeof(float));
  } else {
    using M = OperatorMemory<Format>;
    using L = typename M::L;
    for (std::size_t i = 0; i < n; i += L::kSize) {
      typename L::V x = M::load(from + i * sizeof(typename Format::Bits));
      constexpr double kInfinity = kInfinityInLanes<M>;
      if constexpr (kInfinity <= std::numeric_limits<double>::max()) {
        const typename L::V magnitude = L::abs(x), infinity = L::set(static_cast<float>(kInfinity));
        x = L::select(L::less(magnitude, infinity), x, L::mul(x, L::set(std::numeric_limits<float>::max())));
        x = L::select(L::less(infinity, magnitude), L::set(std::numeric_limits<float>::quiet_NaN()), x);
      }
      L::store(x, to + i);
    }
  }
}

// Whether a term, of finite inputs, is rounded to 0: whether its logarithm, in which each factor is at most the power
// of two above it, is below that of 2^-1075; 1.4426 is below log2(e).
inline bool vanishes(double dy, double x, double beta) {
  const auto exponent = [](double a) { return static_cast<int>(std::bit_cast<std::uint64_t>(a) >> 52 & 0x7ff) - 1023; };
  const double u = __builtin_fabs(beta * x);
  if (!(u <= std::numeric_limits<double>::max()) || exponent(dy) > 127 || exponent(x) > 127) return false;
  return exponent(dy) + 1 + 2 * (exponent(x) + 1) - 1.4426 * u < -1076;
}

// Elements as floats: dy, x and beta.
struct Widened {
  alignas(64) float values[3][kMostTerms];
};

// The terms that are to be evaluated by the kernel for float64.
struct Doubtful {
  std::uint16_t places[kMostTerms];
  std::size_t count = 0;

  // The terms from i on that the bits mark.
  void add(std::uint64_t marks, std::size_t i) {
    for (; marks != 0; marks &= marks - 1)
      places[count++] = static_cast<std::uint16_t>(i + static_cast<std::size_t>(std::countr_zero(marks)));
  }

  void evaluate(const Widened& x, OperatorKernel wide, double* terms) const {
    double inputs[3][kMostTerms], results[kMostTerms];
    std::uint16_t left[kMostTerms];
    std::size_t n = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = places[i];
      for (int k = 0; k < 3; ++k) inputs[k][n] = static_cast<double>(x.values[k][place]);
      if (vanishes(inputs[0][n], inputs[1][n], inputs[2][n])) {
        terms[place] = 0;
      } else {
        left[n++] = places[i];
      }
    }
    if (n == 0) return;
    constexpr auto kStride = static_cast<std::ptrdiff_t>(sizeof(double));
    const silu_input operands[3] = {{inputs[0], kStride}, {inputs[1], kStride}, {inputs[2], kStride}};
    const silu_output output{results, kStride};
    wide(operands, &output, nullptr, n);
    for (std::size_t i = 0; i < n; ++i) terms[left[i]] = results[i];
  }
};

// The elements of an input, one after the other, and zeros behind them, whose terms are 0.
template <class Format>
inline void collect(const silu_input& input, char* to, std::size_t n, std::size_t padded) {
  constexpr std::size_t kSize = sizeof(typename Format::Bits);
  const auto* data = static_cast<const char*>(input.data);
  if (input.stride == static_cast<std::ptrdiff_t>(kSize)) {
    std::memcpy(to, data, n * kSize);
  } else {
    copy_strided<kSize>(data, input.stride, to, kSize, n);
  }
  std::memset(to + n * kSize, 0, (padded - n) * kSize);
}

// Stores a term, known to kBetaTermError; whether its rounding is in doubt.
template <class L>
inline typename L::M round_term(typename L::Pair term, double* to) {
  const auto error = L::set(kBetaTermError);
  const typename L::V one = L::add(L::high(term), L::fma(L::high(term), error, L::low(term)));
  const typename L::V other = L::add(L::high(term), L::nfma(L::high(term), error, L::low(term)));
  L::store(one, to);
  return L::not_equal(one, other);
}

// Beyond this |beta x|, beta_term is not to be used.
inline constexpr double kBetaReach = 300;

// The number of terms and the zeros that fill a block.
template <class Format>
constexpr std::size_t padded_terms(std::size_t n) {
  constexpr std::size_t kBlock = OperatorMemory<Format>::L::kSize;
  static_assert(kMostTerms % kBlock == 0);
  return (n + kBlock - 1) / kBlock * kBlock;
}

template <class Format>
[[gnu::flatten]] std::size_t beta_terms(const silu_input* inputs, OperatorKernel wide, double* terms, std::size_t n) {
  using M = Memory<math::Float32>;
  using L = typename M::L;
  const std::size_t padded = padded_terms<Format>(n);
  Widened x;
  for (int k = 0; k < 3; ++k) {
    alignas(64) char collected[kMostTerms * sizeof(typename Format::Bits)];
    collect<Format>(inputs[k], collected, n, padded);
    widen<Format>(collected, x.values[k], padded);
  }
  Doubtful doubtful;
  for (std::size_t i = 0; i < padded; i += L::kSize) {
    const auto load = [&](int k) { return M::load(reinterpret_cast<const char*>(x.values[k] + i)); };
    const typename L::V gate = load(1), u = L::abs(L::mul(gate, load(2)));
    const typename L::M doubt = round_term<L>(beta_term<L>(load(0), gate, u), terms + i);
    doubtful.add(L::mask_bits(L::either(doubt, L::not_at_most(u, L::set(kBetaReach)))), i);
  }
  if (doubtful.count > 0) doubtful.evaluate(x, wide, terms);
  return padded;
}

template <class Format>
constexpr OperatorKernel wide_beta_terms() {
  if constexpr (std::is_same_v<Format, math::Float64>) return operator_kernel<SwishBetaGradient, Format>;
  return nullptr;
}

template <class Format>
constexpr BetaTerms narrow_beta_terms() {
  if constexpr (!std::is_same_v<Format, math::Float64>) return beta_terms<Format>;
  return nullptr;
}
