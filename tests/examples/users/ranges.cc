// SPDX-License-Identifier: Apache-2.0
// Numbers, ranges, special values and 16-bit types, compared by their bits: -ffast-math must not change them.
#include <array>
#include <bit>
#include <cstdint>
#include <silu/silu.hpp>
#include <vector>

namespace {

int failures = 0;
void expect(bool right) { failures += !right; }

float number(std::uint32_t bits) { return std::bit_cast<float>(bits); }
std::uint32_t bits(float x) { return std::bit_cast<std::uint32_t>(x); }

}  // namespace

int main() {
  constexpr std::uint32_t kInfinity = 0x7f800000, kSign = 0x80000000, kNan = 0x7fc00000;

  expect(bits(silu::silu(number(0x3f800000))) == 0x3f3b26a8);  // silu(1) = 0.731058578...
  expect(bits(silu::silu(number(kInfinity))) == kInfinity);
  expect(bits(silu::silu(number(kInfinity | kSign))) == kSign);  // -0
  expect(bits(silu::silu(number(kSign))) == kSign);
  expect(bits(silu::silu(number(0xffc12345))) == kNan);
  expect(bits(silu::silu_derivative(number(kInfinity))) == 0x3f800000);
  expect(bits(silu::sigmoid(number(kInfinity | kSign))) == 0);

  const std::vector<float> x = {1.0f, number(kInfinity | kSign), number(kNan | kSign), number(kSign)};
  std::array<float, 4> y{};
  silu::silu(x, y);
  expect(bits(y[0]) == 0x3f3b26a8 && bits(y[1]) == kSign && bits(y[2]) == kNan && bits(y[3]) == kSign);

  expect(std::bit_cast<std::uint16_t>(silu::float16(number(kInfinity))) == 0x7c00);
  expect(std::bit_cast<std::uint16_t>(silu::float16(65519.99)) == 0x7bff);  // below the midpoint: 65504
  expect(std::bit_cast<std::uint16_t>(silu::bfloat16(number(kSign))) == 0x8000);
  expect(std::bit_cast<std::uint16_t>(silu::silu(silu::bfloat16(1.0f))) == 0x3f3b);
  expect(std::bit_cast<std::uint16_t>(silu::silu(silu::float16(1.0f))) == 0x39d9);

  // silu(1) (-inf) = -inf, silu(-inf) 1 = -0, a NaN is not clamped, and b is, to 7: sigmoid(1) 8 = 5.848468629...
  const std::vector<float> b = {number(kInfinity | kSign), 1.0f, 1.0f, 1.0f};
  silu::swiglu(x, b, y);
  expect(bits(y[0]) == (kInfinity | kSign) && bits(y[1]) == kSign && bits(y[2]) == kNan && bits(y[3]) == kSign);
  silu::swiglu_clamped(x, number(kInfinity), y, {.alpha = 1, .limit = 7});
  expect(bits(y[0]) == 0x40bb26a8 && bits(y[1]) == kSign && bits(y[2]) == kNan && bits(y[3]) == kSign);
  std::array<float, 2> halves{};
  silu::swiglu(silu::split_halves(x, 2), halves);
  expect(bits(halves[0]) == kNan && bits(halves[1]) == 0);  // silu(-inf) (-0) = +0
  return failures;
}
