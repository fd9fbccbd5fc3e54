// SPDX-License-Identifier: Apache-2.0
// Calls from several threads at once, the first of the process among them.
#include <gtest/gtest.h>

#include <barrier>
#include <cstddef>
#include <thread>
#include <vector>

#include "silu/silu.hpp"

namespace {

TEST(Threads, GetTheBitsThatOneGets) {
  constexpr std::ptrdiff_t kThreads = 8;
  constexpr std::size_t kCount = 10000;
  std::vector<float> x(kCount);
  for (std::size_t i = 0; i < kCount; ++i) x[i] = static_cast<float>(i) * 0x1p-9f - 10.0f;

  std::barrier start(kThreads);
  std::vector<std::vector<float>> results(kThreads, std::vector<float>(kCount));
  {
    std::vector<std::jthread> threads;
    for (std::vector<float>& y : results)
      threads.emplace_back([&start, &x, &y] {
        start.arrive_and_wait();
        silu::silu(x, y);
      });
  }
  std::vector<float> wanted(kCount);
  silu::silu(x, wanted);
  for (const std::vector<float>& y : results) EXPECT_EQ(y, wanted);
}

}  // namespace
