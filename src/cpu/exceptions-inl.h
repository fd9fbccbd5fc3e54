// SPDX-License-Identifier: Apache-2.0
// Inputs whose results the fused lanes misround, where they round all others right: a format so short that each of
// its inputs is known to do so, on every instruction set, needs no test of its results (docs/proof/lanes.md).
//   kMagnitudes   |x|, by encoding
//   kShort        |x| with few bits: their results lie on a midpoint in the lanes, and just beside it in truth
template <class F, class Format>
struct Exceptions;

// |x| from `lowest` to `highest`, by encoding, whose last `zeros` bits are 0.
struct Short {
  std::uint16_t lowest, highest;
  int zeros;
};

template <>
struct Exceptions<Sigmoid, math::Float16> {
  static constexpr std::array<std::uint16_t, 1> kMagnitudes = {0x313f};
  static constexpr Short kShort = {0x1a00, 0x21c0, 6};  // beside 1/2
};

template <>
struct Exceptions<SigmoidDerivative, math::Float16> {
  static constexpr std::array<std::uint16_t, 6> kMagnitudes = {0x2800, 0x2aee, 0x2f38, 0x3988, 0x3b72, 0x3ecc};
};

template <>
struct Exceptions<Silu, math::Float16> {
  static constexpr std::array<std::uint16_t, 2> kMagnitudes = {0x0001, 0x4173};
};

template <>
struct Exceptions<SiluDerivative, math::Float16> {
  static constexpr std::array<std::uint16_t, 3> kMagnitudes = {0x3d5c, 0x3dd2, 0x4563};
  static constexpr Short kShort = {0x1200, 0x20c0, 6};  // beside 1/2
};

template <>
struct Exceptions<SiluSecondDerivative, math::Float16> {
  static constexpr std::array<std::uint16_t, 4> kMagnitudes = {0x40bf, 0x40cc, 0x40cd, 0x40d0};
};

// Whether the lanes' results need no test.
template <class F, class Format>
inline constexpr bool kCertain = kConverts16&& requires {
  Exceptions<F, Format>::kMagnitudes;
};

template <class F, class Format>
using MemoryOf = std::conditional_t<kCertain<F, Format>, Converted16, Memory<Format>>;

// The lanes of x that are exceptions.
template <class F, class Format>
inline typename Converted16::L::M exceptions(typename Converted16::L::V x) {
  using L = typename Converted16::L;
  using E = Exceptions<F, Format>;
  const typename L::V magnitude = L::abs(x);
  const auto set = [](std::uint16_t bits) { return L::set(static_cast<float>(math::decode<Format>(bits))); };
  typename L::M found = L::none();
  for (const std::uint16_t bits : E::kMagnitudes) found = L::either(found, L::equal(magnitude, set(bits)));
  if constexpr (requires { E::kShort; }) {
    constexpr std::uint32_t kZeros = (1u << (E::kShort.zeros + 23 - Format::kMantissaBits)) - 1;
    const typename L::M inside =
        L::both(L::at_most(set(E::kShort.lowest), magnitude), L::at_most(magnitude, set(E::kShort.highest)));
    found = L::either(found, L::both(inside, L::no_bits(L::bits(x), kZeros)));
  }
  return found;
}

// The lanes of `inside` that are none, from their encodings, which are given twice.
template <class F, class Format, class I>
inline typename I::M unexceptional(typename I::M inside, typename I::V twice) {
  using E = Exceptions<F, Format>;
  const auto set = [](int value) { return I::set(static_cast<typename Format::Bits>(value)); };
  for (const std::uint16_t bits : E::kMagnitudes) inside = I::and_not_equal(inside, twice, set(2 * bits));
  if constexpr (requires { E::kShort; }) {
    constexpr Short kShort = E::kShort;
    const typename I::M zeros = I::no_bits(twice, set((2 << kShort.zeros) - 2));
    const typename I::V above = I::sub(twice, set(2 * kShort.lowest));
    inside = I::and_not(inside, I::and_above_unsigned(zeros, set(2 * (kShort.highest - kShort.lowest) + 1), above));
  }
  return inside;
}
