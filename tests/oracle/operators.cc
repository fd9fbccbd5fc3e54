// SPDX-License-Identifier: Apache-2.0
#include "operators.h"

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "estimate.h"
#include "round.h"

namespace silu::oracle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// An output as the formulas below have it:
//   zero, or inner^power g(inner scale) outer[0] outer[1], the last with 1 added where plus_one says so.
struct Output {
  bool zero = false;
  silu_function g = SILU_SIGMOID;
  double inner = 1, scale = 1;
  int power = 0;
  std::array<double, 2> outer = {1, 1};
  bool plus_one = false;
};

std::array<Output, 2> outputs(silu_operator op, const Parameters& parameters, const double* x) {
  switch (op) {
    case SILU_SILU_BACKWARD:  // dy silu'(x)
      return {{{.g = SILU_SILU_DERIVATIVE, .inner = x[1], .outer = {x[0], 1}}}};
    case SILU_SILU_DOUBLE_BACKWARD:  // ddx silu'(x); ddx dy silu''(x)
      return {{{.g = SILU_SILU_DERIVATIVE, .inner = x[2], .outer = {x[0], 1}},
               {.g = SILU_SILU_SECOND_DERIVATIVE, .inner = x[2], .outer = {x[0], x[1]}}}};
    case SILU_SWISH:  // x sigmoid(x beta)
      return {{{.g = SILU_SIGMOID, .inner = x[0], .scale = x[1], .power = 1}}};
    case SILU_SWISH_BACKWARD:  // dy silu'(x beta); x^2 sigmoid'(x beta) dy
      return {{{.g = SILU_SILU_DERIVATIVE, .inner = x[1], .scale = x[2], .outer = {x[0], 1}},
               {.g = SILU_SIGMOID_DERIVATIVE, .inner = x[1], .scale = x[2], .power = 2, .outer = {x[0], 1}}}};
    case SILU_SWIGLU:  // a sigmoid(a) b
      return {{{.g = SILU_SIGMOID, .inner = x[0], .power = 1, .outer = {x[1], 1}}}};
    case SILU_SWIGLU_BACKWARD:  // dy b silu'(a); dy a sigmoid(a)
      return {{{.g = SILU_SILU_DERIVATIVE, .inner = x[1], .outer = {x[0], x[2]}},
               {.g = SILU_SIGMOID, .inner = x[1], .power = 1, .outer = {x[0], 1}}}};
    default:
      break;
  }
  // a' and b'; alpha a' is the argument.
  const double *a = op == SILU_SWIGLU_CLAMPED ? &x[0] : &x[1], *b = a + 1, limit = parameters.limit;
  const double kept_a = *a > limit ? limit : *a;
  const double kept_b = *b > limit ? limit : *b < -limit ? -limit : *b;
  if (op == SILU_SWIGLU_CLAMPED)  // a' sigmoid(alpha a') (b' + 1)
    return {{{.g = SILU_SIGMOID,
              .inner = kept_a,
              .scale = parameters.alpha,
              .power = 1,
              .outer = {1, kept_b},
              .plus_one = true}}};
  if (op != SILU_SWIGLU_CLAMPED_BACKWARD) throw std::invalid_argument("not an operator");
  // dy (b' + 1) silu'(alpha a'); dy a' sigmoid(alpha a')
  return {{{.zero = *a > limit,
            .g = SILU_SILU_DERIVATIVE,
            .inner = kept_a,
            .scale = parameters.alpha,
            .outer = {x[0], kept_b},
            .plus_one = true},
           {.zero = std::fabs(*b) > limit,
            .g = SILU_SIGMOID,
            .inner = kept_a,
            .scale = parameters.alpha,
            .power = 1,
            .outer = {x[0], 1}}}};
}

bool cancels(silu_function g) { return g == SILU_SILU_DERIVATIVE || g == SILU_SILU_SECOND_DERIVATIVE; }
bool tends_to_one(silu_function g) { return g == SILU_SIGMOID || g == SILU_SILU_DERIVATIVE; }

// --- Special values: by the class of each factor ----------------------------------------------------------------

// 0, 1 or infinity, with the number's sign.
double class_of(double x) { return x == 0 || std::isinf(x) ? x : std::copysign(1.0, x); }

// The limits at infinity, as zeros with the side that they are approached from.
double limit(silu_function g, bool left) {
  if (!left && tends_to_one(g)) return 1;
  return cancels(g) ? -0.0 : 0.0;
}

