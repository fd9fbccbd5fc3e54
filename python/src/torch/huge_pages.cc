// SPDX-License-Identifier: Apache-2.0
#include "huge_pages.h"

#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace silu::torch_adapter {

void advise_huge_pages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_HUGEPAGE)
  constexpr std::size_t kLarge = std::size_t{1} << 22;           // NumPy's bound
  constexpr std::uintptr_t kHugePage = std::uintptr_t{1} << 21;  // where pages have 4 KiB
  if (bytes < kLarge) return;
  const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(data) + kHugePage - 1) & ~(kHugePage - 1);
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(data) + bytes) & ~(kHugePage - 1);
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // which may refuse
#endif
}

}  // namespace silu::torch_adapter
