// SPDX-License-Identifier: Apache-2.0
// The caller's floating-point environment: set aside while a kernel runs, and put back.
//
// Inside: round to nearest, subnormals kept, no traps.  Flags raised inside do not show outside.
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#elif defined(__aarch64__)
#include <cstdint>
#else
#include <cfenv>
#endif

namespace silu::cpu {

class DefaultEnvironment {
 public:
#if defined(__SSE2__)
  DefaultEnvironment() : saved_(_mm_getcsr()) { _mm_setcsr(0x1f80); }
  ~DefaultEnvironment() { _mm_setcsr(saved_); }
#elif defined(__aarch64__)
  DefaultEnvironment() {
    asm volatile("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(control_), "=r"(status_));
    asm volatile("msr fpcr, %0" ::"r"(std::uint64_t{0}) : "memory");
  }
  ~DefaultEnvironment() { asm volatile("msr fpcr, %0\n\tmsr fpsr, %1" ::"r"(control_), "r"(status_) : "memory"); }
#else
  DefaultEnvironment() {
    std::fegetenv(&saved_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultEnvironment() { std::fesetenv(&saved_); }
#endif
  DefaultEnvironment(const DefaultEnvironment&) = delete;
  DefaultEnvironment& operator=(const DefaultEnvironment&) = delete;

 private:
#if defined(__SSE2__)
  unsigned saved_;
#elif defined(__aarch64__)
  std::uint64_t control_ = 0, status_ = 0;
#else
  std::fenv_t saved_;
#endif
};

}  // namespace silu::cpu
