// SPDX-License-Identifier: Apache-2.0
// Operands that are broadcast against each other, as runs of elements for the C interface: for the adapters of
// frameworks whose arrays are dense and row-major.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "registry.h"
#include "silu/silu.h"

namespace silu::python {

inline constexpr std::size_t kMaxInputs = 3, kMaxOutputs = 2;

// The elements of a result, and where each of an operator's inputs has its part in them.
class Elementwise {
 public:
  // The axes of the result, outermost first; then each input's, of which there are at most as many: they are the last
  // ones, each of the result's length or of length 1.  `size` is an element's, in bytes.
  template <class Shape>
  Elementwise(const Shape& result, const std::vector<Shape>& inputs, std::size_t size) : size_(size) {
    const std::size_t rank = result.size();
    std::array<std::ptrdiff_t, kMaxInputs> dense = {};
    dense.fill(static_cast<std::ptrdiff_t>(size));
    for (std::size_t i = rank; i-- > 0;) {  // innermost first
      Axis axis{static_cast<std::size_t>(result[i]), {}};
      elements_ *= axis.length;
      for (std::size_t k = 0; k < inputs.size(); ++k) {
        const Shape& shape = inputs[k];
        const std::size_t missing = rank - shape.size();
        if (i < missing || shape[i - missing] == 1) continue;
        axis.strides[k] = dense[k];
        dense[k] *= static_cast<std::ptrdiff_t>(axis.length);
      }
      if (axis.length != 1) add(axis);
    }
    if (axes_.empty()) axes_.push_back({1, {}});
    inputs_ = inputs.size();
  }

  std::size_t elements() const { return elements_; }

  // silu_apply for the elements from `begin` on that are below `end`.
  silu_status apply(silu_operator op, silu_dtype dtype, const void* const* inputs, void* const* outputs,
                    const double* parameters, std::size_t begin, std::size_t end) const {
    const Axis& inner = axes_.front();
    for (std::size_t done = begin; done < end;) {
      const std::size_t first = done % inner.length, n = std::min(end - done, inner.length - first);
      std::array<silu_input, kMaxInputs> given;
      for (std::size_t k = 0; k < inputs_; ++k)
        given[k] = {static_cast<const char*>(inputs[k]) + offset(k, done), inner.strides[k]};
      std::array<silu_output, kMaxOutputs> to;
      const std::size_t count = kOperators[op].output_count();
      for (std::size_t m = 0; m < count; ++m)
        to[m] = {static_cast<char*>(outputs[m]) + done * size_, static_cast<std::ptrdiff_t>(size_)};
      const silu_status status = silu_apply(op, dtype, given.data(), to.data(), parameters, n);
      if (status != SILU_OK) return status;
      done += n;
    }
    return SILU_OK;
  }

 private:
  struct Axis {
    std::size_t length;
    std::array<std::ptrdiff_t, kMaxInputs> strides;  // in bytes
  };

  // Outside of those that are there, or as one with the outermost of them.
  void add(const Axis& axis) {
    if (!axes_.empty()) {
      Axis& last = axes_.back();
      bool one = true;
      for (std::size_t k = 0; k < kMaxInputs; ++k)
        one = one && axis.strides[k] == static_cast<std::ptrdiff_t>(last.length) * last.strides[k];
      if (one) {
        last.length *= axis.length;
        return;
      }
    }
    axes_.push_back(axis);
  }

  // Where an input's part in an element of the result lies, in bytes.
  std::ptrdiff_t offset(std::size_t input, std::size_t element) const {
    std::ptrdiff_t sum = 0;
    for (const Axis& axis : axes_) {
      sum += static_cast<std::ptrdiff_t>(element % axis.length) * axis.strides[input];
      element /= axis.length;
    }
    return sum;
  }

  std::vector<Axis> axes_;  // innermost first
  std::size_t inputs_ = 0, elements_ = 1, size_;
};

// Elements that one task computes, at least: some ten microseconds of work.
inline constexpr std::size_t kElementsPerTask = 1 << 15;

}  // namespace silu::python
