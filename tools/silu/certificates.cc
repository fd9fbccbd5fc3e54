// SPDX-License-Identifier: Apache-2.0
#include "certificates.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "digest.h"
#include "errors.h"
#include "selection.h"

namespace silu::tool {
namespace {

// json would turn a fraction, or what is too large, into a number that is not there.
std::uint64_t whole_number(const nlohmann::json& json) {
  if (!json.is_number_unsigned()) throw std::runtime_error(fmt::format("{} is not a whole number", json.dump()));
  return json;
}

}  // namespace

std::string digest_of_blocks(const std::vector<std::string>& blocks) {
  Digest digest;
  for (const std::string& block : blocks) {
    // As Digest writes them: they are compared as text.
    if (block.size() != 32 || block.find_first_not_of("0123456789abcdef") != std::string::npos)
      throw std::runtime_error(fmt::format("'{}' is not a digest of 32 hexadecimal digits", block));
    unsigned char bytes[16];
    for (std::size_t i = 0; i < sizeof bytes; ++i) {
      const char* const pair = block.data() + 2 * i;
      std::from_chars(pair, pair + 2, bytes[i], 16);
    }
    digest.add(bytes, sizeof bytes);
  }
  return digest.hexadecimal();
}

Certificate parse_certificate(std::string_view text) try {
  const nlohmann::json json = nlohmann::json::parse(text);
  const DtypeInfo& dtype = dtype_of(json.at("dtype"));
  Certificate certificate{function_of(json.at("function")), dtype.dtype, whole_number(json.at("inputs")),
                          whole_number(json.at("block")), json.at("blocks")};
  if (json.at("hash") != "XXH3-128") throw std::runtime_error("its hash is not XXH3-128");
  if (dtype.size > 4 || certificate.inputs != std::uint64_t{1} << (8 * dtype.size))
    throw std::runtime_error(fmt::format("it is for {} inputs, not for all of {}", certificate.inputs, dtype.name));
  if (certificate.block == 0 || certificate.inputs % certificate.block != 0 ||
      certificate.blocks.size() != certificate.inputs / certificate.block)
    throw std::runtime_error(fmt::format("it has {} blocks of {} for {} inputs", certificate.blocks.size(),
                                         certificate.block, certificate.inputs));
  if (json.at("digest") != digest_of_blocks(certificate.blocks))
    throw std::runtime_error("its digest is not that of its blocks");
  return certificate;
} catch (const std::exception& error) {
  throw std::runtime_error(fmt::format("a certificate is malformed: {}", error.what()));
}

std::vector<std::string> certificate_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const std::filesystem::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    if (!file) throw_system_error("cannot read " + path.string());
  }
  return texts;
}

}  // namespace silu::tool
