// SPDX-License-Identifier: Apache-2.0
#include "elementwise.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "../strided.h"
#include "layout.h"
#include "torch/csrc/stable/ops.h"
#include "torch/headeronly/util/Exception.h"

namespace silu::torch_adapter {
namespace {

constexpr std::int64_t kGrain = 32768;  // elements that are worth a thread, as in torch (GRAIN_SIZE)
constexpr std::int64_t kBlock = 512;    // elements that are gathered at once
constexpr std::size_t kShortRun = 64;   // runs of fewer elements are gathered

void copy(const char* from, std::ptrdiff_t from_stride, char* to, std::ptrdiff_t to_stride, std::size_t n,
          std::size_t size) {
  switch (size) {
    case 1:
      return python::copy_strided<1>(from, from_stride, to, to_stride, n);
    case 2:
      return python::copy_strided<2>(from, from_stride, to, to_stride, n);
    case 4:
      return python::copy_strided<4>(from, from_stride, to, to_stride, n);
    default:
      return python::copy_strided<8>(from, from_stride, to, to_stride, n);
  }
}

// The operands of a computation, outputs first.
struct Operands {
  Walk walk;
  std::size_t outputs, inputs;
  std::size_t size;  // bytes of an element
};

using Strides = std::array<std::ptrdiff_t, kMaxOperands>;

// compute(places, strides, n) -> silu_status, for all elements.  Where runs are short, or compute takes dense
// operands only, these are gathered and scattered in blocks.
template <typename Compute>
void for_all(const Operands& operands, bool dense_only, const char* caller, const Compute& compute) {
  const Walk& walk = operands.walk;
  const std::size_t count = operands.outputs + operands.inputs;
  const auto size = static_cast<std::ptrdiff_t>(operands.size);
  Strides strides;
  bool dense = true;
  for (std::size_t k = 0; k < count; ++k) {
    strides[k] = walk.stride(k);
    dense = dense && (strides[k] == size || walk.elements() == 1);
  }
  const bool one_run = walk.run() == walk.elements();
  const bool direct = (one_run || walk.run() >= static_cast<std::int64_t>(kShortRun)) && (dense || !dense_only);
  std::atomic<silu_status> failure = SILU_OK;
  const auto note = [&](silu_status status) {
    if (status != SILU_OK) failure = status;
  };
  const auto blocks = [&](std::int64_t begin, std::int64_t end) {
    alignas(64) std::array<std::array<char, kBlock * sizeof(double)>, kMaxOperands> buffers;
    Strides steps;
    steps.fill(size);
    for (; begin < end; begin += kBlock) {
      const std::int64_t stop = std::min(begin + kBlock, end);
      Walk::Places places;
      for (std::size_t k = 0; k < count; ++k) places[k] = buffers[k].data();
      Walk::Places filled = places;
      walk.runs(begin, stop, [&](const Walk::Places& from, std::size_t n) {
        for (std::size_t k = operands.outputs; k < count; ++k) {
          copy(from[k], strides[k], filled[k], size, n, operands.size);
          filled[k] += n * operands.size;
        }
      });
      note(compute(places, steps, static_cast<std::size_t>(stop - begin)));
      walk.runs(begin, stop, [&](const Walk::Places& to, std::size_t n) {
        for (std::size_t k = 0; k < operands.outputs; ++k) {
          copy(places[k], size, to[k], strides[k], n, operands.size);
          places[k] += n * operands.size;
        }
      });
    }
  };
  torch::stable::parallel_for(0, walk.elements(), kGrain, [&](std::int64_t begin, std::int64_t end) {
    if (direct) {
      walk.runs(begin, end, [&](const Walk::Places& places, std::size_t n) { note(compute(places, strides, n)); });
    } else {
      blocks(begin, end);
    }
  });
  STD_TORCH_CHECK(failure == SILU_OK, "silu::", caller, ": ", silu_status_message(failure));
}

// The strides of tensors that are contiguous and of one shape, so that there is nothing to lay out: small tensors,
// where every allocation counts, usually are.
constexpr std::size_t kFewAxes = 8;
std::optional<std::array<std::int64_t, kFewAxes>> strides_in_common(std::span<const Tensor> inputs,
                                                                    const char* caller) {
  const std::span<const std::int64_t> sizes = inputs[0].sizes;
  if (sizes.size() > kFewAxes) return std::nullopt;
  for (const Tensor& x : inputs) {
    bool contiguous = false;
    check(aoti_torch_is_contiguous(x.handle.get(), &contiguous), caller);
    if (!contiguous || !std::ranges::equal(x.sizes, sizes)) return std::nullopt;
  }
  std::array<std::int64_t, kFewAxes> strides;
  std::int64_t stride = 1;
  for (std::size_t i = sizes.size(); i-- > 0; stride *= std::max<std::int64_t>(sizes[i], 1)) strides[i] = stride;
  return strides;
}

// compute(begin, n) -> silu_status, for parts of the elements of contiguous tensors.
template <typename Compute>
void for_contiguous(std::span<const std::int64_t> sizes, const char* caller, const Compute& compute) {
  std::int64_t elements = 1;
  for (const std::int64_t size : sizes) elements *= size;
  std::atomic<silu_status> failure = SILU_OK;
  const auto part = [&](std::int64_t begin, std::int64_t end) {
    const silu_status status = compute(begin, static_cast<std::size_t>(end - begin));
    if (status != SILU_OK) failure = status;
  };
  if (elements <= kGrain) {
    part(0, elements);
  } else {
    torch::stable::parallel_for(0, elements, kGrain, part);
  }
  STD_TORCH_CHECK(failure == SILU_OK, "silu::", caller, ": ", silu_status_message(failure));
}

void evaluate_into(const FunctionInfo& function, const Tensor& x, const Tensor& y, silu_dtype dtype) {
  const std::array data = {y.data, x.data};
  const std::array strides = {Shape(y.strides.begin(), y.strides.end()), Shape(x.strides.begin(), x.strides.end())};
  const std::size_t size = kDtypes[static_cast<std::size_t>(dtype)].size;
  const Operands operands = {Walk(x.sizes, data, strides, size), 1, 1, size};
  for_all(operands, true, function.name, [&](const Walk::Places& places, const Strides&, std::size_t n) {
    return silu_evaluate(function.function, dtype, places[1], places[0], n);
  });
}

// torch's own refusal of a result that would be written twice in one place.
void refuse_overlap_within(const Tensor& x, const char* caller) {
  for (std::size_t i = 0; i < x.sizes.size(); ++i)
    STD_TORCH_CHECK(x.strides[i] != 0 || x.sizes[i] <= 1, "silu::", caller,
                    ": unsupported operation: more than one element of the written-to tensor refers to a single "
                    "memory location. Please clone() the tensor before performing the operation.");
}

// The outputs of op, of that shape, into tensors.
void apply_to(const OperatorInfo& op, silu_dtype dtype, std::span<const Tensor> inputs, std::span<const Tensor> results,
              std::span<const std::int64_t> shape, const double* parameters) {
  const std::size_t outputs = results.size();
  std::vector<Shape> strides;
  std::array<char*, kMaxOperands> data;
  for (std::size_t m = 0; m < outputs; ++m) {
    data[m] = results[m].data;
    strides.emplace_back(results[m].strides.begin(), results[m].strides.end());
  }
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    data[outputs + k] = inputs[k].data;
    strides.push_back(strides_as(inputs[k], shape));
  }
  const std::size_t size = kDtypes[static_cast<std::size_t>(dtype)].size;
  const Operands operands = {Walk(shape, {data.data(), strides.size()}, strides, size), outputs, inputs.size(), size};
  for_all(operands, false, op.name, [&](const Walk::Places& places, const Strides& steps, std::size_t n) {
    std::array<silu_input, 3> from;
    std::array<silu_output, 2> to;
    for (std::size_t m = 0; m < outputs; ++m) to[m] = {places[m], steps[m]};
    for (std::size_t k = 0; k < inputs.size(); ++k) from[k] = {places[outputs + k], steps[outputs + k]};
    return silu_apply(op.op, dtype, from.data(), to.data(), parameters, n);
  });
}

}  // namespace

