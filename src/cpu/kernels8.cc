// SPDX-License-Identifier: Apache-2.0
// The kernels of the formats of 8 bits for every instruction set that the compiler and Highway offer: one more than
// kernels.cc has, as AVX3_DL looks up bytes.
#define HWY_WANT_AVX3_DL
#ifndef HWY_DISABLED_TARGETS  // as in kernels.cc
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#endif
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/kernels8.cc"
// clang-format off: foreach_target comes first, and includes this file once for each instruction set
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// clang-format on
#include "cpu/kernels.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "cpu/environment.h"
#include "math/byte_table.h"
#include "math/exact.h"
#include "math/formats.h"
#include "math/tables.h"

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
HWY_BEFORE_NAMESPACE();
namespace silu::cpu {
namespace HWY_NAMESPACE {
namespace {
#include "cpu/lanes-inl.h"
inline const auto& wide_operators() {
  return best_column<math::Float32>(std::countr_zero(static_cast<std::uint64_t>(HWY_TARGET))).operators;
}
// clang-format off: in the order of dependence
#include "cpu/table-inl.h"
#include "cpu/all8-inl.h"
// clang-format on
}  // namespace
}  // namespace HWY_NAMESPACE

namespace {
template <class Format>
inline const Column* column8(Instructions<HWY_TARGET> /*instructions*/) {
  return &HWY_NAMESPACE::column_of<Format>();
}
}  // namespace
}  // namespace silu::cpu
HWY_AFTER_NAMESPACE();
#endif

#if HWY_ONCE
namespace silu::cpu {
namespace {

template <class Format>
const Column* find8(long long instructions) {
  return find_among(
      [](auto i) requires requires { column8<Format>(i); } { return column8<Format>(i); }, instructions);
}

}  // namespace

template <>
const Column* find_column<math::Float8E4m3fn>(long long instructions) {
  return find8<math::Float8E4m3fn>(instructions);
}

template <>
const Column* find_column<math::Float8E5m2>(long long instructions) {
  return find8<math::Float8E5m2>(instructions);
}

}  // namespace silu::cpu
#endif  // HWY_ONCE
