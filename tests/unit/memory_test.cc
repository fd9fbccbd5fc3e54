// SPDX-License-Identifier: Apache-2.0
// Memory: any alignment, length and split, and nothing touched outside [0, n).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#if defined(__unix__)
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "evaluate.h"
#include "inputs.h"

namespace silu::test {
namespace {

SILU_TEST_EACH_FUNCTION_AND_DTYPE(Memory);

constexpr std::byte kCanary{0xa5};

// Each length up to 300, then around the multiples of vectors and blocks.
std::vector<std::size_t> lengths() {
  std::vector<std::size_t> result;
  for (std::size_t n = 0; n <= 300; ++n) result.push_back(n);
  for (const std::size_t n : {512, 1024, 2048, 4096, 8192})
    for (std::size_t near = n - 1; near <= n + 1; ++near) result.push_back(near);
  return result;
}

TEST_P(Memory, EveryLengthGivesTheSameBitsAndWritesNothingElse) {
  const Encodings x = mixed(format(), 8193, 10);
  const std::vector<std::byte> input = pack(format(), x);
  on_each_target([&](std::size_t target) {
    const std::vector<std::byte> wanted = pack(format(), evaluate(target, x));
    for (const std::size_t n : lengths()) {
      std::vector<std::byte> output(n * format().size + 128, kCanary);
      ASSERT_EQ(silu_evaluate_on(target, function(), format().dtype, input.data(), output.data() + 64, n), SILU_OK);
      const auto end = output.end() - 64;
      ASSERT_TRUE(std::equal(output.begin() + 64, end, wanted.begin())) << n;
      ASSERT_EQ(std::count(output.begin(), output.begin() + 64, kCanary), 64) << "written before, n = " << n;
      ASSERT_EQ(std::count(end, output.end(), kCanary), 64) << "written behind, n = " << n;
    }
  });
}

// Kernels choose their arithmetic by runs of elements: which one is chosen does not show.
TEST_P(Memory, NeighboursDoNotMatter) {
  constexpr std::size_t kCount = 4096, kEach = 16;
  const Encodings x = mixed(format(), kCount, 12);
  on_each_target([&](std::size_t target) {
    const Encodings wanted = evaluate(target, x);
    // Zero, the largest finite number, and one like the others.
    for (const Encoding neighbour : {Encoding{0}, format().largest(), x[kCount / 2]}) {
      Encodings among(kEach * kCount, neighbour);
      for (std::size_t i = 0; i < kCount; ++i) among[kEach * i + i % kEach] = x[i];
      const Encodings all = evaluate(target, among);
      for (std::size_t i = 0; i < kCount; ++i)
        ASSERT_EQ(all[kEach * i + i % kEach], wanted[i]) << std::hex << x[i] << " among " << neighbour;
    }
  });
}

TEST_P(Memory, EveryAlignmentGivesTheSameBits) {
  constexpr std::size_t kCount = 333;
  const Encodings x = mixed(format(), kCount, 11);
  const std::vector<std::byte> packed = pack(format(), x);
  const std::size_t bytes = packed.size();
  // Offsets from a cache line, in bytes, not elements.
  std::vector<std::byte> from(bytes + 192), to(bytes + 192);
  const auto aligned = [](std::vector<std::byte>& memory) {
    return memory.data() + (64 - reinterpret_cast<std::uintptr_t>(memory.data()) % 64) % 64;
  };
  on_each_target([&](std::size_t target) {
    const std::vector<std::byte> wanted = pack(format(), evaluate(target, x));
    const auto check = [&](std::size_t in, std::size_t out) {
      std::memcpy(aligned(from) + in, packed.data(), bytes);
      std::fill(to.begin(), to.end(), kCanary);
      std::byte* y = aligned(to) + out;
      ASSERT_EQ(silu_evaluate_on(target, function(), format().dtype, aligned(from) + in, y, kCount), SILU_OK);
      ASSERT_EQ(std::memcmp(y, wanted.data(), bytes), 0) << "input at byte " << in << ", output at byte " << out;
      ASSERT_EQ(std::count(to.data(), y, kCanary), y - to.data());
      ASSERT_EQ(std::count(y + bytes, to.data() + to.size(), kCanary), to.data() + to.size() - y - bytes);
    };
    for (std::size_t offset = 0; offset < 64; ++offset) {
      check(offset, 0);
      check(0, offset);
      check(offset, offset);
      check(offset, 63 - offset);
    }
  });
}

// One value among others, at each position of a vector and of a block; and the other way round.
TEST_P(Memory, EveryPositionGivesTheSameBits) {
  const Format& f = format();
  // What fast paths do not take, by function: NaN, a subnormal, the zero of silu' and of silu'', a tail; and 1.
  const Encodings values = {f.canonical_nan(),
                            1,
                            f.negative(3),
                            f.nearest(-1.27846454276107379511),
                            f.nearest(2.39935728051546766783),
                            f.nearest(f.exponent_bits == 5 ? -12.5 : -95.0),
                            f.infinity(),
                            f.nearest(1)};
  const Encodings results = exact(values);
  std::mt19937_64 random(12);
  on_each_target([&](std::size_t target) {
    for (std::size_t one = 0; one < values.size(); ++one) {
      const std::size_t other = (one + 1 + random() % (values.size() - 1)) % values.size();
      const auto check = [&](std::size_t n, std::size_t position) {
        Encodings x(n, values[other]), wanted(n, results[other]);
        x[position] = values[one];
        wanted[position] = results[one];
        ASSERT_NO_FATAL_FAILURE(expect_equal(x, evaluate(target, x), wanted))
            << "n = " << n << ", position " << position;
      };
      for (std::size_t position = 0; position < 70; ++position) check(131, position);
      for (int i = 0; i < 4; ++i) check(4200, random() % 4200);
    }
  });
}

// A whole array of what fast paths do not take: as many as there can be in a block.
TEST_P(Memory, ArraysOfOneValueGiveOneValue) {
  Encodings values = landmarks(format());
  const Encodings results = exact(values);
  constexpr std::size_t kCount = 4097;
  on_each_target([&](std::size_t target) {
    for (std::size_t i = 0; i < values.size(); i += 3) {
      const Encodings x(kCount, values[i]), wanted(kCount, results[i]);
      expect_equal(x, evaluate(target, x), wanted);
    }
  });
}

TEST_P(Memory, AnySplitGivesTheSameBits) {
  const Encodings x = mixed(format(), 20000, 13);
  const std::vector<std::byte> input = pack(format(), x);
  std::mt19937_64 random(14);
  on_each_target([&](std::size_t target) {
    const Encodings whole = evaluate(target, x);
    std::vector<std::byte> output(input.size());
    for (std::size_t begin = 0; begin < x.size();) {
      const std::size_t n = std::min<std::size_t>(random() % (random() % 2 == 0 ? 20 : 3000), x.size() - begin);
      const std::size_t offset = begin * format().size;
      ASSERT_EQ(silu_evaluate_on(target, function(), format().dtype, &input[offset], &output[offset], n), SILU_OK);
      begin += n;
    }
    expect_equal(x, unpack(format(), output), whole);
  });
}

TEST_P(Memory, InPlaceGivesTheSameBits) {
  const Encodings x = mixed(format(), 5001, 15);
  const std::vector<std::byte> input = pack(format(), x);
  on_each_target([&](std::size_t target) {
    std::vector<std::byte> apart(input.size()), same(input);
    ASSERT_EQ(silu_evaluate_on(target, function(), format().dtype, input.data(), apart.data(), x.size()), SILU_OK);
    ASSERT_EQ(silu_evaluate_on(target, function(), format().dtype, same.data(), same.data(), x.size()), SILU_OK);
    EXPECT_EQ(apart, same);
    EXPECT_EQ(input, pack(format(), x)) << "the input was written to";
  });
}

#if defined(__unix__)
// Pages between two that may be neither read nor written.
class Guarded {
 public:
  explicit Guarded(std::size_t bytes) : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    size_ = (bytes + page_ - 1) / page_ * page_;
    base_ = mmap(nullptr, size_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base_ == MAP_FAILED || mprotect(begin(), size_, PROT_READ | PROT_WRITE) != 0) std::abort();
  }
  ~Guarded() { munmap(base_, size_ + 2 * page_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  std::byte* begin() const { return static_cast<std::byte*>(base_) + page_; }
  std::byte* end() const { return begin() + size_; }

 private:
  std::size_t page_, size_;
  void* base_;
};

// A read or a write outside ends the test by a signal.
TEST_P(Memory, NothingOutsideIsReadOrWritten) {
  const Encodings x = mixed(format(), 8193, 16);
  const std::vector<std::byte> input = pack(format(), x);
  const Guarded from(input.size()), to(input.size());
  on_each_target([&](std::size_t target) {
    const std::vector<std::byte> wanted = pack(format(), evaluate(target, x));
    for (const std::size_t n : lengths()) {
      const std::size_t bytes = n * format().size;
      for (const bool at_end : {false, true}) {
        std::byte* in = at_end ? from.end() - bytes : from.begin();
        std::byte* out = at_end ? to.end() - bytes : to.begin();
        std::memcpy(in, input.data(), bytes);
        ASSERT_EQ(silu_evaluate_on(target, function(), format().dtype, in, out, n), SILU_OK);
        ASSERT_EQ(std::memcmp(out, wanted.data(), bytes), 0) << n;
      }
    }
  });
}
#endif

}  // namespace
}  // namespace silu::test
