// PLACEHOLDER so that the interface links while the kernels are written; replaced wholesale.
#include "cpu/dispatch.h"

#include <cmath>
#include <cstring>

#include "math/exact.h"

namespace silu::cpu {
namespace {

long double value(silu_function f, long double x) {
  const long double s = 1 / (1 + std::exp(-x)), t = 1 / (1 + std::exp(x));
  if (std::isnan(x)) return x;
  if (std::isinf(x) && f != SILU_RELU && f != SILU_RELU_DERIVATIVE)
    switch (f) {
      case SILU_SIGMOID: return x > 0;
      case SILU_SIGMOID_DERIVATIVE: return 0;
      case SILU_SILU: return x > 0 ? x : -0.0L;
      case SILU_SILU_DERIVATIVE: return x > 0 ? 1 : -0.0L;
      default: return -0.0L;
    }
  switch (f) {
    case SILU_SIGMOID: return s;
    case SILU_SIGMOID_DERIVATIVE: return s * t;
    case SILU_SILU: return x * s;
    case SILU_SILU_DERIVATIVE: return s * (1 + x * t);
    case SILU_SILU_SECOND_DERIVATIVE: return s * t * (2 + x * (t - s));
    case SILU_RELU: return x > 0 ? x : 0;
    case SILU_RELU_DERIVATIVE: return x > 0;
  }
  return x;
}

template <silu_function F, silu_dtype D>
void kernel(const void* x, void* y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    if constexpr (D == SILU_FLOAT64) {
      double v; std::memcpy(&v, static_cast<const char*>(x) + 8 * i, 8);
      v = static_cast<double>(value(F, v)); if (v != v) v = __builtin_nan("");
      std::memcpy(static_cast<char*>(y) + 8 * i, &v, 8);
    } else if constexpr (D == SILU_FLOAT32) {
      float v; std::memcpy(&v, static_cast<const char*>(x) + 4 * i, 4);
      v = static_cast<float>(value(F, v)); if (v != v) v = __builtin_nanf("");
      std::memcpy(static_cast<char*>(y) + 4 * i, &v, 4);
    } else if constexpr (D == SILU_FLOAT16) {
      _Float16 v; std::memcpy(&v, static_cast<const char*>(x) + 2 * i, 2);
      v = static_cast<_Float16>(value(F, static_cast<long double>(v)));
      if (v != v) v = static_cast<_Float16>(__builtin_nanf(""));
      std::memcpy(static_cast<char*>(y) + 2 * i, &v, 2);
    } else {
      std::uint32_t b = 0; std::uint16_t h; float v;
      std::memcpy(&h, static_cast<const char*>(x) + 2 * i, 2); b = static_cast<std::uint32_t>(h) << 16;
      std::memcpy(&v, &b, 4);
      v = static_cast<float>(value(F, v)); std::memcpy(&b, &v, 4);
      h = v != v ? 0x7fc0 : static_cast<std::uint16_t>((b + 0x7fff + ((b >> 16) & 1)) >> 16);
      std::memcpy(static_cast<char*>(y) + 2 * i, &h, 2);
    }
  }
}

template <std::size_t F>
constexpr std::array<Kernel, 4> row() {
  constexpr auto f = static_cast<silu_function>(F);
  return {kernel<f, SILU_FLOAT64>, kernel<f, SILU_FLOAT32>, kernel<f, SILU_FLOAT16>, kernel<f, SILU_BFLOAT16>};
}

const Target kScalar = {"scalar", {row<0>(), row<1>(), row<2>(), row<3>(), row<4>(), row<5>(), row<6>()}};
const Target* const kTargets[] = {&kScalar};

}  // namespace

std::span<const Target* const> targets() { return kTargets; }

}  // namespace silu::cpu

namespace silu::math {
void evaluate_exact(silu_function function, silu_dtype dtype, const void* x, void* y, std::size_t n) {
  cpu::targets()[0]->kernels[function][dtype](x, y, n);
}
}  // namespace silu::math
