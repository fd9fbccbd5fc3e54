// SPDX-License-Identifier: Apache-2.0
// The tool's reader of .npy headers: any bytes are refused in words or give a header that can be written and read
// again.
#include "npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "registry.h"
#include "require.h"

namespace silu::fuzz {
namespace {

std::string written(const tool::NpyHeader& header) {
  const std::string text = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': ({}{}), }}\n", header.descr,
                                       header.fortran_order ? "True" : "False", fmt::join(header.shape, ", "),
                                       header.shape.size() == 1 ? "," : "");
  std::string file = "\x93NUMPY";
  file += {2, 0};
  for (int shift = 0; shift < 32; shift += 8) file += static_cast<char>(text.size() >> shift & 0xff);
  return file + text;
}

void check(const tool::NpyHeader& header, std::string_view beginning) {
  require(header.size <= beginning.size() && header.size <= tool::kMaxNpyHeader, "a header lies within its file");
  require(header.count <= INT64_MAX / 16, "sizes in bytes do not overflow");

  const tool::NpyHeader alone = tool::parse_npy_header(beginning.substr(0, header.size));
  require(alone.descr == header.descr && alone.shape == header.shape, "what follows a header does not matter");

  // Written without the spaces it came with, it is no longer than allowed.
  const std::string file = written(header);
  if (file.size() <= tool::kMaxNpyHeader) {
    const tool::NpyHeader again = tool::parse_npy_header(file);
    require(again.descr == header.descr && again.fortran_order == header.fortran_order && again.shape == header.shape &&
                again.count == header.count && again.size == file.size(),
            "a header that is written is read as the same");
  }

  const auto elements = [&](std::optional<silu_dtype> asked) {
    return accepted<std::runtime_error>([&] { return tool::npy_elements(header.descr, asked); });
  };
  const auto held = elements(std::nullopt);
  for (const DtypeInfo& dtype : kDtypes) {
    const auto asked = elements(dtype.dtype);
    require(!asked || asked->dtype == dtype.dtype, "the dtype is the one asked for");
    require(!held || asked.has_value() == (held->dtype == dtype.dtype), "asking for what is there changes nothing");
  }
}

}  // namespace
}  // namespace silu::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view beginning(reinterpret_cast<const char*>(data), size);
  const auto header = silu::fuzz::accepted<std::runtime_error>([&] { return silu::tool::parse_npy_header(beginning); });
  if (header) silu::fuzz::check(*header, beginning);
  return 0;
}
