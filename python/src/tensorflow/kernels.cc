// SPDX-License-Identifier: Apache-2.0
// What the operators do: TensorFlow's tensors to the C interface, on the device's threads.
#include "kernels.h"

#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "beta_sums.h"
#include "elementwise.h"
#include "narrow.h"
#include "pool.h"
#include "registry.h"
#include "silu/silu.h"
#include "tensorflow/c/kernels.h"

namespace silu::tensorflow {
namespace {

using python::kMaxInputs;
using python::kMaxOutputs;
using Shape = std::vector<std::int64_t>;

struct TypeOf {
  TF_DataType type;
  silu_dtype dtype;
};
constexpr std::array<TypeOf, 6> kTypes = {{{TF_DOUBLE, SILU_FLOAT64},
                                           {TF_FLOAT, SILU_FLOAT32},
                                           {TF_HALF, SILU_FLOAT16},
                                           {TF_BFLOAT16, SILU_BFLOAT16},
                                           {TF_FLOAT8_E4M3FN, SILU_FLOAT8_E4M3FN},
                                           {TF_FLOAT8_E5M2, SILU_FLOAT8_E5M2}}};
static_assert(kTypes.size() == kDtypes.size());

std::optional<silu_dtype> dtype_of(TF_DataType type) {
  for (const TypeOf& row : kTypes)
    if (row.type == type) return row.dtype;
  return std::nullopt;
}

std::atomic<silu_tensorflow_parallel_for*> pool = nullptr;

// An element's cost in cycles: how finely TensorFlow cuts the work follows from it.
constexpr std::int64_t kElementCost = 3, kTermCost = 20;

// run(begin, end) for ranges that make up 0 to n; in this thread alone where there is no pool.
template <class Run>
void parallel(TF_OpKernelContext* context, std::size_t n, std::int64_t cost, const Run& run) {
  silu_tensorflow_parallel_for* const on_pool = pool;
  if (on_pool == nullptr) return run(std::size_t{0}, n);
  const auto call = [](void* data, std::int64_t begin, std::int64_t end) {
    (*static_cast<const Run*>(data))(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
  };
  on_pool(context, static_cast<std::int64_t>(n), cost, call, const_cast<Run*>(&run));
}

void fail(TF_OpKernelContext* context, const Status& status) { TF_OpKernelContext_Failure(context, status.get()); }
void fail(TF_OpKernelContext* context, TF_Code code, const std::string& message) {
  const Status status = new_status();
  TF_SetStatus(status.get(), code, message.c_str());
  fail(context, status);
}
bool succeeded(TF_OpKernelContext* context, const char* name, silu_status status) {
  if (status != SILU_OK) fail(context, TF_INVALID_ARGUMENT, std::string(name) + ": " + silu_status_message(status));
  return status == SILU_OK;
}

// An input's elements and shape.  The context keeps the tensor; a handle of ours would keep TensorFlow from giving its
// memory to an output.
struct Input {
  const void* data = nullptr;
  TF_DataType type = TF_FLOAT;
  Shape shape;
};

std::optional<Input> input(TF_OpKernelContext* context, std::size_t i) {
  const Status status = new_status();
  TF_Tensor* handle = nullptr;
  TF_GetInput(context, static_cast<int>(i), &handle, status.get());
  const Tensor tensor(handle);
  if (!ok(status)) {
    fail(context, status);
    return std::nullopt;
  }
  Input result{TF_TensorData(handle), TF_TensorType(handle), Shape(static_cast<std::size_t>(TF_NumDims(handle)))};
  for (std::size_t k = 0; k < result.shape.size(); ++k) result.shape[k] = TF_Dim(handle, static_cast<int>(k));
  return result;
}

// Memory for an output: an input's, of the same shape, if nobody needs that any more.
void* output(TF_OpKernelContext* context, std::size_t m, const Shape& shape, std::size_t inputs) {
  std::array<int, kMaxInputs> candidates = {0, 1, 2};
  const Status status = new_status();
  const Tensor tensor(TF_ForwardInputOrAllocateOutput(context, candidates.data(), static_cast<int>(inputs),
                                                      static_cast<int>(m), shape.data(), static_cast<int>(shape.size()),
                                                      nullptr, status.get()));
  if (ok(status)) return TF_TensorData(tensor.get());
  fail(context, status);
  return nullptr;
}

std::size_t elements(const Shape& shape) {
  std::size_t product = 1;
  for (const std::int64_t length : shape) product *= static_cast<std::size_t>(length);
  return product;
}

std::string text(const Shape& shape) {
  std::string result = "[";
  for (const std::int64_t length : shape) result += (result.size() > 1 ? ", " : "") + std::to_string(length);
  return result + "]";
}

// False, with the failure set, where `shape` does not broadcast against `result`, which takes it in.
bool broadcast(TF_OpKernelContext* context, const OperatorInfo& info, std::size_t input, const Shape& shape,
               Shape& result) {
  if (shape.size() > result.size()) result.insert(result.begin(), shape.size() - result.size(), 1);
  const std::size_t missing = result.size() - shape.size();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    std::int64_t& length = result[missing + i];
    if (length == 1) {
      length = shape[i];
    } else if (shape[i] != 1 && shape[i] != length) {
      fail(context, TF_INVALID_ARGUMENT,
           std::string(info.name) + ": " + info.inputs[input] + " has shape " + text(shape) +
               ", and the inputs before it " + text(result) + "; allowed: shapes that broadcast");
      return false;
    }
  }
  return true;
}

// The dtype, or none, with the failure set.
std::optional<silu_dtype> dtype_of(TF_OpKernelContext* context, const char* name, TF_DataType type) {
  const std::optional<silu_dtype> dtype = dtype_of(type);
  if (!dtype) {
    std::string allowed;
    for (const DtypeInfo& row : kDtypes) allowed += (allowed.empty() ? "" : ", ") + std::string(row.name);
    fail(context, TF_INVALID_ARGUMENT,
         std::string(name) + ": the dtype is TensorFlow's number " + std::to_string(type) + "; allowed: " + allowed);
  }
  return dtype;
}

// The number that an input of shape [] holds.
std::optional<double> parameter(TF_OpKernelContext* context, const char* name, const char* which, std::size_t i) {
  const std::optional<Input> given = input(context, i);
  if (!given) return std::nullopt;
  if (!given->shape.empty()) {
    fail(context, TF_INVALID_ARGUMENT,
         std::string(name) + ": " + which + " has shape " + text(given->shape) + "; allowed: []");
    return std::nullopt;
  }
  return *static_cast<const double*>(given->data);
}

template <std::size_t index>
void compute_function(void* /*kernel*/, TF_OpKernelContext* context) {
  constexpr FunctionInfo kInfo = kFunctions[index];
  const std::optional<Input> x = input(context, 0);
  if (!x) return;
  const std::optional<silu_dtype> dtype = dtype_of(context, kInfo.name, x->type);
  if (!dtype) return;
  const std::size_t n = elements(x->shape);
  void* const y = output(context, 0, x->shape, 1);
  if (y == nullptr && n > 0) return;
  std::atomic<silu_status> status = SILU_OK;
  parallel(context, n, kElementCost, [&, size = silu_dtype_size(*dtype)](std::size_t begin, std::size_t end) {
    const silu_status part = silu_evaluate(kInfo.function, *dtype, static_cast<const char*>(x->data) + begin * size,
                                           static_cast<char*>(y) + begin * size, end - begin);
    if (part != SILU_OK) status = part;
  });
  succeeded(context, kInfo.name, status);
}

template <std::size_t index>
void compute_operator(void* /*kernel*/, TF_OpKernelContext* context) {
  constexpr OperatorInfo kInfo = kOperators[index];
  constexpr std::size_t kInputs = kInfo.input_count(), kOutputs = kInfo.output_count();
  std::array<const void*, kMaxInputs> from = {};
  std::vector<Shape> shapes;
  Shape result;
  TF_DataType type = TF_FLOAT;
  for (std::size_t k = 0; k < kInputs; ++k) {
    std::optional<Input> given = input(context, k);
    if (!given || !broadcast(context, kInfo, k, given->shape, result)) return;
    from[k] = given->data;
    type = given->type;
    shapes.push_back(std::move(given->shape));
  }
  std::array<double, 2> parameters = {};
  if constexpr (kInfo.clamped) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const std::optional<double> value = parameter(context, kInfo.name, i == 0 ? "alpha" : "limit", kInputs + i);
      if (!value) return;
      parameters[i] = *value;
    }
  }
  const std::optional<silu_dtype> dtype = dtype_of(context, kInfo.name, type);
  if (!dtype) return;
  const python::Elementwise plan(result, shapes, silu_dtype_size(*dtype));
  std::array<void*, kMaxOutputs> to = {};
  for (std::size_t m = 0; m < kOutputs; ++m) {
    to[m] = output(context, m, result, kInputs);
    if (to[m] == nullptr && plan.elements() > 0) return;
  }
  std::atomic<silu_status> status =  // refuses parameters where there are no elements too
      kInfo.clamped ? silu_apply(kInfo.op, *dtype, nullptr, nullptr, parameters.data(), 0) : SILU_OK;
  if (status == SILU_OK) {
    parallel(context, plan.elements(), kElementCost * static_cast<std::int64_t>(kOutputs),
             [&](std::size_t begin, std::size_t end) {
               const silu_status part =
                   plan.apply(kInfo.op, *dtype, from.data(), to.data(), parameters.data(), begin, end);
               if (part != SILU_OK) status = part;
             });
  }
  succeeded(context, kInfo.name, status);
}

