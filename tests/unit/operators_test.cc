// SPDX-License-Identifier: Apache-2.0
// The functions of several inputs: where their operands may lie, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "encodings.h"
#include "inputs.h"

namespace silu::test {
namespace {

struct Which {
  silu_operator op;
  silu_dtype dtype;
  friend void PrintTo(const Which& which, std::ostream* out) {
    *out << silu_operator_name(which.op) << " of " << silu_dtype_name(which.dtype);
  }
};

constexpr double kParameters[] = {1.702, 7};
constexpr std::byte kCanary{0xa5};
constexpr std::size_t kMost = 70;  // several vectors and a tail

class Operators : public testing::TestWithParam<Which> {
 protected:
  const Format& format() const { return test::format(GetParam().dtype); }
  std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(format().size); }
  std::size_t inputs() const { return silu_operator_inputs(GetParam().op); }
  std::size_t outputs() const { return silu_operator_outputs(GetParam().op); }

  void SetUp() override {
    for (std::size_t i = 0; i < inputs(); ++i)
      x_[i] = pack(format(), mixed(format(), kMost, 60 + static_cast<unsigned>(i)));
  }

  silu_status apply(std::size_t target, const silu_input* from, const silu_output* to, std::size_t n,
                    const double* parameters = kParameters) const {
    return silu_apply_on(target, GetParam().op, format().dtype, from, to, parameters, n);
  }

  // By integers, from contiguous inputs; those that `broadcast` marks have their first element everywhere.
  std::array<std::vector<std::byte>, 2> right(unsigned broadcast = 0) const {
    silu_input from[3] = {};
    silu_output to[2] = {};
    std::array<std::vector<std::byte>, 2> y;
    for (std::size_t i = 0; i < inputs(); ++i) from[i] = {x_[i].data(), (broadcast >> i & 1) != 0 ? 0 : size()};
    for (std::size_t k = 0; k < outputs(); ++k) {
      y[k].resize(kMost * format().size);
      to[k] = {y[k].data(), size()};
    }
    EXPECT_EQ(silu_apply_exact(GetParam().op, format().dtype, from, to, kParameters, kMost), SILU_OK);
    return y;
  }

  // Memory for n elements at a stride, and where the first of them lies.
  struct Strided {
    std::vector<std::byte> memory;
    std::ptrdiff_t stride;
    std::byte* first;

    Strided(std::size_t n, std::ptrdiff_t stride_, std::size_t offset)
        : memory(n * static_cast<std::size_t>(std::abs(stride_)) + 64 + offset, kCanary), stride(stride_) {
      const std::size_t reach = n == 0 ? 0 : (n - 1) * static_cast<std::size_t>(std::abs(stride_));
      first = memory.data() + 16 + offset + (stride < 0 ? reach : 0);
    }
    std::byte* at(std::size_t i) const { return first + static_cast<std::ptrdiff_t>(i) * stride; }
  };

  void fill(const Strided& to, const std::vector<std::byte>& from, std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i) std::memcpy(to.at(i), &from[i * format().size], format().size);
  }

  // The elements are right, and no byte beside them was written.
  void expect(Strided& got, const std::vector<std::byte>& wanted, std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_EQ(std::memcmp(got.at(i), &wanted[i * format().size], format().size), 0) << "element " << i << " of " << n;
      std::memset(got.at(i), static_cast<int>(kCanary), format().size);
    }
    ASSERT_EQ(std::count(got.memory.begin(), got.memory.end(), kCanary), std::ssize(got.memory)) << "written beside";
  }

  static void on_each_target(const auto& body) {
    for (std::size_t target = 0; target < silu_target_count(); ++target) {
      SCOPED_TRACE(silu_target_name(target));
      ASSERT_NO_FATAL_FAILURE(body(target));
    }
  }

  std::array<std::vector<std::byte>, 3> x_;
};

std::vector<Which> all() {
  std::vector<Which> result;
  for (std::size_t op = 0; op < silu_operator_count(); ++op)
    for (std::size_t dtype = 0; dtype < silu_dtype_count(); ++dtype)
      result.push_back({static_cast<silu_operator>(op), static_cast<silu_dtype>(dtype)});
  return result;
}
INSTANTIATE_TEST_SUITE_P(, Operators, testing::ValuesIn(all()), [](const auto& info) {
  return std::string(silu_operator_name(info.param.op)) + "_" + silu_dtype_name(info.param.dtype);
});

