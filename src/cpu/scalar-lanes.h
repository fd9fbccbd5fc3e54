// SPDX-License-Identifier: Apache-2.0
// The vocabulary of src/math in plain C++: one lane.
#pragma once

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "math/formats.h"
#include "math/tables.h"

// An operation in more precision than its type has would be rounded twice.
#if FLT_EVAL_METHOD != 0
#error "silu needs arithmetic in float's and double's own precision; on 32-bit x86 compile with -msse2 -mfpmath=sse"
#endif

namespace silu::cpu::scalar {

template <class T_>
struct Lanes {
  using T = T_;
  using Word = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  using V = T;
  using U = Word;
  using M = bool;
  struct Pair {
    V high_, low_;
  };

#ifdef __FP_FAST_FMA
  static constexpr bool kFused = true;
  static V fma(V a, V b, V c) { return std::fma(a, b, c); }
  static V fms(V a, V b, V c) { return std::fma(a, b, -c); }
  static V nfma(V a, V b, V c) { return std::fma(-a, b, c); }
#else
  static constexpr bool kFused = false;
  static V fma(V a, V b, V c) { return a * b + c; }
  static V fms(V a, V b, V c) { return a * b - c; }
  static V nfma(V a, V b, V c) { return c - a * b; }
#endif
  static constexpr std::size_t kSize = 1;

  static V set(T value) { return value; }
  static V add(V a, V b) { return a + b; }
  static V sub(V a, V b) { return a - b; }
  static V mul(V a, V b) { return a * b; }
  static V div(V a, V b) { return a / b; }
  static V quotient(V a, V b) { return a / b; }
  static V copy_sign(V magnitude, V sign) { return std::copysign(magnitude, sign); }
  static V neg(V a) { return -a; }
  static V abs(V a) { return std::fabs(a); }

  static M less(V a, V b) { return a < b; }
  static M equal(V a, V b) { return a == b; }
  static M not_equal(V a, V b) { return a != b; }
  static M none() { return false; }
  static M either(M a, M b) { return a | b; }
  static M both(M a, M b) { return a & b; }
  static M not_mask(M a) { return !a; }
  static M at_most(V a, V b) { return a <= b; }
  static M not_at_most(V a, V b) { return !(a <= b); }  // true for NaN
  static V times_power(V a, V /*n*/, V shifted) { return from_bits(bits(a) + (bits(shifted) << 23)); }
  static bool any(M m) { return m; }
  static V select(M m, V yes, V no) { return m ? yes : no; }

  static U bits(V a) { return std::bit_cast<U>(a); }
  static V from_bits(U a) { return std::bit_cast<V>(a); }
  static U add_bits(U a, U b) { return a + b; }
  template <int count>
  static U shift_left(U a) {
    return a << count;
  }
  template <int count>
  static U shift_right(U a) {
    return a >> count;
  }
  static U set_bits(Word value) { return value; }
  static U and_bits(U a, Word mask) { return a & mask; }
  static U xor_bits(U a, U b) { return a ^ b; }
  static M no_bits(U a, Word mask) { return (a & mask) == 0; }
  static M some_bits(U a, Word mask) { return (a & mask) != 0; }
  static auto lookup(const auto* table, U index) { return table[index & (math::kEntries - 1)]; }
  static constexpr int kShortEntries = 0;

  static V load(const T* from) { return *from; }
  static void store(V a, T* to) { *to = a; }
  static std::uint64_t mask_bits(M m) { return m; }