void compute_beta_gradient(void* /*kernel*/, TF_OpKernelContext* context) {
  constexpr OperatorInfo kInfo = kOperators[SILU_SWISH_BACKWARD];  // whose inputs these are
  const std::optional<silu_dtype> sum_dtype = dtype_of(context, kBetaGradient, TF_ExpectedOutputDataType(context, 0));
  if (!sum_dtype) return;
  python::BetaOperands operands{};
  std::array<Shape, 3> shapes;
  Shape result;
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    std::optional<Input> given = input(context, k);
    if (!given || !broadcast(context, kInfo, k, given->shape, result)) return;
    const std::optional<silu_dtype> dtype = dtype_of(context, kBetaGradient, given->type);
    if (!dtype) return;
    operands.dtype = *dtype;
    operands.data[k] = static_cast<const char*>(given->data);
    shapes[k] = std::move(given->shape);
  }
  python::Axes kept, summed;
  python::split_axes(result, shapes, shapes[2], silu_dtype_size(operands.dtype), kept, summed);
  auto* to = static_cast<char*>(output(context, 0, shapes[2], 0));
  if (to == nullptr) return;
  const auto tasks = [&](std::size_t n, const auto& run) {
    parallel(context, n, kTermCost * static_cast<std::int64_t>(python::kTermsPerTask),
             [&](std::size_t begin, std::size_t end) {
               for (std::size_t task = begin; task < end; ++task) run(task);
             });
  };
  for (const silu_sum& sum : python::all_beta_sums(operands, kept, summed, tasks)) {
    python::narrow(silu_sum_value(&sum), *sum_dtype, to);
    to += silu_dtype_size(*sum_dtype);
  }
}

