// SPDX-License-Identifier: Apache-2.0
// The digests of all outputs of a function and dtype, as the oracle made them (certificates/*.json; certificates/
// operators/*.json for pairs of inputs).
#pragma once

#include <array>
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

// The same for pairs of inputs: the first in the upper half of the number, the second in the lower.
struct PairCertificate {
  silu_operator op;
  silu_dtype dtype;
  std::array<double, 2> parameters;  // alpha and limit, where the operator has them
  std::uint64_t block;
  std::vector<std::string> blocks;

  // How many pairs have the same first input; a block is a multiple of that.
  std::uint64_t row() const { return std::uint64_t{1} << (8 * silu_dtype_size(dtype)); }
};

// The XXH3-128 of the blocks' digests as bytes.  Throws std::runtime_error where one is not of 32 hexadecimal digits.
std::string digest_of_blocks(const std::vector<std::string>& blocks);

// One file's text.  Throws std::runtime_error where it is not a certificate that covers every input, or its digest does
// not fit its blocks.
Certificate parse_certificate(std::string_view json);

PairCertificate parse_pair_certificate(std::string_view json);

// The texts of the files that were in certificates/, and in its folder of pairs, when this program was built.
std::span<const std::string_view> embedded_certificates();
std::span<const std::string_view> embedded_pair_certificates();

// Where a folder of certificates has those of pairs.
std::filesystem::path pair_folder(const std::filesystem::path& certificates);

// Those of a folder's *.json, in the order of their names.
std::vector<std::string> certificate_files(const std::filesystem::path& folder);

}  // namespace silu::tool
