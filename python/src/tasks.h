// SPDX-License-Identifier: Apache-2.0
// Tasks on a framework's pool of threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace silu::python {

// run(0), ..., run(n - 1), in any order and at once, on this thread and on those of a pool that has `threads`:
// schedule(function) has one of them call it.  This thread takes tasks like the others and waits only for those that
// have begun: it may be one of the pool's itself, the others may all be waiting likewise, and to wake one up may take
// longer than a task.
template <class Schedule, class Run>
void share_tasks(std::size_t n, std::int64_t threads, const Schedule& schedule, const Run& run) {
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
  for (std::size_t helpers = std::min(static_cast<std::size_t>(std::max<std::int64_t>(threads, 1)), n); helpers > 1;
       --helpers)
    schedule([shared, take, &run] { take(*shared, run); });
  take(*shared, run);
  for (std::size_t done; (done = shared->done.load()) < n;) shared->done.wait(done);
}

}  // namespace silu::python
