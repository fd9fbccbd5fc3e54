// SPDX-License-Identifier: Apache-2.0
// The C interface of 8-bit numbers with a scale: blocks of float32 values, rounded into 8 bits where that leaves no
// doubt, and exactly where it does.
#include "silu/quantized.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "capi/check.h"
#include "cpu/dispatch.h"
#include "cpu/environment.h"
#include "math/formats.h"
#include "math/quotient.h"

namespace {

using silu::capi::Extent, silu::capi::extent, silu::capi::known;

// Elements that are computed at once: they stay in the cache.
constexpr std::size_t kBlock = 512;
constexpr auto kFloat = static_cast<std::ptrdiff_t>(sizeof(float));

using Floats = std::array<float, kBlock>;

struct Bytes {
  alignas(64) std::array<std::uint8_t, kBlock> results;
  alignas(64) std::array<bool, kBlock> doubtful;
};

bool positive(double scale) { return scale > 0 && scale <= std::numeric_limits<double>::max(); }

bool convertible(silu_dtype from, silu_dtype to) {
  return (from == SILU_FLOAT32 || from == SILU_BFLOAT16) && (to == SILU_FLOAT8_E4M3FN || to == SILU_FLOAT8_E5M2);
}

float number_at(silu_dtype dtype, const void* element) {
  return static_cast<float>(dtype == SILU_FLOAT32 ? silu::math::number_at<silu::math::Float32>(element)
                                                  : silu::math::number_at<silu::math::Bfloat16>(element));
}

const void* at(const silu_input& input, std::size_t i) {
  return static_cast<const char*>(input.data) + static_cast<std::ptrdiff_t>(i) * input.stride;
}

// The input's elements from `first` on as float32, where they lie or in `block`.
silu_input widen(silu_dtype dtype, const silu_input& input, std::size_t first, std::size_t count, Floats& block) {
  if (dtype == SILU_FLOAT32) return {at(input, first), input.stride};
  if (input.stride == 0) count = 1;
  for (std::size_t i = 0; i < count; ++i) block[i] = number_at(dtype, at(input, first + i));
  return {block.data(), input.stride == 0 ? 0 : kFloat};
}

// y / scale into bytes.results; exact(i) is the value behind y[i].
void narrow(const float* y, const silu_float8& to, std::size_t count, Bytes& bytes, const auto& exact) {
  const silu::cpu::Narrow quotients = silu::cpu::targets().front()->narrow[static_cast<std::size_t>(to.dtype)];
  if (!quotients(y, to.scale, to.saturate != 0, bytes.results.data(), bytes.doubtful.data(), count)) return;
  for (std::size_t i = 0; i < count; ++i)
    if (bytes.doubtful[i])
      bytes.results[i] = silu::math::round_quotient(exact(i), to.scale, to.dtype, to.saturate != 0);
}

// Some of the values of swiglu in float32, to y.
struct Gate {
  silu_dtype dtype;
  std::array<silu_input, 2> inputs;
  std::array<Floats, 2> blocks;

  void evaluate(std::size_t first, std::size_t count, float* y) {  // NOLINT(readability-non-const-parameter): written
    const std::array from = {widen(dtype, inputs[0], first, count, blocks[0]),
                             widen(dtype, inputs[1], first, count, blocks[1])};
    const silu_output output{y, kFloat};
    silu::cpu::targets().front()->operators[SILU_SWIGLU][SILU_FLOAT32](from.data(), &output, nullptr, count);
  }

