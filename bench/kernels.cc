// SPDX-License-Identifier: Apache-2.0
// The time of every function, dtype and instruction set, and of copying, on one thread, for normal numbers of
// deviation 3.  Names are function/dtype/target/n, for --benchmark_filter, such as 'silu/float32/.*/1048576'.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "silu/quantized.h"
#include "silu/silu.h"
#include "silu/types.hpp"

namespace {

// In L1 or L2, in L2 or L3, and in memory.
constexpr std::size_t kLengths[] = {8192, std::size_t{1} << 20, std::size_t{1} << 24};

using Bytes = std::vector<std::byte>;

template <class T>
void put(Bytes& memory, std::size_t i, T value) {
  std::memcpy(memory.data() + i * sizeof value, &value, sizeof value);
}

template <class T>
void put_as(Bytes& memory, std::size_t i, double x) {
  put(memory, i, static_cast<T>(x));
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
    if (dtype == SILU_FLOAT64) put_as<double>(memory, i, x);
    if (dtype == SILU_FLOAT32) put_as<float>(memory, i, x);
    if (dtype == SILU_FLOAT16) put_as<silu::float16>(memory, i, x);
    if (dtype == SILU_BFLOAT16) put_as<silu::bfloat16>(memory, i, x);
    if (dtype == SILU_FLOAT8_E4M3FN) put_as<silu::float8_e4m3fn>(memory, i, x);
    if (dtype == SILU_FLOAT8_E5M2) put_as<silu::float8_e5m2>(memory, i, x);
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

// int8 by a table.
void map_int8(benchmark::State& state, std::size_t target, std::size_t n) {
  const Bytes& x = normal_numbers(SILU_FLOAT8_E5M2, n);  // any bytes
  Bytes y(x.size());
  std::int8_t table[256];
  if (silu_int8_table(SILU_SILU, {0.05, 0}, {0.025, -117}, table) != SILU_OK) state.SkipWithError("refused");
  for (auto _ : state) {
    if (silu_map_bytes_on(target, table, x.data(), y.data(), n) != SILU_OK) state.SkipWithError("refused");
    benchmark::ClobberMemory();
  }
  finish(state, n);
}

// swiglu to float8, the rows as long as those of a language model; with a scale given, or found.
void swiglu_float8(benchmark::State& state, silu_dtype dtype, bool by_rows, std::size_t n) {
  constexpr std::size_t kRow = 8192;
  const Bytes& x = normal_numbers(dtype, 2 * n);
  Bytes y(n);
  std::vector<float> scales(n / kRow);
  const auto size = static_cast<std::ptrdiff_t>(silu_dtype_size(dtype));
  const auto stride = by_rows ? size * static_cast<std::ptrdiff_t>(kRow) : size;
  const silu_input inputs[] = {{x.data(), stride}, {x.data() + x.size() / 2, stride}};
  const silu_output output = {y.data(), by_rows ? static_cast<std::ptrdiff_t>(kRow) : 1};
  for (auto _ : state) {
    const silu_status status =
        by_rows ? silu_swiglu_float8_rows(dtype, inputs, SILU_FLOAT8_E4M3FN, &output, scales.data(), n / kRow, kRow)
                : silu_swiglu_float8(dtype, inputs, &output, {SILU_FLOAT8_E4M3FN, 0.1, 1}, n);
    if (status != SILU_OK) state.SkipWithError("refused");
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
  for (const std::size_t n : kLengths) {
    for (std::size_t target = 0; target < silu_target_count(); ++target) {
      const std::string name = std::string("silu/int8/") + silu_target_name(target) + "/" + std::to_string(n);
      benchmark::RegisterBenchmark(name.c_str(), map_int8, target, n);
    }
    for (const silu_dtype dtype : {SILU_FLOAT32, SILU_BFLOAT16}) {
      const std::string name = std::string("swiglu_float8") + "/" + silu_dtype_name(dtype) + "/" + std::to_string(n);
      benchmark::RegisterBenchmark(name.c_str(), swiglu_float8, dtype, false, n);
      benchmark::RegisterBenchmark(("rows/" + name).c_str(), swiglu_float8, dtype, true, n);
    }
  }
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
