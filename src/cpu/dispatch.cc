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

using Formats = math::FormatsIn<std::tuple>;

// A target of the columns of each format.
Target assemble(const char* name, const auto&... columns) {
  Target target{name, {}, {}, nullptr, {columns.beta_terms...}, nullptr, nullptr, {columns.narrow...}};
  for (const Column* column : {&columns...}) {
    if (column->wide_beta_terms != nullptr) target.wide_beta_terms = column->wide_beta_terms;
    if (column->condense != nullptr) target.condense = column->condense;
    if (column->map_bytes != nullptr) target.map_bytes = column->map_bytes;
  }
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
      if ((supported >> bit & 1) != 0 && ((find_column<Format>(instructions) != nullptr) || ...))
        add(assemble(hwy::TargetName(instructions), best_column<Format>(bit)...));
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
