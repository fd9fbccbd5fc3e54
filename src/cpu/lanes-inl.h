// SPDX-License-Identifier: Apache-2.0
// The vocabulary of src/math in Highway's vectors: lanes of T on the instruction set being compiled, in
// `count` vectors side by side, so that the latency of one is filled with the work of the next.
// Included inside the namespace of the instruction set, behind hwy/highway.h.
//
// Vectors without a size at compile time (SVE, RVV) cannot be members; kernels.cc leaves these targets to
// NEON and to scalar.cc.
namespace hn = hwy::HWY_NAMESPACE;

#if defined(HWY_NATIVE_FMA)
inline constexpr bool kFusedMultiplyAdd = HWY_NATIVE_FMA;
#elif HWY_ARCH_X86
inline constexpr bool kFusedMultiplyAdd = HWY_TARGET <= HWY_AVX2;  // better targets have lower numbers
#else
inline constexpr bool kFusedMultiplyAdd = HWY_ARCH_ARM_A64;
#endif

// Side by side: `count` vectors or masks of one type.
template <class Vector, int count>
struct Several {
  Vector each[count];

  HWY_INLINE Several() {}  // implicit constructors would not be compiled for the instruction set

  template <class F, class... Arguments>
  static HWY_INLINE Several of(F operation, const Arguments&... arguments) {
    Several result;
    for (int i = 0; i < count; ++i) result.each[i] = operation(arguments.each[i]...);
    return result;
  }
};

// A vector's mask as bits.
template <class D>
HWY_INLINE std::uint64_t bits_of(D d, hn::Mask<D> mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(d, mask, bytes);
  std::uint64_t bits;
  std::memcpy(&bits, bytes, sizeof(bits));
  return bits;
}

template <class T_, int count>
struct Lanes {
  using T = T_;
  using Word = hwy::MakeUnsigned<T>;
  using D = hn::ScalableTag<T>;
  using DU = hn::RebindToUnsigned<D>;
  using V = Several<hn::VFromD<D>, count>;
  using U = Several<hn::VFromD<DU>, count>;
  using M = Several<hn::Mask<D>, count>;
  struct Pair {
    V high_, low_;

    HWY_INLINE Pair() {}
    HWY_INLINE Pair(V high, V low) : high_(high), low_(low) {}
  };

  static constexpr bool kFused = kFusedMultiplyAdd;
  static constexpr int kCount = count;
  static constexpr std::size_t kVector = HWY_LANES(T);
  static constexpr std::size_t kSize = count * kVector;

  static HWY_INLINE V set(T value) {
    const auto one = hn::Set(D(), value);
    V result;
    for (auto& vector : result.each) vector = one;
    return result;
  }
  static HWY_INLINE V add(V a, V b) {
    return V::of([](auto u, auto v) HWY_ATTR { return hn::Add(u, v); }, a, b);
  }
  static HWY_INLINE V sub(V a, V b) {
    return V::of([](auto u, auto v) HWY_ATTR { return hn::Sub(u, v); }, a, b);
  }
  static HWY_INLINE V mul(V a, V b) {
    return V::of([](auto u, auto v) HWY_ATTR { return hn::Mul(u, v); }, a, b);
  }
  static HWY_INLINE V div(V a, V b) {
    return V::of([](auto u, auto v) HWY_ATTR { return hn::Div(u, v); }, a, b);
  }
  // a / b; in double lanes with an error below 2^-46.7, by a reciprocal in floats and a step of Newton's iteration,
  // for 2^-126 <= b <= 2^126: divisions of doubles are slow.
  static HWY_INLINE V quotient(V a, V b) {
    if constexpr (sizeof(T) == 4) {
      return div(a, b);
    } else {
      const V reciprocal = V::of(
          [](auto u) HWY_ATTR {
            const hn::Rebind<float, D> d32;
            return hn::PromoteTo(D(), hn::Div(hn::Set(d32, 1.0f), hn::DemoteTo(d32, u)));
          },
          b);
      return mul(a, fma(nfma(reciprocal, b, set(1)), reciprocal, reciprocal));
    }
  }
  static HWY_INLINE V copy_sign(V magnitude, V sign) {
    return V::of([](auto u, auto v) HWY_ATTR { return hn::CopySignToAbs(u, v); }, magnitude, sign);
  }
  static HWY_INLINE V neg(V a) {
    return V::of([](auto u) HWY_ATTR { return hn::Neg(u); }, a);
  }
  static HWY_INLINE V abs(V a) {
    return V::of([](auto u) HWY_ATTR { return hn::Abs(u); }, a);
  }
  static HWY_INLINE V fma(V a, V b, V c) {  // a b + c
    return V::of([](auto u, auto v, auto w) HWY_ATTR { return hn::MulAdd(u, v, w); }, a, b, c);
  }
  static HWY_INLINE V fms(V a, V b, V c) {  // a b - c
    return V::of([](auto u, auto v, auto w) HWY_ATTR { return hn::MulSub(u, v, w); }, a, b, c);
  }