Handle evaluate(const FunctionInfo& function, const Tensor& x) {
  const silu_dtype dtype = dtype_of(x, function.name, "x");
  if (const auto strides = strides_in_common({&x, 1}, function.name)) {
    Tensor y = empty(x.sizes, std::span(*strides).first(x.sizes.size()), x.dtype, function.name);
    const auto size = static_cast<std::int64_t>(kDtypes[static_cast<std::size_t>(dtype)].size);
    for_contiguous(x.sizes, function.name, [&](std::int64_t begin, std::size_t n) {
      return silu_evaluate(function.function, dtype, x.data + begin * size, y.data + begin * size, n);
    });
    return std::move(y.handle);
  }
  const Shape strides = result_strides({&x, 1}, x.sizes);
  Tensor y = empty(x.sizes, strides, x.dtype, function.name);
  evaluate_into(function, x, y, dtype);
  return std::move(y.handle);
}

void evaluate_in_place(const FunctionInfo& function, const Tensor& x) {
  const silu_dtype dtype = dtype_of(x, function.name, "x");
  refuse_overlap_within(x, function.name);
  evaluate_into(function, x, x, dtype);
}

std::array<Handle, 2> apply(const OperatorInfo& op, std::span<const Tensor> inputs, const double* parameters) {
  const silu_dtype dtype = common_dtype(inputs, op.inputs, op.name);
  const std::size_t outputs = op.output_count();
  std::array<Tensor, 2> results;
  if (const auto strides = strides_in_common(inputs, op.name)) {
    const std::span<const std::int64_t> sizes = inputs[0].sizes;
    for (std::size_t m = 0; m < outputs; ++m)
      results[m] = empty(sizes, std::span(*strides).first(sizes.size()), inputs[0].dtype, op.name);
    const auto step = static_cast<std::ptrdiff_t>(kDtypes[static_cast<std::size_t>(dtype)].size);
    for_contiguous(sizes, op.name, [&](std::int64_t begin, std::size_t n) {
      std::array<silu_input, 3> from;
      std::array<silu_output, 2> to;
      for (std::size_t k = 0; k < inputs.size(); ++k) from[k] = {inputs[k].data + begin * step, step};
      for (std::size_t m = 0; m < outputs; ++m) to[m] = {results[m].data + begin * step, step};
      return silu_apply(op.op, dtype, from.data(), to.data(), parameters, n);
    });
    return {std::move(results[0].handle), std::move(results[1].handle)};
  }
  const Shape shape = broadcast(inputs, op.inputs, op.name);
  const Shape layout = result_strides(inputs, shape);
  for (std::size_t m = 0; m < outputs; ++m) results[m] = empty(shape, layout, inputs[0].dtype, op.name);
  apply_to(op, dtype, inputs, std::span(results).first(outputs), shape, parameters);
  return {std::move(results[0].handle), std::move(results[1].handle)};
}

void apply_into(const OperatorInfo& op, std::span<const Tensor> inputs, std::span<const Tensor> outputs,
                const double* parameters) {
  const silu_dtype dtype = common_dtype(inputs, op.inputs, op.name);
  const Shape shape = broadcast(inputs, op.inputs, op.name);
  for (std::size_t m = 0; m < outputs.size(); ++m) {
    STD_TORCH_CHECK(outputs[m].dtype == inputs[0].dtype && std::ranges::equal(outputs[m].sizes, shape),
                    "silu::", op.name, ": ", op.outputs[m],
                    " has another shape or dtype; allowed: those of the result");
    refuse_overlap_within(outputs[m], op.name);
  }
  apply_to(op, dtype, inputs, outputs, shape, parameters);
}

}  // namespace silu::torch_adapter
