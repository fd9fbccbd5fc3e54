// SPDX-License-Identifier: Apache-2.0
// Text to the bits of a dtype and back, each rounded once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "registry.h"

namespace silu::tool {

struct Number {
  std::uint64_t bits;  // in the dtype's encoding
  bool inexact;        // the text's value is not one of the dtype's
};

// The value nearest to the text, ties to even, rounded once: decimal ("0.1", "-1e-45"), hexadecimal
// ("0x1.8p-3"), "inf", "infinity" or "nan", in either case and with a sign.  Throws UsageError for other text.
Number parse_number(std::string_view text, const DtypeInfo& dtype);

// The bits themselves, "0x3f800000" or in decimal.  Throws UsageError for what is no integer or too wide.
Number parse_bits(std::string_view text, const DtypeInfo& dtype);

// Every dtype's values are float64 values.
double widen(std::uint64_t bits, const DtypeInfo& dtype);

// The value of dtype nearest to value, ties to even.
std::uint64_t narrow(double value, const DtypeInfo& dtype);

// The shortest decimal that parse_number turns back into the same bits, and of these the nearest: "0.1", "-inf",
// "nan".
std::string decimal(std::uint64_t bits, const DtypeInfo& dtype);

// The exact value as in C: "0x1.8p-3".
std::string hexadecimal(std::uint64_t bits, const DtypeInfo& dtype);

// "0x3f800000", with all its zeros.
std::string bit_pattern(std::uint64_t bits, const DtypeInfo& dtype);

}  // namespace silu::tool