  static HWY_INLINE V nfma(V a, V b, V c) {  // c - a b
    return V::of([](auto u, auto v, auto w) HWY_ATTR { return hn::NegMulAdd(u, v, w); }, a, b, c);
  }

  static HWY_INLINE M less(V a, V b) {
    return M::of([](auto u, auto v) HWY_ATTR { return hn::Lt(u, v); }, a, b);
  }
  static HWY_INLINE M equal(V a, V b) {
    return M::of([](auto u, auto v) HWY_ATTR { return hn::Eq(u, v); }, a, b);
  }
  static HWY_INLINE M not_equal(V a, V b) {  // true for NaN
    return M::of([](auto u, auto v) HWY_ATTR { return hn::Not(hn::Eq(u, v)); }, a, b);
  }
  static HWY_INLINE M at_most(V a, V b) {
    return M::of([](auto u, auto v) HWY_ATTR { return hn::Le(u, v); }, a, b);
  }
  static HWY_INLINE M not_at_most(V a, V b) {  // true for NaN
    return M::of([](auto u, auto v) HWY_ATTR { return hn::Not(hn::Le(u, v)); }, a, b);
  }
  static HWY_INLINE M none() {
    M result;
    for (auto& mask : result.each) {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
      mask.raw = 0;
#else
      mask = hn::MaskFromVec(hn::Zero(D()));
#endif
    }
    return result;
  }
  static HWY_INLINE M either(M a, M b) {
    return M::of([](auto u, auto v) HWY_ATTR { return hn::Or(u, v); }, a, b);
  }
  static HWY_INLINE M not_mask(M a) {
    return M::of([](auto u) HWY_ATTR { return hn::Not(u); }, a);
  }
  static HWY_INLINE M both(M a, M b) {
    return M::of([](auto u, auto v) HWY_ATTR { return hn::And(u, v); }, a, b);
  }
  // a 2^n, for floats and an integer n = shifted - 1.5 2^23.
  static HWY_INLINE V times_power(V a, [[maybe_unused]] V n, [[maybe_unused]] V shifted) {
    static_assert(sizeof(T) == 4);
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    return V::of([](auto u, auto v) HWY_ATTR { return hn::VFromD<D>{_mm512_scalef_ps(u.raw, v.raw)}; }, a, n);
#else
    return from_bits(add_bits(bits(a), shift_left<23>(bits(shifted))));
#endif
  }
  static HWY_INLINE bool any(M m) {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    if constexpr (count == 2 && sizeof(T) == 4) return !_kortestz_mask16_u8(m.each[0].raw, m.each[1].raw);
    if constexpr (count == 2 && sizeof(T) == 8) return !_kortestz_mask8_u8(m.each[0].raw, m.each[1].raw);
#endif
    auto all = m.each[0];
    for (int i = 1; i < count; ++i) all = hn::Or(all, m.each[i]);
    return !hn::AllFalse(D(), all);
  }
  static HWY_INLINE V select(M m, V yes, V no) {
    return V::of([](auto u, auto v, auto w) HWY_ATTR { return hn::IfThenElse(u, v, w); }, m, yes, no);
  }