  static Pair pair(V high, V low) { return {high, low}; }
  static Pair load_pairs(const T* from) { return {from[0], from[1]}; }
  static V high(Pair p) { return p.high_; }
  static V low(Pair p) { return p.low_; }
};

template <class T>
T load_as(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

// Bit patterns, for the functions that are defined on them.
template <class Bits>
struct IntegerLanes {
  using V = Bits;
  using M = bool;
  static constexpr std::size_t kSize = 1;
  static Bits load(const char* from) { return load_as<Bits>(from); }
  static void store(Bits a, char* to) { std::memcpy(to, &a, sizeof(a)); }
  static Bits set(Bits value) { return value; }
  static Bits bit_and(Bits a, Bits b) { return a & b; }
  static bool above(Bits a, Bits b) {  // as signed integers
    return static_cast<std::make_signed_t<Bits>>(a) > static_cast<std::make_signed_t<Bits>>(b);
  }
  static bool above_unsigned(Bits a, Bits b) { return a > b; }
  static bool equal(Bits a, Bits b) { return a == b; }
  static bool either(bool a, bool b) { return a | b; }
  static bool and_not(bool a, bool b) { return a & !b; }
  static bool and_above_unsigned(bool m, Bits a, Bits b) { return m & (a > b); }
  static bool and_not_equal(bool m, Bits a, Bits b) { return m & (a != b); }
  static bool and_equal(bool m, Bits a, Bits b) { return m & (a == b); }
  static bool no_bits(Bits a, Bits mask) { return (a & mask) == 0; }
  static std::uint64_t mask_bits(bool m) { return m; }
  static bool any(bool m) { return m; }
  static bool all(bool m) { return m; }
  static Bits add(Bits a, Bits b) { return static_cast<Bits>(a + b); }
  static Bits sub(Bits a, Bits b) { return static_cast<Bits>(a - b); }
  static Bits select(bool m, Bits yes, Bits no) { return m ? yes : no; }
};

// As in lanes-inl.h.
template <class Format>
struct Memory;

template <>
struct Memory<math::Float64> {
  using L = Lanes<double>;
  static constexpr std::size_t element(std::size_t lane) { return lane; }
  static constexpr std::size_t lane(std::size_t element) { return element; }
  static double load(const char* from) { return load_as<double>(from); }
  static double scale(double a) { return a; }
  template <int window>
  static double round(double a) {
    return a;
  }
  static void store(double a, char* to) { std::memcpy(to, &a, sizeof(a)); }
};

template <>
struct Memory<math::Float32> {
  using L = Lanes<double>;
  static constexpr std::size_t element(std::size_t lane) { return lane; }
  static constexpr std::size_t lane(std::size_t element) { return element; }
  static double load(const char* from) { return static_cast<double>(load_as<float>(from)); }
  static double scale(double a) { return a; }
  template <int window>
  static double round(double a) {
    return a;
  }
  template <int window>
  static bool near_midpoint(double a) {
    constexpr std::uint64_t kHalf = 1u << 28;
    return L::no_bits(L::bits(a) + kHalf + (1u << window), 2 * kHalf - (2u << window));
  }
  static void store(double a, char* to) {
    const auto rounded = static_cast<float>(a);
    std::memcpy(to, &rounded, sizeof(rounded));
  }
};

template <int dropped>
struct Memory16 {
  using L = Lanes<float>;
  using Packed = std::uint16_t;
  static constexpr std::size_t element(std::size_t lane) { return lane; }
  static constexpr std::size_t lane(std::size_t element) { return element; }
  template <int window>
  static float round_bits(float a) {
    constexpr std::uint32_t kHalf = 1u << (dropped - 1);
    return L::from_bits(L::bits(a) + kHalf + (1u << window));
  }
  static float round_down(float a) { return L::from_bits(L::bits(a) + (1u << (dropped - 1)) - 1); }
  template <int window>
  static void around(float a, float& one, float& other) {
    one = round_bits<window>(a);
    other = L::from_bits(L::bits(one) - (2u << window));
  }
  template <int window>
  static bool near_midpoint(float a) {
    return L::no_bits(L::bits(a), (1u << dropped) - (2u << window));
  }
  static bool differ(float a, float b) { return L::some_bits(L::bits(a) ^ L::bits(b), ~((1u << dropped) - 1)); }
};

template <>
struct Memory<math::Bfloat16> : Memory16<16> {
  static float load(const char* from) { return L::from_bits(std::uint32_t{load_as<std::uint16_t>(from)} << 16); }
  static float scale(float a) { return a; }
  template <int window>
  static float round(float a) {
    return round_bits<window>(a);
  }
  static std::uint16_t pack(float a) { return static_cast<std::uint16_t>(L::bits(a) >> 16); }
  static void store(float a, char* to) { IntegerLanes<std::uint16_t>::store(pack(a), to); }
};

// In the lane, 2^16 stands for infinity and 1.5 2^16 for NaN.
template <>
struct Memory<math::Float16> : Memory16<13> {
  static float load(const char* from) {
    const std::uint32_t bits = load_as<std::uint16_t>(from);
    return L::from_bits((bits & 0x8000u) << 16 | (bits & 0x7fffu) << 13) * 0x1p112f;
  }
  static float scale(float a) { return a * 0x1p-112f; }
  template <int window>
  static float round(float a) {
    return round_bits<window>(a);
  }
  static std::uint16_t pack(float a) {
    const std::uint32_t bits = L::bits(a);
    return static_cast<std::uint16_t>((bits >> 16 & 0x8000u) | (bits >> 13 & 0x7fffu));
  }
  static void store(float a, char* to) { IntegerLanes<std::uint16_t>::store(pack(a), to); }
};

inline constexpr bool kConverts16 = false;
struct Converted16 : Memory<math::Float16> {};  // is not used

}  // namespace silu::cpu::scalar
