// The C interface: checks the arguments, then calls the kernels.
#include "silu/silu.h"

#include <cstdint>

#include "cpu/dispatch.h"
#include "math/exact.h"
#include "registry.h"

namespace {

bool known(silu_function function) { return static_cast<std::size_t>(function) < silu::kFunctions.size(); }
bool known(silu_dtype dtype) { return static_cast<std::size_t>(dtype) < silu::kDtypes.size(); }

silu_status check(silu_function function, silu_dtype dtype, const void* x, const void* y, std::size_t n) {
  if (!known(function)) return SILU_ERROR_FUNCTION;
  if (!known(dtype)) return SILU_ERROR_DTYPE;
  if (n == 0) return SILU_OK;
  if (x == nullptr || y == nullptr) return SILU_ERROR_NULL;
  const std::size_t size = silu::kDtypes[dtype].size;
  if (n > PTRDIFF_MAX / size) return SILU_ERROR_SIZE;
  const auto from = reinterpret_cast<std::uintptr_t>(x);
  const auto to = reinterpret_cast<std::uintptr_t>(y);
  const std::uintptr_t bytes = n * size;
  if (from > UINTPTR_MAX - bytes || to > UINTPTR_MAX - bytes) return SILU_ERROR_SIZE;
  if (from != to && from < to + bytes && to < from + bytes) return SILU_ERROR_OVERLAP;
  return SILU_OK;
}

}  // namespace

silu_status silu_evaluate(silu_function function, silu_dtype dtype, const void* x, void* y, size_t n) {
  return silu_evaluate_on(0, function, dtype, x, y, n);
}

silu_status silu_evaluate_on(size_t target, silu_function function, silu_dtype dtype, const void* x, void* y,
                             size_t n) {
  const auto targets = silu::cpu::targets();
  if (target >= targets.size()) return SILU_ERROR_TARGET;
  const silu_status status = check(function, dtype, x, y, n);
  if (status == SILU_OK && n > 0) targets[target]->kernels[function][dtype](x, y, n);
  return status;
}

silu_status silu_evaluate_exact(silu_function function, silu_dtype dtype, const void* x, void* y, size_t n) {
  const silu_status status = check(function, dtype, x, y, n);
  if (status == SILU_OK) silu::math::evaluate_exact(function, dtype, x, y, n);
  return status;
}

const char* silu_status_message(silu_status status) {
  switch (status) {
    case SILU_OK:
      return "no error";
    case SILU_ERROR_FUNCTION:
      return "function is not one of the library's; allowed: 0 to silu_function_count() - 1";
    case SILU_ERROR_DTYPE:
      return "dtype is not one of the library's; allowed: float64, float32, float16, bfloat16";
    case SILU_ERROR_NULL:
      return "x or y is null although n > 0; allowed: pointers to n elements each";
    case SILU_ERROR_OVERLAP:
      return "x and y overlap; allowed: exactly the same memory, or none in common";
    case SILU_ERROR_TARGET:
      return "target is not available on this machine; allowed: 0 to silu_target_count() - 1";
    case SILU_ERROR_SIZE:
      return "n is too large; allowed: n elements that fit into the address space";
  }
  return "status is not one of the library's";
}

size_t silu_function_count(void) { return silu::kFunctions.size(); }
const char* silu_function_name(silu_function function) {
  return known(function) ? silu::kFunctions[function].name : nullptr;
}
size_t silu_dtype_count(void) { return silu::kDtypes.size(); }
const char* silu_dtype_name(silu_dtype dtype) { return known(dtype) ? silu::kDtypes[dtype].name : nullptr; }
size_t silu_dtype_size(silu_dtype dtype) { return known(dtype) ? silu::kDtypes[dtype].size : 0; }
size_t silu_target_count(void) { return silu::cpu::targets().size(); }
const char* silu_target_name(size_t target) {
  const auto targets = silu::cpu::targets();
  return target < targets.size() ? targets[target]->name : nullptr;
}
const char* silu_version(void) { return SILU_VERSION; }
