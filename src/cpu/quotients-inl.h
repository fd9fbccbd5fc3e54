// SPDX-License-Identifier: Apache-2.0
// Values in float32, rounded, divided by a scale and rounded once more where that is as good as once.  Included inside
// the namespace of an instruction set, behind narrow-inl.h.

template <class Format, bool saturate>
inline bool narrow_each(const float* y, double scale, std::uint8_t* to, bool* doubtful, std::size_t n) {
  // Of a value that was rounded to a subnormal.
  const double least = 0x1p-149 / scale;
  unsigned any = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double quotient = static_cast<double>(y[i]) / scale;
    bool doubt;
    to[i] = narrow<Format, saturate>(quotient, std::fabs(quotient) * 0x1p-23 + least, doubt);
    doubt |= std::fabs(y[i]) > std::numeric_limits<float>::max();  // beyond float32, if not infinite
    doubtful[i] = doubt;
    any |= static_cast<unsigned>(doubt);
  }
  return any != 0;
}

template <class Format>
bool narrow_quotients(const float* y, double scale, bool saturate, std::uint8_t* to, bool* doubtful, std::size_t n) {
  return saturate ? narrow_each<Format, true>(y, scale, to, doubtful, n)
                  : narrow_each<Format, false>(y, scale, to, doubtful, n);
}
