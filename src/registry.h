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
  int min_exponent;  // the least normal value is 2^min_exponent
  bool infinities;   // without them, the last of the magnitudes is the NaN
};

inline constexpr std::array<DtypeInfo, 6> kDtypes = {{
    {SILU_FLOAT64, "float64", 8, 53, -1022, true},
    {SILU_FLOAT32, "float32", 4, 24, -126, true},
    {SILU_FLOAT16, "float16", 2, 11, -14, true},
    {SILU_BFLOAT16, "bfloat16", 2, 8, -126, true},
    {SILU_FLOAT8_E4M3FN, "float8_e4m3fn", 1, 4, -6, false},
    {SILU_FLOAT8_E5M2, "float8_e5m2", 1, 3, -14, true},
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

struct OperatorInfo {
  silu_operator op;
  const char* name;
  const char* formula;  // a' = min(a, limit), b' = max(-limit, min(b, limit))
  std::array<const char*, 3> inputs;
  std::array<const char*, 2> outputs;
  bool clamped;  // it has the parameters alpha and limit

  constexpr std::size_t input_count() const { return inputs[2] == nullptr ? 2 : 3; }
  constexpr std::size_t output_count() const { return outputs[1] == nullptr ? 1 : 2; }
};

inline constexpr std::array<OperatorInfo, 8> kOperators = {{
    {SILU_SILU_BACKWARD, "silu_backward", "dy silu'(x)", {"dy", "x"}, {"dx"}, false},
    {SILU_SILU_DOUBLE_BACKWARD,
     "silu_double_backward",
     "(ddx silu'(x), ddx dy silu''(x))",
     {"ddx", "dy", "x"},
     {"ddy", "dx"},
     false},
    {SILU_SWISH, "swish", "x sigmoid(beta x)", {"x", "beta"}, {"y"}, false},
    {SILU_SWISH_BACKWARD,
     "swish_backward",
     "(dy silu'(beta x), dy x^2 sigmoid'(beta x))",
     {"dy", "x", "beta"},
     {"dx", "dbeta"},
     false},
    {SILU_SWIGLU, "swiglu", "silu(a) b", {"a", "b"}, {"y"}, false},
    {SILU_SWIGLU_BACKWARD, "swiglu_backward", "(dy b silu'(a), dy silu(a))", {"dy", "a", "b"}, {"da", "db"}, false},
    {SILU_SWIGLU_CLAMPED, "swiglu_clamped", "a' sigmoid(alpha a') (b' + 1)", {"a", "b"}, {"y"}, true},
    {SILU_SWIGLU_CLAMPED_BACKWARD,
     "swiglu_clamped_backward",
     "(dy (b' + 1) silu'(alpha a'), dy a' sigmoid(alpha a'))",
     {"dy", "a", "b"},
     {"da", "db"},
     true},
}};

// A row's index is its number in the C interface.
static_assert([] {
  for (std::size_t i = 0; i < kOperators.size(); ++i)
    if (static_cast<std::size_t>(kOperators[i].op) != i) return false;
  for (std::size_t i = 0; i < kFunctions.size(); ++i)
    if (static_cast<std::size_t>(kFunctions[i].function) != i) return false;
  for (std::size_t i = 0; i < kDtypes.size(); ++i)
    if (static_cast<std::size_t>(kDtypes[i].dtype) != i) return false;
  return true;
}());

}  // namespace silu