TEST_P(Operators, EveryLengthStrideAndAlignment) {
  const auto wanted = right();
  const std::ptrdiff_t strides[] = {size(), 2 * size(), -size(), 3 * size() + 1, -2 * size() - 1};
  on_each_target([&](std::size_t target) {
    for (std::size_t n = 0; n <= kMost; ++n)
      for (std::size_t s = 0; s < std::size(strides); ++s) {
        silu_input from[3] = {};
        silu_output to[2] = {};
        std::vector<Strided> in, out;
        for (std::size_t i = 0; i < inputs(); ++i)
          in.emplace_back(n, strides[(s + i * n) % std::size(strides)], n % 16);
        for (std::size_t k = 0; k < outputs(); ++k) out.emplace_back(n, strides[(s + k) % std::size(strides)], n % 8);
        for (std::size_t i = 0; i < inputs(); ++i) {
          fill(in[i], x_[i], n);
          from[i] = {in[i].first, in[i].stride};
        }
        for (std::size_t k = 0; k < outputs(); ++k) to[k] = {out[k].first, out[k].stride};
        ASSERT_EQ(apply(target, from, to, n), SILU_OK);
        for (std::size_t k = 0; k < outputs(); ++k) ASSERT_NO_FATAL_FAILURE(expect(out[k], wanted[k], n));
      }
  });
}

TEST_P(Operators, AStrideOfZeroServesAll) {
  for (unsigned broadcast = 1; broadcast < 1u << inputs(); ++broadcast) {
    const auto wanted = right(broadcast);
    on_each_target([&](std::size_t target) {
      silu_input from[3] = {};
      for (std::size_t i = 0; i < inputs(); ++i) from[i] = {x_[i].data(), (broadcast >> i & 1) != 0 ? 0 : size()};
      std::vector<Strided> out(outputs(), Strided(kMost, size(), 0));
      silu_output to[2] = {};
      for (std::size_t k = 0; k < outputs(); ++k) {
        out[k] = Strided(kMost, size(), k);
        to[k] = {out[k].first, out[k].stride};
      }
      ASSERT_EQ(apply(target, from, to, kMost), SILU_OK);
      for (std::size_t k = 0; k < outputs(); ++k) ASSERT_NO_FATAL_FAILURE(expect(out[k], wanted[k], kMost));
    });
  }
}

// Each output in the place of each input.
TEST_P(Operators, InPlace) {
  const auto wanted = right();
  on_each_target([&](std::size_t target) {
    for (const std::ptrdiff_t stride : {size(), -size(), 2 * size()})
      for (std::size_t shift = 0; shift < inputs(); ++shift) {
        silu_input from[3] = {};
        silu_output to[2] = {};
        std::vector<Strided> memory;
        for (std::size_t i = 0; i < inputs(); ++i) memory.emplace_back(kMost, stride, 1);
        for (std::size_t i = 0; i < inputs(); ++i) {
          fill(memory[i], x_[i], kMost);
          from[i] = {memory[i].first, stride};
        }
        for (std::size_t k = 0; k < outputs(); ++k) to[k] = {memory[(shift + k) % inputs()].first, stride};
        ASSERT_EQ(apply(target, from, to, kMost), SILU_OK);
        for (std::size_t k = 0; k < outputs(); ++k)
          ASSERT_NO_FATAL_FAILURE(expect(memory[(shift + k) % inputs()], wanted[k], kMost));
      }
  });
}

// All operands in one tensor: as its halves, and element by element in turn.
TEST_P(Operators, HalvesAndInterleaved) {
  const auto wanted = right();
  const std::size_t operands = inputs() + outputs();
  on_each_target([&](std::size_t target) {
    for (const bool interleaved : {false, true}) {
      const std::ptrdiff_t stride = interleaved ? static_cast<std::ptrdiff_t>(operands) * size() : size();
      std::vector<std::byte> tensor(operands * kMost * format().size);
      const auto first = [&](std::size_t i) { return &tensor[i * (interleaved ? 1 : kMost) * format().size]; };
      silu_input from[3] = {};
      silu_output to[2] = {};
      for (std::size_t i = 0; i < inputs(); ++i) {
        from[i] = {first(i), stride};
        for (std::size_t j = 0; j < kMost; ++j)
          std::memcpy(first(i) + static_cast<std::ptrdiff_t>(j) * stride, &x_[i][j * format().size], format().size);
      }
      for (std::size_t k = 0; k < outputs(); ++k) to[k] = {first(inputs() + k), stride};
      ASSERT_EQ(apply(target, from, to, kMost), SILU_OK);
      for (std::size_t k = 0; k < outputs(); ++k)
        for (std::size_t j = 0; j < kMost; ++j)
          ASSERT_EQ(std::memcmp(first(inputs() + k) + static_cast<std::ptrdiff_t>(j) * stride,
                                &wanted[k][j * format().size], format().size),
                    0);
      for (std::size_t i = 0; i < inputs(); ++i)
        for (std::size_t j = 0; j < kMost; ++j)
          ASSERT_EQ(
              std::memcmp(first(i) + static_cast<std::ptrdiff_t>(j) * stride, &x_[i][j * format().size], format().size),
              0);
    }
  });
}

