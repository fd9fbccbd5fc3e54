// SPDX-License-Identifier: Apache-2.0
// The reader of certificates: any text is refused in words or covers every input of its dtype.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "certificates.h"
#include "require.h"

namespace silu::fuzz {
namespace {

void check(const tool::Certificate& certificate) {
  const std::size_t size = silu_dtype_size(certificate.dtype);
  require(silu_function_name(certificate.function) != nullptr, "the function is known");
  require((size == 2 || size == 4) && certificate.inputs == std::uint64_t{1} << (8 * size), "all inputs are covered");
  require(certificate.block * certificate.blocks.size() == certificate.inputs, "the blocks are all inputs");
  for (const std::string& block : certificate.blocks)  // as Digest writes them, with which they are compared
    require(block.size() == 32 && block.find_first_not_of("0123456789abcdef") == std::string::npos,
            "a block's digest is 32 hexadecimal digits");
}

void check(const tool::PairCertificate& certificate) {
  require(silu_operator_inputs(certificate.op) == 2, "the operator has two inputs");
  require(silu_dtype_size(certificate.dtype) <= 2, "the dtype has 16 bits or fewer");
  require(certificate.block * certificate.blocks.size() == certificate.row() * certificate.row(),
          "the blocks are all pairs");
  require(certificate.block % certificate.row() == 0, "a block is whole rows");
}

}  // namespace
}  // namespace silu::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto certificate =
      silu::fuzz::accepted<std::runtime_error>([&] { return silu::tool::parse_certificate(text); });
  if (certificate) silu::fuzz::check(*certificate);
  const auto pairs = silu::fuzz::accepted<std::runtime_error>([&] { return silu::tool::parse_pair_certificate(text); });
  if (pairs) silu::fuzz::check(*pairs);
  return 0;
}
