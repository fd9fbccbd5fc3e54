// SPDX-License-Identifier: Apache-2.0
// The parallel entry: the range in blocks, shared out by oneTBB.  A result depends on its input alone, so any
// split gives the same bits.
#include "silu/parallel.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "capi/check.h"

namespace {

// Elements per block: some microseconds' work of the fastest kernel, so that a task costs little beside it, and a
// multiple of a cache line in every dtype.  Below two blocks there is nothing to share.
constexpr std::size_t kBlock = std::size_t{1} << 15;

// run(context), isolated from the caller's tasks: their cancellation must not leave results out, nor may a thread that
// waits here begin another of them, under a lock that the caller holds.  Where TBB lacks memory for a task, the program
// ends.
template <class Run>
void isolate(const Run& run) noexcept {
  tbb::this_task_arena::isolate([&] {
    tbb::task_group_context context(tbb::task_group_context::isolated);
    run(context);
  });
}

using Range = tbb::blocked_range<std::size_t>;

template <class Function>
void share(std::size_t count, std::size_t grain, const Function& function) {
  isolate([&](tbb::task_group_context& context) { tbb::parallel_for(Range(0, count, grain), function, context); });
}

// The blocks of n elements.
Range blocks_of(std::size_t n) { return {0, (n - 1) / kBlock + 1}; }

// function(begin, end) for the elements of some blocks.
template <class Function>
auto with_elements(const Range& blocks, std::size_t n, const Function& function) {
  return function(blocks.begin() * kBlock, std::min(blocks.end() * kBlock, n));
}

// function(begin, end) for the blocks of n elements.
template <class Function>
void for_each_block(std::size_t n, const Function& function) {
  share(blocks_of(n).size(), 1, [=](const Range& blocks) { with_elements(blocks, n, function); });
}

// The inputs from an element on.
std::array<silu_input, 3> inputs_from(const silu_input* inputs, std::size_t count, std::size_t first) {
  std::array<silu_input, 3> from{};
  for (std::size_t i = 0; i < count; ++i)
    from[i] = {static_cast<const std::byte*>(inputs[i].data) + static_cast<std::ptrdiff_t>(first) * inputs[i].stride,
               inputs[i].stride};
  return from;
}

}  // namespace

silu_status silu_parallel_evaluate(silu_function function, silu_dtype dtype, const void* x, void* y, size_t n) {
  const silu_status status = silu::capi::check(function, dtype, x, y, n);
  if (status != SILU_OK) return status;
  if (n < 2 * kBlock) return silu_evaluate(function, dtype, x, y, n);

  const std::size_t size = silu_dtype_size(dtype);
  const auto* from = static_cast<const std::byte*>(x);
  auto* to = static_cast<std::byte*>(y);
  for_each_block(n, [=](std::size_t begin, std::size_t end) {
    silu_evaluate(function, dtype, from + begin * size, to + begin * size, end - begin);  // cannot fail: checked above
  });
  return SILU_OK;
}

silu_status silu_parallel_apply(silu_operator op, silu_dtype dtype, const silu_input* inputs,
                                const silu_output* outputs, const double* parameters, size_t n) {
  const silu_status status = silu::capi::check(op, dtype, inputs, outputs, parameters, n);
  if (status != SILU_OK) return status;
  if (n < 2 * kBlock) return silu_apply(op, dtype, inputs, outputs, parameters, n);

  const silu::OperatorInfo& info = silu::kOperators[static_cast<std::size_t>(op)];
  for_each_block(n, [=, &info](std::size_t begin, std::size_t end) {
    const std::array<silu_input, 3> from = inputs_from(inputs, info.input_count(), begin);
    std::array<silu_output, 2> to{};
    const auto first = static_cast<std::ptrdiff_t>(begin);
    for (std::size_t i = 0; i < info.output_count(); ++i)
      to[i] = {static_cast<std::byte*>(outputs[i].data) + first * outputs[i].stride, outputs[i].stride};
    silu_apply(op, dtype, from.data(), to.data(), parameters, end - begin);  // cannot fail: checked above
  });
  return SILU_OK;
}

silu_status silu_parallel_swish_beta_gradient(silu_sum* sum, silu_dtype dtype, const silu_input* inputs, size_t n) {
  if (sum == nullptr) return SILU_ERROR_NULL;
  const silu_status status = silu::capi::check_inputs(dtype, inputs, 3, n);
  if (status != SILU_OK) return status;
  if (n < 2 * kBlock) return silu_swish_beta_gradient(sum, dtype, inputs, n);

  const auto add = [=](const Range& blocks, silu_sum part) {
    with_elements(blocks, n, [&](std::size_t begin, std::size_t end) {
      const std::array<silu_input, 3> from = inputs_from(inputs, 3, begin);
      silu_swish_beta_gradient(&part, dtype, from.data(), end - begin);  // cannot fail: checked above
    });
    return part;
  };
  const auto merge = [](silu_sum one, const silu_sum& other) {
    silu_sum_merge(&one, &other);
    return one;
  };
  isolate([&](tbb::task_group_context& context) {
    const silu_sum all = tbb::parallel_reduce(blocks_of(n), silu_sum{}, add, merge, context);
    silu_sum_merge(sum, &all);
  });
  return SILU_OK;
}

void silu_parallel_for(size_t count, size_t elements, void (*run)(void* context, size_t begin, size_t end),
                       void* context) {
  const std::size_t grain = kBlock / std::clamp<std::size_t>(elements, 1, kBlock);
  if (count / 2 < grain) return run(context, 0, count);
  share(count, grain, [=](const Range& rows) { run(context, rows.begin(), rows.end()); });
}
