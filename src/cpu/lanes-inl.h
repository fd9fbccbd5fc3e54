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

  template <class F, class... Arguments>
  static HWY_INLINE Several of(F operation, const Arguments&... arguments) {
    Several result;
    for (int i = 0; i < count; ++i) result.each[i] = operation(arguments.each[i]...);
    return result;
  }
};

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
  static HWY_INLINE M either(M a, M b) {
    return M::of([](auto u, auto v) HWY_ATTR { return hn::Or(u, v); }, a, b);
  }
  static HWY_INLINE M both(M a, M b) {
    return M::of([](auto u, auto v) HWY_ATTR { return hn::And(u, v); }, a, b);
  }
  static HWY_INLINE bool any(M m) {
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
  // Whether (bits of a + offset) has no bit of mask.
  static HWY_INLINE M no_bits(V a, Word offset, Word mask) {
    const auto offsets = hn::Set(DU(), offset), masks = hn::Set(DU(), mask), zeros = hn::Zero(DU());
    return M::of(
        [=](auto u) HWY_ATTR {
          const auto sum = hn::Add(hn::BitCast(DU(), u), offsets);
          return hn::RebindMask(D(), hn::Eq(hn::And(sum, masks), zeros));
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

  static HWY_INLINE V load(const T* from) {
    V a;
    for (int i = 0; i < count; ++i) a.each[i] = hn::LoadU(D(), from + i * kVector);
    return a;
  }
  static HWY_INLINE void store(V a, T* to) {
    for (int i = 0; i < count; ++i) hn::StoreU(a.each[i], D(), to + i * kVector);
  }
  // The lanes of m as 0 and 1.
  static HWY_INLINE void store_mask(M m, T* to) {
    for (int i = 0; i < count; ++i)
      hn::StoreU(hn::IfThenElseZero(m.each[i], hn::Set(D(), T{1})), D(), to + i * kVector);
  }

  static HWY_INLINE Pair pair(V high, V low) { return {high, low}; }
  static HWY_INLINE V high(Pair p) { return p.high_; }
  static HWY_INLINE V low(Pair p) { return p.low_; }
};

// Numbers of a format in lanes wide enough for them; store rounds to nearest, ties to even.
template <class Format>
struct Memory;

template <>
struct Memory<math::Float64> {
  using L = Lanes<double, 1>;
  static HWY_INLINE L::V load(const char* from) { return L::load(reinterpret_cast<const double*>(from)); }
  static HWY_INLINE void store(L::V a, char* to) { L::store(a, reinterpret_cast<double*>(to)); }
};

template <>
struct Memory<math::Float32> {
  using L = Lanes<double, 2>;
  using D32 = hn::Rebind<float, L::D>;
  static HWY_INLINE L::V load(const char* from) {
    L::V a;
    for (std::size_t i = 0; i < L::kCount; ++i)
      a.each[i] = hn::PromoteTo(L::D(), hn::LoadU(D32(), reinterpret_cast<const float*>(from) + i * L::kVector));
    return a;
  }
  static HWY_INLINE void store(L::V a, char* to) {
    for (std::size_t i = 0; i < L::kCount; ++i)
      hn::StoreU(hn::DemoteTo(D32(), a.each[i]), D32(), reinterpret_cast<float*>(to) + i * L::kVector);
  }
};

// The 16-bit formats by integer operations, the same on every target.
struct Memory16 {
  using L = Lanes<float, 2>;
  using D16 = hn::Rebind<std::uint16_t, L::D>;
  using DI = hn::RebindToSigned<L::D>;
  static HWY_INLINE L::U load_bits(const char* from) {
    L::U a;
    for (std::size_t i = 0; i < L::kCount; ++i)
      a.each[i] =
          hn::PromoteTo(L::DU(), hn::LoadU(D16(), reinterpret_cast<const std::uint16_t*>(from) + i * L::kVector));
    return a;
  }
  // a, without its lowest `dropped` bits, rounded; then the 16 bits that are left.
  template <int dropped>
  static HWY_INLINE L::U round_bits(L::U a) {
    return L::U::of(
        [](auto u) HWY_ATTR {
          const auto odd = hn::And(hn::ShiftRight<dropped>(u), hn::Set(L::DU(), 1));
          const auto half = hn::Set(L::DU(), (1u << (dropped - 1)) - 1);
          return hn::ShiftRight<dropped>(hn::Add(u, hn::Add(odd, half)));
        },
        a);
  }
  static HWY_INLINE void store_bits(L::U a, char* to) {
    for (std::size_t i = 0; i < L::kCount; ++i)
      hn::StoreU(hn::DemoteTo(D16(), hn::BitCast(DI(), a.each[i])), D16(),
                 reinterpret_cast<std::uint16_t*>(to) + i * L::kVector);
  }
};

template <>
struct Memory<math::Bfloat16> : Memory16 {
  static HWY_INLINE L::V load(const char* from) { return L::from_bits(L::shift_left<16>(load_bits(from))); }
  static HWY_INLINE void store(L::V a, char* to) { store_bits(round_bits<16>(L::bits(a)), to); }
};

// The exponent's offset is made up by an exact multiplication, which leaves subnormals right; so that
// there, 2^16 stands for infinity and more for NaN (written as 1.5 2^16).
template <>
struct Memory<math::Float16> : Memory16 {
  static HWY_INLINE L::V load(const char* from) {
    return L::V::of(
        [](auto u) HWY_ATTR {
          const auto sign = hn::ShiftLeft<16>(hn::And(u, hn::Set(L::DU(), 0x8000)));
          const auto rest = hn::ShiftLeft<13>(hn::And(u, hn::Set(L::DU(), 0x7fff)));
          const auto magnitude = hn::Mul(hn::BitCast(L::D(), rest), hn::Set(L::D(), 0x1p112f));
          return hn::Or(hn::BitCast(L::D(), sign), magnitude);
        },
        load_bits(from));
  }
  static HWY_INLINE void store(L::V a, char* to) {
    const L::U magnitude = round_bits<13>(L::bits(L::abs(L::mul(a, L::set(0x1p-112f)))));
    const L::U sign = L::U::of(
        [](auto u) HWY_ATTR { return hn::And(hn::ShiftRight<16>(u), hn::Set(L::DU(), 0x8000)); }, L::bits(a));
    store_bits(L::add_bits(sign, magnitude), to);
  }
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
  static HWY_INLINE M above(V a, V b) {
    return hn::RebindMask(D(), hn::Gt(hn::BitCast(DI(), a), hn::BitCast(DI(), b)));
  }
  static HWY_INLINE M equal(V a, V b) { return hn::Eq(a, b); }
  static HWY_INLINE V select(M m, V yes, V no) { return hn::IfThenElse(m, yes, no); }
};
