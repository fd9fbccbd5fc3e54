// SPDX-License-Identifier: Apache-2.0
// The operators that torch sees, as torch.ops.silu.NAME, made from the table of functions and operators.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "beta_gradient.h"
#include "elementwise.h"
#include "registry.h"
#include "torch/csrc/stable/library.h"

namespace silu::torch_adapter {
namespace {

// An operator's arguments lie on the stack, which owns them, and are replaced by its results.
Tensor pop(StableIValue& value, const char* caller, const char* argument) {
  return open(Handle(torch::stable::detail::to<AtenTensorHandle>(value)), caller, argument);
}
StableIValue push(Tensor tensor) { return torch::stable::detail::from(tensor.handle.release()); }

template <std::size_t index>
void boxed_function(StableIValue* stack, std::uint64_t /*inputs*/, std::uint64_t /*outputs*/) {
  constexpr const FunctionInfo& kRow = kFunctions[index];
  stack[0] = push(evaluate(kRow, pop(stack[0], kRow.name, "x")));
}

template <std::size_t index>
void boxed_in_place(StableIValue* stack, std::uint64_t /*inputs*/, std::uint64_t /*outputs*/) {
  constexpr const FunctionInfo& kRow = kFunctions[index];
  evaluate_in_place(kRow, pop(stack[0], kRow.name, "x"));
}

template <std::size_t index>
void boxed_operator(StableIValue* stack, std::uint64_t /*inputs*/, std::uint64_t /*outputs*/) {
  constexpr const OperatorInfo& kRow = kOperators[index];
  constexpr std::size_t kInputs = kRow.input_count();
  std::array<Handle, kInputs> handles;
  for (std::size_t k = 0; k < kInputs; ++k) handles[k].reset(torch::stable::detail::to<AtenTensorHandle>(stack[k]));
  std::array<Tensor, kInputs> inputs;
  for (std::size_t k = 0; k < kInputs; ++k) inputs[k] = open(std::move(handles[k]), kRow.name, kRow.inputs[k]);
  std::array<double, 2> parameters = {};
  if constexpr (kRow.clamped) {
    for (std::size_t i = 0; i < 2; ++i) parameters[i] = torch::stable::detail::to<double>(stack[kInputs + i]);
  }
  std::array<Tensor, 2> outputs = apply(kRow, inputs, kRow.clamped ? parameters.data() : nullptr);
  for (std::size_t m = 0; m < kRow.output_count(); ++m) stack[m] = push(std::move(outputs[m]));
}

void boxed_beta_gradient(StableIValue* stack, std::uint64_t /*inputs*/, std::uint64_t /*outputs*/) {
  constexpr std::array kNames = kOperators[SILU_SWISH_BACKWARD].inputs;
  std::array<Handle, 3> handles;
  for (std::size_t k = 0; k < 3; ++k) handles[k].reset(torch::stable::detail::to<AtenTensorHandle>(stack[k]));
  std::array<Tensor, 3> inputs;
  for (std::size_t k = 0; k < 3; ++k) inputs[k] = open(std::move(handles[k]), kBetaGradient, kNames[k]);
  stack[0] = push(swish_beta_gradient(inputs));
}

std::string schema(const OperatorInfo& row) {
  std::string text = std::string(row.name) + "(";
  for (std::size_t k = 0; k < row.input_count(); ++k)
    text += (k ? ", Tensor " : "Tensor ") + std::string(row.inputs[k]);
  if (row.clamped) text += ", float alpha, float limit";
  return text + (row.output_count() == 1 ? ") -> Tensor" : ") -> (Tensor, Tensor)");
}

void define(torch::stable::detail::StableLibrary& library) {
  for (const FunctionInfo& row : kFunctions) {
    library.def((std::string(row.name) + "(Tensor x) -> Tensor").c_str());
    library.def((std::string(row.name) + "_(Tensor(a!) x) -> ()").c_str());
  }
  for (const OperatorInfo& row : kOperators) library.def(schema(row).c_str());
  library.def("swish_beta_gradient(Tensor dy, Tensor x, Tensor beta) -> Tensor");
}

void implement(torch::stable::detail::StableLibrary& library) {
  [&]<std::size_t... index>(std::index_sequence<index...>) {
    (library.impl(kFunctions[index].name, boxed_function<index>), ...);
    (library.impl((std::string(kFunctions[index].name) + "_").c_str(), boxed_in_place<index>), ...);
  }
  (std::make_index_sequence<kFunctions.size()>());
  [&]<std::size_t... index>(std::index_sequence<index...>) {
    (library.impl(kOperators[index].name, boxed_operator<index>), ...);
  }
  (std::make_index_sequence<kOperators.size()>());
  library.impl(kBetaGradient, boxed_beta_gradient);
}

STABLE_TORCH_LIBRARY(silu, library) { define(library); }
STABLE_TORCH_LIBRARY_IMPL(silu, CPU, library) { implement(library); }

// The same kernels under names for which silu.torch registers nothing more: for calls that nothing records.
STABLE_TORCH_LIBRARY(silu_kernels, library) { define(library); }
STABLE_TORCH_LIBRARY_IMPL(silu_kernels, CPU, library) { implement(library); }

}  // namespace
}  // namespace silu::torch_adapter