void* create(TF_OpKernelConstruction* /*context*/) { return nullptr; }
void destroy(void* /*kernel*/) {}

// A kernel for XLA's device, for what it says: XLA compiles programs of its own operators, and without this one it
// would say that there is no kernel, and not what to do.
void* create_for_xla(TF_OpKernelConstruction* context) {
  const Status status = new_status();
  TF_SetStatus(status.get(), TF_UNIMPLEMENTED,
               "silu.tensorflow: TensorFlow's XLA cannot compile the operators Silu>*; leave jit_compile=True (or "
               "'auto', in Keras) away where they are called, or use JAX, with silu.jax, which XLA does compile");
  TF_OpKernelConstruction_Failure(context, status.get());
  return nullptr;
}
void compute_nothing(void* /*kernel*/, TF_OpKernelContext* /*context*/) {}

// Each for every dtype that the operator takes: TF_KernelBuilder_TypeConstraint knows no float8.
void register_kernel(const std::string& name, void (*compute)(void*, TF_OpKernelContext*)) {
  const Status status = new_status();
  TF_RegisterKernelBuilder(name.c_str(), TF_NewKernelBuilder(name.c_str(), "CPU", create, compute, destroy),
                           status.get());
  require(status, name);
  TF_RegisterKernelBuilder(name.c_str(),
                           TF_NewKernelBuilder(name.c_str(), "XLA_CPU_JIT", create_for_xla, compute_nothing, destroy),
                           status.get());
  require(status, name);
}

template <std::size_t... indices>
void register_functions(std::index_sequence<indices...> /*indices*/) {
  (register_kernel(operator_name(kFunctions[indices].name), compute_function<indices>), ...);
}

template <std::size_t... indices>
void register_operators(std::index_sequence<indices...> /*indices*/) {
  (register_kernel(operator_name(kOperators[indices].name), compute_operator<indices>), ...);
}

}  // namespace

void register_kernels() {
  register_functions(std::make_index_sequence<kFunctions.size()>());
  register_operators(std::make_index_sequence<kOperators.size()>());
  register_kernel(operator_name(kBetaGradient), compute_beta_gradient);
}

}  // namespace silu::tensorflow

#define SILU_EXPORT extern "C" __attribute__((visibility("default")))

// The version of TensorFlow that pool.so was compiled for, and is to be loaded with.
SILU_EXPORT const char* silu_tensorflow_pool_version() { return SILU_TENSORFLOW_VERSION; }

// The threads to run on, from pool.so.
SILU_EXPORT void silu_tensorflow_use(silu_tensorflow_parallel_for* parallel_for) {
  silu::tensorflow::pool = parallel_for;
}
