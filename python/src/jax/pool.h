// SPDX-License-Identifier: Apache-2.0
// XLA's pool of threads, as its FFI offers it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>

#include "xla/ffi/api/ffi.h"

namespace silu::jax {

// run(0), ..., run(n - 1), in any order and at once, on the pool's threads and this one.  This thread takes tasks
// like the others and waits only for those that have begun: it may be one of the pool's itself, and the others may
// all be waiting likewise.
template <class Run>
void parallel(xla::ffi::ThreadPool& pool, std::size_t n, const Run& run) {
  struct Shared {
    explicit Shared(std::size_t total) : count(total) {}
    const std::size_t count;
    std::atomic<std::size_t> next = 0, done = 0;
  };
  // A helper that comes late finds no task left, and touches nothing else.
  const auto shared = std::make_shared<Shared>(n);
  const auto take = [](Shared& tasks, const Run& each) {
    for (std::size_t i; (i = tasks.next.fetch_add(1)) < tasks.count;) {
      each(i);
      if (tasks.done.fetch_add(1) + 1 == tasks.count) tasks.done.notify_all();
    }
  };
  const auto threads = static_cast<std::size_t>(std::max<std::int64_t>(pool.num_threads(), 1));
  for (std::size_t helpers = std::min(threads, n); helpers > 1; --helpers)
    pool.Schedule([shared, take, &run] { take(*shared, run); });
  take(*shared, run);
  for (std::size_t done; (done = shared->done.load()) < n;) shared->done.wait(done);
}

}  // namespace silu::jax
