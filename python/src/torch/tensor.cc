// SPDX-License-Identifier: Apache-2.0
#include "tensor.h"

#include <array>
#include <cstddef>
#include <utility>

#include "../huge_pages.h"
#include "torch/csrc/stable/stableivalue_conversions.h"
#include "torch/headeronly/core/ScalarType.h"
#include "torch/headeronly/util/Exception.h"

namespace silu::torch_adapter {
namespace {

// Row by row as kDtypes.
const std::array<std::int32_t, kDtypes.size()>& dtypes() {
  static const std::array numbers = {aoti_torch_dtype_float64(),       aoti_torch_dtype_float32(),
                                     aoti_torch_dtype_float16(),       aoti_torch_dtype_bfloat16(),
                                     aoti_torch_dtype_float8_e4m3fn(), aoti_torch_dtype_float8_e5m2()};
  return numbers;
}

}  // namespace

void check(AOTITorchError error, const char* caller) {
  STD_TORCH_CHECK(error == AOTI_TORCH_SUCCESS, "silu::", caller, ": a call of torch failed");
}

Tensor open(Handle handle, const char* caller, const char* argument) {
  static const std::int32_t cpu = aoti_torch_device_type_cpu();
  std::int32_t device = 0, dtype = 0;
  check(aoti_torch_get_device_type(handle.get(), &device), caller);
  STD_TORCH_CHECK(device == cpu, "silu::", caller, ": ", argument,
                  " is not on the CPU; allowed: tensors on the CPU, all of them");
  check(aoti_torch_get_dtype(handle.get(), &dtype), caller);
  std::int64_t dim = 0;
  std::int64_t *sizes = nullptr, *strides = nullptr;
  void* data = nullptr;
  check(aoti_torch_get_dim(handle.get(), &dim), caller);
  check(aoti_torch_get_sizes(handle.get(), &sizes), caller);
  check(aoti_torch_get_strides(handle.get(), &strides), caller);
  check(aoti_torch_get_data_ptr(handle.get(), &data), caller);
  const auto count = static_cast<std::size_t>(dim);
  return {std::move(handle), static_cast<char*>(data), {sizes, count}, {strides, count}, dtype};
}

Tensor empty(std::span<const std::int64_t> sizes, std::span<const std::int64_t> strides, std::int32_t dtype,
             const char* caller) {
  static const std::int32_t cpu = aoti_torch_device_type_cpu();
  AtenTensorHandle made = nullptr;
  check(aoti_torch_empty_strided(static_cast<std::int64_t>(sizes.size()), sizes.data(), strides.data(), dtype, cpu, 0,
                                 &made),
        caller);
  Handle handle(made);
  void* data = nullptr;
  std::int64_t bytes = 0;
  check(aoti_torch_get_data_ptr(made, &data), caller);
  check(aoti_torch_get_storage_size(made, &bytes), caller);
  python::advise_huge_pages(data, static_cast<std::size_t>(bytes));
  return {std::move(handle), static_cast<char*>(data), sizes, strides, dtype};
}

silu_dtype dtype_of(const Tensor& tensor, const char* caller, const char* argument) {
  for (std::size_t i = 0; i < dtypes().size(); ++i)
    if (dtypes()[i] == tensor.dtype) return kDtypes[i].dtype;
  STD_TORCH_CHECK(false, "silu::", caller, " is not implemented for '", dtype_name(tensor.dtype), "', the dtype of ",
                  argument, "; allowed: Double, Float, Half, BFloat16, Float8_e4m3fn, Float8_e5m2");
}

silu_dtype common_dtype(std::span<const Tensor> tensors, std::span<const char* const> names, const char* caller) {
  for (std::size_t k = 1; k < tensors.size(); ++k) {
    STD_TORCH_CHECK(tensors[k].dtype == tensors[0].dtype, "silu::", caller, ": ", names[k], " is ",
                    dtype_name(tensors[k].dtype), " and ", names[0], " is ", dtype_name(tensors[0].dtype),
                    "; allowed: one dtype for all");
  }
  return dtype_of(tensors[0], caller, names[0]);
}

std::int32_t torch_dtype(silu_dtype dtype) { return dtypes()[static_cast<std::size_t>(dtype)]; }

const char* dtype_name(std::int32_t dtype) {
  using torch::headeronly::ScalarType;
  return toString(torch::stable::detail::to<ScalarType>(torch::stable::detail::from(dtype)));
}

}  // namespace silu::torch_adapter
