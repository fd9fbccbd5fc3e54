// SPDX-License-Identifier: Apache-2.0
// Bytes through a table of 256, in vectors.  Included inside the namespace of an instruction set, behind hwy/highway.h
// and `namespace hn`.

#if HWY_ARCH_X86 && HWY_TARGET > HWY_AVX2  // better targets have lower numbers

// Sixteen lookups for sixteen bytes would take longer than one for each.
inline std::size_t map_vectors(const std::uint8_t* /*table*/, const std::uint8_t* /*from*/, std::uint8_t* /*to*/,
                               std::size_t /*n*/) {
  return 0;
}

#else

#if HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_AVX3

// 128 entries lie in two registers.
struct Lookup {
  using D = hn::ScalableTag<std::uint8_t>;
  using V = hn::VFromD<D>;
  __m512i part[4];

  HWY_INLINE explicit Lookup(const std::uint8_t* table) {
    for (int i = 0; i < 4; ++i) part[i] = _mm512_loadu_si512(table + 64 * i);
  }

#if HWY_TARGET == HWY_AVX3_DL
  HWY_INLINE V operator()(V x) const {
    const __m512i low = _mm512_permutex2var_epi8(part[0], x.raw, part[1]);
    const __m512i high = _mm512_permutex2var_epi8(part[2], x.raw, part[3]);
    return V{_mm512_mask_blend_epi8(_mm512_movepi8_mask(x.raw), low, high)};
  }
#else
  // By 64 pairs of entries: for each of the even bytes of x, and of the odd ones, its half of the table is found, then
  // its pair, and then its byte.
  HWY_INLINE __m512i pairs(__m512i index, __mmask32 upper) const {
    const __m512i low = _mm512_permutex2var_epi16(part[0], index, part[1]);
    const __m512i high = _mm512_permutex2var_epi16(part[2], index, part[3]);
    return _mm512_mask_blend_epi16(upper, low, high);
  }
  HWY_INLINE V operator()(V x) const {
    const auto has = [&](short bit) { return _mm512_test_epi16_mask(x.raw, _mm512_set1_epi16(bit)); };
    const __m512i even = pairs(_mm512_srli_epi16(x.raw, 1), has(0x80));
    const __m512i odd = pairs(_mm512_srli_epi16(x.raw, 9), _mm512_movepi16_mask(x.raw));
    const __m512i low = _mm512_mask_srli_epi16(even, has(1), even, 8);
    const __m512i high = _mm512_mask_slli_epi16(odd, _mm512_testn_epi16_mask(x.raw, _mm512_set1_epi16(0x100)), odd, 8);
    constexpr int kSelect = 0xca;  // the second where the first has ones, else the third
    return V{_mm512_ternarylogic_epi32(_mm512_set1_epi16(0xff), low, high, kSelect)};
  }
#endif
};

#else

// Sixteen lookups of 16 entries each.  A lookup gives 0 where the index is negative; for x from 0 to 127, the index
// x - 16 i is so for every i beyond x's own, and the parts hold the differences (exclusive or) of one to the next, so
// that those up to x's own add up to its entry.  The upper half is the same with x - 128 for x.
struct Lookup {
  using D = hn::ScalableTag<std::uint8_t>;
  using DI = hn::ScalableTag<std::int8_t>;
  using V = hn::VFromD<D>;
  alignas(16) std::uint8_t part[256];

  HWY_INLINE explicit Lookup(const std::uint8_t* table) {
    for (int i = 0; i < 256; ++i) part[i] = static_cast<std::uint8_t>(table[i] ^ ((i & 0x70) != 0 ? table[i - 16] : 0));
  }
  // With the sign.  x86 does not look at the other bits.
  static HWY_INLINE V nibbles(V index) {
#if HWY_ARCH_X86
    return index;
#else
    return hn::And(index, hn::Set(D(), 0x8f));
#endif
  }
  HWY_INLINE V half(V x, const std::uint8_t* parts) const {
    const auto step = hn::Set(DI(), 16);
    auto index = hn::BitCast(DI(), x);
    V sum = hn::Zero(D());
    for (int i = 0; i < 8; ++i) {
      const V entries = hn::LoadDup128(D(), parts + 16 * i);
      sum = hn::Xor(sum, hn::TableLookupBytesOr0(entries, nibbles(hn::BitCast(D(), index))));
      index = hn::SaturatedSub(index, step);
    }
    return sum;
  }
  HWY_INLINE V operator()(V x) const {
    return hn::Xor(half(x, part), half(hn::Xor(x, hn::Set(D(), 0x80)), part + 128));
  }
};

#endif

// How many of the bytes it mapped: whole vectors.
inline std::size_t map_vectors(const std::uint8_t* table, const std::uint8_t* from, std::uint8_t* to, std::size_t n) {
  using D = Lookup::D;
  constexpr std::size_t kSize = HWY_LANES(std::uint8_t);
  std::size_t i = 0;
  if (n < kSize) return i;
  const Lookup lookup(table);
  for (; i + kSize <= n; i += kSize) hn::StoreU(lookup(hn::LoadU(D(), from + i)), D(), to + i);
  return i;
}

#endif

inline void map_bytes(const std::uint8_t* table, const void* x, void* y, std::size_t n) {
  const DefaultEnvironment environment;  // on Arm, saturation leaves a flag there
  const auto* from = static_cast<const std::uint8_t*>(x);
  auto* to = static_cast<std::uint8_t*>(y);
  for (std::size_t i = map_vectors(table, from, to, n); i < n; ++i) to[i] = table[from[i]];
}
