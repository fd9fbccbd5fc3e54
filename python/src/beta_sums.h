// SPDX-License-Identifier: Apache-2.0
// The sums of swish_beta_gradient over some of the axes of an array, for the adapters.  They move along memory; the
// arithmetic is the library's.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <vector>

#include "silu/sum.h"

namespace silu::python {

// Sums that go forward together, each by so many elements at once: so a line of memory that holds elements of several
// sums is read once.
inline constexpr std::size_t kTogether = 64, kElements = 512;

inline constexpr std::size_t kMaxAxes = 64;  // as many as NumPy has, and more than the others

using Offsets = std::array<std::ptrdiff_t, 3>;  // in bytes, of dy, x and beta

struct Axis {
  std::size_t length;
  Offsets strides;
};

// Axes, the last running fastest, and a place among their elements.
struct Axes {
  std::array<Axis, kMaxAxes> axes;
  std::size_t count = 0;
  std::array<std::size_t, kMaxAxes> index = {};
  Offsets offsets = {};

  void add(const Axis& axis) { axes[count++] = axis; }

  std::size_t elements() const {
    std::size_t product = 1;
    for (std::size_t i = 0; i < count; ++i) product *= axes[i].length;
    return product;
  }

  // To the next element; after the last, to the first.
  void advance() {
    for (std::size_t i = count; i-- > 0;) {
      const Axis& axis = axes[i];
      const bool wraps = ++index[i] == axis.length;
      const auto steps = wraps ? 1 - static_cast<std::ptrdiff_t>(axis.length) : 1;
      for (std::size_t k = 0; k < offsets.size(); ++k) offsets[k] += steps * axis.strides[k];
      if (!wraps) return;
      index[i] = 0;
    }
  }

  // To an element, which there must be.
  void move_to(std::size_t element) {
    offsets = {};
    for (std::size_t i = count; i-- > 0;) {
      index[i] = element % axes[i].length;
      element /= axes[i].length;
      for (std::size_t k = 0; k < offsets.size(); ++k)
        offsets[k] += static_cast<std::ptrdiff_t>(index[i]) * axes[i].strides[k];
    }
  }
};

// The axes in an order that suits memory, as the order of addition changes nothing, and joined where they are one.
inline Axes in_memory_order(Axes given) {
  const auto begin = given.axes.begin(), end = begin + static_cast<std::ptrdiff_t>(given.count);
  const auto reach = [](const Axis& axis) { return std::max(std::abs(axis.strides[0]), std::abs(axis.strides[1])); };
  std::sort(begin, end, [=](const Axis& a, const Axis& b) { return reach(a) > reach(b); });
  Axes result;
  for (auto axis = begin; axis != end; ++axis) {
    if (axis->length == 1) continue;
    if (result.count > 0) {
      Axis& outer = result.axes[result.count - 1];
      bool one = true;
      for (std::size_t k = 0; k < axis->strides.size(); ++k)
        one = one && outer.strides[k] == static_cast<std::ptrdiff_t>(axis->length) * axis->strides[k];
      if (one) {
        outer = {outer.length * axis->length, axis->strides};
        continue;
      }
    }
    result.add(*axis);
  }
  return result;
}

struct BetaOperands {
  silu_dtype dtype;
  std::array<const char*, 3> data;  // of dy, x and beta

  // Adds the terms of n elements of an axis, from `first` on.
  void add_to(silu_sum& sum, const Offsets& kept, const Offsets& summed, const Axis& axis, std::size_t first,
              std::size_t n) const {
    std::array<silu_input, 3> inputs;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const std::ptrdiff_t stride = axis.strides[k];
      inputs[k] = {data[k] + kept[k] + summed[k] + static_cast<std::ptrdiff_t>(first) * stride, stride};
    }
    silu_swish_beta_gradient(&sum, dtype, inputs.data(), n);  // the operands lie in the address space
  }
};

