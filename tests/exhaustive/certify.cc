// SPDX-License-Identifier: Apache-2.0
// Compares the library with the oracle, at every input of every function and dtype of 32 bits or fewer, at all pairs of
// 16 bits for the functions of two inputs, and at random inputs of the others; and writes the digests of the oracle's
// outputs to certificates/.
//
// Each finished block leaves a file in the state folder, so that an interrupted run goes on where it stopped.  The
// folder belongs to one build of this program (by the digest of its file): another one starts anew.
#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "certificates.h"
#include "digest.h"
#include "errors.h"
#include "jobs.h"
#include "operator_jobs.h"
#include "progress.h"
#include "selection.h"
#include "threads.h"

namespace silu::exhaustive {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) tool::throw_system_error("cannot read " + path.string());
  return text;
}

// Whole or not at all.
void write(const fs::path& path, const std::string& text) {
  const fs::path temporary = path.string() + ".tmp";
  std::ofstream file(temporary, std::ios::binary);
  file << text;
  file.close();
  if (!file) tool::throw_system_error("cannot write " + temporary.string());
  fs::rename(temporary, path);
}

struct Options {
  tool::Selection selection;
  std::string certificates = "certificates", state = "build/certify";
  std::uint64_t float64_inputs = 12'000'000, operator_inputs = 10'000'000;
  std::string what = "all";
  std::vector<std::string> operators;  // none means all

  bool wants(const oracle::Operator& info) const {
    return operators.empty() || std::find(operators.begin(), operators.end(), info.name) != operators.end();
  }
  int threads = 1;
};

// The folder for this build's blocks.
fs::path state_folder(const Options& options) {
  tool::Digest digest;
  const std::string program = read("/proc/self/exe");
  digest.add(program.data(), program.size());
  const fs::path folder = fs::path(options.state) / digest.hexadecimal();
  for (std::error_code none; const auto& other : fs::directory_iterator(options.state, none))
    if (other.path() != folder) fs::remove_all(other.path());
  fs::create_directories(folder);
  return folder;
}

// The digests of each block, by function.
using Blocks = std::vector<std::vector<std::string>>;

void write_certificates(const Options& options, const Job& job, const Blocks& blocks) {
  fs::create_directories(options.certificates);
  for (std::size_t f = 0; f < oracle::kFunctions.size(); ++f) {
    std::vector<std::string> digests;
    for (const auto& block : blocks) digests.push_back(block[f]);
    const nlohmann::ordered_json json = {{"function", oracle::kFunctions[f]},
                                         {"dtype", job.format.name},
                                         {"inputs", job.inputs()},
                                         {"outputs", "little-endian"},
                                         {"hash", "XXH3-128"},
                                         {"digest", tool::digest_of_blocks(digests)},
                                         {"block", job.block},
                                         {"blocks", digests}};
    write(fs::path(options.certificates) / fmt::format("{}.{}.json", oracle::kFunctions[f], job.format.name),
          json.dump(1) + '\n');
  }
}

// True if no result differs.
bool certify(const Options& options, const fs::path& folder, const Job& job) {
  Blocks blocks(job.blocks);
  const auto file = [&](std::uint64_t block) { return folder / fmt::format("{}.{}", job.format.name, block); };
  std::uint64_t before = 0;
  for (std::uint64_t block = 0; block < job.blocks; ++block) {
    if (!fs::exists(file(block))) continue;
    blocks[block] = nlohmann::json::parse(read(file(block))).get<std::vector<std::string>>();
    before += job.block;
  }

  std::atomic<std::uint64_t> mismatched = 0;
  std::vector<Mismatch> mismatches;
  std::mutex reporting;
  const auto start = std::chrono::steady_clock::now();
  tool::Progress progress(std::string(job.format.name), job.inputs(), "", false, before);
  tbb::parallel_for(std::uint64_t{0}, job.blocks, [&](std::uint64_t index) {
    if (!blocks[index].empty()) return;
    const Block block = evaluate(job, index, 0);
    progress.add(job.block);
    if (block.mismatched > 0) {
      mismatched += block.mismatched;
      const std::lock_guard lock(reporting);
      mismatches.insert(mismatches.end(), block.mismatches.begin(), block.mismatches.end());
      return;
    }
    blocks[index].assign(block.digests.begin(), block.digests.end());
    write(file(index), nlohmann::json(blocks[index]).dump());
  });
  progress.finish();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

  fmt::print("{:<9} {} functions, {} inputs each", job.format.name, oracle::kFunctions.size(), job.inputs());
  if (before > 0) fmt::print(" ({} of them before)", before);
  fmt::print(": {} misrounded, {:.1f} s\n", mismatched.load(), seconds.count());
  for (std::size_t i = 0; i < mismatches.size() && i < 20; ++i)
    fmt::print("  {}\n", describe(job.format, mismatches[i]));
  if (mismatched == 0 && job.format.bits < 64) write_certificates(options, job, blocks);
  return mismatched == 0;
}

void write_certificate(const Options& options, const PairJob& job, const std::vector<std::string>& blocks) {
  const fs::path folder = tool::pair_folder(options.certificates);
  fs::create_directories(folder);
  nlohmann::ordered_json json = {{"operator", job.info.name}, {"dtype", job.format.name}};
  const bool x_second = job.info.op == SILU_SILU_BACKWARD, beta = job.info.op == SILU_SWISH;
  json["order"] = x_second ? std::vector{"dy", "x"} : beta ? std::vector{"x", "beta"} : std::vector{"a", "b"};
  if (job.info.clamped) json.update({{"alpha", 1.702}, {"limit", 7}});
  json.update({{"inputs", PairJob::kBlock * PairJob::kBlocks},
               {"outputs", "little-endian"},
               {"hash", "XXH3-128"},
               {"digest", tool::digest_of_blocks(blocks)},
               {"block", PairJob::kBlock},
               {"blocks", blocks}});
  write(folder / fmt::format("{}.{}.json", job.info.name, job.format.name), json.dump(1) + '\n');
}

