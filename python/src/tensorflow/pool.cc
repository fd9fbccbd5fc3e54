// SPDX-License-Identifier: Apache-2.0
// The threads of a device.  TensorFlow's C interface has no way to them, so this is C++, whose classes change with
// every version: the library is for the version that it was compiled with, and Python loads it for no other.
#include "pool.h"

#include <cstdint>
#include <optional>
#include <type_traits>

#include "tensorflow/core/framework/op_kernel.h"

extern "C" __attribute__((visibility("default"))) void silu_tensorflow_run(
    TF_OpKernelContext* context, std::int64_t n, std::int64_t cost, void (*run)(void*, std::int64_t, std::int64_t),
    void* data) {
  using Threads = tsl::thread::ThreadPool;
  auto* const kernel = reinterpret_cast<::tensorflow::OpKernelContext*>(context);  // as in TensorFlow's kernels.cc
  kernel->device()->tensorflow_cpu_worker_threads()->workers->ParallelFor(
      n, Threads::SchedulingParams(Threads::SchedulingStrategy::kAdaptive, cost, std::nullopt),
      [=](std::int64_t begin, std::int64_t end) { run(data, begin, end); });
}

static_assert(std::is_same_v<decltype(silu_tensorflow_run), silu_tensorflow_parallel_for>);
