// SPDX-License-Identifier: Apache-2.0
// silu info: what this build is and what this machine offers it.
#include <fmt/format.h>
#include <tbb/info.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "certificates.h"
#include "commands.h"
#include "registry.h"

namespace silu::tool {
namespace {

std::string compiler() {
#if defined(__clang__)
  return "Clang " __clang_version__;
#elif defined(__GNUC__)
  return "GCC " __VERSION__;
#else
  return "unknown";
#endif
}

void info(bool as_json) {
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < silu_target_count(); ++i) targets.emplace_back(silu_target_name(i));
  const std::size_t certificates = embedded_certificates().size() + embedded_pair_certificates().size();
  if (as_json) {
    nlohmann::ordered_json json = {{"version", silu_version()},
                                   {"compiler", compiler()},
                                   {"targets", targets},
                                   {"target_in_use", targets.front()},
                                   {"threads", tbb::info::default_concurrency()},
                                   {"certificates", certificates}};
    for (const DtypeInfo& dtype : kDtypes) json["dtypes"].push_back(dtype.name);
    for (const FunctionInfo& function : kFunctions)
      json["functions"].push_back({{"name", function.name}, {"formula", function.formula}});
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("version       {}\n", silu_version());
  fmt::print("compiler      {}\n", compiler());
  fmt::print("targets       {}; the first is in use\n", fmt::join(targets, ", "));
  fmt::print("threads       {}\n", tbb::info::default_concurrency());
  fmt::print("certificates  {}\n", certificates);
  for (const DtypeInfo& dtype : kDtypes)
    fmt::print("{:<12}  {:<14} {} bytes, {} bits of precision\n", dtype.dtype == 0 ? "dtypes" : "", dtype.name,
               dtype.size, dtype.precision);
  for (const FunctionInfo& function : kFunctions)
    fmt::print("{:<12}  {:<23} {}\n", function.function == 0 ? "functions" : "", function.name, function.formula);
}

}  // namespace

void add_info(CLI::App& program) {
  auto json = std::make_shared<bool>(false);
  CLI::App* command = program.add_subcommand("info", "Version, instruction sets, dtypes and functions");
  command->add_flag("--json", *json, "Print JSON");
  command->footer(
      "Targets are the instruction sets that this build has and this machine offers, best first.\n\n"
      "Examples:\n"
      "  silu info\n"
      "  silu info --json | jq -r .target_in_use");
  command->callback([json] { info(*json); });
}

}  // namespace silu::tool