double sign_of(silu_function g, double inner, double scale) {
  if (!cancels(g)) return 1;
  const long double u = static_cast<long double>(inner) * scale;
  if (std::fabs(u) >= 64) return u < 0 || g == SILU_SILU_SECOND_DERIVATIVE ? -1 : 1;
  const Estimate e = estimate(u)[static_cast<std::size_t>(g)];
  if (std::fabs(e.value) > 4 * e.error) return e.value < 0 ? -1 : 1;  // u is rounded: see shortcut
  const Product product{.g = g, .argument = {inner, scale}};
  return (measure(product, format_of(SILU_FLOAT64)).bits & format_of(SILU_FLOAT64).sign()) != 0 ? -1 : 1;
}

bool ordinary(double x) { return x != 0 && std::isfinite(x); }

// The output where it is a zero, an infinity or NaN by its factors' limits.
std::optional<double> special(const Output& output) {
  if (output.zero) return 0;
  const double last = output.plus_one ? output.outer[1] + 1 : output.outer[1];  // -0 stays
  if (ordinary(output.inner) && ordinary(output.scale) && ordinary(output.outer[0]) && ordinary(last))
    return std::nullopt;
  const bool at_zero = output.inner == 0 || output.scale == 0;  // infinity times 0 too: g is constant in the other
  const bool at_infinity = !at_zero && (std::isinf(output.inner) || std::isinf(output.scale));
  const double g = at_zero       ? 1
                   : at_infinity ? limit(output.g, std::signbit(output.inner) != std::signbit(output.scale))
                                 : sign_of(output.g, output.inner, output.scale);
  const double inner = at_infinity && g == 0 ? std::copysign(1.0, output.inner) : class_of(output.inner);
  double result = g;
  for (int i = 0; i < output.power; ++i) result *= inner;
  result *= class_of(output.outer[0]) * class_of(last);
  if (result == 1 || result == -1) return std::nullopt;
  return result;
}

std::uint64_t encode_class(const Format& format, double x) {
  if (std::isnan(x)) return format.nan();
  if (x != 0) return format.overflow(x < 0);
  return std::signbit(x) ? format.sign() : 0;
}

// --- What is left is a product of numbers -----------------------------------------------------------------------

Product product_of(const Output& output) {
  Product product{.g = output.g,
                  .argument = {output.inner, output.scale},
                  .factors = {1, 1, output.outer[0], output.outer[1]},
                  .plus_one = output.plus_one};
  for (int i = 0; i < output.power; ++i) product.factors[static_cast<std::size_t>(i)] = output.inner;
  return product;
}

Rounded exactly(const Output& output, const Format& format) {
  Product product = product_of(output);
  if (std::isinf(output.inner) || std::isinf(output.scale)) {
    // g is exactly its value at 0 where the other is 0, else 1 = 2 sigmoid(0).
    product.argument = {0, 0};
    if (output.inner != 0 && output.scale != 0) {
      product.g = SILU_SIGMOID;
      product.factors[1] *= 2;  // which is 1: inner^2 goes with sigmoid', which vanishes
    }
  }
  return measure(product, format);
}

// The side of the limit, 0 or infinity, on which |g| lies beside it.
bool above(silu_function g, long double u, bool at_zero) {
  if (!at_zero) return g == SILU_SILU_DERIVATIVE;  // 1 + (u - 1) e^-u + ...; sigmoid: 1 - e^-u + ...
  // 1/2 + u/4, 1/2 + u/2, 1/4 - u^2/16, 1/2 - u^2/4
  return (g == SILU_SIGMOID || g == SILU_SILU_DERIVATIVE) && u > 0;
}

// How many bits a number has from its first 1 to its last.
int width(long double x) {
  int exponent = 0;
  return 64 - std::countr_zero(static_cast<std::uint64_t>(std::ldexp(std::frexp(std::fabs(x), &exponent), 64)));
}