  static HWY_INLINE U bits(V a) {
    return U::of([](auto u) HWY_ATTR { return hn::BitCast(DU(), u); }, a);
  }
  static HWY_INLINE V from_bits(U a) {
    return V::of([](auto u) HWY_ATTR { return hn::BitCast(D(), u); }, a);
  }
  static HWY_INLINE U add_bits(U a, U b) {
    return U::of([](auto u, auto v) HWY_ATTR { return hn::Add(u, v); }, a, b);
  }
  template <int places>
  static HWY_INLINE U shift_left(U a) {
    return U::of([](auto u) HWY_ATTR { return hn::ShiftLeft<places>(u); }, a);
  }
  template <int places>
  static HWY_INLINE U shift_right(U a) {
    return U::of([](auto u) HWY_ATTR { return hn::ShiftRight<places>(u); }, a);
  }
  static HWY_INLINE U set_bits(Word value) {
    const auto one = hn::Set(DU(), value);
    U result;
    for (auto& vector : result.each) vector = one;
    return result;
  }
  static HWY_INLINE U and_bits(U a, Word mask) {
    const auto masks = hn::Set(DU(), mask);
    return U::of([=](auto u) HWY_ATTR { return hn::And(u, masks); }, a);
  }
  static HWY_INLINE U xor_bits(U a, U b) {
    return U::of([](auto u, auto v) HWY_ATTR { return hn::Xor(u, v); }, a, b);
  }
  // Whether a has none of the mask's bits, or some of them.
  static HWY_INLINE M no_bits(U a, Word mask) {
    const auto masks = hn::Set(DU(), mask);
    return M::of(
        [=](auto u) HWY_ATTR {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86  // one instruction, which compilers do not find
          if constexpr (sizeof(T) == 8) return hn::Mask<D>{_mm512_testn_epi64_mask(u.raw, masks.raw)};
          if constexpr (sizeof(T) == 4) return hn::Mask<D>{_mm512_testn_epi32_mask(u.raw, masks.raw)};
#else
          return hn::RebindMask(D(), hn::Eq(hn::And(u, masks), hn::Zero(DU())));
#endif
        },
        a);
  }
  static HWY_INLINE M some_bits(U a, Word mask) {
    const auto masks = hn::Set(DU(), mask);
    return M::of(
        [=](auto u) HWY_ATTR {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
          if constexpr (sizeof(T) == 8) return hn::Mask<D>{_mm512_test_epi64_mask(u.raw, masks.raw)};
          if constexpr (sizeof(T) == 4) return hn::Mask<D>{_mm512_test_epi32_mask(u.raw, masks.raw)};
#else
          return hn::RebindMask(D(), hn::Ne(hn::And(u, masks), hn::Zero(DU())));
#endif
        },
        a);
  }

  // table[index mod 16]
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
  static HWY_INLINE V lookup(const double* table, U index) {
    const __m512d low = _mm512_loadu_pd(table), high = _mm512_loadu_pd(table + 8);
    return V::of([=](auto u) HWY_ATTR { return hn::VFromD<D>{_mm512_permutex2var_pd(low, u.raw, high)}; }, index);
  }
  static HWY_INLINE U lookup(const std::uint64_t* table, U index) {
    const __m512i low = _mm512_loadu_si512(table), high = _mm512_loadu_si512(table + 8);
    return U::of([=](auto u) HWY_ATTR { return hn::VFromD<DU>{_mm512_permutex2var_epi64(low, u.raw, high)}; }, index);
  }
#else
  static HWY_INLINE auto lookup(const auto* table, U index) {
    const hn::Rebind<std::remove_cvref_t<decltype(*table)>, D> d;
    const hn::RebindToSigned<D> di;
    const auto modulus = hn::Set(DU(), math::kEntries - 1);
    return Several<hn::VFromD<decltype(d)>, count>::of(
        [=](auto u) HWY_ATTR { return hn::GatherIndex(d, table, hn::BitCast(di, hn::And(u, modulus))); }, index);
  }
#endif

