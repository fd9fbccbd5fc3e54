// Finds inputs whose exact result lies extremely close to the midpoint of two neighbouring numbers
// of the output format: the inputs that a fast path is likeliest to round wrongly, and that tell how
// much precision the slow paths need.  Two ways:
//
// dyadic  Numbers with few bits, by Taylor's series at 0: silu(x) = x/2 + x^2/4 - x^4/48 + ..., whose
//         first terms fall on a midpoint exactly for x = odd 2^(n/2 - n), n even, so that only the
//         next term decides.  All short significands are tried, which finds each function's families.
// linear  Lefevre's idea: over a short run of consecutive inputs, x0 + t u, the result in units of its
//         last place is a + b t up to a small curvature, and the t for which a + b t comes near a
//         midpoint are found by the Euclidean algorithm without looking at each t.  A run has about
//         2^18 inputs near 1, and far more where the function is flat.
//
// What is found is measured again by the oracle (MPFR); this program only proposes.
// Usage: silu_hard_search FUNCTION DTYPE [EFFORT] > tests/hard/cases/FUNCTION.DTYPE.txt
// EFFORT is the number of runs per binade (default 2^21, a few minutes in all).
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "format.h"
#include "regions.h"
#include "multiprecision.h"
#include "real.h"

namespace silu::hard {
namespace {

using oracle::Format, oracle::Rounded, oracle::measure;

__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

constexpr mpfr_prec_t kPrecision = 320;
constexpr int kDegree = 6;

Real number(double value) { return {kPrecision, value}; }

// Taylor coefficients at x of the function, 0 to kDegree, from s' = s - s^2 and s alone.
std::vector<Real> taylor(silu_function function, double x) {
  const int terms = kDegree + 3;
  const Real e = exponential(number(-std::fabs(x)));
  std::vector<Real> c = {(x < 0 ? e : number(1)) / (number(1) + e)};
  for (int n = 0; n < terms; ++n) {
    Real square = number(0);
    for (int i = 0; i <= n; ++i) square = square + c[i] * c[n - i];
    c.push_back((c[n] - square) / number(n + 1));
  }
  const bool is_sigmoid = function == SILU_SIGMOID || function == SILU_SIGMOID_DERIVATIVE;
  if (!is_sigmoid)
    for (int n = terms; n >= 0; --n) c[n] = n > 0 ? number(x) * c[n] + c[n - 1] : number(x) * c[0];
  const int derivatives = function == SILU_SILU_SECOND_DERIVATIVE                                   ? 2
                          : function == SILU_SILU_DERIVATIVE || function == SILU_SIGMOID_DERIVATIVE ? 1
                                                                                                    : 0;
  for (int k = 0; k < derivatives; ++k) {
    for (int n = 0; n + 1 < static_cast<int>(c.size()); ++n) c[n] = number(n + 1) * c[n + 1];
    c.pop_back();
  }
  c.resize(kDegree + 1, number(0));
  return c;
}

// The fractional part of value in units of 2^-128.
Wide fraction(const Real& value) {
  Real part(kPrecision);
  mpfr_floor(part.get(), value.get());
  part = value - part;
  Wide bits = 0;
  for (int i = 0; i < 2; ++i) {
    part = scaled(part, 64);
    Real whole(kPrecision);
    mpfr_floor(whole.get(), part.get());
    bits = bits << 64 | mpfr_get_ui(whole.get(), MPFR_RNDZ);
    part = part - whole;
  }
  return bits;
}

Wide fixed(long double value) {  // modulo 1, in units of 2^-128; |value| < 2^30
  return static_cast<Wide>(static_cast<SignedWide>(std::ldexp(value, 96))) << 32;
}

// The result near x0 in units of its last place, as a function of the number of steps t from x0,
// modulo 1.
struct Local {
  Wide constant, slope;                           // in units of 2^-128
  std::array<long double, kDegree + 1> higher{};  // from degree 2

