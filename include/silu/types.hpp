// SPDX-License-Identifier: Apache-2.0
/// The element types: double, float, silu::float16 and silu::bfloat16.
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

// A binary format in bits of Bits: a sign, an exponent, and fraction_bits below a hidden one.
template <class Bits, int fraction_bits>
struct Format {
  using bits_type = Bits;
  static constexpr int kFractionBits = fraction_bits;
  static constexpr int kExponentBits = static_cast<int>(sizeof(Bits)) * 8 - 1 - fraction_bits;
  static constexpr int kBias = (1 << (kExponentBits - 1)) - 1;
  static constexpr int kSpecialExponent = (1 << kExponentBits) - 1;  // of infinities and NaNs
};

using Binary64 = Format<std::uint64_t, 52>;
using Binary32 = Format<std::uint32_t, 23>;
using Binary16 = Format<std::uint16_t, 10>;
using Brain16 = Format<std::uint16_t, 7>;

// The value of bits in From, rounded once to To: to nearest, ties to even.  NaN gives a quiet NaN of the same sign
// with the upper bits of its payload.
template <class From, class To>
constexpr typename To::bits_type convert(typename From::bits_type bits) noexcept {
  using Wide = std::uint64_t;
  constexpr int kNarrowing = From::kFractionBits - To::kFractionBits;
  constexpr Wide kHidden = Wide{1} << From::kFractionBits;
  constexpr Wide kInfinity = static_cast<Wide>(To::kSpecialExponent) << To::kFractionBits;

  const Wide wide = bits;
  const int sign_shift = From::kFractionBits + From::kExponentBits;
  const Wide sign = (wide >> sign_shift) << (To::kFractionBits + To::kExponentBits);
  int exponent = static_cast<int>((wide >> From::kFractionBits) & From::kSpecialExponent);
  Wide significand = wide & (kHidden - 1);

  Wide magnitude = 0;
  if (exponent == From::kSpecialExponent) {
    magnitude = kInfinity;
    if (significand != 0) {
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
    if (magnitude > kInfinity) magnitude = kInfinity;
  }
  return static_cast<typename To::bits_type>(sign | magnitude);
}

// The 16-bit types where the compiler has no standard ones: for storage and conversion, without arithmetic.
template <class Own>
class Storage16 {
 public:
  Storage16() = default;
  constexpr explicit Storage16(float x) noexcept : bits_(convert<Binary32, Own>(std::bit_cast<std::uint32_t>(x))) {}
  constexpr explicit Storage16(double x) noexcept : bits_(convert<Binary64, Own>(std::bit_cast<std::uint64_t>(x))) {}
  constexpr explicit operator float() const noexcept { return std::bit_cast<float>(convert<Own, Binary32>(bits_)); }
  constexpr explicit operator double() const noexcept { return std::bit_cast<double>(convert<Own, Binary64>(bits_)); }

 private:
  std::uint16_t bits_;
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
using float16 = detail::Storage16<detail::Binary16>;
#endif
#if defined(__STDCPP_BFLOAT16_T__)
using bfloat16 = std::bfloat16_t;
#else
using bfloat16 = detail::Storage16<detail::Brain16>;
#endif

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

}  // namespace detail

/// A type that the library computes with: double, float, silu::float16, silu::bfloat16, and the compiler's own
/// _Float16 and __bf16 where it has them.
///
/// Example:
///   static_assert(silu::element<float> && silu::element<silu::bfloat16>);
///   static_assert(!silu::element<int> && !silu::element<long double>);
template <class T>
concept element = detail::kOneOf<T, double, float> || detail::kIsFloat16<T> || detail::kIsBfloat16<T>;

/// The C interface's name of an element type.
///
/// Example:
///   static_assert(silu::dtype_of<float> == SILU_FLOAT32);
template <element T>
inline constexpr silu_dtype dtype_of = std::is_same_v<T, double>  ? SILU_FLOAT64
                                       : std::is_same_v<T, float> ? SILU_FLOAT32
                                       : detail::kIsFloat16<T>    ? SILU_FLOAT16
                                                                  : SILU_BFLOAT16;

}  // namespace silu

#endif  // SILU_TYPES_HPP
