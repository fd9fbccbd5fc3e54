// SPDX-License-Identifier: Apache-2.0
// The vocabulary of src/math in Highway's vectors: lanes of T on the instruction set being compiled.
// Included inside the namespace of the instruction set, behind hwy/highway.h.
namespace hn = hwy::HWY_NAMESPACE;

#if defined(HWY_NATIVE_FMA)
inline constexpr bool kFusedMultiplyAdd = HWY_NATIVE_FMA;
#elif HWY_ARCH_X86
inline constexpr bool kFusedMultiplyAdd = HWY_TARGET <= HWY_AVX2;  // better targets have lower numbers
#else
inline constexpr bool kFusedMultiplyAdd = HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR && HWY_ARCH_ARM_A64;
#endif

template <class T_>
struct Lanes {
  using T = T_;
  using Word = hwy::MakeUnsigned<T>;
  using D = hn::ScalableTag<T>;
  using DU = hn::RebindToUnsigned<D>;
  using V = hn::VFromD<D>;
  using U = hn::VFromD<DU>;
  using M = hn::Mask<D>;
  struct Pair {
    V high_, low_;
  };

  static constexpr bool kFused = kFusedMultiplyAdd;
  static HWY_INLINE size_t size() { return hn::Lanes(D()); }
  static constexpr size_t kMaxSize = HWY_MAX_BYTES / sizeof(T);

  static HWY_INLINE V set(T value) { return hn::Set(D(), value); }
  static HWY_INLINE V add(V a, V b) { return hn::Add(a, b); }
  static HWY_INLINE V sub(V a, V b) { return hn::Sub(a, b); }
  static HWY_INLINE V mul(V a, V b) { return hn::Mul(a, b); }
  static HWY_INLINE V div(V a, V b) { return hn::Div(a, b); }
  static HWY_INLINE V neg(V a) { return hn::Neg(a); }
  static HWY_INLINE V abs(V a) { return hn::Abs(a); }
  static HWY_INLINE V fma(V a, V b, V c) { return hn::MulAdd(a, b, c); }  // a b + c
  static HWY_INLINE V fms(V a, V b, V c) { return hn::MulSub(a, b, c); }  // a b - c

  static HWY_INLINE M less(V a, V b) { return hn::Lt(a, b); }
  static HWY_INLINE M equal(V a, V b) { return hn::Eq(a, b); }
  static HWY_INLINE M not_equal(V a, V b) { return hn::Not(hn::Eq(a, b)); }
  static HWY_INLINE M either(M a, M b) { return hn::Or(a, b); }
  static HWY_INLINE M both(M a, M b) { return hn::And(a, b); }
  static HWY_INLINE M at_most(V a, V b) { return hn::Le(a, b); }
  static HWY_INLINE M not_at_most(V a, V b) { return hn::Not(hn::Le(a, b)); }  // true for NaN
  static HWY_INLINE bool any(M m) { return !hn::AllFalse(D(), m); }
  static HWY_INLINE V select(M m, V yes, V no) { return hn::IfThenElse(m, yes, no); }

  static HWY_INLINE U bits(V a) { return hn::BitCast(DU(), a); }
  static HWY_INLINE V from_bits(U a) { return hn::BitCast(D(), a); }
  static HWY_INLINE U add_bits(U a, U b) { return hn::Add(a, b); }
  template <int count>
  static HWY_INLINE U shift_left(U a) {
    return hn::ShiftLeft<count>(a);
  }
  template <int count>
  static HWY_INLINE U shift_right(U a) {
    return hn::ShiftRight<count>(a);
  }
  // Whether (bits of a + offset) has no bit of mask.
  static HWY_INLINE M no_bits(V a, Word offset, Word mask) {
    const U sum = hn::Add(bits(a), hn::Set(DU(), offset));
    return hn::RebindMask(D(), hn::Eq(hn::And(sum, hn::Set(DU(), mask)), hn::Zero(DU())));
  }

  // table[index mod 16]
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
  static HWY_INLINE V lookup(const double* table, U index) {
    return V{_mm512_permutex2var_pd(_mm512_loadu_pd(table), index.raw, _mm512_loadu_pd(table + 8))};
  }
  static HWY_INLINE U lookup(const std::uint64_t* table, U index) {
    return U{_mm512_permutex2var_epi64(_mm512_loadu_si512(table), index.raw, _mm512_loadu_si512(table + 8))};
  }
#else
  static HWY_INLINE auto lookup(const auto* table, U index) {
    const hn::Rebind<std::remove_cvref_t<decltype(*table)>, D> d;
    const hn::RebindToSigned<D> di;
    return hn::GatherIndex(d, table, hn::BitCast(di, hn::And(index, hn::Set(DU(), math::kEntries - 1))));
  }
#endif

  static HWY_INLINE V load(const T* from) { return hn::LoadU(D(), from); }
  static HWY_INLINE void store(V a, T* to) { hn::StoreU(a, D(), to); }
  // The lanes of m as 0 and not 0.
  static HWY_INLINE void store_mask(M m, T* to) { hn::StoreU(hn::IfThenElseZero(m, set(T{1})), D(), to); }

