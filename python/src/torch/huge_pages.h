// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace silu::torch_adapter {

// Asks for huge pages in new memory, where it is large: a page that is touched first costs more than the activation of
// what it holds.  As NumPy does for its arrays, and torch if THP_MEM_ALLOC_ENABLE is set.  Of whole huge pages only, so
// that no more memory is taken.
void advise_huge_pages(void* data, std::size_t bytes);

}  // namespace silu::torch_adapter
