// SPDX-License-Identifier: Apache-2.0
// The products c g(u) by integer arithmetic, as exact.cc has the functions of one input: with 256 bits, then with twice
// as many until the rounding is decided.
//
// It ends, as g(u) is transcendental for u other than 0, and c is not 0.  Where u is 0 or g(u) a limit, c g(u) is
// rational and exact here, ties included; beside u = 0 the Taylor series decides.
#include "math/exact.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "math/formats.h"
#include "math/limits.h"
#include "math/ziv.h"
#include "registry.h"

namespace silu::math {
namespace {

#include "math/functions-inl.h"
#include "math/operators-inl.h"

// A factor of c: an input, or an input + 1.
struct Factor {
  double input;
  bool plus_one;
  bool in_argument;  // it belongs to g's limit at infinity: x sigmoid(beta x) tends to -0 on the left

  bool negative() const { return plus_one ? input < -1 : std::signbit(input); }
  bool zero() const { return input == (plus_one ? -1 : 0); }
  bool infinite() const { return std::isinf(input); }

  template <int W>
  BigFloat<W> value() const {
    const BigFloat<W> number = from_double<W>(input);
    return plus_one ? add(number, big<W>(1)) : number;
  }
};

// Room for every bit of a product of factors: 2^-1074 + 1 has 1,075 of them, other inputs 53 each.
constexpr int kExactLimbs = 24;

// What a format's inputs, with up to 24 bits for alpha, are to the arguments and products that are made of them.
template <class Format>
struct Reach {
  static constexpr bool kWide = Format::kPrecision == Float64::kPrecision;
  static constexpr int kArgumentLimbs = kWide ? kExactLimbs : 2;  // two inputs
  static constexpr int kLimbs = kWide ? kExactLimbs : 8;          // a product of them, and what nudges it

  // The least k with |u| log2(e) at `bits` or more for |u| = 2^k.
  static constexpr int argument_of(int bits) {
    int k = 0;
    while ((1442L << k) < 1000L * bits) ++k;
    return k;
  }

  // From there on, a g that vanishes, by 4 |u| e^-|u| at most, makes less than half of the least number of the largest
  // product, of four inputs.
  static constexpr int kLeastExponent = Format::kMinExponent - Format::kPrecision;  // of half of it
  static constexpr int kVanishes = argument_of(4 * (Format::kBias + 2) - kLeastExponent + 16);

