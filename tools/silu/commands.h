// SPDX-License-Identifier: Apache-2.0
// The subcommands.  Each adds itself, its options and its help to the program, and runs when it was asked for.
#pragma once

#include <CLI/CLI.hpp>

namespace silu::tool {

void add_eval(CLI::App& program);
void add_map(CLI::App& program);
void add_check(CLI::App& program);
void add_bench(CLI::App& program);
void add_info(CLI::App& program);

}  // namespace silu::tool
