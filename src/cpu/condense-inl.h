// SPDX-License-Identifier: Apache-2.0
// Fewer numbers of the same exact sum.  Included inside the namespace of an instruction set, behind its lanes.

// Rump, Ogita, Oishi, "Accurate floating-point summation part I: faithful rounding", SIAM J. Sci. Comput. 31 (2008),
// section 3: for sigma = 2^k >= 2^M |x|, q = (sigma + x) - sigma is x rounded to a multiple of 2^-53 sigma, x - q is
// exact and at most 2^-53 sigma, and a sum of 2^M - 2 such q, or fewer, is exact.  So with sigma for the largest, lanes
// add up the upper parts of all x; then with 2^(M - 53) sigma those of what is left, and so on until nothing is.
inline constexpr int kCondensedBits = 10;  // M
static_assert(kMostTerms + 2 <= 1u << kCondensedBits);

// Of x[0] to x[n - 1], n at most kMostTerms; writes behind them zeros up to a block's end.  Returns how many are left
// in their place: n where that would be no gain, or one is not finite, or nearly.
inline std::size_t condense(double* x, std::size_t n) {
  using L = Memory<math::Float64>::L;
  using V = L::V;
  constexpr std::size_t kSize = L::kSize;
  constexpr std::size_t kParts = 3;  // in one pass, which leaves what is kParts (53 - M) bits below the largest
  constexpr std::size_t kPasses = 2100 / (kParts * (53 - kCondensedBits)) + 2;
  static_assert(kPasses * kParts * kSize <= kMostTerms);
  const std::size_t padded = (n + kSize - 1) / kSize * kSize;
  if (padded <= 2 * kParts * kSize) return n;
  std::fill(x + n, x + padded, 0.0);
  V largest = L::set(0);
  L::M great = L::none();
  for (std::size_t i = 0; i < padded; i += kSize) {
    const V magnitude = L::abs(L::load(x + i));
    great = L::either(great, L::not_at_most(magnitude, L::set(0x1p1000)));
    largest = L::select(L::less(largest, magnitude), magnitude, largest);
  }
  if (L::any(great)) return n;
  alignas(64) double lanes[kSize];
  L::store(largest, lanes);
  const double most = *std::max_element(lanes, lanes + kSize);
  // 2^M times the power of two beyond the largest.
  const auto field = std::bit_cast<std::uint64_t>(most) >> math::Float64::kMantissaBits;
  auto sigma = std::bit_cast<double>((field + 1 + kCondensedBits) << math::Float64::kMantissaBits);

  alignas(64) double sums[kMostTerms];
  std::size_t count = 0;
  for (bool left = most > 0; left;) {
    V sigmas[kParts], parts[kParts];
    for (std::size_t k = 0; k < kParts; ++k) {
      sigmas[k] = L::set(sigma);
      parts[k] = L::set(0);
      sigma *= math::power_of_two(kCondensedBits - 53);
    }
    L::M some = L::none();
    for (std::size_t i = 0; i < padded; i += kSize) {
      V rest = L::load(x + i);
      for (std::size_t k = 0; k < kParts; ++k) {
        const V part = L::sub(L::add(sigmas[k], rest), sigmas[k]);
        rest = L::sub(rest, part);
        parts[k] = L::add(parts[k], part);
      }
      L::store(rest, x + i);
      some = L::either(some, L::not_equal(rest, L::set(0)));
    }
    for (std::size_t k = 0; k < kParts; ++k, count += kSize) L::store(parts[k], sums + count);
    left = L::any(some);
  }
  std::copy(sums, sums + count, x);
  return count;
}

template <class Format>
constexpr Condense condense_if_wide() {
  if constexpr (std::is_same_v<Format, math::Float64>) return condense;
  return nullptr;
}
