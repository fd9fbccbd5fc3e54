// SPDX-License-Identifier: Apache-2.0
// The digests of all outputs of a function and dtype, as the oracle made them (certificates/*.json).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "silu/silu.h"

namespace silu::tool {

// Bit patterns in ascending order, in blocks; each block's outputs, as little-endian bytes, have one XXH3-128.
struct Certificate {
  silu_function function;
  silu_dtype dtype;
  std::uint64_t inputs, block;
  std::vector<std::string> blocks;  // in hexadecimal
};

// The XXH3-128 of the blocks' digests as bytes.  Throws std::runtime_error where one is not of 32 hexadecimal digits.
std::string digest_of_blocks(const std::vector<std::string>& blocks);

// One file's text.  Throws std::runtime_error where it is not a certificate that covers every input, or its digest does
// not fit its blocks.
Certificate parse_certificate(std::string_view json);

// The texts of the files that were in certificates/ when this program was built.
std::span<const std::string_view> embedded_certificates();

// Those of a folder's *.json, in the order of their names.
std::vector<std::string> certificate_files(const std::filesystem::path& folder);

}  // namespace silu::tool