  // What pairs of floats need besides, where a permutation holds their table.
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
  static constexpr int kShortEntries = math::kShortEntries;
  // Entry j of n = k + j / kShortEntries, which is in the low bits of `shifted`.
  static HWY_INLINE V lookup(const float* table, V shifted) {
    const __m512 low = _mm512_loadu_ps(table), high = _mm512_loadu_ps(table + 16);
    return V::of([=](auto u)
                     HWY_ATTR { return hn::VFromD<D>{_mm512_permutex2var_ps(low, _mm512_castps_si512(u.raw), high)}; },
                 shifted);
  }
  static HWY_INLINE V short_log(V shifted) { return lookup(math::kShortLogs, shifted); }
  static HWY_INLINE V short_power(V n, V shifted) {
    return times_power(lookup(math::kShortPowers, shifted), n, shifted);
  }
  // a b - c and -a b - c where m, else 0.
  static HWY_INLINE V fms_where(M m, V a, V b, V c) {
    return V::of([](auto k, auto u, auto v, auto w)
                     HWY_ATTR { return hn::VFromD<D>{_mm512_maskz_fmsub_ps(k.raw, u.raw, v.raw, w.raw)}; },
                 m, a, b, c);
  }
  static HWY_INLINE V nfms_where(M m, V a, V b, V c) {
    return V::of([](auto k, auto u, auto v, auto w)
                     HWY_ATTR { return hn::VFromD<D>{_mm512_maskz_fnmsub_ps(k.raw, u.raw, v.raw, w.raw)}; },
                 m, a, b, c);
  }
  // The larger of |a| and |b|.
  static HWY_INLINE V max_magnitude(V a, V b) {
    constexpr int kMaximum = 3, kWithoutSign = 2 << 2;
    return V::of([](auto u, auto v)
                     HWY_ATTR { return hn::VFromD<D>{_mm512_range_ps(u.raw, v.raw, kMaximum | kWithoutSign)}; },
                 a, b);
  }
  // m, and a comparison: one instruction.
  template <int comparison>
  static HWY_INLINE M and_compare(M m, V a, V b) {
    return M::of([](auto k, auto u, auto v)
                     HWY_ATTR { return hn::Mask<D>{_mm512_mask_cmp_ps_mask(k.raw, u.raw, v.raw, comparison)}; },
                 m, a, b);
  }
  static HWY_INLINE M and_at_most(M m, V a, V b) { return and_compare<_CMP_LE_OQ>(m, a, b); }
  static HWY_INLINE M and_equal(M m, V a, V b) { return and_compare<_CMP_EQ_OQ>(m, a, b); }
  static HWY_INLINE M and_not_equal(M m, V a, V b) { return and_compare<_CMP_NEQ_UQ>(m, a, b); }
  static HWY_INLINE M and_at_least_bits(M m, U a, U b) {
    return M::of([](auto k, auto u, auto v)
                     HWY_ATTR { return hn::Mask<D>{_mm512_mask_cmpge_epu32_mask(k.raw, u.raw, v.raw)}; },
                 m, a, b);
  }
  // m, and a has some of b's bits
  static HWY_INLINE M and_some_bits(M m, U a, U b) {
    return M::of([](auto k, auto u, auto v)
                     HWY_ATTR { return hn::Mask<D>{_mm512_mask_test_epi32_mask(k.raw, u.raw, v.raw)}; },
                 m, a, b);
  }
#else
  static constexpr int kShortEntries = 0;
#endif

  static HWY_INLINE V gather(const T* table, U index) {
    const hn::RebindToSigned<D> di;
    return V::of([=](auto u) HWY_ATTR { return hn::GatherIndex(D(), table, hn::BitCast(di, u)); }, index);
  }

