// SPDX-License-Identifier: Apache-2.0
// What operators.so asks of pool.so, as neither is linked with the other.
#pragma once

#include <cstdint>

#include "tensorflow/c/kernels.h"

extern "C" {

// Runs run(data, begin, end) for ranges that make up 0 to n, on the threads of the device that context runs on.  An
// element takes about `cost` cycles.
typedef void silu_tensorflow_parallel_for(TF_OpKernelContext* context, std::int64_t n, std::int64_t cost,
                                          void (*run)(void* data, std::int64_t begin, std::int64_t end), void* data);
}