// Each refusal, by every entry, writes nothing.
TEST_P(Operators, Refusals) {
  const silu_operator op = GetParam().op;
  const silu_dtype dtype = format().dtype;
  const bool clamped = op == SILU_SWIGLU_CLAMPED || op == SILU_SWIGLU_CLAMPED_BACKWARD;
  std::vector<std::byte> tensor(8 * kMost * format().size, kCanary);
  const auto at = [&](std::size_t element) { return &tensor[element * format().size]; };
  silu_input from[3] = {};
  silu_output to[2] = {};
  const auto reset = [&] {
    for (std::size_t i = 0; i < 3; ++i) from[i] = {at(i * kMost), size()};
    for (std::size_t k = 0; k < 2; ++k) to[k] = {at((3 + k) * kMost), size()};
  };
  const auto expect_refused = [&](silu_status status, silu_operator which, silu_dtype of, const double* parameters,
                                  std::size_t n) {
    EXPECT_EQ(silu_apply(which, of, from, to, parameters, n), status);
    EXPECT_EQ(silu_apply_exact(which, of, from, to, parameters, n), status);
    for (std::size_t target = 0; target < silu_target_count(); ++target)
      EXPECT_EQ(silu_apply_on(target, which, of, from, to, parameters, n), status);
    EXPECT_EQ(std::count(tensor.begin(), tensor.end(), kCanary), std::ssize(tensor)) << "written, status " << status;
    reset();
  };
  reset();
  expect_refused(SILU_ERROR_OPERATOR, static_cast<silu_operator>(silu_operator_count()), dtype, kParameters, kMost);
  expect_refused(SILU_ERROR_OPERATOR, static_cast<silu_operator>(-1), dtype, kParameters, kMost);
  expect_refused(SILU_ERROR_DTYPE, op, static_cast<silu_dtype>(silu_dtype_count()), kParameters, kMost);
  EXPECT_EQ(silu_apply_on(silu_target_count(), op, dtype, from, to, kParameters, kMost), SILU_ERROR_TARGET);
  EXPECT_EQ(silu_apply(op, dtype, nullptr, to, kParameters, kMost), SILU_ERROR_NULL);
  EXPECT_EQ(silu_apply(op, dtype, from, nullptr, kParameters, kMost), SILU_ERROR_NULL);
  for (std::size_t i = 0; i < inputs(); ++i) {
    from[i].data = nullptr;
    expect_refused(SILU_ERROR_NULL, op, dtype, kParameters, kMost);
    from[i].stride = std::numeric_limits<std::ptrdiff_t>::max();
    expect_refused(SILU_ERROR_SIZE, op, dtype, kParameters, kMost);
    from[i].stride = std::numeric_limits<std::ptrdiff_t>::min();
    expect_refused(SILU_ERROR_SIZE, op, dtype, kParameters, kMost);
  }
  for (std::size_t k = 0; k < outputs(); ++k) {
    to[k].data = nullptr;
    expect_refused(SILU_ERROR_NULL, op, dtype, kParameters, kMost);
    to[k].stride = 0;  // with itself
    expect_refused(SILU_ERROR_OVERLAP, op, dtype, kParameters, kMost);
    to[k].stride = size() - 1;
    expect_refused(SILU_ERROR_OVERLAP, op, dtype, kParameters, kMost);
    for (std::size_t i = 0; i < inputs(); ++i) {
      to[k].data = at(i * kMost + 1);
      expect_refused(SILU_ERROR_OVERLAP, op, dtype, kParameters, kMost);
      to[k].data = at(i * kMost) + 1;
      expect_refused(SILU_ERROR_OVERLAP, op, dtype, kParameters, kMost);
      to[k] = {at(i * kMost), 2 * size()};  // the same first element, another stride
      expect_refused(SILU_ERROR_OVERLAP, op, dtype, kParameters, kMost);
      from[i].stride = 0;  // one number for all, where an output lies
      to[k].data = at(i * kMost);
      expect_refused(SILU_ERROR_OVERLAP, op, dtype, kParameters, kMost);
    }
  }
  if (outputs() == 2) {
    to[1] = to[0];
    expect_refused(SILU_ERROR_OVERLAP, op, dtype, kParameters, kMost);
    to[1].data = at(3 * kMost + kMost / 2);
    expect_refused(SILU_ERROR_OVERLAP, op, dtype, kParameters, kMost);
  }
  expect_refused(SILU_ERROR_SIZE, op, dtype, kParameters, std::numeric_limits<std::size_t>::max());
  if (clamped) {
    const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    expect_refused(SILU_ERROR_PARAMETER, op, dtype, nullptr, kMost);
    for (const std::array<double, 2>& wrong :
         {std::array{nan, 7.0}, std::array{infinity, 7.0}, std::array{-infinity, 7.0}, std::array{1.0, nan},
          std::array{1.0, -1.0}, std::array{1.0, -infinity}})
      expect_refused(SILU_ERROR_PARAMETER, op, dtype, wrong.data(), kMost);
    const double large[] = {0x1p128, 7};  // rounds to an infinite float32
    EXPECT_EQ(silu_apply(op, dtype, from, to, large, 0), dtype == SILU_FLOAT64 ? SILU_OK : SILU_ERROR_PARAMETER);
  }
  // Nothing to do is no error, whatever the operands.
  EXPECT_EQ(silu_apply(op, dtype, nullptr, nullptr, kParameters, 0), SILU_OK);
}

}  // namespace
}  // namespace silu::test
