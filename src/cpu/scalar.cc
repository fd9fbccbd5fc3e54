// SPDX-License-Identifier: Apache-2.0
// The kernels in plain C++: for machines without vectors that Highway knows, and as a check on the others.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "cpu/environment.h"
#include "cpu/kernels.h"
#include "cpu/scalar-lanes.h"
#include "math/exact.h"
#include "math/formats.h"
#include "math/limits.h"
#include "math/round.h"
#include "math/tables.h"

namespace silu::cpu {
namespace scalar {
namespace {
inline const auto& float32_functions() { return scalar_column<math::Float32>().functions; }
#include "cpu/all-inl.h"
}  // namespace
}  // namespace scalar

template <class Format>
const Column& scalar_column() {
  static constexpr Column kColumn = {scalar::column<Format>(scalar::Functions()),
                                     scalar::operator_column<Format>(scalar::Operators()),
                                     scalar::gathered_column<Format>(scalar::Operators()),
                                     scalar::wide_beta_terms<Format>(),
                                     scalar::narrow_beta_terms<Format>(),
                                     scalar::shared_beta_terms<Format>(),
                                     scalar::condense_if_wide<Format>()};
  return kColumn;
}

template const Column& scalar_column<math::Float64>();
template const Column& scalar_column<math::Float32>();
template const Column& scalar_column<math::Float16>();
template const Column& scalar_column<math::Bfloat16>();

}  // namespace silu::cpu
