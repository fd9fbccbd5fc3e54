// SPDX-License-Identifier: Apache-2.0
// What the functions of several inputs must return.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "format.h"
#include "multiprecision.h"
#include "silu/silu.h"

namespace silu::oracle {

struct Operator {
  silu_operator op;
  std::string_view name;
  std::size_t inputs, outputs;
  bool clamped;
};

inline constexpr std::array<Operator, 8> kOperators = {{
    {SILU_SILU_BACKWARD, "silu_backward", 2, 1, false},
    {SILU_SILU_DOUBLE_BACKWARD, "silu_double_backward", 3, 2, false},
    {SILU_SWISH, "swish", 2, 1, false},
    {SILU_SWISH_BACKWARD, "swish_backward", 3, 2, false},
    {SILU_SWIGLU, "swiglu", 2, 1, false},
    {SILU_SWIGLU_BACKWARD, "swiglu_backward", 3, 2, false},
    {SILU_SWIGLU_CLAMPED, "swiglu_clamped", 2, 1, true},
    {SILU_SWIGLU_CLAMPED_BACKWARD, "swiglu_clamped_backward", 3, 2, true},
}};

// The clamped operators' parameters as a call is given them.
struct Parameters {
  double alpha = 1.702, limit = 7;

  // alpha rounded to float32 but for float64, the limit to the format.
  Parameters rounded(const Format& format) const;
};

// results[k] = the encoding of output k at the inputs that bits encode.  The parameters are already rounded.
void evaluate(silu_operator op, const Format& format, const Parameters& parameters, const std::uint64_t* bits,
              std::uint64_t* results);

// The same without a shortcut, but for special values; measures[k].closeness as multiprecision.h has it, 0 where the
// result needs no rounding, or is special.  bits_needed: the precision at which MPFR decided the hardest output.
void measure(silu_operator op, const Format& format, const Parameters& parameters, const std::uint64_t* bits,
             Rounded* measures);

}  // namespace silu::oracle
