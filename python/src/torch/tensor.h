// SPDX-License-Identifier: Apache-2.0
// Tensors as the kernels see them: what torch's stable C interface tells of one.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "registry.h"
#include "silu/silu.h"
#include "torch/csrc/inductor/aoti_torch/c/shim.h"

namespace silu::torch_adapter {

struct Delete {
  void operator()(AtenTensorOpaque* handle) const noexcept { aoti_torch_delete_tensor_object(handle); }
};
using Handle = std::unique_ptr<AtenTensorOpaque, Delete>;

// Throws if a call of torch's failed.
void check(AOTITorchError error, const char* caller);

struct Tensor {
  Handle handle;
  char* data;
  std::span<const std::int64_t> sizes, strides;  // strides in elements
  std::int32_t dtype;                            // torch's number
};

// A strided tensor on the CPU, with its own sizes and strides; refuses others in the name of an operator's argument.
Tensor open(Handle handle, const char* caller, const char* argument);

// A new one, with the sizes and strides that are given, which are not copied.
Tensor empty(std::span<const std::int64_t> sizes, std::span<const std::int64_t> strides, std::int32_t dtype,
             const char* caller);

// Our number of a tensor's dtype; refuses what we do not compute in.
silu_dtype dtype_of(const Tensor& tensor, const char* caller, const char* argument);

// The one that all have; refuses two.
silu_dtype common_dtype(std::span<const Tensor> tensors, std::span<const char* const> names, const char* caller);

// torch's number of our dtype.
std::int32_t torch_dtype(silu_dtype dtype);

// As torch writes it: "Float".
const char* dtype_name(std::int32_t dtype);

}  // namespace silu::torch_adapter