  static HWY_INLINE V load(const T* from) {
    V a;
    for (int i = 0; i < count; ++i) a.each[i] = hn::LoadU(D(), from + i * kVector);
    return a;
  }
  static HWY_INLINE void store(V a, T* to) {
    for (int i = 0; i < count; ++i) hn::StoreU(a.each[i], D(), to + i * kVector);
  }
  // The lanes of m as bits, the first the lowest.
  static HWY_INLINE std::uint64_t mask_bits(M m) {
    static_assert(kSize <= 64);
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    if constexpr (count == 2 && sizeof(T) == 4) return _cvtmask32_u32(_mm512_kunpackw(m.each[1].raw, m.each[0].raw));
#endif
    std::uint64_t all = 0;
    for (int i = 0; i < count; ++i) {
      all |= bits_of(D(), m.each[i]) << (i * kVector);
    }
    return all;
  }

  static HWY_INLINE Pair pair(V high, V low) { return {high, low}; }
  // Numbers that lie in memory as high, low, high, low, ...
  static HWY_INLINE Pair load_pairs(const T* from) {
    Pair p;
    for (int i = 0; i < count; ++i) hn::LoadInterleaved2(D(), from + 2 * i * kVector, p.high_.each[i], p.low_.each[i]);
    return p;
  }
  static HWY_INLINE V high(Pair p) { return p.high_; }
  static HWY_INLINE V low(Pair p) { return p.low_; }
};

// Bit patterns, for the functions that are defined on them.
template <class Bits>
struct IntegerLanes {
  using D = hn::ScalableTag<Bits>;
  using DI = hn::RebindToSigned<D>;
  using V = hn::VFromD<D>;
  using M = hn::Mask<D>;
  static constexpr std::size_t kSize = HWY_LANES(Bits);
  static HWY_INLINE V load(const char* from) { return hn::LoadU(D(), reinterpret_cast<const Bits*>(from)); }
  static HWY_INLINE void store(V a, char* to) { hn::StoreU(a, D(), reinterpret_cast<Bits*>(to)); }
  static HWY_INLINE V set(Bits value) { return hn::Set(D(), value); }
  static HWY_INLINE V bit_and(V a, V b) { return hn::And(a, b); }
  static HWY_INLINE M above(V a, V b) {  // as signed integers
    return hn::RebindMask(D(), hn::Gt(hn::BitCast(DI(), a), hn::BitCast(DI(), b)));
  }
  static HWY_INLINE M above_unsigned(V a, V b) { return hn::Gt(a, b); }
  static HWY_INLINE M equal(V a, V b) { return hn::Eq(a, b); }
  static HWY_INLINE M either(M a, M b) { return hn::Or(a, b); }
  static HWY_INLINE M and_not(M a, M b) { return hn::AndNot(b, a); }  // a, and not b
  // m, and a > b; m, and a != b; m, and a == b; a has none of the mask's bits: each one instruction for the masks of
  // AVX-512
  static HWY_INLINE M and_above_unsigned(M m, V a, V b) {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    if constexpr (sizeof(Bits) == 2) return M{_mm512_mask_cmpgt_epu16_mask(m.raw, a.raw, b.raw)};
    if constexpr (sizeof(Bits) == 4) return M{_mm512_mask_cmpgt_epu32_mask(m.raw, a.raw, b.raw)};
#endif
    return hn::And(m, hn::Gt(a, b));
  }
  static HWY_INLINE M and_not_equal(M m, V a, V b) {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    if constexpr (sizeof(Bits) == 2) return M{_mm512_mask_cmpneq_epu16_mask(m.raw, a.raw, b.raw)};
#endif
    return hn::AndNot(hn::Eq(a, b), m);
  }
  static HWY_INLINE M and_equal(M m, V a, V b) {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    if constexpr (sizeof(Bits) == 2) return M{_mm512_mask_cmpeq_epi16_mask(m.raw, a.raw, b.raw)};
#endif
    return hn::And(m, hn::Eq(a, b));
  }
  static HWY_INLINE M no_bits(V a, V mask) {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    if constexpr (sizeof(Bits) == 2) return M{_mm512_testn_epi16_mask(a.raw, mask.raw)};
#endif
    return hn::Eq(hn::And(a, mask), hn::Zero(D()));
  }
  static HWY_INLINE std::uint64_t mask_bits(M m) {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    return m.raw;
#else
    return bits_of(D(), m);
#endif
  }
  static HWY_INLINE bool any(M m) { return !hn::AllFalse(D(), m); }
  static HWY_INLINE bool all(M m) { return hn::AllTrue(D(), m); }
  static HWY_INLINE V add(V a, V b) { return hn::Add(a, b); }
  static HWY_INLINE V sub(V a, V b) { return hn::Sub(a, b); }
  static HWY_INLINE V select(M m, V yes, V no) { return hn::IfThenElse(m, yes, no); }
};

