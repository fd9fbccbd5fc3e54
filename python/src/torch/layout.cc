// SPDX-License-Identifier: Apache-2.0
#include "layout.h"

#include <functional>
#include <numeric>
#include <utility>

#include "torch/headeronly/util/Exception.h"

namespace silu::torch_adapter {
namespace {

using Sizes = std::span<const std::int64_t>;
using Order = std::vector<std::size_t>;  // of axes, the fastest first

std::int64_t elements(Sizes shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

Order row_major(Sizes shape) {
  Order order(shape.size());
  std::iota(order.rbegin(), order.rend(), 0);
  return order;
}

// The strides of a dense tensor whose axes run in this order, the fastest first.
Shape dense(Sizes shape, const Order& order) {
  Shape strides(shape.size());
  std::int64_t stride = 1;
  for (const std::size_t axis : order) {
    strides[axis] = stride;
    stride *= std::max<std::int64_t>(shape[axis], 1);
  }
  return strides;
}

// Whether a tensor is dense, with axes in this order; those of length 1 may have any stride.
bool lies(const Tensor& tensor, const Order& order) {
  const std::int64_t n = elements(tensor.sizes);
  if (n == 0) return true;
  std::int64_t stride = 1;
  for (const std::size_t axis : order) {
    if (tensor.sizes[axis] == 1) continue;
    if (tensor.strides[axis] != stride) return false;
    stride *= tensor.sizes[axis];
  }
  return true;
}

// Whether no two elements share memory and none lies idle between them.
bool fills_its_memory(const Tensor& tensor) {
  Order order = row_major(tensor.sizes);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return tensor.strides[i] < tensor.strides[j]; });
  return lies(tensor, order);
}

// Whether axis i should run after axis j (above 0), before it (below), or either: the first operand decides that has
// a stride along both.
int compare(std::size_t i, std::size_t j, Sizes shape, std::span<const Shape> operands) {
  for (const Shape& strides : operands) {
    if (strides[i] == 0 || strides[j] == 0) continue;
    if (strides[i] != strides[j]) return strides[i] < strides[j] ? -1 : 1;
    if (shape[i] > shape[j]) return 1;
  }
  return 0;
}

// The axes in the order of memory.  A sort by insertion, as compare is no order: it leaves axes
// undecided, and torch's results depend on how.
Order memory_order(Sizes shape, std::span<const Shape> operands) {
  Order order = row_major(shape);
  for (std::size_t i = 1; i < order.size(); ++i) {
    std::size_t at = i;
    for (std::size_t j = i; j-- > 0;) {
      const int decided = compare(order[j], order[at], shape, operands);
      if (decided < 0) break;
      if (decided > 0) {
        std::swap(order[j], order[at]);
        at = j;
      }
    }
  }
  return order;
}

}  // namespace

Shape broadcast(std::span<const Tensor> tensors, std::span<const char* const> names, const char* caller) {
  std::size_t axes = 0;
  for (const Tensor& tensor : tensors) axes = std::max(axes, tensor.sizes.size());
  Shape shape(axes, 1);
  Order given(axes, 0);  // the tensor that an axis has its length from
  for (std::size_t k = 0; k < tensors.size(); ++k) {
    const std::size_t missing = axes - tensors[k].sizes.size();
    for (std::size_t i = missing; i < axes; ++i) {
      const std::int64_t size = tensors[k].sizes[i - missing];
      if (size == 1 || size == shape[i]) continue;
      STD_TORCH_CHECK(shape[i] == 1, "silu::", caller, ": the size of ", names[given[i]], " (", shape[i],
                      ") must match the size of ", names[k], " (", size, ") at non-singleton dimension ", i);
      shape[i] = size;
      given[i] = k;
    }
  }
  return shape;
}

Shape contiguous_strides(Sizes shape) { return dense(shape, row_major(shape)); }

Shape strides_as(const Tensor& tensor, Sizes shape) {
  Shape strides(shape.size(), 0);
  const std::size_t missing = shape.size() - tensor.sizes.size();
  for (std::size_t i = missing; i < shape.size(); ++i) {
    const bool stretched = tensor.sizes[i - missing] == 1 && shape[i] != 1;
    strides[i] = stretched ? 0 : tensor.strides[i - missing];
  }
  return strides;
}

Shape result_strides(std::span<const Tensor> inputs, Sizes shape) {
  const auto all = [&](const auto& condition) { return std::all_of(inputs.begin(), inputs.end(), condition); };
  if (all([&](const Tensor& x) { return std::equal(shape.begin(), shape.end(), x.sizes.begin(), x.sizes.end()); })) {
    const auto order = row_major(shape);
    if (all([&](const Tensor& x) { return lies(x, order); })) return dense(shape, order);
    if (shape.size() == 4 || shape.size() == 5) {  // images and volumes with the channels last
      Order channels_last = order;
      std::rotate(channels_last.begin(), channels_last.end() - 2, channels_last.end() - 1);
      if (all([&](const Tensor& x) { return lies(x, channels_last); })) return dense(shape, channels_last);
    }
    const Sizes first = inputs[0].strides;
    if (all([&](const Tensor& x) {
          return std::equal(first.begin(), first.end(), x.strides.begin()) && fills_its_memory(x);
        }))
      return {first.begin(), first.end()};
  }
  std::vector<Shape> strides;
  for (const Tensor& x : inputs) strides.push_back(strides_as(x, shape));
  return dense(shape, memory_order(shape, strides));
}

Walk::Walk(Sizes shape, std::span<char* const> data, std::span<const Shape> strides, std::size_t size)
    : count_(data.size()) {
  std::copy(data.begin(), data.end(), data_.begin());
  for (const std::size_t i : memory_order(shape, strides)) {
    elements_ *= shape[i];
    if (shape[i] == 1) continue;
    Axis axis = {shape[i], {}};
    for (std::size_t k = 0; k < count_; ++k) axis.strides[k] = strides[k][i] * static_cast<std::ptrdiff_t>(size);
    const bool joins = !axes_.empty() && [&] {
      for (std::size_t k = 0; k < count_; ++k)
        if (axis.strides[k] != axes_.back().length * axes_.back().strides[k]) return false;
      return true;
    }();
    if (joins) {
      axes_.back().length *= axis.length;
    } else {
      axes_.push_back(axis);
    }
  }
}

}  // namespace silu::torch_adapter
