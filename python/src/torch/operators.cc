// SPDX-License-Identifier: Apache-2.0
// The operators that torch sees, as torch.ops.silu.NAME, made from the table of functions and operators.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
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
StableIValue push(Handle handle) { return torch::stable::detail::from(handle.release()); }

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

// Tensors from the stack: all are owned before one is refused.
template <std::size_t count>
std::array<Tensor, count> pop_all(StableIValue* stack, const char* caller,
                                  const std::array<const char*, count>& arguments) {
  std::array<Handle, count> handles;
  for (std::size_t k = 0; k < count; ++k) handles[k].reset(torch::stable::detail::to<AtenTensorHandle>(stack[k]));
  std::array<Tensor, count> tensors;
  for (std::size_t k = 0; k < count; ++k) tensors[k] = open(std::move(handles[k]), caller, arguments[k]);
  return tensors;
}

// A row's names of inputs, or of inputs and outputs.
template <std::size_t index, bool with_outputs>
constexpr auto names() {
  constexpr const OperatorInfo& kRow = kOperators[index];
  std::array<const char*, kRow.input_count() + (with_outputs ? kRow.output_count() : 0)> result = {};
  for (std::size_t k = 0; k < result.size(); ++k)
    result[k] = k < kRow.input_count() ? kRow.inputs[k] : kRow.outputs[k - kRow.input_count()];
  return result;
}

// alpha and limit, behind the tensors.
template <std::size_t index>
std::array<double, 2> parameters(const StableIValue* stack) {
  std::array<double, 2> given = {};
  if constexpr (kOperators[index].clamped) {
    for (std::size_t i = 0; i < 2; ++i) given[i] = torch::stable::detail::to<double>(stack[i]);
  }
  return given;
}

template <std::size_t index>
void boxed_operator(StableIValue* stack, std::uint64_t /*inputs*/, std::uint64_t /*outputs*/) {
  constexpr const OperatorInfo& kRow = kOperators[index];
  const auto given = parameters<index>(stack + kRow.input_count());
  const auto inputs = pop_all(stack, kRow.name, names<index, false>());
  std::array<Handle, 2> outputs = apply(kRow, inputs, kRow.clamped ? given.data() : nullptr);
  for (std::size_t m = 0; m < kRow.output_count(); ++m) stack[m] = push(std::move(outputs[m]));
}

template <std::size_t index>
void boxed_into(StableIValue* stack, std::uint64_t /*inputs*/, std::uint64_t /*outputs*/) {
  constexpr const OperatorInfo& kRow = kOperators[index];
  const auto given = parameters<index>(stack + kRow.input_count() + kRow.output_count());
  const auto tensors = pop_all(stack, kRow.name, names<index, true>());
  const std::span all(tensors);
  apply_into(kRow, all.first(kRow.input_count()), all.subspan(kRow.input_count()),
             kRow.clamped ? given.data() : nullptr);
}

void boxed_beta_gradient(StableIValue* stack, std::uint64_t /*inputs*/, std::uint64_t /*outputs*/) {
  constexpr std::array kNames = kOperators[SILU_SWISH_BACKWARD].inputs;
  stack[0] = push(swish_beta_gradient(pop_all(stack, kBetaGradient, kNames)));
}

std::string schema(const OperatorInfo& row, bool into) {
  std::string text = std::string(row.name) + (into ? "_into(" : "(");
  for (std::size_t k = 0; k < row.input_count(); ++k)
    text += (k ? ", Tensor " : "Tensor ") + std::string(row.inputs[k]);
  for (std::size_t m = 0; into && m < row.output_count(); ++m)
    text += (m ? ", Tensor(b!) to_" : ", Tensor(a!) to_") + std::string(row.outputs[m]);
  if (row.clamped) text += ", float alpha, float limit";
  if (into) return text + ") -> ()";
  return text + (row.output_count() == 1 ? ") -> Tensor" : ") -> (Tensor, Tensor)");
}

void define(torch::stable::detail::StableLibrary& library) {
  for (const FunctionInfo& row : kFunctions) {
    library.def((std::string(row.name) + "(Tensor x) -> Tensor").c_str());
    library.def((std::string(row.name) + "_(Tensor(a!) x) -> ()").c_str());
  }
  for (const OperatorInfo& row : kOperators) library.def(schema(row, false).c_str());
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

// The same kernels under names for which silu.torch registers nothing more, and others that write into given tensors:
// for calls that nothing records.
STABLE_TORCH_LIBRARY(silu_kernels, library) {
  define(library);
  for (const OperatorInfo& row : kOperators) library.def(schema(row, true).c_str());
}
STABLE_TORCH_LIBRARY_IMPL(silu_kernels, CPU, library) {
  implement(library);
  [&]<std::size_t... index>(std::index_sequence<index...>) {
    (library.impl((std::string(kOperators[index].name) + "_into").c_str(), boxed_into<index>), ...);
  }
  (std::make_index_sequence<kOperators.size()>());
}

}  // namespace
}  // namespace silu::torch_adapter
