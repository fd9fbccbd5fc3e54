// SPDX-License-Identifier: Apache-2.0
// The tool's numbers: any text is refused as a usage error or gives the bits that the C library gives, and all bits
// come back from each of their texts.  The first byte chooses the dtype.
#include "number.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include "errors.h"
#include "registry.h"
#include "require.h"

namespace silu::fuzz {
namespace {

using tool::Number;

void check_texts(std::uint64_t bits, const DtypeInfo& dtype) {
  require(tool::parse_bits(tool::bit_pattern(bits, dtype), dtype).bits == bits, "a bit pattern reads back");
  const double value = tool::widen(bits, dtype);
  const std::uint64_t wanted = tool::narrow(value, dtype);  // a NaN loses its payload
  require(wanted == bits || std::isnan(value), "narrow undoes widen");
  require(tool::parse_number(tool::decimal(bits, dtype), dtype).bits == wanted, "a decimal reads back");
  const Number exact = tool::parse_number(tool::hexadecimal(bits, dtype), dtype);
  require(exact.bits == wanted && !exact.inexact, "a hexadecimal number reads back, and is exact");
}

void check_against_c(const Number& number, const std::string& text, const DtypeInfo& dtype) {
  char* end = nullptr;
  const double nearest = std::strtod(text.c_str(), &end);
  require(end == text.c_str() + text.size(), "what is a number here is one in C");
  if (std::isnan(nearest)) return;
  require(number.inexact || tool::widen(number.bits, dtype) == nearest, "an exact number has the value of its text");
  if (dtype.dtype == SILU_FLOAT64) {
    require(number.bits == std::bit_cast<std::uint64_t>(nearest), "float64 is rounded as in C");
  } else if (dtype.dtype == SILU_FLOAT32) {
    require(number.bits == std::bit_cast<std::uint32_t>(std::strtof(text.c_str(), nullptr)),
            "float32 is rounded as in C");
  } else {
    // The text's value lies between these two neighbours of the nearest float64.
    const double infinity = std::numeric_limits<double>::infinity();
    const double value = tool::widen(number.bits, dtype);
    const auto rounded = [&](double neighbour) { return tool::widen(tool::narrow(neighbour, dtype), dtype); };
    require(rounded(std::nextafter(nearest, -infinity)) <= value && value <= rounded(std::nextafter(nearest, infinity)),
            "16 bits are rounded as its neighbours allow");
  }
}

void check_text(const std::string& text, const DtypeInfo& dtype) {
  const auto bits = accepted<tool::UsageError>([&] { return tool::parse_bits(text, dtype).bits; });
  if (bits) check_texts(*bits, dtype);
  const auto number = accepted<tool::UsageError>([&] { return tool::parse_number(text, dtype); });
  if (!number) return;
  check_against_c(*number, text, dtype);
  check_texts(number->bits, dtype);
}

}  // namespace
}  // namespace silu::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const silu::DtypeInfo& dtype = silu::kDtypes[data[0] % silu::kDtypes.size()];
  silu::fuzz::check_text({reinterpret_cast<const char*>(data) + 1, size - 1}, dtype);
  return 0;
}
