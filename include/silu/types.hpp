// SPDX-License-Identifier: Apache-2.0
/// The element types: double, float, silu::float16, silu::bfloat16, silu::float8_e4m3fn and silu::float8_e5m2.
///
/// Conversions are done by integer operations alone: they hold in a translation unit compiled with -ffast-math,
/// and with subnormals flushed to zero.
#ifndef SILU_TYPES_HPP
#define SILU_TYPES_HPP

#include <bit>
#include <cstdint>
#include <type_traits>
#include <version>

#if defined(__STDCPP_FLOAT16_T__) || defined(__STDCPP_BFLOAT16_T__)
#include <stdfloat>
#endif

#include "silu/silu.h"

namespace silu {
namespace detail {

// A binary format in bits of Bits: a sign, an exponent, and fraction_bits below a hidden one.  Without infinities, the
// largest exponent is that of numbers too, but for the last magnitude, the NaN.
template <class Bits, int fraction_bits, bool infinities = true>
struct Format {
  using bits_type = Bits;
  static constexpr bool kInfinities = infinities;
  static constexpr int kFractionBits = fraction_bits;
  static constexpr int kExponentBits = static_cast<int>(sizeof(Bits)) * 8 - 1 - fraction_bits;
  static constexpr int kBias = (1 << (kExponentBits - 1)) - 1;
  static constexpr int kSpecialExponent = (1 << kExponentBits) - 1;  // of infinities and NaNs
  static constexpr std::uint64_t kAllExponent = std::uint64_t{kSpecialExponent} << fraction_bits;
  static constexpr std::uint64_t kLastFraction = (std::uint64_t{1} << fraction_bits) - 1;
  // What a magnitude beyond the largest becomes: infinity, or the NaN.
  static constexpr std::uint64_t kOverflow = kAllExponent | (infinities ? 0 : kLastFraction);

  static constexpr bool is_special(int exponent, std::uint64_t fraction) {
    return exponent == kSpecialExponent && (infinities || fraction == kLastFraction);
  }
};

using Binary64 = Format<std::uint64_t, 52>;
using Binary32 = Format<std::uint32_t, 23>;
using Binary16 = Format<std::uint16_t, 10>;
using Brain16 = Format<std::uint16_t, 7>;
using E4m3fn = Format<std::uint8_t, 3, false>;
using E5m2 = Format<std::uint8_t, 2>;

// The value of bits in From, rounded once to To: to nearest, ties to even.  NaN gives a quiet NaN of the same sign
// with the upper bits of its payload; what is too large for a To without infinities gives NaN of the same sign.
template <class From, class To>
constexpr typename To::bits_type convert(typename From::bits_type bits) noexcept {
  using Wide = std::uint64_t;
  constexpr int kNarrowing = From::kFractionBits - To::kFractionBits;
  constexpr Wide kHidden = Wide{1} << From::kFractionBits;

  const Wide wide = bits;
  const int sign_shift = From::kFractionBits + From::kExponentBits;
  const Wide sign = (wide >> sign_shift) << (To::kFractionBits + To::kExponentBits);
  int exponent = static_cast<int>((wide >> From::kFractionBits) & From::kSpecialExponent);
  Wide significand = wide & (kHidden - 1);

  Wide magnitude = 0;
  if (From::is_special(exponent, significand)) {
    magnitude = To::kOverflow;
    if (significand != 0 && To::kInfinities) {
      if (!From::kInfinities) significand = 0;  // of one NaN, there is no payload
      const Wide quiet = Wide{1} << (To::kFractionBits - 1);
      if constexpr (kNarrowing > 0) {
        magnitude |= (significand >> kNarrowing) | quiet;
      } else {
        magnitude |= (significand << -kNarrowing) | quiet;
      }
    }
  } else if (exponent != 0 || significand != 0) {
    // |x| = significand 2^(exponent - bias - fraction bits), the significand's top bit where a hidden one lies.
    if (exponent != 0) {
      significand |= kHidden;
    } else {
      const int shift = std::countl_zero(significand) - std::countl_zero(kHidden);
      significand <<= shift;
      exponent = 1 - shift;
    }
    int to_exponent = exponent - From::kBias + To::kBias;
    int dropped = kNarrowing;
    if (to_exponent < 1) {  // subnormal in To
      dropped += 1 - to_exponent;
      to_exponent = 1;
    }
    Wide rounded = 0;
    if (dropped <= 0) {
      rounded = significand << -dropped;
    } else if (dropped <= From::kFractionBits + 1) {  // beyond it, |x| is below half of To's smallest number
      const Wide half = Wide{1} << (dropped - 1);
      const Wide odd = (significand >> dropped) & 1;
      rounded = (significand + half - 1 + odd) >> dropped;
    }
    // The hidden one, where there is one, counts as a step of the exponent; so does a carry out of the rounding.
    magnitude = (static_cast<Wide>(to_exponent - 1) << To::kFractionBits) + rounded;
    if (magnitude > To::kOverflow) magnitude = To::kOverflow;
  }
  return static_cast<typename To::bits_type>(sign | magnitude);
}

// The types that the compiler has no standard ones for: for storage and conversion, without arithmetic.
template <class Own>
class Storage {
 public:
  Storage() = default;
  constexpr explicit Storage(float x) noexcept : bits_(convert<Binary32, Own>(std::bit_cast<std::uint32_t>(x))) {}
  constexpr explicit Storage(double x) noexcept : bits_(convert<Binary64, Own>(std::bit_cast<std::uint64_t>(x))) {}
  constexpr explicit operator float() const noexcept { return std::bit_cast<float>(convert<Own, Binary32>(bits_)); }
  constexpr explicit operator double() const noexcept { return std::bit_cast<double>(convert<Own, Binary64>(bits_)); }

