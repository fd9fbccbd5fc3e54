// SPDX-License-Identifier: Apache-2.0
// silu check: is every result on this machine, on each of its instruction sets, the right one?
#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "certificates.h"
#include "commands.h"
#include "digest.h"
#include "errors.h"
#include "inputs.h"
#include "number.h"
#include "progress.h"
#include "selection.h"
#include "threads.h"

namespace silu::tool {
namespace {

struct Options {
  Selection selection;
  std::string certificates;
  int threads = 1;
  bool json = false, quiet = false;
};

// One function in one dtype on one target.
struct Case {
  silu_function function;
  const DtypeInfo& dtype;
  std::size_t target;
};

struct Difference {
  std::uint64_t x, got, right;
};

struct Verdict {
  bool passed;
  std::string how;  // what it was compared with, or why it failed
  std::uint64_t inputs = 0;
  std::optional<Difference> difference = std::nullopt;
  double seconds = 0;
};

constexpr std::size_t kChunk = 16384;        // inputs that are evaluated at once: they stay in the cache
constexpr std::uint64_t kNone = UINT64_MAX;  // no index
constexpr std::size_t kFloat64Inputs = 1 << 20;
constexpr std::size_t kFloat64Exact = 1 << 16;  // of these, compared with exact integer arithmetic

void require_ok(silu_status status) {
  if (status != SILU_OK) throw std::runtime_error(silu_status_message(status));
}

void evaluate(const Case& which, const auto& x, auto& y) {
  require_ok(silu_evaluate_on(which.target, which.function, which.dtype.dtype, x.data(), y.data(), x.size()));
}

void evaluate_exactly(const Case& which, const auto& x, auto& y) {
  require_ok(silu_evaluate_exact(which.function, which.dtype.dtype, x.data(), y.data(), x.size()));
}

// Word: the unsigned integer as wide as the dtype.  Its values from first on, in ascending order.
template <class Word>
void fill(std::vector<Word>& words, std::uint64_t first) {
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = static_cast<Word>(first + i);
}

template <class Word>
std::string digest_of_outputs(const Case& which, std::uint64_t first, std::uint64_t count) {
  Digest digest;
  std::vector<Word> words(kChunk);
  for (std::uint64_t done = 0; done < count; done += words.size()) {
    words.resize(std::min<std::uint64_t>(kChunk, count - done));
    fill(words, first + done);
    evaluate(which, words, words);
    if constexpr (std::endian::native == std::endian::big) {
      for (Word& word : words) {
        auto bytes = std::as_writable_bytes(std::span(&word, 1));
        std::reverse(bytes.begin(), bytes.end());
      }
    }
    digest.add(words.data(), words.size() * sizeof(Word));
  }
  return digest.hexadecimal();
}

// The first of these inputs whose output is not the one that exact integer arithmetic gives.
template <class Word>
std::optional<Difference> first_difference(const Case& which, std::uint64_t first, std::uint64_t count) {
  constexpr std::uint64_t kStep = 256, kRound = 65536;  // a round's inputs are searched side by side
  for (std::uint64_t begin = first; begin < first + count; begin += kRound) {
    const std::uint64_t end = std::min(begin + kRound, first + count);
    std::atomic<std::uint64_t> found = kNone;
    tbb::parallel_for(begin, end, kStep, [&](std::uint64_t at) {
      std::vector<Word> x(std::min(kStep, end - at)), got(x.size()), right(x.size());
      fill(x, at);
      evaluate(which, x, got);
      evaluate_exactly(which, x, right);
      const auto differs = std::mismatch(got.begin(), got.end(), right.begin()).first;
      if (differs == got.end()) return;
      const std::uint64_t index = at + static_cast<std::uint64_t>(differs - got.begin());
      std::uint64_t lowest = found;
      while (index < lowest && !found.compare_exchange_weak(lowest, index)) {
      }
    });
    if (found == kNone) continue;
    std::vector<Word> x(1), got(1), right(1);
    fill(x, found);
    evaluate(which, x, got);
    evaluate_exactly(which, x, right);
    return Difference{x[0], got[0], right[0]};
  }
  return std::nullopt;
}

template <class Word>
Verdict check_all(const Case& which, const Certificate& certificate, Progress& progress) {
  std::atomic<std::uint64_t> failed = kNone;
  tbb::parallel_for(std::uint64_t{0}, std::uint64_t{certificate.blocks.size()}, [&](std::uint64_t block) {
    const std::string digest = digest_of_outputs<Word>(which, block * certificate.block, certificate.block);
    progress.add(certificate.block);
    if (digest == certificate.blocks[block]) return;
    std::uint64_t lowest = failed;
    while (block < lowest && !failed.compare_exchange_weak(lowest, block)) {
    }
  });
  if (failed == kNone) return {true, "certificate", certificate.inputs};
  const auto difference = first_difference<Word>(which, failed * certificate.block, certificate.block);
  return {false,
          difference ? "differs from the certificate"
                     : fmt::format("differs from the certificate in block {}, though not from exact arithmetic there: "
                                   "the certificate is not this library's",
                                   failed.load()),
          certificate.inputs, difference};
}

// float64 has too many inputs for a certificate: fixed ones, part of them against exact integer arithmetic, all of them
// against the last target, which is plain C++.
Verdict check_float64(const Case& which, Progress& progress) {
  static const std::vector<double> kInputs = float64_inputs(kFloat64Inputs);
  std::vector<std::uint64_t> x(kInputs.size()), got(x.size()), right(x.size());
  std::memcpy(x.data(), kInputs.data(), x.size() * sizeof x[0]);
  const Case plain{which.function, which.dtype, silu_target_count() - 1};
  constexpr std::size_t kStep = 1024;
  tbb::parallel_for(std::size_t{0}, x.size(), kStep, [&](std::size_t at) {
    const auto part = [at, kStep](auto& all) { return std::span(all).subspan(at, std::min(kStep, all.size() - at)); };
    auto some_got = part(got), some_right = part(right);
    evaluate(which, part(x), some_got);
    if (at < kFloat64Exact)
      evaluate_exactly(which, part(x), some_right);
    else
      evaluate(plain, part(x), some_right);
    progress.add(some_got.size());
  });
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (got[i] == right[i]) continue;
    if (i >= kFloat64Exact)  // which of the two targets is wrong?
      require_ok(silu_evaluate_exact(which.function, which.dtype.dtype, &x[i], &right[i], 1));
    if (got[i] != right[i])
      return {false, "differs from exact arithmetic", x.size(), Difference{x[i], got[i], right[i]}};
  }
  return {true, fmt::format("sample: exact at {}, as scalar at the rest", kFloat64Exact), x.size()};
}

Verdict check(const Case& which, const std::vector<Certificate>& certificates, Progress& progress) {
  if (which.dtype.dtype == SILU_FLOAT64) return check_float64(which, progress);
  for (const Certificate& each : certificates) {
    if (each.function != which.function || each.dtype != which.dtype.dtype) continue;
    return which.dtype.size == 4   ? check_all<std::uint32_t>(which, each, progress)
           : which.dtype.size == 2 ? check_all<std::uint16_t>(which, each, progress)
                                   : check_all<std::uint8_t>(which, each, progress);
  }
  return {false, "no certificate"};
}

std::string describe(std::uint64_t bits, const DtypeInfo& dtype) {
  return fmt::format("{} ({})", bit_pattern(bits, dtype), decimal(bits, dtype));
}

void print_line(const Case& which, const Verdict& verdict) {
  fmt::print("{:<22}  {:<13}  {:<10}  {:>10}  {:<6}  {:7.2f} s  {}\n", silu_function_name(which.function),
             which.dtype.name, silu_target_name(which.target), verdict.inputs, verdict.passed ? "right" : "FAILED",
             verdict.seconds, verdict.how);
  if (verdict.difference)
    fmt::print("  first at x = {}: gives {}, right is {}\n", describe(verdict.difference->x, which.dtype),
               describe(verdict.difference->got, which.dtype), describe(verdict.difference->right, which.dtype));
  std::fflush(stdout);
}

nlohmann::ordered_json to_json(const Case& which, const Verdict& verdict) {
  nlohmann::ordered_json json = {{"function", silu_function_name(which.function)},
                                 {"dtype", which.dtype.name},
                                 {"target", silu_target_name(which.target)},
                                 {"inputs", verdict.inputs},
                                 {"passed", verdict.passed},
                                 {"how", verdict.how},
                                 {"seconds", verdict.seconds}};
  if (verdict.difference)
    json["first_difference"] = {{"x", bit_pattern(verdict.difference->x, which.dtype)},
                                {"got", bit_pattern(verdict.difference->got, which.dtype)},
                                {"right", bit_pattern(verdict.difference->right, which.dtype)}};
  return json;
}

std::vector<Certificate> read_certificates(const std::string& folder) {
  std::vector<Certificate> certificates;
  if (folder.empty()) {
    for (const std::string_view text : embedded_certificates()) certificates.push_back(parse_certificate(text));
  } else {
    for (const std::string& text : certificate_files(folder)) certificates.push_back(parse_certificate(text));
  }
  return certificates;
}

void run(const Options& options) {
  std::vector<Case> cases;
  for (const silu_function function : options.selection.functions())
    for (const silu_dtype dtype : options.selection.dtypes())
      for (const std::size_t target : options.selection.targets()) cases.push_back({function, kDtypes[dtype], target});
  const std::vector<Certificate> certificates = read_certificates(options.certificates);

  std::uint64_t total = 0;
  for (const Case& which : cases) {
    if (which.dtype.dtype == SILU_FLOAT64) total += kFloat64Inputs;
    for (const Certificate& each : certificates)
      if (each.function == which.function && each.dtype == which.dtype.dtype) total += each.inputs;
  }

  std::uint64_t done = 0;
  std::size_t failed = 0;
  nlohmann::ordered_json json = {{"checks", nlohmann::ordered_json::array()}};
  with_threads(options.threads, [&] {
    std::optional<Progress> progress;
    for (const Case& which : cases) {
      progress.emplace(
          fmt::format("{} {} {}", silu_function_name(which.function), which.dtype.name, silu_target_name(which.target)),
          total, "", options.quiet, done);
      const auto start = std::chrono::steady_clock::now();
      Verdict verdict = check(which, certificates, *progress);
      verdict.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      progress.reset();
      done += verdict.inputs;
      failed += verdict.passed ? 0 : 1;
      if (options.json)
        json["checks"].push_back(to_json(which, verdict));
      else
        print_line(which, verdict);
    }
  });
  if (options.json) {
    json["passed"] = failed == 0;
    fmt::print("{}\n", json.dump(2));
  }
  if (failed > 0) {
    std::fflush(stdout);
    throw std::runtime_error(fmt::format("{} of {} checks failed", failed, cases.size()));
  }
}

}  // namespace

void add_check(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("check", "Recompute all outputs and compare them with the certificates");
  add_functions(*command, options->selection);
  add_dtypes(*command, options->selection);
  add_targets(*command, options->selection);
  command->add_option("--certificates", options->certificates, "A folder of certificates, instead of those built in")
      ->type_name("FOLDER");
  add_threads(*command, options->threads);
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--quiet", options->quiet, "No progress bar");
  command->footer(
      "Every input of all dtypes but float64 is evaluated on every instruction set of this machine, and the\n"
      "outputs' digests are compared with those of an independent oracle.  float64 has too many inputs: fixed ones "
      "are\n"
      "compared with exact integer arithmetic and between instruction sets.  The first wrong output is named, and the\n"
      "exit status is 1.\n\n"
      "Examples:\n"
      "  silu check\n"
      "  silu check --function silu --dtype float32 --target scalar --threads 1\n"
      "  silu check --json | jq '.checks[] | select(.passed | not)'");
  command->callback([options] { run(*options); });
}

}  // namespace silu::tool