// Numbers of a format in lanes wide enough for them; a block is as many as fill one vector of the format, and
// element(i) is the place in it of lane i.  scale and then round<window> prepare a result for store, which takes it to
// nearest; what it does with a midpoint does not matter, as near_midpoint<window> finds the lanes within 2^window units
// of their last place of one.  The 16-bit formats compare two ends of an error: around<window> prepares those on either
// side of a result by 2^window units, and round and round_down those that are farther from 0 and nearer; in doubt is
// what pack makes different numbers of the two, and differ tells the lanes.
template <class Format>
struct Memory;

template <>
struct Memory<math::Float64> {
  using L = Lanes<double, 1>;
  static constexpr std::size_t element(std::size_t lane) { return lane; }
  static constexpr std::size_t lane(std::size_t element) { return element; }
  static HWY_INLINE L::V load(const char* from) { return L::load(reinterpret_cast<const double*>(from)); }
  static HWY_INLINE L::V scale(L::V a) { return a; }
  template <int window>
  static HWY_INLINE L::V round(L::V a) {
    return a;
  }
  static HWY_INLINE void store(L::V a, char* to) { L::store(a, reinterpret_cast<double*>(to)); }
};

template <>
struct Memory<math::Float32> {
  using L = Lanes<double, 2>;
  using D32 = hn::Rebind<float, L::D>;
  static constexpr std::size_t element(std::size_t lane) { return lane; }
  static constexpr std::size_t lane(std::size_t element) { return element; }
  static HWY_INLINE L::V load(const char* from) {
    L::V a;
    for (std::size_t i = 0; i < L::kCount; ++i)
      a.each[i] = hn::PromoteTo(L::D(), hn::LoadU(D32(), reinterpret_cast<const float*>(from) + i * L::kVector));
    return a;
  }
  static HWY_INLINE L::V scale(L::V a) { return a; }
  template <int window>
  static HWY_INLINE L::V round(L::V a) {
    return a;
  }
  template <int window>
  static HWY_INLINE L::M near_midpoint(L::V a) {
    constexpr std::uint64_t kHalf = 1u << 28;
    return L::no_bits(L::add_bits(L::bits(a), L::set_bits(kHalf + (1u << window))), 2 * kHalf - (2u << window));
  }
  static HWY_INLINE void store(L::V a, char* to) {
    for (std::size_t i = 0; i < L::kCount; ++i)
      hn::StoreU(hn::DemoteTo(D32(), a.each[i]), D32(), reinterpret_cast<float*>(to) + i * L::kVector);
  }
};

