// SPDX-License-Identifier: Apache-2.0
#include "cpu/dispatch.h"

#include <tuple>

#include "cpu/kernels.h"
#include "math/formats.h"

#if SILU_HIGHWAY
#include "hwy/targets.h"
#endif

namespace silu::cpu {
namespace {

// In the order of the registry.
using Formats = std::tuple<math::Float64, math::Float32, math::Float16, math::Bfloat16>;

const Column& first(const Column& column, const auto&... /*others*/) { return column; }

// A target of the columns of each format.
Target assemble(const char* name, const auto&... columns) {
  Target target{name, {}, {}, first(columns...).beta_terms};
  for (std::size_t f = 0; f < kFunctions.size(); ++f) target.kernels[f] = {columns.functions[f]...};
  for (std::size_t i = 0; i < kOperators.size(); ++i) target.operators[i] = {columns.operators[i]...};
  return target;
}

struct Found {
  std::array<Target, 64> targets{};
  std::array<const Target*, 64> list{};
  std::size_t count = 0;

  void add(const Target& target) {
    targets[count] = target;
    list[count] = &targets[count];
    ++count;
  }

  template <class... Format>
  explicit Found(std::tuple<Format...> /*formats*/) {
#if SILU_HIGHWAY
    const auto supported = static_cast<std::uint64_t>(hwy::SupportedTargets());
    for (int bit = 0; bit < 62; ++bit) {  // Highway gives lower bits to better instruction sets
      const long long instructions = 1LL << bit;
      if ((supported >> bit & 1) != 0 && find_column<math::Float64>(instructions) != nullptr)
        add(assemble(hwy::TargetName(instructions), *find_column<Format>(instructions)...));
    }
#endif
    add(assemble("scalar", scalar_column<Format>()...));
  }
};

}  // namespace

std::span<const Target* const> targets() {
  static const Found kFound{Formats()};
  return {kFound.list.data(), kFound.count};
}

}  // namespace silu::cpu
