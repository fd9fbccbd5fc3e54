// SPDX-License-Identifier: Apache-2.0
#include "selection.h"

#include <fmt/format.h>
#include <tbb/info.h>

#include <algorithm>

#include "errors.h"

namespace silu::tool {
namespace {

std::size_t find(const std::string& kind, const std::string& wanted, std::size_t count, auto name_of) {
  std::string allowed;
  for (std::size_t i = 0; i < count; ++i) {
    if (wanted == name_of(i)) return i;
    allowed += (i > 0 ? ", " : "") + std::string(name_of(i));
  }
  throw UsageError(fmt::format("{} '{}' is unknown; allowed: {}", kind, wanted, allowed));
}

// What the names stand for, each once and in the table's order.
template <class Result>
std::vector<Result> chosen(const std::vector<std::string>& names, std::size_t count, auto index_of) {
  std::vector<bool> wanted(count, names.empty());
  for (const std::string& name : names) wanted[index_of(name)] = true;
  std::vector<Result> result;
  for (std::size_t i = 0; i < count; ++i)
    if (wanted[i]) result.push_back(static_cast<Result>(i));
  return result;
}

}  // namespace

silu_function function_of(const std::string& name) {
  return kFunctions[find("function", name, kFunctions.size(), [](std::size_t i) { return kFunctions[i].name; })]
      .function;
}

const OperatorInfo& operator_of(const std::string& name) {
  return kOperators[find("operator", name, kOperators.size(), [](std::size_t i) { return kOperators[i].name; })];
}

const DtypeInfo& dtype_of(const std::string& name) {
  return kDtypes[find("dtype", name, kDtypes.size(), [](std::size_t i) { return kDtypes[i].name; })];
}

std::size_t target_of(const std::string& name) {
  return find("target", name, silu_target_count(), [](std::size_t i) { return silu_target_name(i); });
}

std::vector<silu_function> Selection::functions() const {
  return chosen<silu_function>(function_names, kFunctions.size(), function_of);
}

std::vector<silu_operator> Selection::operators() const {
  return chosen<silu_operator>(operator_names, kOperators.size(),
                               [](const std::string& name) { return operator_of(name).op; });
}

std::vector<silu_dtype> Selection::dtypes() const {
  return chosen<silu_dtype>(dtype_names, kDtypes.size(), [](const std::string& name) { return dtype_of(name).dtype; });
}

std::vector<std::size_t> Selection::targets() const {
  return chosen<std::size_t>(target_names, silu_target_count(), target_of);
}

void add_functions(CLI::App& command, Selection& selection) {
  command.add_option("--function", selection.function_names, "Only this function; may be given several times")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void add_operators(CLI::App& command, Selection& selection) {
  command.add_option("--operator", selection.operator_names, "Only this function of several inputs; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void add_dtypes(CLI::App& command, Selection& selection) {
  command.add_option("--dtype", selection.dtype_names, "Only this dtype; may be given several times")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void add_targets(CLI::App& command, Selection& selection) {
  command.add_option("--target", selection.target_names, "Only this instruction set (see silu info); may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void add_threads(CLI::App& command, int& threads) {
  threads = tbb::info::default_concurrency();
  command.add_option("--threads", threads, "How many threads work")->capture_default_str()->check(CLI::Range(1, 1024));
}

}  // namespace silu::tool
