// SPDX-License-Identifier: Apache-2.0
// silu bench: how fast each function is on this machine, in one thread, beside memcpy.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "commands.h"
#include "number.h"
#include "progress.h"
#include "selection.h"

namespace silu::tool {
namespace {

struct Options {
  Selection selection;
  std::size_t n = std::size_t{1} << 20;
  int repeats = 15;
  double sigma = 3;
  bool json = false, quiet = false;
};

// The median time of one call, in nanoseconds.  Each of the repeats calls as often as takes a millisecond.
double nanoseconds(int repeats, const auto& call) {
  using Clock = std::chrono::steady_clock;
  const auto time = [&call](std::size_t calls) {
    const auto start = Clock::now();
    for (std::size_t i = 0; i < calls; ++i) call();
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
  };
  time(1);  // touches the memory and warms the caches
  const auto calls = static_cast<std::size_t>(std::clamp(1e6 / std::max(time(1), 1.0), 1.0, 1e6));
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) times.push_back(time(calls) / static_cast<double>(calls));
  const auto median = times.begin() + repeats / 2;
  std::nth_element(times.begin(), median, times.end());
  return *median;
}

// Normal random numbers in dtype, the same on every machine that has the same standard library.
std::vector<char> normal_data(const DtypeInfo& dtype, std::size_t n, double sigma) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(0, sigma);
  std::vector<char> data(n * dtype.size);
  const auto store = [&data](std::size_t i, auto word) { std::memcpy(&data[i * sizeof word], &word, sizeof word); };
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t bits = narrow(normal(random), dtype);
    if (dtype.size == 8) store(i, bits);
    if (dtype.size == 4) store(i, static_cast<std::uint32_t>(bits));
    if (dtype.size == 2) store(i, static_cast<std::uint16_t>(bits));
    if (dtype.size == 1) store(i, static_cast<std::uint8_t>(bits));
  }
  return data;
}

void bench(const Options& options) {
  const std::vector<silu_function> functions = options.selection.functions();
  const std::vector<silu_dtype> dtypes = options.selection.dtypes();
  const std::vector<std::size_t> targets = options.selection.targets();
  nlohmann::ordered_json json = {{"n", options.n},
                                 {"sigma", options.sigma},
                                 {"repeats", options.repeats},
                                 {"results", nlohmann::ordered_json::array()}};
  if (!options.json)
    fmt::print(
        "n = {}, normal data of standard deviation {}, one thread, median of {}\n"
        "{:<22}  {:<13}  {:<10}  {:>8}  {:>8}  {:>8}\n",
        options.n, options.sigma, options.repeats, "function", "dtype", "target", "ns each", "GB/s", "memcpy = 1");
  Progress progress("measuring", functions.size() * dtypes.size() * targets.size(), "", options.quiet);
  for (const silu_dtype dtype : dtypes) {
    const DtypeInfo& type = kDtypes[dtype];
    const std::vector<char> x = normal_data(type, options.n, options.sigma);
    std::vector<char> y(x.size());
    const double copy = nanoseconds(options.repeats, [&] {
      std::memcpy(y.data(), x.data(), x.size());
      asm volatile("" : : "r"(y.data()) : "memory");  // or the copies that are overwritten would be left out
    });
    for (const silu_function function : functions) {
      for (const std::size_t target : targets) {
        const double time = nanoseconds(options.repeats, [&] {
          const silu_status status = silu_evaluate_on(target, function, dtype, x.data(), y.data(), options.n);
          if (status != SILU_OK) throw std::runtime_error(silu_status_message(status));
        });
        const double each = time / static_cast<double>(options.n);
        const double gigabytes = 2 * static_cast<double>(type.size) / each;  // read and written
        if (options.json)
          json["results"].push_back({{"function", silu_function_name(function)},
                                     {"dtype", type.name},
                                     {"target", silu_target_name(target)},
                                     {"ns_per_element", each},
                                     {"gigabytes_per_second", gigabytes},
                                     {"ratio_to_memcpy", time / copy}});
        else
          fmt::print("{:<22}  {:<13}  {:<10}  {:8.3f}  {:8.2f}  {:8.2f}\n", silu_function_name(function), type.name,
                     silu_target_name(target), each, gigabytes, time / copy);
        progress.add(1);
      }
    }
  }
  progress.finish();
  if (options.json) fmt::print("{}\n", json.dump(2));
}

}  // namespace

void add_bench(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("bench", "Nanoseconds per element, beside memcpy");
  add_functions(*command, options->selection);
  add_dtypes(*command, options->selection);
  add_targets(*command, options->selection);
  command->add_option("--n", options->n, "Elements in an array")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 40));
  command->add_option("--sigma", options->sigma, "The data's standard deviation")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e300));
  command->add_option("--repeats", options->repeats, "Measurements, of which the median counts")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--quiet", options->quiet, "No progress bar");
  command->footer(
      "Examples:\n"
      "  silu bench --dtype float32\n"
      "  silu bench --function silu --n 8192 --json");
  command->callback([options] { bench(*options); });
}

}  // namespace silu::tool
