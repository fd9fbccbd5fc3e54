// SPDX-License-Identifier: Apache-2.0
// A function of one input in a format of 8 bits: all of its 256 values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "math/exact.h"

namespace silu::math {

struct ByteTable {
  alignas(64) std::array<std::uint8_t, 256> values;
};

// Made by the exact level on first use, which takes about a millisecond.
template <silu_function function, class Format>
const ByteTable& byte_table() {
  static const ByteTable kTable = [] {
    ByteTable table;
    for (std::size_t i = 0; i < table.values.size(); ++i) table.values[i] = static_cast<std::uint8_t>(i);
    evaluate_exact(function, Format::kDtype, table.values.data(), table.values.data(), table.values.size());
    return table;
  }();
  return kTable;
}

}  // namespace silu::math