  silu::math::ScaledValue exact(std::size_t i) const {
    return {
        .function = SILU_SILU, .x = number_at(dtype, at(inputs[0], i)), .factor = number_at(dtype, at(inputs[1], i))};
  }
};

void store(const Bytes& bytes, const silu_output& output, std::size_t first, std::size_t count) {
  auto* to = static_cast<std::uint8_t*>(output.data) + static_cast<std::ptrdiff_t>(first) * output.stride;
  for (std::size_t i = 0; i < count; ++i, to += output.stride) *to = bytes.results[i];
}

void quantise(Gate& gate, const silu_output& output, const silu_float8& to, std::size_t n) {
  Floats y;
  Bytes bytes;
  for (std::size_t done = 0; done < n; done += kBlock) {
    const std::size_t count = std::min(kBlock, n - done);
    gate.evaluate(done, count, y.data());
    narrow(y.data(), to, count, bytes, [&](std::size_t i) { return gate.exact(done + i); });
    store(bytes, output, done, count);
  }
}

// The largest magnitude, or NaN if there is one: magnitudes are ordered as their encodings are, NaNs last.
float largest(Gate& gate, std::size_t n) {
  Floats y;
  std::int32_t most = 0;
  for (std::size_t done = 0; done < n; done += kBlock) {
    const std::size_t count = std::min(kBlock, n - done);
    gate.evaluate(done, count, y.data());
    for (std::size_t i = 0; i < count; ++i) most = std::max(most, std::bit_cast<std::int32_t>(y[i]) & INT32_MAX);
  }
  return std::bit_cast<float>(most);
}

float scale_of(float most, silu_dtype to) {
  const float scale = most / (to == SILU_FLOAT8_E4M3FN ? 448.0F : 57344.0F);
  return scale < std::numeric_limits<float>::min() ? std::numeric_limits<float>::min() : scale;
}

bool apart(const Extent& a, const Extent& b) { return a.end <= b.begin || b.end <= a.begin; }

silu_status check_swiglu(silu_dtype dtype, const silu_input* inputs, silu_dtype to, const silu_output* output,
                         std::size_t width, std::size_t n) {
  if (!convertible(dtype, to)) return SILU_ERROR_CONVERSION;
  if (n == 0 || width == 0) return SILU_OK;
  if (inputs == nullptr || output == nullptr || output->data == nullptr) return SILU_ERROR_NULL;
  const std::size_t size = silu::kDtypes[static_cast<std::size_t>(dtype)].size;
  if (width > PTRDIFF_MAX / size) return SILU_ERROR_SIZE;
  Extent y{};
  if (!extent(output->data, output->stride, n, width, y)) return SILU_ERROR_SIZE;
  const auto step = static_cast<std::size_t>(output->stride < 0 ? -output->stride : output->stride);
  if (n > 1 && step < width) return SILU_ERROR_OVERLAP;  // with itself
  for (std::size_t k = 0; k < 2; ++k) {
    Extent x{};
    if (inputs[k].data == nullptr) return SILU_ERROR_NULL;
    if (!extent(inputs[k].data, inputs[k].stride, n, width * size, x)) return SILU_ERROR_SIZE;
    if (!apart(x, y)) return SILU_ERROR_OVERLAP;
  }
  return SILU_OK;
}

}  // namespace

silu_status silu_evaluate_float8(silu_function function, silu_dtype dtype, const void* x, void* y, silu_float8 to,
                                 size_t n) {
  if (!known(function)) return SILU_ERROR_FUNCTION;
  if (!convertible(dtype, to.dtype)) return SILU_ERROR_CONVERSION;
  if (!positive(to.scale)) return SILU_ERROR_QUANTISATION;
  if (n == 0) return SILU_OK;
  if (x == nullptr || y == nullptr) return SILU_ERROR_NULL;
  const auto size = static_cast<std::ptrdiff_t>(silu::kDtypes[static_cast<std::size_t>(dtype)].size);
  Extent from{}, place{};
  if (n > PTRDIFF_MAX / static_cast<std::size_t>(size) || !extent(x, size, n, static_cast<std::size_t>(size), from) ||
      !extent(y, 1, n, 1, place))
    return SILU_ERROR_SIZE;
  if (!apart(from, place)) return SILU_ERROR_OVERLAP;

  const silu::cpu::DefaultEnvironment environment;
  const silu::cpu::Kernel kernel = silu::cpu::targets().front()->kernels[function][SILU_FLOAT32];
  const silu_input input{x, size};
  Floats wide, values;
  Bytes bytes;
  for (std::size_t done = 0; done < n; done += kBlock) {
    const std::size_t count = std::min(kBlock, n - done);
    kernel(widen(dtype, input, done, count, wide).data, values.data(), count);
    narrow(values.data(), to, count, bytes, [&](std::size_t i) {
      return silu::math::ScaledValue{.function = function, .x = number_at(dtype, at(input, done + i))};
    });
    store(bytes, {y, 1}, done, count);
  }
  return SILU_OK;
}

