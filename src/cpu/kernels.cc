// SPDX-License-Identifier: Apache-2.0
// The kernels of one format (SILU_FORMAT, of math/formats.h) for every instruction set that the compiler
// and Highway offer.
#ifndef HWY_DISABLED_TARGETS  // vectors without a size at compile time (lanes-inl.h)
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#endif
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/kernels.cc"
// clang-format off: foreach_target comes first, and includes this file once for each instruction set
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// clang-format on
#include "cpu/kernels.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "cpu/environment.h"
#include "math/exact.h"
#include "math/formats.h"
#include "math/limits.h"
#include "math/round.h"
#include "math/tables.h"

// scalar.cc does what Highway's own emulations would.
#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
HWY_BEFORE_NAMESPACE();
namespace silu::cpu {
template <>
const Column* find_column<math::Float32>(long long instructions);
namespace HWY_NAMESPACE {
namespace {
inline const auto& float32_functions() { return find_column<math::Float32>(HWY_TARGET)->functions; }
#include "cpu/lanes-inl.h"
// The lanes come first.
#include "cpu/all-inl.h"
}  // namespace
}  // namespace HWY_NAMESPACE

namespace {
inline const Column* column(Instructions<HWY_TARGET> /*instructions*/) {
  static constexpr Column kColumn = {HWY_NAMESPACE::column<math::SILU_FORMAT>(HWY_NAMESPACE::Functions()),
                                     HWY_NAMESPACE::operator_column<math::SILU_FORMAT>(HWY_NAMESPACE::Operators()),
                                     HWY_NAMESPACE::gathered_column<math::SILU_FORMAT>(HWY_NAMESPACE::Operators()),
                                     HWY_NAMESPACE::wide_beta_terms<math::SILU_FORMAT>(),
                                     HWY_NAMESPACE::narrow_beta_terms<math::SILU_FORMAT>(),
                                     HWY_NAMESPACE::shared_beta_terms<math::SILU_FORMAT>(),
                                     HWY_NAMESPACE::condense_if_wide<math::SILU_FORMAT>()};
  return &kColumn;
}
}  // namespace
}  // namespace silu::cpu
HWY_AFTER_NAMESPACE();
#endif

#if HWY_ONCE
namespace silu::cpu {
template <>
const Column* find_column<math::SILU_FORMAT>(long long instructions) {
  return find_among(
      [](auto i) requires requires { column(i); } { return column(i); }, instructions);
}

}  // namespace silu::cpu
#endif  // HWY_ONCE
