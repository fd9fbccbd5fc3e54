// SPDX-License-Identifier: Apache-2.0
#include "math/accumulator.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "math/formats.h"
#include "math/ziv.h"

namespace silu::math {
namespace {

// An addition moves a chunk by less than 2^53, and one that was carried on lies below 2^32.
constexpr std::uint32_t kMostAdditions = (1u << 10) - 1;

void add_one(silu_sum& sum, std::uint64_t bits) {
  const auto field = static_cast<int>(bits >> 52 & 0x7ff);
  const std::uint64_t fraction = bits & 0xfffffffffffffu;
  const std::int64_t sign = static_cast<std::int64_t>(bits) >> 63;  // 0 or -1
  if (field == 0x7ff) {
    sum.specials |= fraction != 0 ? kNan : sign != 0 ? kMinusInfinity : kPlusInfinity;
    return;
  }
  const std::uint64_t mantissa = field == 0 ? fraction : fraction | 0x10000000000000u;
  const int position = field == 0 ? 0 : field - 1;  // of the last bit, in units of 2^-1074
  const int chunk = position / 32, shift = position % 32;
  // Without a branch, which no processor foresees where signs are random.
  const std::int64_t integer = (static_cast<std::int64_t>(mantissa) ^ sign) - sign;
  sum.chunks[chunk] += static_cast<std::int64_t>(static_cast<std::uint64_t>(integer) << shift & 0xffffffffu);
  sum.chunks[chunk + 1] += integer >> (32 - shift);  // rounds down
}

}  // namespace

void normalise(silu_sum& sum) {
  std::int64_t carry = 0;
  for (int i = 0; i < kChunks - 1; ++i) {
    const std::int64_t chunk = sum.chunks[i] + carry;
    carry = chunk >> 32;  // rounds down
    sum.chunks[i] = chunk & 0xffffffff;
  }
  std::int64_t& last = sum.chunks[kChunks - 1];
  last += carry;
  sum.additions = 0;
  if (last >= kRoom || last <= -kRoom) sum.specials |= kNan;
  if (sum.specials == 0) return;
  constexpr std::uint32_t kBoth = kPlusInfinity | kMinusInfinity;
  if ((sum.specials & kNan) != 0 || sum.specials == kBoth) sum.specials = kNan;
  std::fill(std::begin(sum.chunks), std::end(sum.chunks), 0);
}

void accumulate(silu_sum& sum, const double* x, std::size_t n) {
  while (n > 0) {
    if (sum.additions >= kMostAdditions) normalise(sum);
    const std::size_t count = std::min<std::size_t>(n, kMostAdditions - sum.additions);
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t bits;
      std::memcpy(&bits, x + i, sizeof(bits));
      add_one(sum, bits);
    }
    sum.additions += static_cast<std::uint32_t>(count);
    x += count;
    n -= count;
  }
}

void merge(silu_sum& sum, const silu_sum& other) {
  silu_sum carried = other;
  normalise(carried);
  normalise(sum);
  for (int i = 0; i < kChunks; ++i) sum.chunks[i] += carried.chunks[i];
  sum.specials |= carried.specials;
  normalise(sum);
}

double value(silu_sum sum) {
  const auto number = [](std::uint64_t bits) { return std::bit_cast<double>(bits); };
  normalise(sum);
  if (sum.specials == kNan) return number(Float64::kNan);
  if (sum.specials != 0) return number(Float64::kInfinity | (sum.specials == kMinusInfinity ? Float64::kSign : 0));
  const bool negative = sum.chunks[kChunks - 1] < 0;
  if (negative) {
    for (std::int64_t& chunk : sum.chunks) chunk = -chunk;
    normalise(sum);
  }
  // The chunks as one integer times 2^-1074; the last one may have more than 32 bits.
  constexpr int kLimbs = (kChunks + 3) / 2;
  BigFloat<kLimbs> magnitude;
  for (int i = 0; i < kChunks; ++i) {
    const auto chunk = static_cast<std::uint64_t>(sum.chunks[i]);
    magnitude.limbs[i / 2] |= i % 2 == 0 ? chunk : chunk << 32;
    if (i % 2 == 1) magnitude.limbs[i / 2 + 1] |= chunk >> 32;
  }
  magnitude.exponent = 64 * kLimbs - 1074;
  magnitude.negative = negative;
  math::normalise(magnitude);
  return number(magnitude.is_zero() ? 0 : round_exact<Float64>(magnitude));
}

}  // namespace silu::math
