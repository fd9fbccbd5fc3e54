// SPDX-License-Identifier: Apache-2.0
#include "cpu/dispatch.h"

#include <iterator>
#include <tuple>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "cpu/kernels.h"
#include "math/formats.h"

#if SILU_HIGHWAY
#include "hwy/targets.h"
#endif

namespace silu::cpu {
namespace {

using Formats = math::FormatsIn<std::tuple>;

#if SILU_HIGHWAY
// Whether gathering from memory is faster than arithmetic.  Until 2022 Intel's processors gathered fast, and then more
// slowly than single loads, for security (advisory INTEL-SA-00828); float16 arithmetic came with the first that need
// not, Sapphire Rapids.
bool gathers_fast() {
#if defined(__x86_64__) || defined(__i386__)
  constexpr unsigned kAvx512Fp16 = 1u << 23;
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kAvx512Fp16) != 0;
#else
  return false;
#endif
}
#endif

// A target of the columns of each format.
Target assemble(const char* name, const auto&... columns) {
  Target target{name,
                {},
                {},
                nullptr,
                {columns.beta_terms...},
                {columns.shared_beta_terms...},
                nullptr,
                nullptr,
                {columns.narrow...}};
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

#if SILU_HIGHWAY
  // The target that gathers values from memory, if there is one.
  void add_gathering(Target target, const auto&... columns) {
    bool any = false;
    for (std::size_t i = 0; i < kOperators.size(); ++i) {
      const OperatorKernel gathered[] = {columns.gathered[i]...};
      for (std::size_t f = 0; f < std::size(gathered); ++f) {
        if (gathered[f] == nullptr) continue;
        target.operators[i][f] = gathered[f];
        any = true;
      }
    }
    target.name = "AVX3_GATHER";
    if (any) add(target);
  }
#endif

  template <class... Format>
  explicit Found(std::tuple<Format...> /*formats*/) {
#if SILU_HIGHWAY
    const auto supported = static_cast<std::uint64_t>(hwy::SupportedTargets());
    for (int bit = 0; bit < 62; ++bit) {  // Highway gives lower bits to better instruction sets
      const long long instructions = 1LL << bit;
      if ((supported >> bit & 1) == 0 || ((find_column<Format>(instructions) == nullptr) && ...)) continue;
      const Target target = assemble(hwy::TargetName(instructions), best_column<Format>(bit)...);
      const bool best = count == 0, gather = gathers_fast();
      if (best && gather) add_gathering(target, best_column<Format>(bit)...);
      add(target);
      if (best && !gather) add_gathering(target, best_column<Format>(bit)...);
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
