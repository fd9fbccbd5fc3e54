// The functions by integer arithmetic of as many bits as the rounding needs.
#pragma once

#include <cstddef>

#include "silu/silu.h"

namespace silu::math {

void evaluate_exact(silu_function function, silu_dtype dtype, const void* x, void* y, std::size_t n);

// One element of an operator: x are its inputs, exact numbers of dtype, the gate's clamped and alpha behind them where
// it has these; y its outputs' places.
void evaluate_exact(silu_operator op, silu_dtype dtype, const double* x, void* const* y);

// silu_apply_exact, with parameters that are numbers of the lanes.
void apply_exact(silu_operator op, silu_dtype dtype, const silu_input* inputs, const silu_output* outputs,
                 const double* parameters, std::size_t n);

}  // namespace silu::math
