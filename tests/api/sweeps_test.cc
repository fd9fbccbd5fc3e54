// SPDX-License-Identifier: Apache-2.0
// Every float to float16 and bfloat16, against the processor and against another way to write it.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "silu/types.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

// Without optimization, one in some hundreds.
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kStep = 1;
#else
constexpr std::uint64_t kStep = 509;
#endif

template <class T>
std::uint16_t narrow_bits(T x) {
  return std::bit_cast<std::uint16_t>(x);
}

// The other way to write it: add half of what is cut off, less one where the rest is even.
TEST(Bfloat16, RoundsEveryFloatAsTheUsualIntegerTrick) {
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < std::uint64_t{1} << 32; i += kStep) {
    const auto pattern = static_cast<std::uint32_t>(i);
    if ((pattern & 0x7fffffff) > 0x7f800000) continue;  // NaN
    const std::uint32_t rounded = (pattern + 0x7fff + (pattern >> 16 & 1)) >> 16;
    wrong += narrow_bits(silu::bfloat16(std::bit_cast<float>(pattern))) != rounded;
  }
  EXPECT_EQ(wrong, 0u);
}

#if defined(__x86_64__)
#define SILU_F16C __attribute__((target("avx,f16c")))

SILU_F16C std::uint64_t count_other_narrowings() {
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < std::uint64_t{1} << 32; i += 8 * kStep) {
    std::array<std::uint32_t, 8> patterns;
    for (std::uint32_t j = 0; j < 8; ++j) patterns[j] = static_cast<std::uint32_t>(i) + j;
    std::array<std::uint16_t, 8> wanted;
    const __m256 x = _mm256_castsi256_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(patterns.data())));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(wanted.data()), _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
    for (std::size_t j = 0; j < 8; ++j)
      wrong += narrow_bits(silu::float16(std::bit_cast<float>(patterns[j]))) != wanted[j];
  }
  return wrong;
}

SILU_F16C std::uint64_t count_other_widenings() {
  std::uint64_t wrong = 0;
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const __m128 wanted = _mm_cvtph_ps(_mm_set1_epi16(static_cast<short>(i)));
    const auto x = std::bit_cast<silu::float16>(static_cast<std::uint16_t>(i));
    wrong += std::bit_cast<std::uint32_t>(static_cast<float>(x)) !=
             static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_castps_si128(wanted)));
  }
  return wrong;
}

TEST(Float16, ConvertsAsTheProcessorDoesNaNsIncluded) {
  if (!__builtin_cpu_supports("f16c")) GTEST_SKIP() << "this processor has no F16C";
  EXPECT_EQ(count_other_widenings(), 0u);
  EXPECT_EQ(count_other_narrowings(), 0u);
}
#endif

}  // namespace
