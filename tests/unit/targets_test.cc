// SPDX-License-Identifier: Apache-2.0
// The instruction sets: all give the same bits, those of the exact arithmetic, from any thread.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

#include "evaluate.h"
#include "inputs.h"

namespace silu::test {
namespace {

SILU_TEST_EACH_FUNCTION_AND_DTYPE(Targets);

// All inputs of 16 bits; for more bits, a mixture.
Encodings many(const Format& format, std::size_t count, unsigned seed) {
  if (format.size > 2) return mixed(format, count, seed);
  Encodings x(format.all() + 1);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i;
  std::shuffle(x.begin(), x.end(), std::mt19937_64(seed));
  return x;
}

TEST_P(Targets, AllGiveTheSameBits) {
  const Encodings x = many(format(), 1 << 18, 20);
  const Encodings wanted = evaluate(silu_target_count() - 1, x);
  on_each_target([&](std::size_t target) { expect_equal(x, evaluate(target, x), wanted); });
}

TEST_P(Targets, GiveTheBitsOfTheExactArithmetic) {
  Encodings x = many(format(), 8000, 21);
  const auto append = [&x](const Encodings& more) { x.insert(x.end(), more.begin(), more.end()); };
  append(landmarks(format()));
  append(multiples_of_least(format(), 100));
  append(normal(format(), 4000, 22));
  for (const double turn : {1.27846454276107379511, 2.39935728051546766783, 0.0}) {
    append(neighbours(format(), turn, 500));
    append(neighbours(format(), -turn, 500));
  }
  // x, x/2 + x^2/4 and so on next to midpoints: numbers of few bits, of every exponent down to the least.
  for (Encoding e = 0; e < format().infinity(); e += format().least_normal())
    for (const Encoding few : {Encoding{0}, Encoding{1}, format().least_normal() / 2, format().least_normal() - 1})
      for (const Encoding sign : {Encoding{0}, format().sign()}) x.push_back(sign | e | few);
  const Encodings wanted = exact(x);
  on_each_target([&](std::size_t target) { expect_equal(x, evaluate(target, x), wanted); });
}

TEST_P(Targets, GiveTheSameBitsFromAnyThread) {
  const Encodings x = mixed(format(), 3000, 23);
  const Encodings wanted = evaluate(silu_target_count() - 1, x);
  std::vector<Encodings> results(2 * silu_target_count());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < results.size(); ++i)
      threads.emplace_back([this, i, &x, &results] { results[i] = evaluate(i / 2, x); });
  }
  for (const Encodings& result : results) expect_equal(x, result, wanted);
}

}  // namespace
}  // namespace silu::test
