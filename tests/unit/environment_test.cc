// SPDX-License-Identifier: Apache-2.0
// The caller's floating-point environment: it changes no bit, and is unchanged on return.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cfenv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "evaluate.h"
#include "inputs.h"

namespace silu::test {
namespace {

SILU_TEST_EACH_FUNCTION_AND_DTYPE(Environment);

#if defined(__x86_64__)

// The SSE and x87 control and status words.
struct State {
  std::uint32_t sse = 0x1f80;  // round to nearest, all exceptions masked
  std::uint16_t x87 = 0x037f;  // the same, 64 significant bits
  std::uint16_t x87_status = 0;
  bool operator==(const State&) const = default;
};

State get() {
  State state;
  state.sse = _mm_getcsr();
  asm volatile("fnstcw %0\n\tfnstsw %1" : "=m"(state.x87), "=m"(state.x87_status));
  return state;
}

void set(const State& state) {
  _mm_setcsr(state.sse);
  asm volatile("fldcw %0" ::"m"(state.x87));
}

std::vector<State> states() {
  constexpr std::uint32_t kFlushToZero = 0x8000, kDenormalsAreZero = 0x40, kMasks = 0x1f80, kFlags = 0x3f;
  std::vector<State> result;
  for (std::uint32_t rounding = 0; rounding < 4; ++rounding)
    for (const std::uint32_t flush : {0u, kFlushToZero})
      for (const std::uint32_t denormals : {0u, kDenormalsAreZero})
        for (const std::uint32_t masks : {kMasks, 0u})    // 0: each exception is a SIGFPE
          for (const std::uint32_t flags : {0u, kFlags})  // which no call may clear, or raise
            for (const std::uint16_t precision : {0x000, 0x200, 0x300}) {
              State state;
              state.sse = rounding << 13 | flush | denormals | masks | flags;
              state.x87 = static_cast<std::uint16_t>(rounding << 10 | precision | (masks != 0 ? 0x7f : 0x40));
              result.push_back(state);
            }
  return result;
}

std::ostream& operator<<(std::ostream& out, const State& state) {
  return out << std::hex << "MXCSR " << state.sse << ", x87 control " << state.x87 << ", status " << state.x87_status;
}

#elif defined(__aarch64__)

struct State {
  std::uint64_t control = 0, status = 0;
  bool operator==(const State&) const = default;
};

State get() {
  State state;
  asm volatile("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(state.control), "=r"(state.status));
  return state;
}

void set(const State& state) { asm volatile("msr fpcr, %0\n\tmsr fpsr, %1" ::"r"(state.control), "r"(state.status)); }

std::vector<State> states() {
  std::vector<State> result;
  for (std::uint64_t rounding = 0; rounding < 4; ++rounding)
    for (const std::uint64_t flush : {0u, 1u})         // FZ
      for (const std::uint64_t half_flush : {0u, 1u})  // FZ16
        for (const std::uint64_t default_nan : {0u, 1u})
          for (const std::uint64_t flags : {0x0u, 0x9fu})
            result.push_back({rounding << 22 | flush << 24 | half_flush << 19 | default_nan << 25, flags});
  return result;
}

std::ostream& operator<<(std::ostream& out, const State& state) {
  return out << std::hex << "FPCR " << state.control << ", FPSR " << state.status;
}

#else

// What standard C++ can say: the rounding mode and the flags.
struct State {
  int rounding = FE_TONEAREST, flags = 0;
  bool operator==(const State&) const = default;
};

State get() { return {std::fegetround(), std::fetestexcept(FE_ALL_EXCEPT)}; }

void set(const State& state) {
  std::fesetround(state.rounding);
  std::feclearexcept(FE_ALL_EXCEPT);
  std::feraiseexcept(state.flags);
}

std::vector<State> states() {
  std::vector<State> result;
  for (const int rounding : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO})
    for (const int flags : {0, FE_ALL_EXCEPT}) result.push_back({rounding, flags});
  return result;
}

std::ostream& operator<<(std::ostream& out, const State& state) {
  return out << "rounding " << state.rounding << ", flags " << state.flags;
}

#endif

// Calls evaluate in the state given, and returns the state then; nothing else happens in between.
template <class Evaluate>
State call_in(const State& state, const Evaluate& evaluate) {
  const State before = get();
  set(state);
  evaluate();
  const State after = get();
  set(before);
  return after;
}

TEST_P(Environment, ChangesNothingAndIsLeftAsItWas) {
  // A block, vectors and a tail, with subnormals, NaNs, tails and what overflows in between.
  const Encodings x = mixed(format(), 1500, 40);
  const std::vector<std::byte> input = pack(format(), x);
  on_each_target([&](std::size_t target) {
    const Encodings wanted = evaluate(target, x);
    for (const State& state : states()) {
      std::vector<std::byte> output(input.size());
      silu_status status = SILU_ERROR_NULL;
      const State after = call_in(state, [&] {
        status = silu_evaluate_on(target, function(), format().dtype, input.data(), output.data(), x.size());
      });
      ASSERT_EQ(status, SILU_OK);
      ASSERT_EQ(after, state) << "was " << state << ", is " << after;
      ASSERT_NO_FATAL_FAILURE(expect_equal(x, unpack(format(), output), wanted)) << "in " << state;
    }
  });
}

TEST_P(Environment, ChangesNothingInTheExactArithmetic) {
  const Encodings x = mixed(format(), 60, 41);
  const std::vector<std::byte> input = pack(format(), x);
  const Encodings wanted = exact(x);
  for (const State& state : states()) {
    std::vector<std::byte> output(input.size());
    const State after =
        call_in(state, [&] { silu_evaluate_exact(function(), format().dtype, input.data(), output.data(), x.size()); });
    ASSERT_EQ(after, state) << "was " << state << ", is " << after;
    ASSERT_NO_FATAL_FAILURE(expect_equal(x, unpack(format(), output), wanted)) << "in " << state;
  }
}

// The functions of several inputs, on every instruction set and by integers, in each dtype.
class OperatorEnvironment : public testing::TestWithParam<silu_operator> {};

TEST_P(OperatorEnvironment, ChangesNothingAndIsLeftAsItWas) {
  const silu_operator op = GetParam();
  constexpr std::size_t kCount = 40;
  const double parameters[] = {1.702, 7};
  for (std::size_t d = 0; d < silu_dtype_count(); ++d) {
    const Format& f = format(static_cast<silu_dtype>(d));
    std::array<std::vector<std::byte>, 3> x;
    std::array<std::vector<std::byte>, 2> y, wanted;
    silu_input from[3];
    silu_output to[2];
    const auto stride = static_cast<std::ptrdiff_t>(f.size);
    for (std::size_t i = 0; i < 3; ++i) {
      x[i] = pack(f, mixed(f, kCount, 42 + static_cast<unsigned>(i)));
      from[i] = {x[i].data(), stride};
    }
    for (std::size_t k = 0; k < 2; ++k) {
      y[k].resize(kCount * f.size);
      to[k] = {y[k].data(), stride};
    }
    ASSERT_EQ(silu_apply_exact(op, f.dtype, from, to, parameters, kCount), SILU_OK);
    wanted = y;
    for (std::size_t target = 0; target <= silu_target_count(); ++target) {  // the last: integers
      const bool exact = target == silu_target_count();
      std::size_t number = 0;
      for (const State& state : states()) {
        if (exact && number++ % 8 != 0) continue;  // it takes longer
        for (auto& each : y) std::fill(each.begin(), each.end(), std::byte{});
        silu_status status = SILU_ERROR_NULL;
        const State after = call_in(state, [&] {
          status = exact ? silu_apply_exact(op, f.dtype, from, to, parameters, kCount)
                         : silu_apply_on(target, op, f.dtype, from, to, parameters, kCount);
        });
        ASSERT_EQ(status, SILU_OK);
        ASSERT_EQ(after, state) << "was " << state << ", is " << after;
        for (std::size_t k = 0; k < silu_operator_outputs(op); ++k)
          ASSERT_EQ(y[k], wanted[k]) << "output " << k << " of " << silu_dtype_name(f.dtype) << " in " << state;
      }
    }
  }
}
INSTANTIATE_TEST_SUITE_P(, OperatorEnvironment, testing::ValuesIn([] {
                           std::vector<silu_operator> all;
                           for (std::size_t op = 0; op < silu_operator_count(); ++op)
                             all.push_back(static_cast<silu_operator>(op));
                           return all;
                         }()),
                         [](const auto& info) { return std::string(silu_operator_name(info.param)); });

}  // namespace
}  // namespace silu::test
