// SPDX-License-Identifier: Apache-2.0
// The C interface of exact sums.
#include "silu/sum.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <new>

#include "capi/check.h"
#include "cpu/dispatch.h"
#include "cpu/environment.h"
#include "math/accumulator.h"
#include "math/formats.h"

namespace {

using Gather = void (*)(const silu_input& input, std::size_t first, double* to, std::size_t n);

template <class Format>
void gather(const silu_input& input, std::size_t first, double* to, std::size_t n) {
  const auto* from = static_cast<const char*>(input.data) + static_cast<std::ptrdiff_t>(first) * input.stride;
  for (std::size_t i = 0; i < n; ++i)
    to[i] = silu::math::number_at<Format>(from + static_cast<std::ptrdiff_t>(i) * input.stride);
}

template <class... Format>
struct Gathers {
  static constexpr std::array<Gather, silu::kDtypes.size()> kAll = {gather<Format>...};
};
constexpr const auto& kGather = silu::math::FormatsIn<Gathers>::kAll;

// Numbers that are added at once: they stay in the cache.
struct alignas(64) Block : std::array<double, silu::cpu::kMostTerms> {};

void add(silu_sum& sum, Block& numbers, std::size_t count) {
  silu::math::accumulate(sum, numbers.data(), silu::cpu::targets().front()->condense(numbers.data(), count));
}

// Elements that share one beta, from so many on: with fewer, making the factors would cost more than it spares.
constexpr std::size_t kManyElements = std::size_t{1} << 17;

using Factors = std::unique_ptr<silu::cpu::BetaFactor[]>;

// Empty where there are to be none, or no memory for them.
Factors make_factors(const silu::cpu::SharedBetaTerms& shared, const silu_input& beta, std::size_t n) {
  if (shared.make == nullptr || beta.stride != 0 || n < kManyElements) return {};
  Factors factors(new (std::nothrow) silu::cpu::BetaFactor[silu::cpu::kBetaFactors]);
  if (factors) shared.make(&beta, factors.get());
  return factors;
}

}  // namespace

silu_status silu_sum_add(silu_sum* sum, const double* x, size_t n) {
  if (sum == nullptr || (x == nullptr && n > 0)) return SILU_ERROR_NULL;
  const silu::cpu::DefaultEnvironment environment;
  Block block;
  for (std::size_t done = 0; done < n; done += block.size()) {
    const std::size_t count = std::min(n - done, block.size());
    std::copy_n(x + done, count, block.begin());
    add(*sum, block, count);
  }
  return SILU_OK;
}

silu_status silu_swish_beta_gradient(silu_sum* sum, silu_dtype dtype, const silu_input* inputs, size_t n) {
  if (sum == nullptr) return SILU_ERROR_NULL;
  const silu_status status = silu::capi::check_inputs(dtype, inputs, 3, n);
  if (status != SILU_OK || n == 0) return status;
  const silu::cpu::DefaultEnvironment environment;
  const silu::cpu::Target& target = *silu::cpu::targets().front();
  const silu::cpu::BetaTerms narrow = target.beta_terms[static_cast<std::size_t>(dtype)];
  const silu::cpu::SharedBetaTerms& shared = target.shared_beta_terms[static_cast<std::size_t>(dtype)];
  const Factors factors = make_factors(shared, inputs[2], n);
  std::array<Block, 3> x;
  Block terms;
  constexpr auto kStride = static_cast<std::ptrdiff_t>(sizeof(double));
  const silu_output output{terms.data(), kStride};
  for (std::size_t done = 0; done < n; done += terms.size()) {
    const std::size_t count = std::min(n - done, terms.size());
    if (narrow != nullptr) {
      std::array<silu_input, 3> rest;
      for (std::size_t k = 0; k < 3; ++k)
        rest[k] = {static_cast<const char*>(inputs[k].data) + static_cast<std::ptrdiff_t>(done) * inputs[k].stride,
                   inputs[k].stride};
      const silu::cpu::OperatorKernel wide = target.wide_beta_terms;
      add(*sum, terms,
          factors ? shared.terms(rest.data(), factors.get(), wide, terms.data(), count)
                  : narrow(rest.data(), wide, terms.data(), count));
      continue;
    }
    std::array<silu_input, 3> widened;
    for (std::size_t k = 0; k < 3; ++k) {
      const bool one = inputs[k].stride == 0;
      if (!one || done == 0) kGather[static_cast<std::size_t>(dtype)](inputs[k], done, x[k].data(), one ? 1 : count);
      widened[k] = {x[k].data(), one ? 0 : kStride};
    }
    target.wide_beta_terms(widened.data(), &output, nullptr, count);
    add(*sum, terms, count);
  }
  return SILU_OK;
}

silu_status silu_sum_merge(silu_sum* sum, const silu_sum* other) {
  if (sum == nullptr || other == nullptr) return SILU_ERROR_NULL;
  silu::math::merge(*sum, *other);
  return SILU_OK;
}

silu_status silu_sum_normalise(silu_sum* sum) {
  if (sum == nullptr) return SILU_ERROR_NULL;
  silu::math::normalise(*sum);
  return SILU_OK;
}

silu_status silu_sum_save(const silu_sum* sum, unsigned char* bytes) {
  if (sum == nullptr || bytes == nullptr) return SILU_ERROR_NULL;
  silu::math::save(*sum, bytes);
  return SILU_OK;
}

silu_status silu_sum_load(silu_sum* sum, const unsigned char* bytes, size_t n) {
  if (sum == nullptr || bytes == nullptr) return SILU_ERROR_NULL;
  return n == SILU_SUM_BYTES && silu::math::load(*sum, bytes) ? SILU_OK : SILU_ERROR_BYTES;
}

double silu_sum_value(const silu_sum* sum) {
  return sum == nullptr ? std::numeric_limits<double>::quiet_NaN() : silu::math::value(*sum);
}
