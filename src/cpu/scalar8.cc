// SPDX-License-Identifier: Apache-2.0
// The kernels of the formats of 8 bits in plain C++.
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "cpu/environment.h"
#include "cpu/kernels.h"
#include "cpu/scalar-lanes.h"
#include "math/byte_table.h"
#include "math/exact.h"
#include "math/formats.h"

namespace silu::cpu {
namespace scalar {
namespace {

inline const auto& wide_operators() { return scalar_column<math::Float32>().operators; }

inline void map_bytes(const std::uint8_t* table, const void* x, void* y, std::size_t n) {
  const auto* from = static_cast<const std::uint8_t*>(x);
  auto* to = static_cast<std::uint8_t*>(y);
  for (std::size_t i = 0; i < n; ++i) to[i] = table[from[i]];
}

#include "cpu/all8-inl.h"

}  // namespace
}  // namespace scalar

template <>
const Column& scalar_column<math::Float8E4m3fn>() {
  return scalar::column_of<math::Float8E4m3fn>();
}

template <>
const Column& scalar_column<math::Float8E5m2>() {
  return scalar::column_of<math::Float8E5m2>();
}

}  // namespace silu::cpu