  long double rest(long double t) const {
    long double sum = 0;
    for (int i = kDegree; i >= 2; --i) sum = sum * t + higher[i];
    return sum * t * t;
  }
  long double rest_slope(long double t) const {
    long double sum = 0;
    for (int i = kDegree; i >= 2; --i) sum = sum * t + i * higher[i];
    return sum * t;
  }
  long double curvature(long double t) const { return higher[2] + 3 * t * (higher[3] + 2 * t * higher[4]); }
  Wide at(std::int64_t t) const {
    return constant + slope * static_cast<Wide>(static_cast<SignedWide>(t)) + fixed(rest(t));
  }
  Wide slope_at(std::int64_t t) const { return slope + fixed(rest_slope(t)); }
};

// The smallest t >= 0 with low <= (a t mod m) <= high, where 0 <= low <= high < m and a < m.
std::optional<std::uint64_t> first_in_range(std::uint64_t a, std::uint64_t m, std::uint64_t low, std::uint64_t high) {
  if (low == 0) return 0;
  if (a == 0) return std::nullopt;
  if (a > m - a) return first_in_range(m - a, m, m - high, m - low);
  const std::uint64_t quotient = (low + a - 1) / a;
  if (quotient <= high / a) return quotient;
  // No multiple of a lies in the range, so the range holds less than one residue system of a; the
  // number y of wraps obeys m y mod a in [-high, -low] mod a.
  const std::uint64_t r = m % a;
  const std::optional<std::uint64_t> y = first_in_range(r, a, (a - high % a) % a, (a - low % a) % a);
  if (!y) return std::nullopt;
  return static_cast<std::uint64_t>((static_cast<Wide>(m) * *y + low + a - 1) / a);
}

// Whether all of (start - step t) mod 2^64, for 0 <= t < count, are known to be at least `bound`.  The
// three lengths of gaps between the points so far are x, y and x + y (Lefevre, "An algorithm that
// computes a lower bound on the distance between a segment and Z^2", 1999), with divisions in place
// of the repeated subtractions.
bool all_above(std::uint64_t start, std::uint64_t step, std::uint64_t count, std::uint64_t bound) {
  std::uint64_t x = step, y = 0 - step, d = start, u = 1, v = 1;
  if (d < bound) return false;
  while (x != 0 && y != 0) {
    if (d < x) {
      const std::uint64_t wraps = (y - 1) / x;
      if (wraps > count) return true;
      y -= wraps * x;
      u += wraps * v;
      if (u + v >= count) return true;
      const std::uint64_t steps = std::min((x - d - 1) / y + 1, x / y);
      if (steps > count) return true;
      x -= steps * y;
      v += steps * u;
    } else {
      d -= x;
      const std::uint64_t wraps = (x - 1) / y;
      if (d < bound) return false;
      if (wraps > count) return true;
      x -= wraps * y;
      v += wraps * u;
      if (u + v >= count) return true;
      y -= x;
      u += v;
      const std::uint64_t steps = std::min(d / x, y / x);
      if (steps > count) return true;
      d -= steps * x;
      y -= steps * x;
      u += steps * v;
      if (d < bound) return false;
    }
    if (u + v >= count) return true;
  }
  return false;
}

using Found = std::function<void(std::int64_t t, double distance)>;

// Reports the t in [begin, end) at which the result may lie within least_reach of a midpoint, and some
// at which it lies farther, in at most most_runs runs.  Returns their number.
std::uint64_t scan(const Local& local, std::int64_t begin, std::int64_t end, long double least_reach,
                   std::uint64_t most_runs, const Found& found) {
  constexpr int kShift = 128 - 62;
  constexpr std::uint64_t kModulus = std::uint64_t{1} << 62;
  const long double widest = std::max(std::fabs(local.curvature(begin)), std::fabs(local.curvature(end)));
  const auto longest = static_cast<std::int64_t>(std::clamp(std::cbrt(1 / std::max(widest, 0x1p-100L)), 8.0L, 0x1p28L));
  std::uint64_t runs = 0;
  for (std::int64_t first = begin; first < end && runs < most_runs; first += longest, ++runs) {
    const std::int64_t length = std::min(longest, end - first);
    const std::int64_t centre = first + length / 2;
    const long double half = (length + 1) / 2;
    const long double bend = local.curvature(centre) * half * half;
    const long double reach = std::fabs(bend) / 2 + 2 * std::fabs(local.higher[3]) * half * half * half + least_reach +
                              static_cast<long double>(length) * 0x1p-61L;
    const Wide slope = local.slope_at(centre);
    const std::uint64_t step = static_cast<std::uint64_t>(slope >> kShift);
    const auto width = static_cast<std::uint64_t>(std::ldexp(std::min(2 * reach, 0.99L), 62));
    Wide start = local.at(centre) + fixed(bend / 2 + reach - 0.5L) - slope * static_cast<Wide>(centre - first);
    if (all_above(static_cast<std::uint64_t>(start >> 64), 0 - static_cast<std::uint64_t>(slope >> 64),
                  static_cast<std::uint64_t>(length), width << 2))
      continue;
    for (std::int64_t t = first; t < first + length;) {
      const std::uint64_t offset = static_cast<std::uint64_t>(start >> kShift);
      const std::uint64_t low = (kModulus - offset) % kModulus;
      const std::uint64_t high = low + width;
      const std::optional<std::uint64_t> jump =
          high >= kModulus ? std::optional<std::uint64_t>(0) : first_in_range(step, kModulus, low, high);
      if (!jump || *jump >= static_cast<std::uint64_t>(first + length - t)) break;
      t += static_cast<std::int64_t>(*jump);
      const auto distance =
          static_cast<std::int64_t>(static_cast<std::uint64_t>(local.at(t) >> 64) - (std::uint64_t{1} << 63));
      found(t, std::ldexp(std::fabs(static_cast<double>(distance)), -64));
      ++t;
      start += slope * (static_cast<Wide>(*jump) + 1);
    }
  }
  return runs;
}

// A set of the inputs nearest to midpoints.
class Nearest {
 public:
  explicit Nearest(std::size_t size) : size_(size) {}
  void add(double x, double distance) {
    if (inputs_.size() == size_ && distance >= inputs_.rbegin()->first) return;
    inputs_.emplace(distance, x);
    if (inputs_.size() > size_) inputs_.erase(std::prev(inputs_.end()));
  }
  const std::multimap<double, double>& inputs() const { return inputs_; }

