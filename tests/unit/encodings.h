// SPDX-License-Identifier: Apache-2.0
// The formats as IEEE 754 and the Open Compute Project state them, on their own: nothing here comes from the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "silu/silu.h"

namespace silu::test {

// A number's encoding, in the lowest bits.
using Encoding = std::uint64_t;
using Encodings = std::vector<Encoding>;

struct Format {
  silu_dtype dtype;
  std::size_t size;  // bytes
  int fraction_bits;
  int exponent_bits;
  bool infinities = true;

  int bits() const { return static_cast<int>(8 * size); }
  int bias() const { return (1 << (exponent_bits - 1)) - 1; }
  Encoding all() const { return ~Encoding{0} >> (64 - bits()); }
  Encoding sign() const { return Encoding{1} << (bits() - 1); }
  // What a magnitude beyond the largest becomes: where there are no infinities, the NaN.
  Encoding infinity() const { return infinities ? ((Encoding{1} << exponent_bits) - 1) << fraction_bits : sign() - 1; }
  Encoding overflow(bool negative) const { return infinity() | (negative && infinities ? sign() : 0); }
  Encoding canonical_nan() const { return infinities ? infinity() | Encoding{1} << (fraction_bits - 1) : infinity(); }
  Encoding largest() const { return infinity() - 1; }
  Encoding last() const { return infinities ? infinity() : largest(); }
  Encoding least_normal() const { return Encoding{1} << fraction_bits; }
  Encoding negative(Encoding x) const { return x ^ sign(); }
  bool is_nan(Encoding x) const { return (x & ~sign()) > last(); }
  bool is_finite(Encoding x) const { return (x & ~sign()) < infinity(); }

  // Every encoding in the order of the numbers, from -inf (or the least) to +inf; -0 comes just before +0.
  Encoding from_order(Encoding position) const;
  Encoding order(Encoding x) const;
  Encoding numbers() const { return 2 * (last() + 1); }

  double decode(Encoding x) const;       // every number of these formats is a double
  Encoding nearest(double value) const;  // to nearest, ties to even
  double ulp(Encoding x) const;          // distance to the next larger magnitude
};

const Format& format(silu_dtype dtype);

// As memory that the library reads, and back.
std::vector<std::byte> pack(const Format& format, std::span<const Encoding> numbers);
Encodings unpack(const Format& format, std::span<const std::byte> memory);

}  // namespace silu::test