// For each of the next n elements of the kept axes, the sum over the others, put to put(sum).
template <class Put>
void beta_sums(const BetaOperands& operands, Axes& kept, std::size_t n, Axes summed, const Put& put) {
  const bool empty = summed.elements() == 0;
  summed = in_memory_order(summed);
  Axis fastest{1, {}};
  if (!empty && summed.count > 0) fastest = summed.axes[--summed.count];
  const std::size_t rounds = empty ? 0 : summed.elements();

  std::array<silu_sum, kTogether> sums;
  std::array<Offsets, kTogether> places;
  for (std::size_t left = n; left > 0;) {
    const std::size_t together = std::min(left, kTogether);
    const std::size_t piece = together > 1 ? kElements : fastest.length;
    for (std::size_t i = 0; i < together; ++i, kept.advance()) {
      sums[i] = {};
      places[i] = kept.offsets;
    }
    for (std::size_t round = 0; round < rounds; ++round, summed.advance())
      for (std::size_t first = 0; first < fastest.length; first += piece)
        for (std::size_t i = 0; i < together; ++i)
          operands.add_to(sums[i], places[i], summed.offsets, fastest, first, std::min(piece, fastest.length - first));
    for (std::size_t i = 0; i < together; ++i) put(sums[i]);
    left -= together;
  }
}

// Terms that one task adds, at least: some hundred microseconds of work.
inline constexpr std::size_t kTermsPerTask = 1 << 14;

// The sums for all elements of the kept axes, in tasks that parallel(n, run) runs as run(0), ..., run(n - 1), in any
// order and at once.
template <class Parallel>
std::vector<silu_sum> all_beta_sums(const BetaOperands& operands, const Axes& kept, const Axes& summed,
                                    const Parallel& parallel) {
  const std::size_t count = kept.elements(), terms = summed.elements();
  std::vector<silu_sum> sums(count);
  if (count == 0) return sums;
  // Where many are kept, some of them for each task; where few are, a part of the longest axis that is summed over.
  const std::size_t groups = (count + kTogether - 1) / kTogether;
  const auto longest =
      std::max_element(summed.axes.begin(), summed.axes.begin() + static_cast<std::ptrdiff_t>(summed.count),
                       [](const Axis& a, const Axis& b) { return a.length < b.length; });
  const auto index = static_cast<std::size_t>(longest - summed.axes.begin());
  const std::size_t length = index < summed.count ? longest->length : 1;
  const std::size_t parts =
      groups > 1 ? 1 : std::clamp<std::size_t>(count * terms / kTermsPerTask, 1, std::min<std::size_t>(length, 64));
  std::vector<silu_sum> partial(parts * count);
  parallel(groups * parts, [&](std::size_t task) {
    const std::size_t part = task / groups, first = task % groups * kTogether;
    Axes left = kept, over = summed;
    left.move_to(first);
    BetaOperands from = operands;
    if (parts > 1) {
      const std::size_t begin = length * part / parts, end = length * (part + 1) / parts;
      over.axes[index].length = end - begin;
      for (std::size_t k = 0; k < from.data.size(); ++k)
        from.data[k] += static_cast<std::ptrdiff_t>(begin) * over.axes[index].strides[k];
    }
    silu_sum* to = &partial[part * count + first];
    beta_sums(from, left, std::min(kTogether, count - first), over, [&](const silu_sum& sum) { *to++ = sum; });
  });
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t part = 0; part < parts; ++part) silu_sum_merge(&sums[i], &partial[part * count + i]);
  return sums;
}

// The axes that an array of shape `kept_shape` keeps of a result's, and those that it lacks or has in length 1, which
// are summed over, with what dy, x and beta have there: each array's shape is right-aligned with the result's.
template <class Shape>
void split_axes(const Shape& result, const std::array<Shape, 3>& shapes, const Shape& kept_shape, std::size_t size,
                Axes& kept, Axes& summed) {
  const std::size_t rank = result.size();
  std::array<std::ptrdiff_t, 3> dense;
  dense.fill(static_cast<std::ptrdiff_t>(size));
  std::vector<Axis> axes(rank);
  for (std::size_t i = rank; i-- > 0;) {
    axes[i] = {static_cast<std::size_t>(result[i]), {}};
    for (std::size_t k = 0; k < shapes.size(); ++k) {
      const std::size_t missing = rank - shapes[k].size();
      if (i < missing || (shapes[k][i - missing] == 1 && result[i] != 1)) continue;
      axes[i].strides[k] = dense[k];
      dense[k] *= static_cast<std::ptrdiff_t>(axes[i].length);
    }
  }
  const std::size_t missing = rank - kept_shape.size();
  for (std::size_t i = 0; i < rank; ++i)
    (i < missing || kept_shape[i - missing] != result[i] ? summed : kept).add(axes[i]);
}

}  // namespace silu::python
