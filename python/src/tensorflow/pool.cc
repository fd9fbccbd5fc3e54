// SPDX-License-Identifier: Apache-2.0
// The threads of a device.  TensorFlow's C interface has no way to them, so this is C++, whose classes change with
// every version: the library is for the version that it was compiled with, and Python loads it for no other.
#include "pool.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "tasks.h"
#include "tensorflow/core/framework/op_kernel.h"

// A task's cycles: some ten microseconds, a few times what it takes to ask another thread for help.
constexpr std::int64_t kTaskCost = 100'000;
constexpr std::int64_t kLine = 64;  // a task's elements, where they are many, fill cache lines in every dtype

extern "C" __attribute__((visibility("default"))) void silu_tensorflow_run(
    TF_OpKernelContext* context, std::int64_t n, std::int64_t cost, void (*run)(void*, std::int64_t, std::int64_t),
    void* data) {
  const std::int64_t most = std::max<std::int64_t>(kTaskCost / cost, 1),
                     step = most < kLine ? most : most - most % kLine;
  if (n <= step) return run(data, 0, n);
  auto* const kernel = reinterpret_cast<::tensorflow::OpKernelContext*>(context);  // as in TensorFlow's kernels.cc
  tsl::thread::ThreadPool& threads = *kernel->device()->tensorflow_cpu_worker_threads()->workers;
  silu::python::share_tasks(
      static_cast<std::size_t>((n - 1) / step + 1), threads.NumThreads(),
      [&](auto help) { threads.Schedule(std::move(help)); },
      [=](std::size_t task) {
        const std::int64_t begin = static_cast<std::int64_t>(task) * step;
        run(data, begin, std::min(begin + step, n));
      });
}

static_assert(std::is_same_v<decltype(silu_tensorflow_run), silu_tensorflow_parallel_for>);
