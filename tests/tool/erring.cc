// SPDX-License-Identifier: Apache-2.0
// silu_evaluate_on and silu_apply_on, linked in the place of the library's (ld --wrap): silu(1) and swish(1, 1) have
// their last bit cleared.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "silu/silu.h"

namespace {

constexpr std::uint64_t kOne[] = {0x3ff0000000000000, 0x3f800000, 0x3c00, 0x3f80};  // by dtype

bool is_one(silu_dtype dtype, const void* x) { return std::memcmp(x, &kOne[dtype], silu_dtype_size(dtype)) == 0; }

}  // namespace

extern "C" {
silu_status __real_silu_evaluate_on(size_t target, silu_function function, silu_dtype dtype, const void* x, void* y,
                                    size_t n);
silu_status __wrap_silu_evaluate_on(size_t target, silu_function function, silu_dtype dtype, const void* x, void* y,
                                    size_t n) {
  const std::size_t size = silu_dtype_size(dtype);
  std::size_t found = n;
  for (std::size_t i = 0; i < n; ++i)
    if (is_one(dtype, static_cast<const char*>(x) + i * size)) found = i;
  const silu_status status = __real_silu_evaluate_on(target, function, dtype, x, y, n);
  if (found < n) static_cast<char*>(y)[found * size] &= static_cast<char>(0xfe);
  return status;
}

silu_status __real_silu_apply_on(size_t target, silu_operator op, silu_dtype dtype, const silu_input* inputs,
                                 const silu_output* outputs, const double* parameters, size_t n);
silu_status __wrap_silu_apply_on(size_t target, silu_operator op, silu_dtype dtype, const silu_input* inputs,
                                 const silu_output* outputs, const double* parameters, size_t n) {
  const silu_status status = __real_silu_apply_on(target, op, dtype, inputs, outputs, parameters, n);
  const auto at = [](const auto& operand, std::size_t i) {
    return (char*)operand.data + static_cast<std::ptrdiff_t>(i) * operand.stride;
  };
  for (std::size_t i = 0; i < n; ++i)
    if (is_one(dtype, at(inputs[0], i)) && is_one(dtype, at(inputs[1], i)))
      *at(outputs[0], i) &= static_cast<char>(0xfe);
  return status;
}
}
