// SPDX-License-Identifier: Apache-2.0
#include "beta_gradient.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "../beta_sums.h"
#include "layout.h"
#include "torch/csrc/stable/ops.h"
#include "torch/headeronly/util/Exception.h"

namespace silu::torch_adapter {

Handle swish_beta_gradient(std::span<const Tensor> inputs) {
  constexpr std::array kNames = kOperators[SILU_SWISH_BACKWARD].inputs;
  const silu_dtype dtype = common_dtype(inputs, kNames, kBetaGradient);
  const Tensor& beta = inputs[2];
  const Shape shape = broadcast(inputs, kNames, kBetaGradient);
  STD_TORCH_CHECK(shape.size() <= python::kMaxAxes, "silu::", kBetaGradient, ": there are ", shape.size(),
                  " dimensions; allowed: ", python::kMaxAxes);
  std::array<Shape, 3> strides;
  for (std::size_t k = 0; k < strides.size(); ++k) strides[k] = strides_as(inputs[k], shape);

  // What beta has itself is kept; what it is stretched along is summed over.
  python::Axes kept, summed;
  const auto size = static_cast<std::ptrdiff_t>(kDtypes[static_cast<std::size_t>(dtype)].size);
  const std::size_t missing = shape.size() - beta.sizes.size();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool own = i >= missing && beta.sizes[i - missing] == shape[i];
    const python::Offsets steps = {strides[0][i] * size, strides[1][i] * size, strides[2][i] * size};
    (own ? kept : summed).add({static_cast<std::size_t>(shape[i]), steps});
  }
  const Shape layout = contiguous_strides(beta.sizes);
  Tensor result = empty(beta.sizes, layout, torch_dtype(SILU_FLOAT64), kBetaGradient);
  const python::BetaOperands operands = {dtype, {inputs[0].data, inputs[1].data, inputs[2].data}};
  const std::vector<silu_sum> sums =
      python::all_beta_sums(operands, kept, summed, [](std::size_t tasks, const auto& run) {
        torch::stable::parallel_for(0, static_cast<std::int64_t>(tasks), 1, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t task = begin; task < end; ++task) run(static_cast<std::size_t>(task));
        });
      });
  auto* const values = reinterpret_cast<double*>(result.data);
  for (std::size_t i = 0; i < sums.size(); ++i) values[i] = silu_sum_value(&sums[i]);
  return std::move(result.handle);
}

}  // namespace silu::torch_adapter
