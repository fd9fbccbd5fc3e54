// The one table of functions and dtypes.  The kernels, the C interface, the tool, the ufuncs, the
// certificates and the tests are made from it: a new function is a file in src/math and a row here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "silu/silu.h"

namespace silu {

struct DtypeInfo {
  silu_dtype dtype;
  const char* name;
  std::size_t size;  // bytes
  int precision;     // significand bits, the hidden one included
  int max_exponent;  // the largest finite value lies below 2^max_exponent
};

inline constexpr std::array<DtypeInfo, 4> kDtypes = {{
    {SILU_FLOAT64, "float64", 8, 53, 1024},
    {SILU_FLOAT32, "float32", 4, 24, 128},
    {SILU_FLOAT16, "float16", 2, 11, 16},
    {SILU_BFLOAT16, "bfloat16", 2, 8, 128},
}};

struct FunctionInfo {
  silu_function function;
  const char* name;
  const char* formula;  // with s = sigmoid(x)
};

inline constexpr std::array<FunctionInfo, 7> kFunctions = {{
    {SILU_SIGMOID, "sigmoid", "s = 1 / (1 + e^-x)"},
    {SILU_SIGMOID_DERIVATIVE, "sigmoid_derivative", "s (1 - s)"},
    {SILU_SILU, "silu", "x s"},
    {SILU_SILU_DERIVATIVE, "silu_derivative", "s (1 + x (1 - s))"},
    {SILU_SILU_SECOND_DERIVATIVE, "silu_second_derivative", "s (1 - s) (2 + x (1 - 2 s))"},
    {SILU_RELU, "relu", "max(0, x)"},
    {SILU_RELU_DERIVATIVE, "relu_derivative", "1 where x > 0, else 0"},
}};

// A row's index is its number in the C interface.
static_assert([] {
  for (std::size_t i = 0; i < kFunctions.size(); ++i)
    if (static_cast<std::size_t>(kFunctions[i].function) != i) return false;
  for (std::size_t i = 0; i < kDtypes.size(); ++i)
    if (static_cast<std::size_t>(kDtypes[i].dtype) != i) return false;
  return true;
}());

}  // namespace silu