 private:
  std::size_t size_;
  std::multimap<double, double> inputs_;
};

// Searches inputs sign 2^exponent [first, last), in numbers of their last place, for at most `effort`
// runs.
void search_stretch(silu_function function, const Format& format, int sign, int exponent, std::int64_t first,
                    std::int64_t last, std::uint64_t effort, Nearest& nearest) {
  constexpr std::uint64_t kBlockCost = 400;  // of the Taylor series, in runs
  // About as many as a binade has to offer; the bound's own error is some 2^-42.
  const long double least_reach = std::max(0x1p-40L, std::ldexp(64.0L, 1 - format.precision));
  std::uint64_t spent = 0;
  std::int64_t last_half = last - first;
  for (std::int64_t begin = first; begin < last && spent < effort;) {
    std::int64_t half = std::max<std::int64_t>(std::min((last - begin) / 2, 4 * last_half), 1);
    const auto input = [&](std::int64_t t) { return sign * std::ldexp(static_cast<double>(t), exponent); };
    for (;; half = std::max<std::int64_t>(half / 4, 1)) {
      const std::vector<Real> c = taylor(function, input(begin + half));
      spent += kBlockCost;
      if (c[0].is_zero()) {
        begin += 2 * half;
        break;
      }
      const long last_place = std::max<long>(c[0].exponent() - format.precision, format.min_exponent);
      Local local{};
      std::array<long double, kDegree + 1> size{};  // of each term at the block's end
      for (int i = 0; i <= kDegree; ++i) {
        Real term = scaled(c[i], static_cast<long>(i) * exponent - last_place);
        if (sign < 0 && i % 2 == 1) term = number(0) - term;
        size[i] = std::fabs(term.to_long_double()) * std::pow(static_cast<long double>(half), i);
        if (i == 0) local.constant = fraction(term);
        if (i == 1) local.slope = fraction(term);
        if (i >= 2) local.higher[i] = term.to_long_double();
      }
      const bool accurate = size[2] < 0x1p14L && size[6] < 0x1p-44L;
      const bool same_binade = size[1] < size[0] / 4 || last_place == format.min_exponent;
      if (half > 1 && !(accurate && same_binade)) continue;
      last_half = half;
      spent += scan(local, -half, std::min(half, last - begin - half), least_reach, effort,
                    [&](std::int64_t t, double distance) { nearest.add(input(begin + half + t), distance); });
      begin += 2 * half;
      break;
    }
  }
}

struct Case {
  double x;
  Rounded rounded;
  std::string origin;
};

// The best of the proposals by the oracle.
void keep(silu_function function, const Format& format, const Nearest& nearest, std::size_t count, int closeness,
          const std::string& origin, std::map<double, Case>& cases) {
  std::vector<Case> measured;
  for (const auto& [distance, x] : nearest.inputs())
    if (!cases.contains(x)) measured.push_back({x, measure(function, format, x), origin});
  std::stable_sort(measured.begin(), measured.end(),
                   [](const Case& a, const Case& b) { return a.rounded.closeness > b.rounded.closeness; });
  for (std::size_t i = 0; i < std::min(count, measured.size()); ++i)
    if (measured[i].rounded.closeness >= closeness) cases.emplace(measured[i].x, measured[i]);
}

void linear(silu_function function, const Format& format, std::uint64_t effort, std::map<double, Case>& cases) {
  const std::int64_t one = std::int64_t{1} << (format.precision - 1);
  constexpr int kStretches = 64;
  const bool even = function == SILU_SIGMOID_DERIVATIVE || function == SILU_SILU_SECOND_DERIVATIVE;
  const auto stretches = [&](int sign, int exponent, std::int64_t first, std::int64_t last, const std::string& origin) {
    Nearest nearest(64);
    for (int i = 0; i < kStretches; ++i)
      search_stretch(function, format, sign, exponent - format.precision + 1, first + (last - first) / kStretches * i,
                     i + 1 < kStretches ? first + (last - first) / kStretches * (i + 1) : last, effort / kStretches,
                     nearest);
    keep(function, format, nearest, 12, format.precision / 3, origin, cases);
    std::fprintf(stderr, "%s %s %s 2^%d\n", origin.c_str(), std::string(format.name).c_str(), sign < 0 ? "-" : "+",
                 exponent);
  };
  // Beyond -750 everything is zero, beyond 64 everything is a limit; below 2^-27 the dyadic families
  // are all there is.
  for (int exponent = -27; exponent <= 9; ++exponent) {
    stretches(-1, exponent, one, exponent == 9 ? one / 512 * 750 : 2 * one, "linear");
    if (!even && exponent < 6) stretches(1, exponent, one, 2 * one, "linear");
  }
  // Around the zeros, where few results share a binade.
  const double zero = function == SILU_SILU_DERIVATIVE          ? oracle::kDerivativeZero
                      : function == SILU_SILU_SECOND_DERIVATIVE ? -oracle::kSecondZero
                                                                : 0;
  if (zero == 0) return;
  const auto place = static_cast<std::int64_t>(std::ldexp(-zero, format.precision - 1 - std::ilogb(zero)));
  for (int width = 8; width + 8 < format.precision; width += 8) {
    const std::int64_t reach = one >> width;
    stretches(-1, std::ilogb(zero), place - reach, place + reach, "zero");
  }
}

void dyadic(silu_function function, const Format& format, std::map<double, Case>& cases) {
  std::mt19937_64 random(20261124);
  for (int exponent = -60; exponent <= 5; ++exponent) {
    for (const int sign : {1, -1}) {
      std::set<std::uint64_t> significands;
      for (int width = 1; width <= format.precision; ++width)
        for (int i = 0; i < (width < 4 ? 4 : 8); ++i)
          significands.insert((random() >> (64 - width) | std::uint64_t{1} << (width - 1) | 1)
                              << (format.precision - width));
      Nearest nearest(32);
      for (const std::uint64_t significand : significands) {
        const double x = sign * std::ldexp(static_cast<double>(significand), exponent - format.precision + 1);
        nearest.add(x, std::ldexp(1.0, -measure(function, format, x).closeness));
      }
      keep(function, format, nearest, 10, format.precision / 3, "dyadic", cases);
    }
  }
  // Odd multiples of the smallest number: silu(x) = x/2 + x^2/4 - ... and x/2 is a midpoint.
  if (function != SILU_SILU) return;
  for (int width = 1; width <= format.precision; width += 3) {
    for (const int sign : {1, -1}) {
      Nearest nearest(1);
      const std::uint64_t multiple = random() >> (64 - width) | std::uint64_t{1} << (width - 1) | 1;
      nearest.add(sign * std::ldexp(static_cast<double>(multiple), format.min_exponent), 0);
      keep(function, format, nearest, 1, format.precision, "subnormal", cases);
    }
  }
}

}  // namespace
}  // namespace silu::hard