 private:
  typename Own::bits_type bits_;
};

}  // namespace detail

/// IEEE 754 binary16, and bfloat16 (the upper half of a binary32).
///
/// The standard's types where the compiler has them (std::float16_t and std::bfloat16_t of <stdfloat>, C++23); else
/// trivially copyable types of 16 bits, for storage and conversion.
/// Exactness: from float and double rounded once, to nearest, ties to even; to float and double exact.
/// Special values: infinities and zeros keep their sign; overflow gives infinity; NaN gives a quiet NaN.
/// Bits: std::bit_cast, both ways.
///
/// Example:
///   const auto half = silu::float16(0.1f);
///   assert(static_cast<float>(half) == 0x1.998p-4f);
///   assert(std::bit_cast<std::uint16_t>(half) == 0x2e66);
///   assert(static_cast<float>(silu::bfloat16(0.1f)) == 0x1.9ap-4f);
#if defined(__STDCPP_FLOAT16_T__)
using float16 = std::float16_t;
#else
using float16 = detail::Storage<detail::Binary16>;
#endif
#if defined(__STDCPP_BFLOAT16_T__)
using bfloat16 = std::bfloat16_t;
#else
using bfloat16 = detail::Storage<detail::Brain16>;
#endif

/// The 8-bit formats of the Open Compute Project ("OCP 8-bit floating point specification", 2023): trivially copyable
/// types, for storage and conversion.
///
/// Exactness: from float and double rounded once, to nearest, ties to even; to float and double exact.
/// Special values: zeros keep their sign.  float8_e5m2 has infinities, and overflow gives them.  float8_e4m3fn has
/// none: infinities, and what is rounded beyond 448, give NaN, with the sign, as in ml_dtypes. Bits: std::bit_cast,
/// both ways.
///
/// Example:
///   assert(static_cast<float>(silu::float8_e4m3fn(0.1f)) == 0.1015625f);
///   assert(std::bit_cast<std::uint8_t>(silu::float8_e4m3fn(464.0f)) == 0x7e);  // a tie, to 448
///   assert(std::bit_cast<std::uint8_t>(silu::float8_e4m3fn(465.0f)) == 0x7f);  // NaN
///   assert(static_cast<float>(silu::float8_e5m2(57344.0f)) == 57344.0f);
using float8_e4m3fn = detail::Storage<detail::E4m3fn>;
using float8_e5m2 = detail::Storage<detail::E5m2>;

namespace detail {

// GCC 12 has it in C++ on x86 alone, though it has the macro on Arm too.
#if defined(__FLT16_MANT_DIG__) && (defined(__clang__) || defined(__SSE2__) || __GNUC__ >= 13)
__extension__ using CompilerFloat16 = _Float16;
#else
using CompilerFloat16 = float16;
#endif
#if defined(__BFLT16_MANT_DIG__) || \
    (defined(__clang__) && __clang_major__ >= 17 && (defined(__SSE2__) || defined(__aarch64__)))
__extension__ using CompilerBfloat16 = __bf16;
#else
using CompilerBfloat16 = bfloat16;
#endif

template <class T, class... U>
inline constexpr bool kOneOf = (std::is_same_v<T, U> || ...);

template <class T>
inline constexpr bool kIsFloat16 = kOneOf<T, float16, CompilerFloat16>;
template <class T>
inline constexpr bool kIsBfloat16 = kOneOf<T, bfloat16, CompilerBfloat16>;
template <class T>
inline constexpr bool kIsFloat8 = kOneOf<T, float8_e4m3fn, float8_e5m2>;

}  // namespace detail

/// A type that the library computes with: double, float, silu::float16, silu::bfloat16, silu::float8_e4m3fn,
/// silu::float8_e5m2, and the compiler's own _Float16 and __bf16 where it has them.
///
/// Example:
///   static_assert(silu::element<float> && silu::element<silu::bfloat16>);
///   static_assert(!silu::element<int> && !silu::element<long double>);
template <class T>
concept element =
    detail::kOneOf<T, double, float> || detail::kIsFloat16<T> || detail::kIsBfloat16<T> || detail::kIsFloat8<T>;

/// The C interface's name of an element type.
///
/// Example:
///   static_assert(silu::dtype_of<float> == SILU_FLOAT32);
template <element T>
inline constexpr silu_dtype dtype_of = std::is_same_v<T, double>          ? SILU_FLOAT64
                                       : std::is_same_v<T, float>         ? SILU_FLOAT32
                                       : detail::kIsFloat16<T>            ? SILU_FLOAT16
                                       : detail::kIsBfloat16<T>           ? SILU_BFLOAT16
                                       : std::is_same_v<T, float8_e4m3fn> ? SILU_FLOAT8_E4M3FN
                                                                          : SILU_FLOAT8_E5M2;

}  // namespace silu

#endif  // SILU_TYPES_HPP
