// SPDX-License-Identifier: Apache-2.0
// The C interface: checks the arguments, then calls the kernels.
#include "silu/silu.h"

#include <array>
#include <cstddef>
#include <string_view>

#include "capi/check.h"
#include "cpu/dispatch.h"
#include "cpu/environment.h"
#include "math/exact.h"
#include "math/round.h"
#include "registry.h"

namespace {

using silu::capi::known;

// "<before>name, name, ..., name" and a null character, of a table's names.
template <std::size_t size>
constexpr std::array<char, size> list_names(std::string_view before, const auto& table) {
  std::array<char, size> text{};
  std::size_t end = 0;
  const auto append = [&](std::string_view part) {
    for (const char c : part) text[end++] = c;
  };
  append(before);
  for (const auto& row : table) {
    if (&row != &table.front()) append(", ");
    append(row.name);
  }
  return text;
}

constexpr std::size_t list_size(std::string_view before, const auto& table) {
  std::size_t size = before.size() + 1 - 2;
  for (const auto& row : table) size += std::string_view(row.name).size() + 2;
  return size;
}

constexpr std::string_view kBadFunction = "function is not one of the library's; allowed: ";
constexpr std::string_view kBadOperator = "op is not one of the library's; allowed: ";
constexpr auto kOperatorMessage = list_names<list_size(kBadOperator, silu::kOperators)>(kBadOperator, silu::kOperators);
constexpr std::string_view kBadDtype = "dtype is not one of the library's; allowed: ";
constexpr auto kFunctionMessage = list_names<list_size(kBadFunction, silu::kFunctions)>(kBadFunction, silu::kFunctions);
constexpr auto kDtypeMessage = list_names<list_size(kBadDtype, silu::kDtypes)>(kBadDtype, silu::kDtypes);

// The parameters as the kernels take them: alpha in float32, as PyTorch computes scalars beside narrower tensors, and
// limit in dtype.
std::array<double, 2> in_lanes(silu_operator op, silu_dtype dtype, const double* parameters) {
  if (!silu::kOperators[static_cast<std::size_t>(op)].clamped) return {};
  const silu_dtype alpha = dtype == SILU_FLOAT64 ? SILU_FLOAT64 : SILU_FLOAT32;
  return {silu::math::round_number(alpha, parameters[0]), silu::math::round_number(dtype, parameters[1])};
}

}  // namespace

silu_status silu_evaluate(silu_function function, silu_dtype dtype, const void* x, void* y, size_t n) {
  return silu_evaluate_on(0, function, dtype, x, y, n);
}

silu_status silu_evaluate_on(size_t target, silu_function function, silu_dtype dtype, const void* x, void* y,
                             size_t n) {
  const auto targets = silu::cpu::targets();
  if (target >= targets.size()) return SILU_ERROR_TARGET;
  const silu_status status = silu::capi::check(function, dtype, x, y, n);
  if (status == SILU_OK && n > 0) targets[target]->kernels[function][dtype](x, y, n);
  return status;
}

silu_status silu_evaluate_exact(silu_function function, silu_dtype dtype, const void* x, void* y, size_t n) {
  const silu_status status = silu::capi::check(function, dtype, x, y, n);
  if (status == SILU_OK) silu::math::evaluate_exact(function, dtype, x, y, n);
  return status;
}

silu_status silu_apply(silu_operator op, silu_dtype dtype, const silu_input* inputs, const silu_output* outputs,
                       const double* parameters, size_t n) {
  return silu_apply_on(0, op, dtype, inputs, outputs, parameters, n);
}

silu_status silu_apply_on(size_t target, silu_operator op, silu_dtype dtype, const silu_input* inputs,
                          const silu_output* outputs, const double* parameters, size_t n) {
  const auto targets = silu::cpu::targets();
  if (target >= targets.size()) return SILU_ERROR_TARGET;
  const silu_status status = silu::capi::check(op, dtype, inputs, outputs, parameters, n);
  if (status == SILU_OK && n > 0)
    targets[target]->operators[op][dtype](inputs, outputs, in_lanes(op, dtype, parameters).data(), n);
  return status;
}

silu_status silu_apply_exact(silu_operator op, silu_dtype dtype, const silu_input* inputs, const silu_output* outputs,
                             const double* parameters, size_t n) {
  const silu_status status = silu::capi::check(op, dtype, inputs, outputs, parameters, n);
  if (status != SILU_OK || n == 0) return status;
  const silu::cpu::DefaultEnvironment environment;  // the clamps compare doubles
  silu::math::apply_exact(op, dtype, inputs, outputs, in_lanes(op, dtype, parameters).data(), n);
  return status;
}

const char* silu_status_message(silu_status status) {
  switch (status) {
    case SILU_OK:
      return "no error";
    case SILU_ERROR_FUNCTION:
      return kFunctionMessage.data();
    case SILU_ERROR_DTYPE:
      return kDtypeMessage.data();
    case SILU_ERROR_NULL:
      return "x or y is null and n is not 0; allowed: null only where there are no elements";
    case SILU_ERROR_OVERLAP:
      return "x and y overlap; allowed: exactly the same memory, or none in common";
    case SILU_ERROR_TARGET:
      return "target is not available on this machine; allowed: 0 to silu_target_count() - 1";
    case SILU_ERROR_OPERATOR:
      return kOperatorMessage.data();
    case SILU_ERROR_PARAMETER:
      return "alpha or limit is not a number for this; allowed: finite alpha, limit from 0 to infinity";
    case SILU_ERROR_BYTES:
      return "bytes are not those of a sum; allowed: those that a sum was saved as";
    case SILU_ERROR_CONVERSION:
      return "the dtypes are not those of a scaled float8; allowed: from float32 or bfloat16 to float8_e4m3fn or "
             "float8_e5m2";
    case SILU_ERROR_QUANTISATION:
      return "a scale or zero point is not a number for this; allowed: finite scales above 0, zero points from -128 to "
             "127";
    case SILU_ERROR_SIZE:
      return "n is too large; allowed: n elements that fit into the address space";
  }
  return "status is not one of the library's";
}

size_t silu_function_count(void) { return silu::kFunctions.size(); }
const char* silu_function_name(silu_function function) {
  return known(function) ? silu::kFunctions[function].name : nullptr;
}
size_t silu_operator_count(void) { return silu::kOperators.size(); }
const char* silu_operator_name(silu_operator op) { return known(op) ? silu::kOperators[op].name : nullptr; }
size_t silu_operator_inputs(silu_operator op) { return known(op) ? silu::kOperators[op].input_count() : 0; }
size_t silu_operator_outputs(silu_operator op) { return known(op) ? silu::kOperators[op].output_count() : 0; }
size_t silu_dtype_count(void) { return silu::kDtypes.size(); }
const char* silu_dtype_name(silu_dtype dtype) { return known(dtype) ? silu::kDtypes[dtype].name : nullptr; }
size_t silu_dtype_size(silu_dtype dtype) { return known(dtype) ? silu::kDtypes[dtype].size : 0; }
size_t silu_target_count(void) { return silu::cpu::targets().size(); }
const char* silu_target_name(size_t target) {
  const auto targets = silu::cpu::targets();
  return target < targets.size() ? targets[target]->name : nullptr;
}
const char* silu_version(void) { return SILU_VERSION; }
