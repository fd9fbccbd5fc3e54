// SPDX-License-Identifier: Apache-2.0
// What the C++ functions refuse: the sentence, and that nothing is written.
#include <gtest/gtest.h>

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "silu/silu.hpp"

namespace {

constexpr float kCanary = 42.0f;

template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Refusals, NameBothLengths) {
  const std::vector<float> x(3, 1.0f);
  std::vector<float> y(4, kCanary);
  EXPECT_EQ(refusal([&] { silu::silu(x, y); }), "x has 3 elements, y has 4; allowed: equal lengths");
  EXPECT_EQ(y, std::vector<float>(4, kCanary));
  std::span<float> none;
  EXPECT_EQ(refusal([&] { silu::silu(x, none); }), "x has 3 elements, y has 0; allowed: equal lengths");
  // The lengths of overlapping ranges are looked at first.
  EXPECT_EQ(refusal([&] { silu::silu(std::span(y).first(3), y); }),
            "x has 3 elements, y has 4; allowed: equal lengths");
  EXPECT_EQ(y, std::vector<float>(4, kCanary));
}

TEST(Refusals, ForbidOverlapByOneElementOnEitherSide) {
  const std::string sentence = "x and y overlap; allowed: exactly the same memory, or none in common";
  EXPECT_EQ(sentence, silu_status_message(SILU_ERROR_OVERLAP));
  std::vector<float> memory(15, kCanary);
  const std::span all(memory);
  EXPECT_EQ(refusal([&] { silu::silu(all.first(8), all.last(8)); }), sentence);
  EXPECT_EQ(refusal([&] { silu::silu(all.last(8), all.first(8)); }), sentence);
  EXPECT_EQ(refusal([&] { silu::silu(all.first(14), all.last(14)); }), sentence);
  EXPECT_EQ(memory, std::vector<float>(15, kCanary));
}

TEST(Refusals, LeaveNeighboursAndTheSameMemoryAlone) {
  std::vector<float> memory(16, 1.0f);
  const std::span all(memory);
  const float once = silu::silu(1.0f);
  silu::silu(all.first(8), all.last(8));
  EXPECT_EQ(memory[7], 1.0f);
  EXPECT_EQ(memory[8], once);
  silu::silu(all.last(8), all.first(8));
  EXPECT_EQ(memory[0], silu::silu(once));
  EXPECT_EQ(memory[8], once);
  silu::silu(all.last(8), all.last(8));
  EXPECT_EQ(memory[8], silu::silu(once));
}

TEST(Refusals, ReachTheCallerForEveryFunction) {
  const std::vector<double> x(1);
  std::vector<double> y(2);
  EXPECT_THROW(silu::sigmoid(x, y), std::invalid_argument);
  EXPECT_THROW(silu::sigmoid_derivative(x, y), std::invalid_argument);
  EXPECT_THROW(silu::silu(x, y), std::invalid_argument);
  EXPECT_THROW(silu::silu_derivative(x, y), std::invalid_argument);
  EXPECT_THROW(silu::silu_second_derivative(x, y), std::invalid_argument);
  EXPECT_THROW(silu::relu(x, y), std::invalid_argument);
  EXPECT_THROW(silu::relu_derivative(x, y), std::invalid_argument);
}

}  // namespace
