// SPDX-License-Identifier: Apache-2.0
// A float64 number as one of another dtype.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "silu/silu.h"
#include "silu/types.hpp"

namespace silu::python {

// Writes x, rounded once to dtype, to where `to` is: by integers, so that no floating-point environment matters.
inline void narrow(double x, silu_dtype dtype, void* to) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const auto write = [&]<class Format>(Format) {
    const auto narrowed = detail::convert<detail::Binary64, Format>(bits);
    std::memcpy(to, &narrowed, sizeof(narrowed));
  };
  switch (dtype) {
    case SILU_FLOAT64:
      std::memcpy(to, &bits, sizeof(bits));
      return;
    case SILU_FLOAT32:
      return write(detail::Binary32{});
    case SILU_FLOAT16:
      return write(detail::Binary16{});
    case SILU_BFLOAT16:
      return write(detail::Brain16{});
    case SILU_FLOAT8_E4M3FN:
      return write(detail::E4m3fn{});
    case SILU_FLOAT8_E5M2:
      return write(detail::E5m2{});
  }
}

}  // namespace silu::python