  // A product of three inputs and an input + 1 has so many bits, and a g that tends to 1 lacks less than 2^-8 of the
  // last of them, or has so much too much: the product, which is no midpoint's neighbour, decides but where it is one.
  static constexpr int kProductBits = 3 * Format::kPrecision + Format::kPrecision - Format::kMinExponent + 1;
  static constexpr int kOne = argument_of(kProductBits + 24);
  static constexpr int kNudge = kWide ? -1400 : -256;
  // Below 2^kTiny the leading term of c g(u) decides likewise, where no factor of c is an input + 1: three inputs have
  // so many bits.
  static constexpr int kTiny = -(3 * Format::kPrecision + 8);
  static_assert(-kNudge > kProductBits + 8 && 64 * kLimbs > 64 - kNudge && 64 * kLimbs > kProductBits);
};

// Beside |u| = 2^-400 the leading term of c g(u) has no more than 390 bits where the input of an input + 1 lies between
// 2^-230 and 2^230, and 212 without such a factor: other midpoints lie 2^-400 or more away, relatively, or 2^-212.
constexpr int kTinyArgument = -400, kFarInput = 230, kNudge = -700;

template <int W>
BigFloat<W> product(std::span<const Factor> factors) {
  BigFloat<W> c = factors[0].value<W>();
  for (const Factor& factor : factors.subspan(1)) c = multiply(c, factor.value<W>());
  return c;
}

template <class G, int W>
BigFloat<W> at_zero() {
  return big<W>(1, G::kStart == Start::kQuarterFalling ? -2 : -1);
}

// u = 0 aside: is g(u) less than its value at 0, or more?  u is tiny.
template <class G>
bool rises(bool negative) {
  return G::kStart == Start::kHalfRising && !negative;
}

// A leading term of c g(u), moved towards the value.
template <class Format, int W>
typename Format::Bits nudged(const BigFloat<W>& leading, bool grows, int nudge) {
  BigFloat<W> moved = scale(leading, nudge);
  if (!grows) moved = negate(moved);
  return round_exact<Format>(add(leading, moved));
}

// c g(u) for a tiny u, where the leading term is c g(0).
template <class G, class Format>
typename Format::Bits beside_zero(bool u_negative, std::span<const Factor> factors) {
  using R = Reach<Format>;
  const BigFloat<R::kLimbs> leading = multiply(product<R::kLimbs>(factors), at_zero<G, R::kLimbs>());
  return nudged<Format>(leading, rises<G>(u_negative), R::kNudge);
}

// The same where a factor of c may be an input + 1.
template <class G, class Format>
typename Format::Bits beside_zero(const BigFloat<kExactLimbs>& u, std::span<const Factor> factors) {
  BigFloat<kExactLimbs> leading = at_zero<G, kExactLimbs>();
  bool grows = rises<G>(u.negative);
  for (const Factor& factor : factors) {
    const int exponent = factor.plus_one && factor.input != 0 ? std::ilogb(factor.input) : 0;
    // (1 + input) (1 + k u), or input (1 + 1 / input) (1 + k u): which of the two is larger; where they cancel, their
    // product is left.
    const int k = G::kFunction == SILU_SILU_DERIVATIVE ? 0 : -1;
    const BigFloat<kExactLimbs> input = from_double<kExactLimbs>(factor.input);
    if (exponent < -kFarInput) {
      const BigFloat<kExactLimbs> sum = add(input, scale(u, k));
      grows = !sum.is_zero() && !sum.negative;
    } else if (exponent > kFarInput) {
      const BigFloat<kExactLimbs> sum = add(big<kExactLimbs>(1), scale(multiply(u, input), k));
      grows = !sum.is_zero() && sum.negative == input.negative;
      leading = multiply(leading, input);
    } else {
      leading = multiply(leading, factor.value<kExactLimbs>());
    }
  }
  return nudged<Format>(leading, grows, kNudge);
}

template <int W>
BigFloat<W> argument_value(std::span<const double> argument) {
  const BigFloat<W> u = from_double<W>(argument[0]);
  return argument.size() == 2 ? multiply(u, from_double<W>(argument[1])) : u;
}

template <class G, class Format, int W = 4>
typename Format::Bits ziv(std::span<const double> argument, std::span<const Factor> factors) {
  int reliable = 0;
  const BigFloat<W> g = value<G>(argument_value<W>(argument), reliable);
  typename Format::Bits result{};
  // Four factors at most, each of them and each product right to 2^(3 - 64 W).
  if (round<Format>(multiply(product<W>(factors), g), reliable - 6, result)) return result;
  if constexpr (2 * W <= 48) return ziv<G, Format, 2 * W>(argument, factors);
  __builtin_trap();  // 2,048 bits did not decide (docs/proof: not expected): no answer is better than a wrong one
}

// The sign of a g that is never 0, at an argument that is not 0.
template <class G, int W = 4>
bool is_negative(std::span<const double> argument) {
  int reliable = 0;
  const BigFloat<W> g = value<G>(argument_value<W>(argument), reliable);
  if constexpr (2 * W <= 48) {
    if (reliable <= 1) return is_negative<G, 2 * W>(argument);
  }
  return g.negative;
}

template <class Format>
typename Format::Bits zero(bool negative) {
  return negative ? Format::kSign : typename Format::Bits{0};
}

template <class G, class Format>
typename Format::Bits evaluate(std::span<const double> argument, std::span<const Factor> factors) {
  bool argument_zero = false, argument_infinite = false, argument_negative = false;
  for (const double x : argument) {
    if (std::isnan(x)) return Format::kNan;
    argument_zero |= x == 0;
    argument_infinite |= std::isinf(x);
    argument_negative ^= std::signbit(x);
  }
  bool negative = false, has_zero = false, has_infinity = false, has_infinity_outside = false;
  for (const Factor& factor : factors) {
    if (std::isnan(factor.input)) return Format::kNan;
    negative ^= factor.negative();
    has_zero |= factor.zero();
    has_infinity |= factor.infinite();
    has_infinity_outside |= factor.infinite() && !factor.in_argument;
  }
  argument_infinite &= !argument_zero;  // 0 times infinity is 0 here: g is constant in the other input

  using R = Reach<Format>;
  BigFloat<R::kArgumentLimbs> u;
  if (!argument_zero && !argument_infinite) u = argument_value<R::kArgumentLimbs>(argument);
  const bool to_one = !argument_negative && G::kRight == Right::kOne;
  const bool far = argument_infinite || (!argument_zero && u.exponent > (to_one ? R::kOne : R::kVanishes));
  const bool vanishes = far && !to_one;
  bool g_negative;
  if (far) {
    g_negative = argument_negative ? G::kMinusZeroOnLeft : G::kRight == Right::kMinusZero;
  } else if (argument_zero || !G::kCancels || !(has_zero || has_infinity)) {
    g_negative = false;  // or does not matter
  } else {
    g_negative = is_negative<G>(argument);
  }
  negative ^= g_negative;

  if (vanishes && argument_infinite) return has_infinity_outside ? Format::kNan : zero<Format>(negative);
  if (has_infinity && has_zero) return Format::kNan;
  if (has_infinity) return overflow<Format>(negative);
  if (has_zero || vanishes) return zero<Format>(negative);
  if (argument_infinite) return round_exact<Format>(product<kExactLimbs>(factors));
  if (argument_zero) return round_exact<Format>(multiply(product<kExactLimbs>(factors), at_zero<G, kExactLimbs>()));
  // On the right sigmoid rises to 1 and silu' falls to it.
  if (far) return nudged<Format>(product<R::kLimbs>(factors), G::kFunction != SILU_SIGMOID, R::kNudge);
  if constexpr (R::kWide) {
    if (u.exponent < kTinyArgument) return beside_zero<G, Format>(u, factors);
  } else {
    const auto is_sum = [](const Factor& factor) { return factor.plus_one; };
    if (u.exponent <= R::kTiny && std::none_of(factors.begin(), factors.end(), is_sum))
      return beside_zero<G, Format>(u.negative, factors);
  }
  return ziv<G, Format>(argument, factors);
}

constexpr int index_of(int input) { return input >= plus_one(0) ? input - plus_one(0) : input; }

template <class G, class Format, int... argument, int... factors>
typename Format::Bits evaluate_term(const double* x, Product<argument...> /*argument*/,
                                    Product<factors...> /*factors*/) {
  const std::array u = {x[argument]...};
  const auto factor = [&](int input) {
    const bool in_argument = ((input == argument) || ...);
    return Factor{x[index_of(input)], input != index_of(input), in_argument};
  };
  const std::array c = {factor(factors)...};
  return evaluate<G, Format>(u, c);
}

template <class Op, class Format, class... Terms>
void evaluate_terms(const double* x, void* const* y, List<Terms...> /*terms*/) {
  // A NaN in any input is one in each output.
  constexpr int kAll = Op::kInputs + requires { Op::kGate; };
  bool nan = false;
  for (int i = 0; i < kAll; ++i) nan |= std::isnan(x[i]);
  const auto put = [](void* to, typename Format::Bits bits) { std::memcpy(to, &bits, sizeof(bits)); };
  std::size_t output = 0;
  (put(y[output++],
       nan ? Format::kNan
           : evaluate_term<typename Terms::G, Format>(x, typename Op::Argument(), typename Terms::Factors())),
   ...);
}

template <class Op, class Format>
void evaluate_operator(const double* x, void* const* y) {
  evaluate_terms<Op, Format>(x, y, typename Op::Terms());
}

template <class Op, class Format>
void apply(const silu_input* inputs, const silu_output* outputs, const double* parameters, std::size_t n) {
  constexpr int kX = Op::kInputs;
  const std::size_t output_count = kOperators[static_cast<std::size_t>(Op::kOperator)].output_count();
  for (std::size_t i = 0; i < n; ++i) {
    const auto at = [i](const auto& operand) {
      return (char*)operand.data + static_cast<std::ptrdiff_t>(i) * operand.stride;  // NOLINT: const for inputs
    };
    double x[kX + 1] = {};
    bool nan = false, clamped[2] = {};
    for (int k = 0; k < kX; ++k) {
      x[k] = number_at<Format>(at(inputs[k]));
      nan |= std::isnan(x[k]);
    }
    if constexpr (requires { Op::kGate; }) {
      x[kX] = parameters[0];
      double &a = x[Op::kGate], &b = x[Op::kLinear];
      const double limit = parameters[1];
      clamped[0] = a > limit;
      clamped[1] = std::fabs(b) > limit;
      if (clamped[0]) a = limit;
      if (clamped[1]) b = std::copysign(limit, b);
    }
    typename Format::Bits y[2] = {};
    void* const places[2] = {&y[0], &y[1]};
    evaluate_operator<Op, Format>(x, places);
    for (std::size_t k = 0; k < output_count; ++k) {
      if (output_count == 2 && clamped[k] && !nan) y[k] = 0;
      std::memcpy(at(outputs[k]), &y[k], sizeof(y[k]));
    }
  }
}

struct Entry {
  void (*evaluate)(const double* x, void* const* y);
  void (*apply)(const silu_input* inputs, const silu_output* outputs, const double* parameters, std::size_t n);
};

template <class Op, class... Format>
constexpr std::array<Entry, kDtypes.size()> row(List<Format...> /*formats*/) {
  return {Entry{evaluate_operator<Op, Format>, apply<Op, Format>}...};
}

template <class... Op>
constexpr std::array<std::array<Entry, kDtypes.size()>, sizeof...(Op)> table(List<Op...> /*operators*/) {
  return {row<Op>(FormatsIn<List>())...};
}

constexpr auto kTable = table(Operators());
static_assert(kTable.size() == kOperators.size());

}  // namespace

void evaluate_exact(silu_operator op, silu_dtype dtype, const double* x, void* const* y) {
  kTable[op][dtype].evaluate(x, y);
}

void apply_exact(silu_operator op, silu_dtype dtype, const silu_input* inputs, const silu_output* outputs,
                 const double* parameters, std::size_t n) {
  kTable[op][dtype].apply(inputs, outputs, parameters, n);
}

}  // namespace silu::math