  static HWY_INLINE Pair pair(V high, V low) { return {high, low}; }
  static HWY_INLINE V high(Pair p) { return p.high_; }
  static HWY_INLINE V low(Pair p) { return p.low_; }
};

// Numbers of a format in lanes wide enough for them; store rounds to nearest, ties to even.
template <class Format>
struct Memory;

template <>
struct Memory<math::Float64> {
  using L = Lanes<double>;
  static HWY_INLINE L::V load(const void* from) { return hn::LoadU(L::D(), static_cast<const double*>(from)); }
  static HWY_INLINE void store(L::V a, void* to) { hn::StoreU(a, L::D(), static_cast<double*>(to)); }
};

template <>
struct Memory<math::Float32> {
  using L = Lanes<double>;
  using D32 = hn::Rebind<float, L::D>;
  static HWY_INLINE L::V load(const void* from) {
    return hn::PromoteTo(L::D(), hn::LoadU(D32(), static_cast<const float*>(from)));
  }
  static HWY_INLINE void store(L::V a, void* to) {
    hn::StoreU(hn::DemoteTo(D32(), a), D32(), static_cast<float*>(to));
  }
};

// The 16-bit formats by integer operations, the same on every target.
struct Memory16 {
  using L = Lanes<float>;
  using D16 = hn::Rebind<std::uint16_t, L::D>;
  using DI = hn::RebindToSigned<L::D>;
  static HWY_INLINE L::U load_bits(const void* from) {
    return hn::PromoteTo(L::DU(), hn::LoadU(D16(), static_cast<const std::uint16_t*>(from)));
  }
  // a, without its lowest `dropped` bits, rounded; then the 16 bits that are left.
  template <int dropped>
  static HWY_INLINE L::U round_bits(L::U a) {
    const L::U odd = hn::And(hn::ShiftRight<dropped>(a), hn::Set(L::DU(), 1));
    const L::U half = hn::Set(L::DU(), (1u << (dropped - 1)) - 1);
    return hn::ShiftRight<dropped>(hn::Add(a, hn::Add(odd, half)));
  }
  static HWY_INLINE void store_bits(L::U a, void* to) {
    hn::StoreU(hn::DemoteTo(D16(), hn::BitCast(DI(), a)), D16(), static_cast<std::uint16_t*>(to));
  }
};

template <>
struct Memory<math::Bfloat16> : Memory16 {
  static HWY_INLINE L::V load(const void* from) { return L::from_bits(hn::ShiftLeft<16>(load_bits(from))); }
  static HWY_INLINE void store(L::V a, void* to) { store_bits(round_bits<16>(L::bits(a)), to); }
};

// The exponent's offset is made up by an exact multiplication, which leaves subnormals right; so that
// there, 2^16 stands for infinity and 1.5 2^16 for NaN.
template <>
struct Memory<math::Float16> : Memory16 {
  static HWY_INLINE L::V load(const void* from) {
    const L::U bits = load_bits(from);
    const L::U sign = hn::ShiftLeft<16>(hn::And(bits, hn::Set(L::DU(), 0x8000)));
    const L::U rest = hn::ShiftLeft<13>(hn::And(bits, hn::Set(L::DU(), 0x7fff)));
    return L::from_bits(hn::Or(sign, L::bits(L::mul(L::from_bits(rest), L::set(0x1p112f)))));
  }
  static HWY_INLINE void store(L::V a, void* to) {
    const L::V scaled = L::mul(a, L::set(0x1p-112f));
    const L::U magnitude = hn::And(L::bits(scaled), hn::Set(L::DU(), 0x7fffffff));
    const L::U sign = hn::And(hn::ShiftRight<16>(L::bits(a)), hn::Set(L::DU(), 0x8000));
    store_bits(hn::Or(sign, round_bits<13>(magnitude)), to);
  }
};

// Bit patterns, for the functions that are defined on them.
template <class Bits>
struct IntegerLanes {
  using D = hn::ScalableTag<Bits>;
  using DI = hn::RebindToSigned<D>;
  using V = hn::VFromD<D>;
  using M = hn::Mask<D>;
  static HWY_INLINE size_t size() { return hn::Lanes(D()); }
  static constexpr size_t kMaxSize = HWY_MAX_BYTES / sizeof(Bits);
  static HWY_INLINE V load(const void* from) { return hn::LoadU(D(), static_cast<const Bits*>(from)); }
  static HWY_INLINE void store(V a, void* to) { hn::StoreU(a, D(), static_cast<Bits*>(to)); }
  static HWY_INLINE V set(Bits value) { return hn::Set(D(), value); }
  static HWY_INLINE V bit_and(V a, V b) { return hn::And(a, b); }
  static HWY_INLINE M above(V a, V b) {
    return hn::RebindMask(D(), hn::Gt(hn::BitCast(DI(), a), hn::BitCast(DI(), b)));
  }
  static HWY_INLINE M equal(V a, V b) { return hn::Eq(a, b); }
  static HWY_INLINE V select(M m, V yes, V no) { return hn::IfThenElse(m, yes, no); }
};
