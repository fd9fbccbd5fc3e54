// SPDX-License-Identifier: Apache-2.0
// Where the elements of an elementwise operator's operands lie: broadcast against each other, and visited in an order
// that suits memory.  The layouts of results are those that torch's own elementwise operators (TensorIterator) give.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tensor.h"

namespace silu::torch_adapter {

inline constexpr std::size_t kMaxOperands = 5;  // inputs and outputs

using Shape = std::vector<std::int64_t>;

// The shape that tensors have together; throws where there is none, in torch's words.
Shape broadcast(std::span<const Tensor> tensors, std::span<const char* const> names, const char* caller);

// A tensor's strides, in elements, as one of the given shape: 0 where it is stretched.
Shape strides_as(const Tensor& tensor, std::span<const std::int64_t> shape);

// Those of a contiguous tensor.
Shape contiguous_strides(std::span<const std::int64_t> shape);

// The strides of a new result of that shape.
Shape result_strides(std::span<const Tensor> inputs, std::span<const std::int64_t> shape);

// Operands' elements, one after another.
class Walk {
 public:
  // strides[k] are those of data[k], in elements of `size` bytes.
  Walk(std::span<const std::int64_t> shape, std::span<char* const> data, std::span<const Shape> strides,
       std::size_t size);

  std::int64_t elements() const { return elements_; }
  // So many elements follow one another by one stride for each operand, from any multiple of this number on.
  std::int64_t run() const { return axes_.empty() ? 1 : axes_[0].length; }
  std::ptrdiff_t stride(std::size_t operand) const { return axes_.empty() ? 0 : axes_[0].strides[operand]; }

  using Places = std::array<char*, kMaxOperands>;

  // visit(places, n) for the elements from begin to end in runs of n.
  template <typename Visit>
  void runs(std::int64_t begin, std::int64_t end, const Visit& visit) const {
    while (begin < end) {
      Places places = data_;
      std::int64_t rest = begin, length = 1;
      for (std::size_t i = 0; i < axes_.size(); ++i) {
        const Axis& axis = axes_[i];
        const std::int64_t index = rest % axis.length;
        rest /= axis.length;
        if (i == 0) length = std::min(axis.length - index, end - begin);
        for (std::size_t k = 0; k < count_; ++k) places[k] += index * axis.strides[k];
      }
      visit(places, static_cast<std::size_t>(length));
      begin += length;
    }
  }

 private:
  struct Axis {
    std::int64_t length;
    std::array<std::ptrdiff_t, kMaxOperands> strides;  // in bytes
  };
  std::vector<Axis> axes_;  // the first runs fastest
  Places data_ = {};
  std::size_t count_;
  std::int64_t elements_ = 1;
};

}  // namespace silu::torch_adapter
