// SPDX-License-Identifier: Apache-2.0
// Subnormal inputs and results are right whatever the program does with subnormals itself.
#include <bit>
#include <cstdint>
#include <cstdio>
#include <silu/silu.hpp>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace {

int failures = 0;

template <class T, class Bits>
void expect(const char* what, T got, Bits wanted) {
  const auto bits = std::bit_cast<Bits>(got);
  if (bits == wanted) return;
  std::printf("%s has the bits %llx instead of %llx\n", what, static_cast<unsigned long long>(bits),
              static_cast<unsigned long long>(wanted));
  ++failures;
}

}  // namespace

int main() {
#if defined(__SSE2__)
  const unsigned environment = _mm_getcsr();
#if defined(EXPECT_FLUSH)
  constexpr unsigned kFlush = 0x8040;  // flush to zero, and take subnormals for zeros
  if ((environment & kFlush) != kFlush) {
    std::printf("this program does not flush subnormals, so it shows nothing\n");
    return 1;
  }
#endif
#endif
  // silu(x) = x/2 + x^2/4 - ...: just above the midpoint of 0 and x on both sides.
  expect("silu(2^-149)", silu::silu(std::bit_cast<float>(1u)), 1u);
  expect("silu(-2^-149)", silu::silu(std::bit_cast<float>(0x80000001u)), 0x80000000u);
  // silu(-100) = -100 / (1 + e^100) = -3.72e-42, which is 2655 times 2^-149.
  expect("silu(-100)", silu::silu(-100.0f), 0x80000a5fu);
  // silu(-740) = -740 / (1 + e^740) = -3.0997e-319, which is 62738 times 2^-1074.
  expect("silu(-740)", silu::silu(-740.0), std::uint64_t{0x800000000000f512});
  // A bfloat16 has float's exponents: 2^-130 and its half.
  expect("bfloat16(2^-130)", silu::bfloat16(std::bit_cast<float>(0x00080000u)), std::uint16_t{8});
  expect("silu(bfloat16(2^-130))", silu::silu(std::bit_cast<silu::bfloat16>(std::uint16_t{8})), std::uint16_t{4});
  expect("float(bfloat16)", static_cast<float>(std::bit_cast<silu::bfloat16>(std::uint16_t{8})), 0x00080000u);
  expect("double(bfloat16)", static_cast<double>(std::bit_cast<silu::bfloat16>(std::uint16_t{8})),
         std::uint64_t{0x37d0000000000000});  // 2^-130
#if defined(__SSE2__)
  if (_mm_getcsr() != environment) {
    std::printf("the floating-point environment was changed\n");
    ++failures;
  }
#endif
  return failures;
}
