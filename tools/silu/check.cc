// SPDX-License-Identifier: Apache-2.0
// silu check: is every result on this machine, on each of its instruction sets, the right one?
#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "certificates.h"
#include "check_pairs.h"
#include "commands.h"
#include "digest.h"
#include "errors.h"
#include "inputs.h"
#include "number.h"
#include "progress.h"
#include "selection.h"
#include "threads.h"
#include "verdict.h"

namespace silu::tool {
namespace {

struct Options {
  Selection selection;
  std::string certificates;
  int threads = 1;
  bool all_pairs = false, json = false, quiet = false;
};

// One function in one dtype on one target.
struct Case {
  silu_function function;
  const DtypeInfo& dtype;
  std::size_t target;
};

constexpr std::size_t kChunk = 16384;  // inputs that are evaluated at once: they stay in the cache
constexpr std::size_t kFloat64Inputs = 1 << 20;
constexpr std::size_t kFloat64Exact = 1 << 16;  // of these, compared with exact integer arithmetic

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
    digest.add_little_endian(words);
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
    return Difference{{x[0]}, got[0], right[0]};
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
  return {false, difference ? "differs from the certificate" : not_the_librarys(failed), certificate.inputs,
          difference};
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
      return {false, "differs from exact arithmetic", x.size(), Difference{{x[i]}, got[i], right[i]}};
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

// A check to be made, of a function or an operator.
struct Check {
  const char* kind;  // the name's key in JSON
  const char* name;
  std::vector<const char*> inputs;
  const DtypeInfo& dtype;
  std::size_t target;
  std::uint64_t work;  // how many elements
  std::function<Verdict(Progress&)> run;
};

std::string describe(std::uint64_t bits, const DtypeInfo& dtype) {
  return fmt::format("{} ({})", bit_pattern(bits, dtype), decimal(bits, dtype));
}

void print_line(const Check& check, const Verdict& verdict) {
  fmt::print("{:<22}  {:<13}  {:<10}  {:>10}  {:<6}  {:7.2f} s  {}\n", check.name, check.dtype.name,
             silu_target_name(check.target), verdict.inputs, verdict.passed ? "right" : "FAILED", verdict.seconds,
             verdict.how);
  if (verdict.difference) {
    std::string place;
    for (std::size_t i = 0; i < check.inputs.size(); ++i)
      place += fmt::format("{}{} = {}", i == 0 ? "" : ", ", check.inputs[i],
                           describe(verdict.difference->inputs[i], check.dtype));
    fmt::print("  first at {}: gives {}, right is {}\n", place, describe(verdict.difference->got, check.dtype),
               describe(verdict.difference->right, check.dtype));
  }
  std::fflush(stdout);
}

nlohmann::ordered_json to_json(const Check& check, const Verdict& verdict) {
  nlohmann::ordered_json json = {
      {check.kind, check.name},    {"dtype", check.dtype.name}, {"target", silu_target_name(check.target)},
      {"inputs", verdict.inputs},  {"passed", verdict.passed},  {"how", verdict.how},
      {"seconds", verdict.seconds}};
  if (verdict.difference) {
    nlohmann::ordered_json& first = json["first_difference"];
    for (std::size_t i = 0; i < check.inputs.size(); ++i)
      first[check.inputs[i]] = bit_pattern(verdict.difference->inputs[i], check.dtype);
    first["got"] = bit_pattern(verdict.difference->got, check.dtype);
    first["right"] = bit_pattern(verdict.difference->right, check.dtype);
  }
  return json;
}

std::vector<Check> function_checks(const Options& options, const std::vector<Certificate>& certificates) {
  std::vector<Check> checks;
  for (const silu_function function : options.selection.functions())
    for (const silu_dtype dtype : options.selection.dtypes())
      for (const std::size_t target : options.selection.targets()) {
        std::uint64_t work = dtype == SILU_FLOAT64 ? kFloat64Inputs : 0;
        for (const Certificate& each : certificates)
          if (each.function == function && each.dtype == dtype) work += each.inputs;
        const Case which{function, kDtypes[dtype], target};
        checks.push_back({"function",
                          silu_function_name(function),
                          {"x"},
                          which.dtype,
                          target,
                          work,
                          [which, &certificates](Progress& progress) { return check(which, certificates, progress); }});
      }
  return checks;
}

std::vector<Check> operator_checks(const Options& options, const std::vector<PairCertificate>& certificates) {
  std::vector<Check> checks;
  const std::uint64_t step = options.all_pairs ? 1 : kSampleStep;
  for (const silu_operator op : options.selection.operators())
    for (const silu_dtype dtype : options.selection.dtypes()) {
      const OperatorInfo& info = kOperators[op];
      if (info.input_count() != 2 || kDtypes[dtype].size != 2) continue;
      const auto certificate = std::find_if(certificates.begin(), certificates.end(),
                                            [&](const auto& each) { return each.op == op && each.dtype == dtype; });
      for (const std::size_t target : options.selection.targets()) {
        Check check{"operator", info.name, {info.inputs[0], info.inputs[1]}, kDtypes[dtype], target, 0, {}};
        if (certificate == certificates.end()) {
          check.run = [](Progress&) { return Verdict{false, "no certificate"}; };
        } else {
          check.work = pair_count(*certificate, step);
          check.run = [=](Progress& progress) { return check_pairs(*certificate, target, step, progress); };
        }
        checks.push_back(std::move(check));
      }
    }
  return checks;
}

// Those built in, or a folder's.
template <class Certificate>
std::vector<Certificate> read_certificates(const std::string& folder, std::span<const std::string_view> built_in,
                                           Certificate parse(std::string_view)) {
  std::vector<Certificate> certificates;
  if (folder.empty()) {
    for (const std::string_view text : built_in) certificates.push_back(parse(text));
  } else {
    for (const std::string& text : certificate_files(folder)) certificates.push_back(parse(text));
  }
  return certificates;
}

void run(const Options& options) {
  std::vector<Certificate> certificates;
  std::vector<PairCertificate> pair_certificates;
  std::vector<Check> checks;
  // What is not named on the command line is checked where nothing is.
  const bool functions = options.selection.operator_names.empty() || !options.selection.function_names.empty();
  const bool operators = options.selection.function_names.empty() || !options.selection.operator_names.empty();
  if (functions) {
    certificates = read_certificates(options.certificates, embedded_certificates(), parse_certificate);
    checks = function_checks(options, certificates);
  }
  if (operators) {
    const std::string folder = options.certificates.empty() ? "" : pair_folder(options.certificates).string();
    pair_certificates = read_certificates(folder, embedded_pair_certificates(), parse_pair_certificate);
    for (Check& each : operator_checks(options, pair_certificates)) checks.push_back(std::move(each));
  }
  if (checks.empty())
    throw UsageError("there is nothing to check; allowed: operators of two inputs, in dtypes of 16 bits");

  std::uint64_t total = 0;
  for (const Check& each : checks) total += each.work;
  std::uint64_t done = 0;
  std::size_t failed = 0;
  nlohmann::ordered_json json = {{"checks", nlohmann::ordered_json::array()}};
  with_threads(options.threads, [&] {
    std::optional<Progress> progress;
    for (const Check& each : checks) {
      progress.emplace(fmt::format("{} {} {}", each.name, each.dtype.name, silu_target_name(each.target)), total, "",
                       options.quiet, done);
      const auto start = std::chrono::steady_clock::now();
      Verdict verdict = each.run(*progress);
      verdict.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      progress.reset();
      done += verdict.inputs;
      failed += verdict.passed ? 0 : 1;
      if (options.json)
        json["checks"].push_back(to_json(each, verdict));
      else
        print_line(each, verdict);
    }
  });
  if (options.json) {
    json["passed"] = failed == 0;
    fmt::print("{}\n", json.dump(2));
  }
  if (failed > 0) {
    std::fflush(stdout);
    throw std::runtime_error(fmt::format("{} of {} checks failed", failed, checks.size()));
  }
}

}  // namespace

void add_check(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("check", "Recompute all outputs and compare them with the certificates");
  add_functions(*command, options->selection);
  add_operators(*command, options->selection);
  add_dtypes(*command, options->selection);
  add_targets(*command, options->selection);
  command->add_option("--certificates", options->certificates, "A folder of certificates, instead of those built in")
      ->type_name("FOLDER");
  command->add_flag(
      "--all-pairs", options->all_pairs,
      "All pairs of the functions of two inputs, not a sample: minutes for each dtype and instruction set");
  add_threads(*command, options->threads);
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--quiet", options->quiet, "No progress bar");
  command->footer(fmt::format(
      "Every input of all dtypes but float64 is evaluated on every instruction set of this machine, and the\n"
      "outputs' digests are compared with those of an independent oracle.  float64 has too many inputs: fixed ones\n"
      "are compared with exact integer arithmetic and between instruction sets.  Of the 2^32 pairs of a function of\n"
      "two inputs in float16 and bfloat16, every {}th block is taken, or all of them with --all-pairs.  The first "
      "wrong\n"
      "output is named, and the exit status is 1.\n\n"
      "Examples:\n"
      "  silu check\n"
      "  silu check --function silu --dtype float32 --target scalar --threads 1\n"
      "  silu check --operator swiglu --dtype bfloat16 --all-pairs\n"
      "  silu check --json | jq '.checks[] | select(.passed | not)'",
      kSampleStep));
  command->callback([options] { run(*options); });
}

}  // namespace silu::tool
