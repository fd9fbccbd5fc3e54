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

template <class Format>
[[gnu::flatten]] std::size_t beta_terms(const silu_input* inputs, OperatorKernel wide, double* terms, std::size_t n) {
  using M = Memory<math::Float32>;
  using L = typename M::L;
  constexpr std::size_t kSize = sizeof(typename Format::Bits), kBlock = OperatorMemory<Format>::L::kSize;
  static_assert(kBlock % L::kSize == 0 && kMostTerms % kBlock == 0);
  const std::size_t padded = (n + kBlock - 1) / kBlock * kBlock;  // by zeros, whose terms are 0
  alignas(64) float x[3][kMostTerms];
  for (int k = 0; k < 3; ++k) {
    alignas(64) char gathered[kMostTerms * kSize];
    const auto* data = static_cast<const char*>(inputs[k].data);
    if (inputs[k].stride == static_cast<std::ptrdiff_t>(kSize)) {
      std::memcpy(gathered, data, n * kSize);
    } else {
      copy_strided<kSize>(data, inputs[k].stride, gathered, kSize, n);
    }
    std::memset(gathered + n * kSize, 0, (padded - n) * kSize);
    widen<Format>(gathered, x[k], padded);
  }
  std::uint16_t doubtful[kMostTerms];
  std::size_t count = 0;
  for (std::size_t i = 0; i < padded; i += L::kSize) {
    const auto load = [&](int k) { return M::load(reinterpret_cast<const char*>(x[k] + i)); };
    const typename L::V gate = load(1), u = L::abs(L::mul(gate, load(2)));
    const typename L::Pair term = beta_term<L>(load(0), gate, u);
    const auto error = L::set(kBetaTermError);
    const typename L::V one = L::add(L::high(term), L::fma(L::high(term), error, L::low(term)));
    const typename L::V other = L::add(L::high(term), L::nfma(L::high(term), error, L::low(term)));
    L::store(one, terms + i);
    const typename L::M doubt = L::either(L::not_equal(one, other), L::not_at_most(u, L::set(300.0)));
    if (__builtin_expect(L::any(doubt), false))
      for (std::uint64_t marks = L::mask_bits(doubt); marks != 0; marks &= marks - 1) {
        const std::size_t j = i + static_cast<std::size_t>(std::countr_zero(marks));
        if (vanishes(x[0][j], x[1][j], x[2][j])) {
          terms[j] = 0;
        } else {
          doubtful[count++] = static_cast<std::uint16_t>(j);
        }
      }
  }
  if (count == 0) return padded;
  double again[3][kMostTerms], results[kMostTerms];
  silu_input operands[3];
  constexpr auto kStride = static_cast<std::ptrdiff_t>(sizeof(double));
  for (int k = 0; k < 3; ++k) {
    for (std::size_t i = 0; i < count; ++i) again[k][i] = static_cast<double>(x[k][doubtful[i]]);
    operands[k] = {again[k], kStride};
  }
  const silu_output output{results, kStride};
  wide(operands, &output, nullptr, count);
  for (std::size_t i = 0; i < count; ++i) terms[doubtful[i]] = results[i];
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