// By long double, where its error leaves no doubt.
std::optional<std::uint64_t> shortcut(const Output& output, const Format& format) {
  if (std::isinf(output.inner) || std::isinf(output.scale)) return std::nullopt;
  const long double u = static_cast<long double>(output.inner) * output.scale;
  const long double last = static_cast<long double>(output.outer[1]) + (output.plus_one ? 1 : 0);
  const long double inner = output.power == 0   ? 1
                            : output.power == 1 ? output.inner
                                                : static_cast<long double>(output.inner) * output.inner;
  const long double c = inner * output.outer[0] * last;
  const bool vanishes = u < 0 || !tends_to_one(output.g);
  // 4096 e^-4096 times c, less than 2^3073, is below half of every least number.
  if (std::fabs(u) > 4096 && vanishes)
    return encode_class(format, std::copysign(0.0, c) * sign_of(output.g, output.inner, output.scale));
  // Beside a limit by less than 2^-64 of it: if c is exact, which 62 bits ensure, all that counts is the side.
  const bool near = std::fabs(u)<0x1p-66L, far = u> 64 && !vanishes;
  if (near || far) {
    const int bits = output.power * width(output.inner) + width(output.outer[0]) + width(last);
    const bool exact = bits <= 62 && (!output.plus_one || (last - 1 == output.outer[1] && last - output.outer[1] == 1));
    if (!exact) return std::nullopt;
    const long double value = far ? c : output.g == SILU_SIGMOID_DERIVATIVE ? c / 4 : c / 2;
    if (u == 0) return round_to(format, value);
    const long double towards = above(output.g, u, near) ? std::copysign(HUGE_VALL, value) : 0;
    const long double one = std::nextafter(value, towards), other = std::nextafter(one, towards);
    const std::uint64_t low = round_to(format, one), high = round_to(format, other);
    if (low == high) return low;
    return std::nullopt;
  }
  if (std::fabs(u) > 4096) return std::nullopt;
  // u is rounded, by 2^-64: relative to g's error, which is 2^-57 of the magnitude of its terms, no more than
  // 2 |u| 2^-64, as |u g'(u)| is at most 2 |u| of that; c by four times 2^-64.
  const Estimate g = estimate(u)[static_cast<std::size_t>(output.g)];
  const long double value = c * g.value;
  const long double error = std::fabs(c) * (g.error * (1 + std::fabs(u) / 32) + std::fabs(g.value) * 0x1p-60L);
  const std::uint64_t low = round_to(format, value - error), high = round_to(format, value + error);
  if (low == high) return low;
  return std::nullopt;
}

template <class Result, class Put>
void each_output(silu_operator op, const Format& format, const Parameters& parameters, const std::uint64_t* bits,
                 Result* results, const Put& put) {
  const Operator& info = kOperators.at(static_cast<std::size_t>(op));
  double x[3];
  bool nan = false;
  for (std::size_t i = 0; i < info.inputs; ++i) {
    nan |= is_nan(format, bits[i]);
    x[i] = nan ? kNan : decode(format, bits[i]);
  }
  if (nan) {
    for (std::size_t k = 0; k < info.outputs; ++k) results[k] = put(nullptr, format.nan());
    return;
  }
  const std::array<Output, 2> all = outputs(op, parameters, x);
  for (std::size_t k = 0; k < info.outputs; ++k) {
    const std::optional<double> value = special(all[k]);
    results[k] = value ? put(nullptr, encode_class(format, *value)) : put(&all[k], 0);
  }
}

}  // namespace

Parameters Parameters::rounded(const Format& format) const {
  if (format.bits == 64) return *this;
  // A NaN or a negative limit is refused by the library, and not met here.
  const std::uint64_t rounded =
      limit == kInfinity ? format.infinity() : round_to(format, static_cast<long double>(limit));
  return {decode(format_of(SILU_FLOAT32), round_to(format_of(SILU_FLOAT32), static_cast<long double>(alpha))),
          rounded == format.infinity() ? kInfinity : decode(format, rounded)};
}

void evaluate(silu_operator op, const Format& format, const Parameters& parameters, const std::uint64_t* bits,
              std::uint64_t* results) {
  each_output(op, format, parameters, bits, results, [&](const Output* output, std::uint64_t bits_of_special) {
    if (output == nullptr) return bits_of_special;
    const std::optional<std::uint64_t> quick = shortcut(*output, format);
    return quick ? *quick : exactly(*output, format).bits;
  });
}

void measure(silu_operator op, const Format& format, const Parameters& parameters, const std::uint64_t* bits,
             Rounded* measures) {
  each_output(op, format, parameters, bits, measures, [&](const Output* output, std::uint64_t bits_of_special) {
    return output == nullptr ? Rounded{bits_of_special, 0} : exactly(*output, format);
  });
}

}  // namespace silu::oracle
