// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace silu::python {

// Asks for huge pages in new memory, where it is large: a page that is touched first costs more than the activation of
// what it holds.  As NumPy does for its arrays, and torch if THP_MEM_ALLOC_ENABLE is set.  Of whole huge pages only, so
// that no more memory is taken.
inline void advise_huge_pages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_HUGEPAGE)
  constexpr std::size_t kLarge = std::size_t{1} << 22;           // NumPy's bound
  constexpr std::uintptr_t kHugePage = std::uintptr_t{1} << 21;  // where pages have 4 KiB
  if (bytes < kLarge) return;
  const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(data) + kHugePage - 1) & ~(kHugePage - 1);
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(data) + bytes) & ~(kHugePage - 1);
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // which may refuse
#endif
}

}  // namespace silu::python
