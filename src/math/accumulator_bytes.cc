// SPDX-License-Identifier: Apache-2.0
// Sums as bytes that every machine reads alike; sum.h says which.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "math/accumulator.h"

namespace silu::math {
namespace {

constexpr std::array<unsigned char, 8> kHeader = {'s', 'i', 'l', 'u', 's', 'u', 'm', 1};
constexpr std::size_t kChunkBytes = 4, kLastBytes = 8;
constexpr std::size_t kIntegerBytes = kChunkBytes * (kChunks - 1) + kLastBytes;
static_assert(kHeader.size() + kIntegerBytes + 1 == SILU_SUM_BYTES);

// The chunks of a canonical sum, one after another, are the integer in two's complement.
constexpr std::size_t width(int chunk) { return chunk == kChunks - 1 ? kLastBytes : kChunkBytes; }

}  // namespace

void save(silu_sum sum, unsigned char* bytes) {
  normalise(sum);
  bytes = std::copy(kHeader.begin(), kHeader.end(), bytes);
  for (int i = 0; i < kChunks; ++i) {
    const auto chunk = static_cast<std::uint64_t>(sum.chunks[i]);
    for (std::size_t k = 0; k < width(i); ++k) *bytes++ = static_cast<unsigned char>(chunk >> (8 * k));
  }
  *bytes = static_cast<unsigned char>(sum.specials);
}

bool load(silu_sum& sum, const unsigned char* bytes) {
  if (!std::equal(kHeader.begin(), kHeader.end(), bytes)) return false;
  bytes += kHeader.size();
  silu_sum loaded = {};
  bool zero = true;
  for (int i = 0; i < kChunks; ++i) {
    std::uint64_t chunk = 0;
    for (std::size_t k = 0; k < width(i); ++k) chunk |= static_cast<std::uint64_t>(*bytes++) << (8 * k);
    loaded.chunks[i] = static_cast<std::int64_t>(chunk);
    zero = zero && chunk == 0;
  }
  loaded.specials = *bytes;
  const std::int64_t last = loaded.chunks[kChunks - 1];
  if (last >= kRoom || last <= -kRoom) return false;
  switch (loaded.specials) {
    case 0:
      break;
    case kNan:
    case kPlusInfinity:
    case kMinusInfinity:
      if (!zero) return false;
      break;
    default:
      return false;
  }
  sum = loaded;
  return true;
}

}  // namespace silu::math
