// SPDX-License-Identifier: Apache-2.0
#include "handlers.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "beta_sums.h"
#include "elementwise.h"
#include "huge_pages.h"
#include "narrow.h"
#include "registry.h"
#include "silu/silu.h"
#include "silu/sum.h"
#include "tasks.h"
#include "xla/ffi/api/ffi.h"

namespace silu::jax {
namespace {

namespace ffi = xla::ffi;
using python::Axes;
using python::BetaOperands;
using python::Elementwise;
using python::kElementsPerTask;

using Shape = ffi::AnyBuffer::Dimensions;

std::optional<silu_dtype> dtype_of(ffi::DataType type) {
  switch (type) {
    case ffi::DataType::F64:
      return SILU_FLOAT64;
    case ffi::DataType::F32:
      return SILU_FLOAT32;
    case ffi::DataType::F16:
      return SILU_FLOAT16;
    case ffi::DataType::BF16:
      return SILU_BFLOAT16;
    case ffi::DataType::F8E4M3FN:
      return SILU_FLOAT8_E4M3FN;
    case ffi::DataType::F8E5M2:
      return SILU_FLOAT8_E5M2;
    default:
      return std::nullopt;
  }
}

ffi::Error refuse(silu_status status) {
  return ffi::Error(ffi::ErrorCode::kInvalidArgument, silu_status_message(status));
}

// run(0), ..., run(n - 1) on XLA's threads.
template <class Run>
void parallel(ffi::ThreadPool& pool, std::size_t n, const Run& run) {
  python::share_tasks(
      n, pool.num_threads(), [&](auto help) { pool.Schedule(std::move(help)); }, run);
}

// run(begin, end) for parts of n elements, in parallel; the first status that is an error, if one is.
template <class Run>
ffi::Error in_parts(ffi::ThreadPool& pool, std::size_t n, const Run& run) {
  std::atomic<int> worst = SILU_OK;
  parallel(pool, (n + kElementsPerTask - 1) / kElementsPerTask, [&](std::size_t task) {
    const std::size_t begin = task * kElementsPerTask;
    const silu_status status = run(begin, std::min(n, begin + kElementsPerTask));
    if (status != SILU_OK) worst = status;
  });
  return worst == SILU_OK ? ffi::Error::Success() : refuse(static_cast<silu_status>(worst.load()));
}

template <silu_function function>
ffi::Error evaluate(ffi::ThreadPool pool, ffi::AnyBuffer x, ffi::Result<ffi::AnyBuffer> y) {
  const std::optional<silu_dtype> dtype = dtype_of(x.element_type());
  if (!dtype || y->element_type() != x.element_type() || y->element_count() != x.element_count())
    return refuse(SILU_ERROR_DTYPE);
  const std::size_t size = kDtypes[*dtype].size;
  const auto* const from = static_cast<const char*>(x.untyped_data());
  auto* const to = static_cast<char*>(y->untyped_data());
  python::advise_huge_pages(to, y->size_bytes());
  return in_parts(pool, x.element_count(), [&](std::size_t begin, std::size_t end) {
    return silu_evaluate(function, *dtype, from + begin * size, to + begin * size, end - begin);
  });
}

// The inputs have as many axes as the outputs, each of their length or of length 1.
ffi::Error apply(silu_operator op, ffi::ThreadPool& pool, ffi::RemainingArgs& arguments, ffi::RemainingRets& results,
                 const double* parameters) {
  const OperatorInfo& info = kOperators[op];
  if (arguments.size() != info.input_count() || results.size() != info.output_count())
    return refuse(SILU_ERROR_OPERATOR);
  std::optional<silu_dtype> dtype;
  std::array<const void*, python::kMaxInputs> inputs;
  std::array<void*, python::kMaxOutputs> outputs;
  std::vector<Shape> shapes;
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    const auto argument = arguments.get<ffi::AnyBuffer>(k);
    if (!argument.has_value()) return argument.error();
    if (k == 0) dtype = dtype_of(argument->element_type());
    if (!dtype || dtype_of(argument->element_type()) != dtype) return refuse(SILU_ERROR_DTYPE);
    inputs[k] = argument->untyped_data();
    shapes.push_back(argument->dimensions());
  }
  auto result = results.get<ffi::AnyBuffer>(0);
  if (!result.has_value()) return result.error();
  for (std::size_t m = 0; m < results.size(); ++m) {
    ffi::Result<ffi::AnyBuffer> output = *results.get<ffi::AnyBuffer>(m);
    outputs[m] = output->untyped_data();
    python::advise_huge_pages(outputs[m], output->size_bytes());
  }
  const Elementwise elements((*result)->dimensions(), shapes, kDtypes[*dtype].size);
  return in_parts(pool, elements.elements(), [&](std::size_t begin, std::size_t end) {
    return elements.apply(op, *dtype, inputs.data(), outputs.data(), parameters, begin, end);
  });
}

template <silu_operator op>
ffi::Error apply_plain(ffi::ThreadPool pool, ffi::RemainingArgs arguments, ffi::RemainingRets results) {
  return apply(op, pool, arguments, results, nullptr);
}

template <silu_operator op>
ffi::Error apply_clamped(ffi::ThreadPool pool, ffi::RemainingArgs arguments, ffi::RemainingRets results, double alpha,
                         double limit) {
  const std::array parameters = {alpha, limit};
  return apply(op, pool, arguments, results, parameters.data());
}

constexpr std::size_t kSumBytes = kDigits - 3, kHeader = 8;  // the letters and the version come before the digits
static_assert(kHeader + kSumBytes + 1 == SILU_SUM_BYTES);

ffi::Error beta_digits(ffi::ThreadPool pool, ffi::AnyBuffer dy, ffi::AnyBuffer x, ffi::AnyBuffer beta,
                       ffi::Result<ffi::Buffer<ffi::DataType::S32>> digits) {
  const std::optional<silu_dtype> dtype = dtype_of(x.element_type());
  if (!dtype || dy.element_type() != x.element_type() || beta.element_type() != x.element_type())
    return refuse(SILU_ERROR_DTYPE);
  Axes kept, summed;
  const std::array<Shape, 3> shapes = {dy.dimensions(), x.dimensions(), beta.dimensions()};
  const Shape kept_shape = digits->dimensions().first(digits->dimensions().size() - 1);
  std::vector<std::int64_t> common(x.dimensions().size());
  for (std::size_t i = 0; i < common.size(); ++i) {
    common[i] = 1;
    for (const Shape& each : shapes)
      if (each[i] != 1) common[i] = each[i];
  }
  python::split_axes(Shape(common.data(), common.size()), shapes, kept_shape, kDtypes[*dtype].size, kept, summed);
  const BetaOperands operands{*dtype,
                              {static_cast<const char*>(dy.untyped_data()), static_cast<const char*>(x.untyped_data()),
                               static_cast<const char*>(beta.untyped_data())}};
  std::vector<silu_sum> sums =
      python::all_beta_sums(operands, kept, summed, [&](std::size_t n, const auto& run) { parallel(pool, n, run); });
  std::int32_t* to = digits->typed_data();
  for (silu_sum& sum : sums) {
    std::array<unsigned char, SILU_SUM_BYTES> bytes;
    silu_sum_save(&sum, bytes.data());
    for (std::size_t i = 0; i < kSumBytes; ++i) to[i] = bytes[kHeader + i];
    to[kSumBytes - 1] = static_cast<signed char>(bytes[kHeader + kSumBytes - 1]);
    for (std::size_t i = 0; i < 3; ++i) to[kSumBytes + i] = bytes[SILU_SUM_BYTES - 1] >> i & 1;
    to += kDigits;
  }
  return ffi::Error::Success();
}

// The sum that added digits are.
silu_sum sum_of(const std::int32_t* digits) {
  silu_sum sum = {};
  std::array<unsigned char, SILU_SUM_BYTES> bytes;
  silu_sum_save(&sum, bytes.data());  // the letters and the version
  const std::int32_t* const specials = digits + kSumBytes;
  std::int64_t carry = 0;
  for (std::size_t i = 0; i < kSumBytes; ++i) {
    carry += digits[i];
    bytes[kHeader + i] = static_cast<unsigned char>(carry & 255);
    carry >>= 8;
  }
  const bool nan = specials[0] > 0 || (specials[1] > 0 && specials[2] > 0);
  const int special = nan ? 1 : specials[1] > 0 ? 2 : specials[2] > 0 ? 4 : 0;
  if (special != 0) std::memset(&bytes[kHeader], 0, kSumBytes);
  bytes.back() = static_cast<unsigned char>(special);
  if (silu_sum_load(&sum, bytes.data(), bytes.size()) != SILU_OK) sum.specials = 1;  // beyond what a sum holds
  return sum;
}

ffi::Error digits_value(ffi::Buffer<ffi::DataType::S32> digits, ffi::Result<ffi::AnyBuffer> value) {
  const std::optional<silu_dtype> dtype = dtype_of(value->element_type());
  if (!dtype || digits.element_count() != value->element_count() * kDigits) return refuse(SILU_ERROR_DTYPE);
  const std::size_t n = value->element_count();
  auto* to = static_cast<char*>(value->untyped_data());
  for (std::size_t i = 0; i < n; ++i, to += kDtypes[*dtype].size) {
    const silu_sum sum = sum_of(digits.typed_data() + i * kDigits);
    python::narrow(silu_sum_value(&sum), *dtype, to);
  }
  return ffi::Error::Success();
}

template <std::size_t function>
XLA_FFI_Error* evaluate_target(XLA_FFI_CallFrame* frame) {
  static const auto handler = ffi::Ffi::Bind().Ctx<ffi::ThreadPool>().Arg<ffi::AnyBuffer>().Ret<ffi::AnyBuffer>().To(
      evaluate<kFunctions[function].function>);
  return handler->Call(frame);
}

template <std::size_t op>
XLA_FFI_Error* apply_target(XLA_FFI_CallFrame* frame) {
  if constexpr (kOperators[op].clamped) {
    static const auto handler = ffi::Ffi::Bind()
                                    .Ctx<ffi::ThreadPool>()
                                    .RemainingArgs()
                                    .RemainingRets()
                                    .Attr<double>("alpha")
                                    .Attr<double>("limit")
                                    .To(apply_clamped<kOperators[op].op>);
    return handler->Call(frame);
  } else {
    static const auto handler =
        ffi::Ffi::Bind().Ctx<ffi::ThreadPool>().RemainingArgs().RemainingRets().To(apply_plain<kOperators[op].op>);
    return handler->Call(frame);
  }
}

XLA_FFI_Error* beta_digits_target(XLA_FFI_CallFrame* frame) {
  static const auto handler = ffi::Ffi::Bind()
                                  .Ctx<ffi::ThreadPool>()
                                  .Arg<ffi::AnyBuffer>()
                                  .Arg<ffi::AnyBuffer>()
                                  .Arg<ffi::AnyBuffer>()
                                  .Ret<ffi::Buffer<ffi::DataType::S32>>()
                                  .To(beta_digits);
  return handler->Call(frame);
}

XLA_FFI_Error* digits_value_target(XLA_FFI_CallFrame* frame) {
  static const auto handler =
      ffi::Ffi::Bind().Arg<ffi::Buffer<ffi::DataType::S32>>().Ret<ffi::AnyBuffer>().To(digits_value);
  return handler->Call(frame);
}

}  // namespace

std::vector<std::pair<std::string, XLA_FFI_Handler*>> targets() {
  std::vector<std::pair<std::string, XLA_FFI_Handler*>> all;
  [&]<std::size_t... function, std::size_t... op>(std::index_sequence<function...>, std::index_sequence<op...>) {
    (all.emplace_back(std::string("silu_") + kFunctions[function].name, evaluate_target<function>), ...);
    (all.emplace_back(std::string("silu_") + kOperators[op].name, apply_target<op>), ...);
  }
  (std::make_index_sequence<kFunctions.size()>(), std::make_index_sequence<kOperators.size()>());
  all.emplace_back("silu_beta_digits", beta_digits_target);
  all.emplace_back("silu_digits_value", digits_value_target);
  return all;
}

}  // namespace silu::jax