// The 16-bit formats by integer operations, the same on every target: of each 32 bits, the lower half goes to the
// first vector and the upper half to the second, both as the upper halves of their lanes.  round adds a half and the
// window, which store then cuts off.
template <int dropped>
struct Memory16 {
  using L = Lanes<float, 2>;
  using Vector = hn::VFromD<L::DU>;
  using Packed = hn::VFromD<hn::Repartition<std::uint16_t, L::DU>>;
  static constexpr std::size_t element(std::size_t lane) { return 2 * (lane % L::kVector) + lane / L::kVector; }
  static constexpr std::size_t lane(std::size_t element) { return element / 2 + element % 2 * L::kVector; }
  // The lower halves of these lanes have what they have.
  static HWY_INLINE L::U load_halves(const char* from) {
    L::U a;
    a.each[1] = hn::LoadU(L::DU(), reinterpret_cast<const std::uint32_t*>(from));
    a.each[0] = hn::ShiftLeft<16>(a.each[1]);
    return a;
  }
  static HWY_INLINE L::U indices(const char* from) {
    L::U a;
    const Vector both = hn::LoadU(L::DU(), reinterpret_cast<const std::uint32_t*>(from));
    a.each[0] = hn::And(both, hn::Set(L::DU(), 0xffff));
    a.each[1] = hn::ShiftRight<16>(both);
    return a;
  }
  static HWY_INLINE Packed pack_halves(L::U a) {
    return hn::BitCast(hn::Repartition<std::uint16_t, L::DU>(),
                       select_bits(0xffff0000, a.each[1], hn::ShiftRight<16>(a.each[0])));
  }
  static HWY_INLINE Vector select_bits(std::uint32_t mask, Vector yes, Vector no) {
    const Vector chosen = hn::Set(L::DU(), mask);
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    return hn::IfVecThenElse(chosen, yes, no);
#else
    return hn::Or(hn::And(chosen, yes), hn::AndNot(chosen, no));
#endif
  }
  template <int window>
  static HWY_INLINE L::V round_bits(L::V a) {
    constexpr std::uint32_t kHalf = 1u << (dropped - 1);
    return L::from_bits(L::add_bits(L::bits(a), L::set_bits(kHalf + (1u << window))));
  }
  static HWY_INLINE L::V round_down(L::V a) {  // and a midpoint too
    return L::from_bits(L::add_bits(L::bits(a), L::set_bits((1u << (dropped - 1)) - 1)));
  }
  template <int window>
  static HWY_INLINE void around(L::V a, L::V& one, L::V& other) {
    one = round_bits<window>(a);
    other = L::from_bits(L::add_bits(L::bits(one), L::set_bits(0 - (2u << window))));
  }
  template <int window>
  static constexpr float kFarther = 1;
  template <int window>
  static HWY_INLINE void ends(L::V a, L::V& one, L::V& other) {
    around<window>(a, one, other);
  }
  template <int window>
  static HWY_INLINE L::M near_midpoint(L::V a) {
    return L::no_bits(L::bits(a), (1u << dropped) - (2u << window));
  }
  static HWY_INLINE L::M differ(L::V a, L::V b) {
    return L::some_bits(L::xor_bits(L::bits(a), L::bits(b)), ~((1u << dropped) - 1));
  }
};

template <>
struct Memory<math::Bfloat16> : Memory16<16> {
  static HWY_INLINE L::V load(const char* from) {
    L::U a = load_halves(from);
    a.each[1] = hn::And(a.each[1], hn::Set(L::DU(), 0xffff0000));
    return L::from_bits(a);
  }
  static HWY_INLINE L::V scale(L::V a) { return a; }
  template <int window>
  static HWY_INLINE L::V round(L::V a) {
    return round_bits<window>(a);
  }
  static HWY_INLINE Packed pack(L::V a) { return pack_halves(L::bits(a)); }
  static HWY_INLINE void store(L::V a, char* to) { IntegerLanes<std::uint16_t>::store(pack(a), to); }
};

