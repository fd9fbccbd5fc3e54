// SPDX-License-Identifier: Apache-2.0
// The threads of a device.  TensorFlow's C interface has no way to them, so this is C++, whose classes change with
// every version: the library is for the version that it was compiled with, and Python loads it for no other.
//
// Whoever is free takes the next block, the calling thread too.  ThreadPool::ParallelFor gives a caller one part of the
// range and has it wait for the others, whose threads take longer to wake up than a small part takes.
#include "pool.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "tensorflow/core/framework/op_kernel.h"

namespace {

class Blocks {
 public:
  using Run = void (*)(void* data, std::int64_t begin, std::int64_t end);

  Blocks(std::int64_t n, std::int64_t block, Run run, void* data) : n_(n), block_(block), run_(run), data_(data) {}

  std::int64_t count() const { return (n_ - 1) / block_ + 1; }

  // Until none is left to begin.  A thread that comes later than that touches nothing of the caller's.
  void work() {
    for (;;) {
      const std::int64_t i = next_.fetch_add(1, std::memory_order_relaxed);
      if (i >= count()) return;
      run_(data_, i * block_, std::min((i + 1) * block_, n_));
      if (done_.fetch_add(1, std::memory_order_release) + 1 == count()) done_.notify_all();
    }
  }

  // Until all are done.
  void wait() const {
    for (;;) {
      const std::int64_t done = done_.load(std::memory_order_acquire);
      if (done == count()) return;
      done_.wait(done, std::memory_order_acquire);
    }
  }

 private:
  std::int64_t n_, block_;
  Run run_;
  void* data_;
  std::atomic<std::int64_t> next_ = 0, done_ = 0;
};

// Cycles: a block takes some ten microseconds, a few times what it takes to ask another thread for help.
constexpr std::int64_t kBlockCost = 100'000;

}  // namespace

extern "C" __attribute__((visibility("default"))) void silu_tensorflow_run(TF_OpKernelContext* context, std::int64_t n,
                                                                           std::int64_t cost, Blocks::Run run,
                                                                           void* data) {
  const std::int64_t block = std::max<std::int64_t>(kBlockCost / cost, 1);
  if (n <= block) return run(data, 0, n);
  auto* const kernel = reinterpret_cast<::tensorflow::OpKernelContext*>(context);  // as in TensorFlow's kernels.cc
  tsl::thread::ThreadPool& threads = *kernel->device()->tensorflow_cpu_worker_threads()->workers;
  const auto blocks = std::make_shared<Blocks>(n, block, run, data);
  const std::int64_t helpers = std::min<std::int64_t>(threads.NumThreads(), blocks->count()) - 1;
  for (std::int64_t i = 0; i < helpers; ++i) threads.Schedule([blocks] { blocks->work(); });
  blocks->work();
  blocks->wait();
}

static_assert(std::is_same_v<decltype(silu_tensorflow_run), silu_tensorflow_parallel_for>);
