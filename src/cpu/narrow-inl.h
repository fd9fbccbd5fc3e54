// SPDX-License-Identifier: Apache-2.0
// Results of a wider format, known up to an error, rounded into one of 8 bits.  Included inside the namespace of an
// instruction set: plain loops, which the compiler makes vectors of.

// The encoding of |value|, finite, to nearest, ties to even; beyond the largest, a number larger than its encoding.
template <class Format, class T>
inline unsigned narrow_magnitude(T value) {
  using Word = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  using Wide = std::conditional_t<sizeof(T) == 8, math::Float64, math::Float32>;
  constexpr int kMantissa = Wide::kMantissaBits;
  constexpr Word kLeast = Format::kMinExponent + Wide::kBias;  // the exponent of the least normal number
  const auto bits = std::bit_cast<Word>(value);
  const Word exponent = bits >> kMantissa > kLeast ? bits >> kMantissa : kLeast;
  // Of the last place of a number of this exponent in Format: added to it, value is rounded as it should be.
  const Word large = (exponent + (kMantissa - Format::kMantissaBits)) << kMantissa;
  const T sum = value + std::bit_cast<T>(large);
  return static_cast<unsigned>(((exponent - kLeast) << Format::kMantissaBits) + (std::bit_cast<Word>(sum) - large));
}

// Larger than every number of the 8-bit formats.
inline constexpr double kHuge = 0x1p20;

// The encoding of a number that lies within `error` of value; `doubtful` where that leaves more than one.
template <class Format, bool saturate, class T>
inline std::uint8_t narrow(T value, T error, bool& doubtful) {
  constexpr unsigned kBeyond = saturate ? Format::kLargest : Format::kHasInfinity ? Format::kInfinity : Format::kNan;
  constexpr auto kMost = static_cast<T>(kHuge);
  const T magnitude = std::fabs(value);
  const T low = magnitude - error, high = magnitude + error;
  const unsigned lower = narrow_magnitude<Format>(low < kMost ? (low > 0 ? low : T(0)) : kMost);
  const unsigned upper = narrow_magnitude<Format>(high < kMost ? high : kMost);
  const unsigned one = lower > Format::kLargest ? kBeyond : lower;
  const unsigned other = upper > Format::kLargest ? kBeyond : upper;
  doubtful = one != other;
  const unsigned sign = std::signbit(value) && one != Format::kNan ? Format::kSign : 0;
  return static_cast<std::uint8_t>(value != value ? unsigned{Format::kNan} : one | sign);
}
