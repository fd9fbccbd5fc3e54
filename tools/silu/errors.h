// SPDX-License-Identifier: Apache-2.0
// How a subcommand fails.  main() prints one line for either: a UsageError gives exit status 2, any other
// std::exception 1.
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace silu::tool {

// What was asked for cannot be: an unknown name, a value that is no number.
struct UsageError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

// "cannot read in.npy: No such file or directory", from errno.
[[noreturn]] inline void throw_system_error(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace silu::tool
