// SPDX-License-Identifier: Apache-2.0
// The header of NumPy's .npy files, versions 1.0, 2.0 and 3.0 (numpy.lib.format).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "silu/silu.h"

namespace silu::tool {

// No header of a plain dtype comes near this (64 dimensions of 20 digits are 1,400 bytes); what is longer is refused.
inline constexpr std::size_t kMaxNpyHeader = 65536;

struct NpyHeader {
  std::string descr;  // the dtype as it stands there: "<f4"
  bool fortran_order;
  std::vector<std::uint64_t> shape;
  std::uint64_t count;  // the product of shape
  std::size_t size;     // bytes from the file's beginning to its data
};

// beginning: the file's first kMaxNpyHeader bytes, or all of it.  Throws std::runtime_error that says what is wrong.
NpyHeader parse_npy_header(std::string_view beginning);

struct NpyElements {
  silu_dtype dtype;
  bool swapped;  // not in this machine's byte order
};

// What a descr means.  NumPy writes bfloat16 as two bytes of void ('<V2') and float8_e4m3fn as one ('<V1'), which could
// be anything, so that they count as such only where asked for; asking for what the file does not hold is an error too.
NpyElements npy_elements(std::string_view descr, std::optional<silu_dtype> asked);

}  // namespace silu::tool