// An exact multiplication makes up for the exponents' offset, and leaves subnormals right; so that in the
// lanes 2^16 stands for infinity and more for NaN (written as 1.5 2^16).
template <>
struct Memory<math::Float16> : Memory16<13> {
  static HWY_INLINE L::V load(const char* from) {
    return L::V::of(
        [](auto u) HWY_ATTR {
          const hn::RebindToSigned<L::DU> di;
          const auto moved = hn::BitCast(L::DU(), hn::ShiftRight<3>(hn::BitCast(di, u)));
          const auto bits = hn::And(moved, hn::Set(L::DU(), 0x8fffe000));
          return hn::Mul(hn::BitCast(L::D(), bits), hn::Set(L::D(), 0x1p112f));
        },
        load_halves(from));
  }
  static HWY_INLINE L::V scale(L::V a) { return L::mul(a, L::set(0x1p-112f)); }
  template <int window>
  static HWY_INLINE L::V round(L::V a) {
    return round_bits<window>(a);
  }
  static HWY_INLINE Packed pack(L::V a) {
    return pack_halves(
        L::U::of([](auto u) HWY_ATTR { return select_bits(0x80000000, u, hn::ShiftLeft<3>(u)); }, L::bits(a)));
  }
  static HWY_INLINE void store(L::V a, char* to) { IntegerLanes<std::uint16_t>::store(pack(a), to); }
};

// float16 by the machine's own conversions, which round to nearest.
#if (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2 && !defined(HWY_DISABLE_F16C)) || HWY_ARCH_ARM_A64
inline constexpr bool kConverts16 = kFusedMultiplyAdd;
#else
inline constexpr bool kConverts16 = false;
#endif

struct Converted16 {
  using L = Lanes<float, 2>;
  using D16 = hn::Rebind<hwy::float16_t, L::D>;
  using Packed = hn::VFromD<hn::Repartition<std::uint16_t, L::D>>;
  static constexpr std::size_t element(std::size_t lane) { return lane; }
  static constexpr std::size_t lane(std::size_t element) { return element; }
  static HWY_INLINE L::U indices(const char* from) {
    L::U a;
    for (std::size_t i = 0; i < L::kCount; ++i) {
      const auto* part = reinterpret_cast<const std::uint16_t*>(from) + i * L::kVector;
      a.each[i] = hn::PromoteTo(L::DU(), hn::LoadU(hn::Rebind<std::uint16_t, L::DU>(), part));
    }
    return a;
  }
  static HWY_INLINE L::V scale(L::V a) { return a; }
  template <int window>
  static HWY_INLINE L::V round(L::V a) {
    return a;
  }
  template <int window>
  static HWY_INLINE L::M near_midpoint(L::V /*a*/) {
    return L::none();
  }
  static HWY_INLINE L::V round_down(L::V a) { return a; }
  template <int window>  // 2 units more, for the rounding
  static constexpr float kWidth = ((1 << window) / 2 + 1) * 0x1p-23f;
  template <int window>
  static HWY_INLINE void around(L::V a, L::V& one, L::V& other) {
    one = L::mul(a, L::set(1 + kWidth<window>));
    other = L::mul(a, L::set(1 - kWidth<window>));
  }
  template <int window>
  static constexpr float kFarther = 1 + kWidth<window>;
  template <int window>
  static HWY_INLINE void ends(L::V farther, L::V& one, L::V& other) {
    one = farther;
    other = L::nfma(farther, L::set(2 * kWidth<window>), farther);
  }
  static HWY_INLINE L::M differ(L::V a, L::V b) {
    const auto narrowed = [](auto u) HWY_ATTR { return hn::PromoteTo(L::D(), hn::DemoteTo(D16(), u)); };
    return L::not_equal(L::V::of(narrowed, a), L::V::of(narrowed, b));
  }
  static HWY_INLINE Packed pack(L::V a) {
    const auto narrow = [](auto u)
                            HWY_ATTR { return hn::BitCast(hn::Rebind<std::uint16_t, L::D>(), hn::DemoteTo(D16(), u)); };
    return hn::Combine(hn::Repartition<std::uint16_t, L::D>(), narrow(a.each[1]), narrow(a.each[0]));
  }
  static HWY_INLINE L::V load(const char* from) {
    L::V a;
    for (std::size_t i = 0; i < L::kCount; ++i)
      a.each[i] =
          hn::PromoteTo(L::D(), hn::LoadU(D16(), reinterpret_cast<const hwy::float16_t*>(from) + i * L::kVector));
    return a;
  }
  static HWY_INLINE void store(L::V a, char* to) { IntegerLanes<std::uint16_t>::store(pack(a), to); }
};
