// SPDX-License-Identifier: Apache-2.0
#include "certificates.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cmath>
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

struct Blocks {
  std::uint64_t size;
  std::vector<std::string> digests;
};

// Digests of blocks that are all `inputs`; 0: there are none so few.
Blocks read_blocks(const nlohmann::json& json, std::uint64_t inputs, const std::string& all) {
  const Blocks blocks{whole_number(json.at("block")), json.at("blocks")};
  const std::uint64_t given = whole_number(json.at("inputs"));
  if (json.at("hash") != "XXH3-128") throw std::runtime_error("its hash is not XXH3-128");
  if (inputs == 0 || given != inputs)
    throw std::runtime_error(fmt::format("it is for {} inputs, not for {}", given, all));
  if (blocks.size == 0 || inputs % blocks.size != 0 || blocks.digests.size() != inputs / blocks.size)
    throw std::runtime_error(
        fmt::format("it has {} blocks of {} for {} inputs", blocks.digests.size(), blocks.size, inputs));
  if (json.at("digest") != digest_of_blocks(blocks.digests))
    throw std::runtime_error("its digest is not that of its blocks");
  return blocks;
}

auto parsed(std::string_view text, const auto& read) {
  try {
    return read(nlohmann::json::parse(text));
  } catch (const std::exception& error) {
    throw std::runtime_error(fmt::format("a certificate is malformed: {}", error.what()));
  }
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

Certificate parse_certificate(std::string_view text) {
  return parsed(text, [](const nlohmann::json& json) {
    const DtypeInfo& dtype = dtype_of(json.at("dtype"));
    const std::uint64_t inputs = dtype.size > 4 ? 0 : std::uint64_t{1} << (8 * dtype.size);
    const Blocks blocks = read_blocks(json, inputs, fmt::format("all of {}", dtype.name));
    return Certificate{function_of(json.at("function")), dtype.dtype, inputs, blocks.size, blocks.digests};
  });
}

PairCertificate parse_pair_certificate(std::string_view text) {
  return parsed(text, [](const nlohmann::json& json) {
    const OperatorInfo& info = operator_of(json.at("operator"));
    const DtypeInfo& dtype = dtype_of(json.at("dtype"));
    const std::uint64_t pairs = dtype.size > 2 ? 0 : std::uint64_t{1} << (16 * dtype.size);
    const Blocks blocks = read_blocks(json, pairs, fmt::format("all pairs of {}", dtype.name));
    PairCertificate certificate{info.op, dtype.dtype, {}, blocks.size, blocks.digests};
    if (info.input_count() != 2 || json.at("order") != std::vector<std::string>{info.inputs[0], info.inputs[1]})
      throw std::runtime_error(fmt::format("its order {} is not that of {}", json.at("order").dump(), info.name));
    if (info.clamped) {
      certificate.parameters = {json.at("alpha").get<double>(), json.at("limit").get<double>()};
      if (!std::isfinite(certificate.parameters[0]) || !(certificate.parameters[1] >= 0))
        throw std::runtime_error("its alpha or limit is none");
    }
    if (blocks.size % certificate.row() != 0)
      throw std::runtime_error(
          fmt::format("its blocks of {} are not whole rows of {} pairs", blocks.size, certificate.row()));
    return certificate;
  });
}

std::filesystem::path pair_folder(const std::filesystem::path& certificates) { return certificates / "operators"; }

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
