// SPDX-License-Identifier: Apache-2.0
// The options that several subcommands share: functions, operators, dtypes and targets by name, and the number of
// threads.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "registry.h"

namespace silu::tool {

// The names as given on the command line; none means all.
struct Selection {
  std::vector<std::string> function_names, operator_names, dtype_names, target_names;

  std::vector<silu_function> functions() const;
  std::vector<silu_operator> operators() const;
  std::vector<silu_dtype> dtypes() const;
  std::vector<std::size_t> targets() const;
};

void add_functions(CLI::App& command, Selection& selection);
void add_operators(CLI::App& command, Selection& selection);
void add_dtypes(CLI::App& command, Selection& selection);
void add_targets(CLI::App& command, Selection& selection);

// By default as many as the machine runs at once.
void add_threads(CLI::App& command, int& threads);

// These throw UsageError, with the names that are allowed.
silu_function function_of(const std::string& name);
const OperatorInfo& operator_of(const std::string& name);
const DtypeInfo& dtype_of(const std::string& name);
std::size_t target_of(const std::string& name);

}  // namespace silu::tool