silu_status silu_swiglu_float8(silu_dtype dtype, const silu_input* inputs, const silu_output* output, silu_float8 to,
                               size_t n) {
  if (!positive(to.scale)) return SILU_ERROR_QUANTISATION;
  const silu_status status = check_swiglu(dtype, inputs, to.dtype, output, 1, n);
  if (status != SILU_OK || n == 0) return status;
  const silu::cpu::DefaultEnvironment environment;
  Gate gate{dtype, {inputs[0], inputs[1]}, {}};
  quantise(gate, *output, to, n);
  return SILU_OK;
}

silu_status silu_swiglu_float8_rows(silu_dtype dtype, const silu_input* inputs, silu_dtype to,
                                    const silu_output* output, float* scales, size_t rows, size_t d) {
  const silu_status status = check_swiglu(dtype, inputs, to, output, d, rows);
  if (status != SILU_OK || rows == 0) return status;
  if (scales == nullptr) return SILU_ERROR_NULL;
  const silu::cpu::DefaultEnvironment environment;
  const auto size = static_cast<std::ptrdiff_t>(silu::kDtypes[static_cast<std::size_t>(dtype)].size);
  for (std::size_t row = 0; row < rows; ++row) {
    if (d == 0) {
      scales[row] = scale_of(0, to);
      continue;
    }
    Gate gate{dtype, {silu_input{at(inputs[0], row), size}, silu_input{at(inputs[1], row), size}}, {}};
    scales[row] = scale_of(largest(gate, d), to);
    auto* const y = static_cast<std::uint8_t*>(output->data) + static_cast<std::ptrdiff_t>(row) * output->stride;
    quantise(gate, {y, 1}, {to, static_cast<double>(scales[row]), 1}, d);
  }
  return SILU_OK;
}

silu_status silu_int8_table(silu_function function, silu_int8 x, silu_int8 y, int8_t* table) {
  constexpr int kLeast = INT8_MIN, kMost = INT8_MAX;
  if (!known(function)) return SILU_ERROR_FUNCTION;
  for (const silu_int8& each : {x, y})
    if (!positive(each.scale) || each.zero_point < kLeast || each.zero_point > kMost) return SILU_ERROR_QUANTISATION;
  if (table == nullptr) return SILU_ERROR_NULL;
  const silu::cpu::DefaultEnvironment environment;
  for (int q = kLeast; q <= kMost; ++q) {
    const silu::math::ScaledValue value{
        .function = function, .x = static_cast<double>(q - x.zero_point), .x_scale = x.scale};
    const int integer = silu::math::round_quotient(value, y.scale, kLeast - y.zero_point, kMost - y.zero_point);
    table[static_cast<std::uint8_t>(q)] = static_cast<int8_t>(integer + y.zero_point);
  }
  return SILU_OK;
}

silu_status silu_map_bytes(const void* table, const void* x, void* y, size_t n) {
  return silu_map_bytes_on(0, table, x, y, n);
}

silu_status silu_map_bytes_on(size_t target, const void* table, const void* x, void* y, size_t n) {
  const auto targets = silu::cpu::targets();
  if (target >= targets.size()) return SILU_ERROR_TARGET;
  const silu_status status = silu::capi::check(SILU_RELU, SILU_FLOAT8_E5M2, x, y, n);  // of bytes, as any function
  if (status != SILU_OK || n == 0) return status;
  if (table == nullptr) return SILU_ERROR_NULL;
  targets[target]->map_bytes(static_cast<const std::uint8_t*>(table), x, y, n);
  return SILU_OK;
}
