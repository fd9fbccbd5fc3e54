// SPDX-License-Identifier: Apache-2.0
// Results in float32, rounded into a format of 8 bits.  Included inside the namespace of an instruction set, behind its
// lanes.

// The encoding of a magnitude, to nearest, ties to even; beyond the largest number, one that is larger than its.
template <class Format, class L>
inline typename L::U encode_magnitude(typename L::V magnitude) {
  using Wide = math::Float64;
  constexpr auto kLeastNormal =
      std::bit_cast<double>(std::uint64_t{Format::kMinExponent + Wide::kBias} << Wide::kMantissaBits);
  constexpr std::uint64_t kMinusLeast = ~std::bit_cast<std::uint64_t>(kLeastNormal) + 1;
  const auto least = L::set(kLeastNormal), beyond = L::set(0x1p20);
  const auto value = L::select(L::less(magnitude, beyond), magnitude, beyond);
  const auto power = L::and_bits(L::bits(L::select(L::less(value, least), least, value)), Wide::kInfinity);
  // Added to this, value is rounded to a multiple of the last place that it has in Format, whose count the sum ends
  // with.
  constexpr int kMoved = Wide::kMantissaBits - Format::kMantissaBits;
  const auto large = L::add_bits(power, L::set_bits(std::uint64_t{kMoved} << Wide::kMantissaBits));
  const auto count = L::xor_bits(L::bits(L::add(value, L::from_bits(large))), large);
  // With the hidden bit added, not set, the exponent field is one less.
  const auto field = L::template shift_right<kMoved>(L::add_bits(power, L::set_bits(kMinusLeast)));
  return L::add_bits(field, count);
}

// to[i] = y[i] / scale; doubtful[i] where the quotients of the numbers that round to y[i], in float32, have more than
// one result.  `infinite`: an infinite y[i] may be a number, too.  Whether there are such.
template <class Format, bool saturate, bool infinite>
inline bool narrow(const float* y, double scale, std::uint8_t* to, bool* doubtful, std::size_t n) {
  using M = Memory<math::Float32>;
  using L = typename M::L;
  constexpr std::uint64_t kBeyond = saturate               ? Format::kLargest
                                    : Format::kHasInfinity ? Format::kInfinity
                                                           : Format::kNan;
  constexpr std::size_t kChunk = 64;
  static_assert(kChunk % L::kSize == 0);
  alignas(64) double quotients[kChunk], lower[kChunk], upper[kChunk];
  const double least = 0x1p-149 / scale;  // the error of a subnormal number
  unsigned any = 0;
  for (std::size_t done = 0; done < n; done += kChunk) {
    const std::size_t count = n - done < kChunk ? n - done : kChunk;
    float padded[kChunk] = {};
    const float* from = y + done;
    if (count < kChunk) {
      std::memcpy(padded, from, count * sizeof(float));
      from = padded;
    }
    for (std::size_t i = 0; i < kChunk; i += L::kSize) {
      const auto quotient = L::div(M::load(reinterpret_cast<const char*>(from + i)), L::set(scale));
      const auto magnitude = L::abs(quotient);
      const auto error = L::add(L::mul(magnitude, L::set(0x1p-23)), L::set(least));
      const auto low = L::sub(magnitude, error), high = L::add(magnitude, error), zero = L::set(0.0);
      L::store(quotient, quotients + i);
      L::store(L::from_bits(encode_magnitude<Format, L>(L::select(L::less(zero, low), low, zero))), lower + i);
      L::store(L::from_bits(encode_magnitude<Format, L>(high)), upper + i);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const auto bits = std::bit_cast<std::uint64_t>(quotients[i]);
      const auto one = std::bit_cast<std::uint64_t>(lower[i]), other = std::bit_cast<std::uint64_t>(upper[i]);
      const std::uint64_t first = one > Format::kLargest ? kBeyond : one;
      const std::uint64_t second = other > Format::kLargest ? kBeyond : other;
      const std::uint64_t sign = first == Format::kNan ? 0 : bits >> 63;
      const bool nan = bits << 1 > math::Float64::kInfinity << 1;
      const bool unknown = infinite && std::bit_cast<std::uint32_t>(from[i]) << 1 == math::Float32::kInfinity << 1;
      const bool doubt = unknown | (!nan & (first != second));
      to[done + i] = static_cast<std::uint8_t>(nan ? Format::kNan : first | sign * Format::kSign);
      doubtful[done + i] = doubt;
      any |= static_cast<unsigned>(doubt);
    }
  }
  return any != 0;
}

template <class Format>
bool narrow_quotients(const float* y, double scale, bool saturate, std::uint8_t* to, bool* doubtful, std::size_t n) {
  return saturate ? narrow<Format, true, true>(y, scale, to, doubtful, n)
                  : narrow<Format, false, true>(y, scale, to, doubtful, n);
}
