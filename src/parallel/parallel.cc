// SPDX-License-Identifier: Apache-2.0
// The parallel entry: the range in blocks, shared out by oneTBB.  A result depends on its input alone, so any
// split gives the same bits.
#include "silu/parallel.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cstddef>

#include "capi/check.h"

namespace {

// Elements per block: some microseconds' work of the fastest kernel, so that a task costs little beside it, and a
// multiple of a cache line in every dtype.  Below two blocks there is nothing to share.
constexpr std::size_t kBlock = std::size_t{1} << 15;

// Isolated from the caller's tasks: their cancellation must not leave results out, nor may a thread that waits here
// begin another of them, under a lock that the caller holds.  Where TBB lacks memory for a task, the program ends.
template <class Function>
void for_each_block(std::size_t count, const Function& function) noexcept {
  tbb::this_task_arena::isolate([&] {
    tbb::task_group_context context(tbb::task_group_context::isolated);
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count), function, context);
  });
}

}  // namespace

silu_status silu_parallel_evaluate(silu_function function, silu_dtype dtype, const void* x, void* y, size_t n) {
  const silu_status status = silu::capi::check(function, dtype, x, y, n);
  if (status != SILU_OK) return status;
  if (n < 2 * kBlock) return silu_evaluate(function, dtype, x, y, n);

  const std::size_t size = silu_dtype_size(dtype);
  const auto* from = static_cast<const std::byte*>(x);
  auto* to = static_cast<std::byte*>(y);
  for_each_block((n - 1) / kBlock + 1, [=](const tbb::blocked_range<std::size_t>& blocks) {
    const std::size_t begin = blocks.begin() * kBlock;
    const std::size_t end = std::min(blocks.end() * kBlock, n);
    silu_evaluate(function, dtype, from + begin * size, to + begin * size, end - begin);  // cannot fail: checked above
  });
  return SILU_OK;
}
