// SPDX-License-Identifier: Apache-2.0
// The formats as IEEE 754 states them, on their own: nothing here comes from the library.
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

  int bits() const { return static_cast<int>(8 * size); }
  int bias() const { return (1 << (exponent_bits - 1)) - 1; }
  Encoding all() const { return ~Encoding{0} >> (64 - bits()); }
  Encoding sign() const { return Encoding{1} << (bits() - 1); }
  Encoding infinity() const { return ((Encoding{1} << exponent_bits) - 1) << fraction_bits; }
  Encoding canonical_nan() const { return infinity() | Encoding{1} << (fraction_bits - 1); }
  Encoding largest() const { return infinity() - 1; }
  Encoding least_normal() const { return Encoding{1} << fraction_bits; }
  Encoding negative(Encoding x) const { return x ^ sign(); }
  bool is_nan(Encoding x) const { return (x & ~sign()) > infinity(); }
  bool is_finite(Encoding x) const { return (x & ~sign()) < infinity(); }

  // Every encoding in the order of the numbers, from -inf to +inf; -0 comes just before +0.
  Encoding from_order(Encoding position) const;
  Encoding order(Encoding x) const;
  Encoding numbers() const { return 2 * (infinity() + 1); }

  double decode(Encoding x) const;       // every number of these formats is a double
  Encoding nearest(double value) const;  // to nearest, ties to even
  double ulp(Encoding x) const;          // distance to the next larger magnitude
};

const Format& format(silu_dtype dtype);

// As memory that the library reads, and back.
std::vector<std::byte> pack(const Format& format, std::span<const Encoding> numbers);
Encodings unpack(const Format& format, std::span<const std::byte> memory);

}  // namespace silu::test
