// The functions by integer arithmetic of as many bits as the rounding needs.
#pragma once

#include <cstddef>

#include "silu/silu.h"

namespace silu::math {

void evaluate_exact(silu_function function, silu_dtype dtype, const void* x, void* y, std::size_t n);

}  // namespace silu::math
