// SPDX-License-Identifier: Apache-2.0
#include "beta_gradient.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "dtypes.h"
#include "registry.h"
#include "silu/sum.h"

namespace silu::python {
namespace {

// Sums that go forward together, each by so many elements at once: so a line of memory that holds elements of several
// sums is read once.
constexpr std::size_t kTogether = 64, kElements = 512;

using Offsets = std::array<std::ptrdiff_t, 3>;  // in bytes, of dy, x and beta

struct Axis {
  std::size_t length;
  Offsets strides;
};

// Axes, the last running fastest, and a place among their elements.
struct Axes {
  std::array<Axis, NPY_MAXDIMS> axes;
  std::size_t count = 0;
  std::array<std::size_t, NPY_MAXDIMS> index = {};
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
};

// The axes in an order that suits memory, as the order of addition changes nothing, and joined where they are one.
Axes in_memory_order(Axes given) {
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

struct Operands {
  silu_dtype dtype;
  std::array<const char*, 3> data;

  // Adds the terms of n elements of an axis, from `first` on.
  void add_to(silu_sum& sum, const Offsets& kept, const Offsets& summed, const Axis& axis, std::size_t first,
              std::size_t n) const {
    std::array<silu_input, 3> inputs;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const std::ptrdiff_t stride = axis.strides[k];
      inputs[k] = {data[k] + kept[k] + summed[k] + static_cast<std::ptrdiff_t>(first) * stride, stride};
    }
    silu_swish_beta_gradient(&sum, dtype, inputs.data(), n);  // NumPy's arrays lie in the address space
  }
};

// Writes a sum to where the next one's place is returned.
char* put_value(const silu_sum& sum, char* to) {
  const double value = silu_sum_value(&sum);
  std::memcpy(to, &value, sizeof(value));
  return to + sizeof(value);
}
char* put_bytes(const silu_sum& sum, char* to) {
  silu_sum_save(&sum, reinterpret_cast<unsigned char*>(to));
  return to + SILU_SUM_BYTES;
}

void run(const Operands& operands, Axes kept, Axes summed, char* out, char* (*put)(const silu_sum&, char*)) {
  const bool empty = summed.elements() == 0;
  summed = in_memory_order(summed);
  Axis fastest{1, {}};
  if (!empty && summed.count > 0) fastest = summed.axes[--summed.count];
  const std::size_t rounds = empty ? 0 : summed.elements();

  std::array<silu_sum, kTogether> sums;
  std::array<Offsets, kTogether> places;
  for (std::size_t left = kept.elements(); left > 0;) {
    const std::size_t together = std::min(left, kTogether);
    for (std::size_t i = 0; i < together; ++i, kept.advance()) {
      sums[i] = {};
      places[i] = kept.offsets;
    }
    for (std::size_t round = 0; round < rounds; ++round, summed.advance())
      for (std::size_t first = 0; first < fastest.length; first += kElements)
        for (std::size_t i = 0; i < together; ++i)
          operands.add_to(sums[i], places[i], summed.offsets, fastest, first,
                          std::min(kElements, fastest.length - first));
    for (std::size_t i = 0; i < together; ++i) out = put(sums[i], out);
    left -= together;
  }
}

std::optional<silu_dtype> dtype_of(PyArrayObject* array) {
  for (const DtypeInfo& row : kDtypes)
    if (dtype_class(row.dtype) == NPY_DTYPE(PyArray_DESCR(array)) && PyArray_ISNOTSWAPPED(array)) return row.dtype;
  return std::nullopt;
}

}  // namespace

PyObject* swish_beta_sums(PyObject* /*module*/, PyObject* arguments) {
  std::array<PyArrayObject*, 3> arrays = {};
  PyArrayObject* out = nullptr;
  Py_ssize_t kept_count = 0;
  if (PyArg_ParseTuple(arguments, "O!O!O!nO!", &PyArray_Type, &arrays[0], &PyArray_Type, &arrays[1], &PyArray_Type,
                       &arrays[2], &kept_count, &PyArray_Type, &out) == 0)
    return nullptr;
  const int dimensions = PyArray_NDIM(arrays[0]);
  const std::optional<silu_dtype> dtype = dtype_of(arrays[0]);
  bool fits = dtype && 0 <= kept_count && kept_count <= dimensions;
  Operands operands{dtype.value_or(SILU_FLOAT64), {}};
  for (std::size_t k = 0; k < arrays.size(); ++k) {
    fits = fits && PyArray_SAMESHAPE(arrays[0], arrays[k]) && dtype_of(arrays[k]) == dtype;
    operands.data[k] = static_cast<const char*>(PyArray_DATA(arrays[k]));
  }
  Axes kept, summed;
  for (int i = 0; fits && i < dimensions; ++i) {
    Axis axis{static_cast<std::size_t>(PyArray_DIM(arrays[0], i)), {}};
    for (std::size_t k = 0; k < arrays.size(); ++k) axis.strides[k] = PyArray_STRIDE(arrays[k], i);
    (i < kept_count ? kept : summed).add(axis);
  }
  const bool as_bytes = PyArray_TYPE(out) == NPY_UINT8;
  const std::size_t row = as_bytes ? SILU_SUM_BYTES : sizeof(double);
  fits = fits && (as_bytes || PyArray_TYPE(out) == NPY_DOUBLE) && PyArray_ISCARRAY(out) &&
         static_cast<std::size_t>(PyArray_NBYTES(out)) == kept.elements() * row;
  if (!fits) {
    PyErr_SetString(PyExc_ValueError, "swish_beta_sums: the arrays do not fit each other");
    return nullptr;
  }
  auto* const to = static_cast<char*>(PyArray_DATA(out));
  Py_BEGIN_ALLOW_THREADS;
  run(operands, kept, summed, to, as_bytes ? put_bytes : put_value);
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

}  // namespace silu::python