int main(int argc, char** argv) {
  using namespace silu::hard;
  std::optional<silu_function> function;
  const silu::oracle::Format* format = nullptr;
  for (const silu_function each : silu::oracle::kSmooth)
    if (argc > 2 && silu::oracle::kFunctions[each] == argv[1]) function = each;
  for (const silu_dtype dtype : {SILU_FLOAT64, SILU_FLOAT32})
    if (argc > 2 && silu::oracle::format_of(dtype).name == argv[2]) format = &silu::oracle::format_of(dtype);
  const std::uint64_t effort = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : std::uint64_t{1} << 21;
  if (!function || !format || argc > 4 || effort == 0) {
    std::fprintf(stderr,
                 "usage: silu_hard_search FUNCTION DTYPE [EFFORT]: a function of one input other than relu, float64 or "
                 "float32, and the runs per binade, at least 1\n");
    return 2;
  }
  std::map<double, Case> cases;
  dyadic(*function, *format, cases);
  linear(*function, *format, effort, cases);
  const bool even = *function == SILU_SIGMOID_DERIVATIVE || *function == SILU_SILU_SECOND_DERIVATIVE;
  if (even)
    for (const auto& [x, found] : std::map(cases)) cases.emplace(-x, Case{-x, found.rounded, found.origin});
  std::printf(
      "# %s, %s: input, result's bits, closeness, origin.  Made by tests/hard/search.cc; closeness k: the\n"
      "# exact result lies within 2^-k units in the last place of the midpoint of two neighbours.\n",
      argv[1], argv[2]);
  for (const auto& [x, found] : cases)
    std::printf("%a %0*" PRIx64 " %d %s\n", x, format->bits / 4, found.rounded.bits, found.rounded.closeness,
                found.origin.c_str());
  return 0;
}
