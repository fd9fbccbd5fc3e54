// SPDX-License-Identifier: Apache-2.0
// The time of every function, dtype and instruction set, and of copying, on one thread, for normal numbers of
// deviation 3.  Names are function/dtype/target/n, for --benchmark_filter, such as 'silu/float32/.*/1048576'.
#include <benchmark/benchmark.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "silu/silu.h"

namespace {

// In L1 or L2, in L2 or L3, and in memory.
constexpr std::size_t kLengths[] = {8192, std::size_t{1} << 20, std::size_t{1} << 24};

using Bytes = std::vector<std::byte>;

template <class T>
void put(Bytes& memory, std::size_t i, T value) {
  std::memcpy(memory.data() + i * sizeof value, &value, sizeof value);
}

// float16 of a normal number, by cutting off; what is smaller becomes 0.  Which bits it has does not matter here.
std::uint16_t to_float16(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const auto exponent = static_cast<int>(bits >> 23 & 0xff) - 127 + 15;
  const std::uint32_t magnitude = exponent <= 0 ? 0 : static_cast<std::uint32_t>(exponent) << 10 | (bits >> 13 & 0x3ff);
  return static_cast<std::uint16_t>((bits >> 31) << 15 | magnitude);
}

const Bytes& normal_numbers(silu_dtype dtype, std::size_t n) {
  static std::map<std::pair<silu_dtype, std::size_t>, Bytes> made;
  Bytes& memory = made[{dtype, n}];
  if (!memory.empty()) return memory;
  memory.resize(n * silu_dtype_size(dtype));
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(0.0, 3.0);
  for (std::size_t i = 0; i < n; ++i) {
    const double x = normal(random);
    const auto single = static_cast<float>(x);
    if (dtype == SILU_FLOAT64) put(memory, i, x);
    if (dtype == SILU_FLOAT32) put(memory, i, single);
    if (dtype == SILU_FLOAT16) put(memory, i, to_float16(single));
    if (dtype == SILU_BFLOAT16) put(memory, i, static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(single) >> 16));
  }
  return memory;
}

void finish(benchmark::State& state, std::size_t n) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n));
  state.counters["ns/element"] = benchmark::Counter(
      static_cast<double>(n) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void evaluate(benchmark::State& state, std::size_t target, silu_function function, silu_dtype dtype, std::size_t n) {
  const Bytes& x = normal_numbers(dtype, n);
  Bytes y(x.size());
  for (auto _ : state) {
    if (silu_evaluate_on(target, function, dtype, x.data(), y.data(), n) != SILU_OK) state.SkipWithError("refused");
    benchmark::ClobberMemory();
  }
  finish(state, n);
}

void copy(benchmark::State& state, silu_dtype dtype, std::size_t n) {
  const Bytes& x = normal_numbers(dtype, n);
  Bytes y(x.size());
  for (auto _ : state) {
    std::memcpy(y.data(), x.data(), x.size());
    benchmark::ClobberMemory();
  }
  finish(state, n);
}

void register_all() {
  const auto all = [](const auto& body) {
    for (std::size_t d = 0; d < silu_dtype_count(); ++d)
      for (const std::size_t n : kLengths) body(static_cast<silu_dtype>(d), n);
  };
  all([](silu_dtype dtype, std::size_t n) {
    const std::string name = std::string("memcpy/") + silu_dtype_name(dtype) + "/" + std::to_string(n);
    benchmark::RegisterBenchmark(name.c_str(), copy, dtype, n);
  });
  for (std::size_t f = 0; f < silu_function_count(); ++f)
    all([f](silu_dtype dtype, std::size_t n) {
      const auto function = static_cast<silu_function>(f);
      for (std::size_t target = 0; target < silu_target_count(); ++target) {
        const std::string name = std::string(silu_function_name(function)) + "/" + silu_dtype_name(dtype) + "/" +
                                 silu_target_name(target) + "/" + std::to_string(n);
        benchmark::RegisterBenchmark(name.c_str(), evaluate, target, function, dtype, n);
      }
    });
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  register_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