// Does the blocks of a job that have no file yet.  True if no result differs.
template <class Job>
bool certify(const fs::path& folder, const Job& job, const std::string& kind, std::vector<std::string>& digests) {
  const std::string name = fmt::format("{}.{}", job.info.name, job.format.name);
  const auto file = [&](std::uint64_t block) { return folder / fmt::format("{}.{}", name, block); };
  std::uint64_t before = 0;
  for (std::uint64_t block = 0; block < digests.size(); ++block) {
    if (!fs::exists(file(block))) continue;
    digests[block] = read(file(block));
    before += Job::kBlock;
  }
  std::atomic<std::uint64_t> mismatched = 0;
  std::vector<OperatorMismatch> mismatches;
  std::mutex reporting;
  const auto start = std::chrono::steady_clock::now();
  tool::Progress progress(name, digests.size() * Job::kBlock, "", false, before);
  tbb::parallel_for(std::uint64_t{0}, std::uint64_t{digests.size()}, [&](std::uint64_t index) {
    if (!digests[index].empty()) return;
    const OperatorBlock block = evaluate(job, index, 0);
    progress.add(Job::kBlock);
    if (block.mismatched > 0) {
      mismatched += block.mismatched;
      const std::lock_guard lock(reporting);
      mismatches.insert(mismatches.end(), block.mismatches.begin(), block.mismatches.end());
      return;
    }
    digests[index] = block.digest.empty() ? "right" : block.digest;
    write(file(index), digests[index]);
  });
  progress.finish();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("{:<24} {:<9} {} {} inputs", job.info.name, job.format.name, digests.size() * Job::kBlock, kind);
  if (before > 0) fmt::print(" ({} of them before)", before);
  fmt::print(": {} misrounded, {:.1f} s\n", mismatched.load(), seconds.count());
  for (std::size_t i = 0; i < mismatches.size() && i < 20; ++i)
    fmt::print("  {}\n", describe(job.info, job.format, mismatches[i]));
  std::fflush(stdout);
  return mismatched == 0;
}

bool certify_operators(const Options& options, const fs::path& folder, silu_dtype dtype) {
  bool right = true;
  for (const PairJob& job : pair_jobs()) {
    if (job.format.dtype != dtype || !options.wants(job.info)) continue;
    std::vector<std::string> digests(PairJob::kBlocks);
    const bool all = certify(folder, job, "pairs, all", digests);
    if (all) write_certificate(options, job, digests);
    right = all && right;
  }
  for (const oracle::Operator& info : oracle::kOperators) {
    const RandomJob job{info, oracle::format_of(dtype)};
    if ((info.inputs == 2 && job.format.bits == 16) || !options.wants(info)) continue;
    std::vector<std::string> digests((options.operator_inputs + RandomJob::kBlock - 1) / RandomJob::kBlock);
    right = certify(folder, job, "random", digests) && right;
  }
  return right;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App program(
      "Compares the library with the oracle, and writes certificates/. An interrupted run goes on where it stopped.");
  tool::add_dtypes(program, options.selection);
  tool::add_threads(program, options.threads);
  program.add_option("--float64-inputs", options.float64_inputs, "Random inputs of float64, for each function")
      ->capture_default_str();
  program
      .add_option("--operator-inputs", options.operator_inputs,
                  "Random inputs of each function of several inputs and dtype, but for pairs of 16 bits")
      ->capture_default_str();
  program.add_option("--what", options.what, "Functions of one input, of several inputs (operators), or all")
      ->check(CLI::IsMember({"all", "functions", "operators"}))
      ->capture_default_str();
  program.add_option("--operator", options.operators, "A function of several inputs; may be repeated")
      ->check(CLI::IsMember([] {
        std::vector<std::string> names;
        for (const oracle::Operator& info : oracle::kOperators) names.emplace_back(info.name);
        return names;
      }()));
  program.add_option("--certificates", options.certificates, "Where the certificates go")->capture_default_str();
  program.add_option("--state", options.state, "Where finished blocks are kept")->capture_default_str();
  CLI11_PARSE(program, argc, argv);

  const fs::path folder = state_folder(options);
  fmt::print("library: {} {}; finished blocks: {}\n", silu_version(), silu_target_name(0), folder.string());
  bool right = true;
  tool::with_threads(options.threads, [&] {
    for (const silu_dtype dtype : options.selection.dtypes()) {
      const std::uint64_t block = job_of(dtype, 1).block;
      if (options.what != "operators")
        right = certify(options, folder, job_of(dtype, (options.float64_inputs + block - 1) / block)) && right;
      if (options.what != "functions") right = certify_operators(options, folder, dtype) && right;
    }
  });
  return right ? 0 : 1;
}

}  // namespace
}  // namespace silu::exhaustive

int main(int argc, char** argv) try {
  return silu::exhaustive::run(argc, argv);
} catch (const silu::tool::UsageError& error) {
  fmt::print(stderr, "silu_certify: {}\n", error.what());
  return 2;
} catch (const std::exception& error) {
  fmt::print(stderr, "silu_certify: {}\n", error.what());
  return 1;
}
