// SPDX-License-Identifier: Apache-2.0
// silu: the command-line tool.  Exit status: 0 well, 1 failed, 2 wrong usage, 128 + n interrupted by signal n.
#include <iconv.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "commands.h"
#include "errors.h"
#include "silu/silu.h"

namespace {

bool is_utf8(std::string text) {
  const iconv_t converter = iconv_open("UTF-8", "UTF-8");
  std::string copy(text.size(), '\0');
  char *in = text.data(), *out = copy.data();
  std::size_t in_left = text.size(), out_left = copy.size();
  const bool valid = iconv(converter, &in, &in_left, &out, &out_left) != static_cast<std::size_t>(-1);
  iconv_close(converter);
  return valid;
}

// One line of text on stderr, whatever a file's name or a hostile header put into the message.
int fail(int status, std::string_view message) {
  std::string line = "silu: ";
  const bool is_text = is_utf8(std::string(message));
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    const bool shown = byte >= 0x80 ? is_text : byte >= 0x20 && byte != 0x7f;
    line += shown ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  fmt::print(stderr, "{}\n", line);
  return status;
}

// CLI11 takes -inf, -nan and -.5 for groups of short options.  A space before them, which the numbers' parser skips,
// says that they are values.
std::string mark_negative_number(std::string argument) {
  const bool number = argument.size() > 1 && argument[0] == '-' && argument[1] != '-' &&
                      std::string_view(".iInN").find(argument[1]) != std::string_view::npos;
  return number ? ' ' + argument : argument;
}

void run(int argc, char** argv) {
  CLI::App program("The SiLU (Swish) activation family, correctly rounded", "silu");
  program.set_version_flag("--version", std::string("silu ") + silu_version());
  program.require_subcommand(1);
  program.footer(
      "Examples:\n"
      "  silu eval -1.25 0.1                  every function at these values\n"
      "  silu map silu x.npy y.npy            a whole file\n"
      "  silu check --function silu           is every result on this machine right?\n"
      "  silu COMMAND --help                  more of each");
  silu::tool::add_eval(program);
  silu::tool::add_map(program);
  silu::tool::add_check(program);
  silu::tool::add_bench(program);
  silu::tool::add_info(program);

  std::vector<std::string> arguments;
  for (int i = argc - 1; i > 0; --i) arguments.push_back(mark_negative_number(argv[i]));  // the last first, for CLI11
  try {
    program.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      program.exit(error);  // --help, --version
    } else if (program.get_subcommands().empty() && !program.remaining().empty()) {
      const std::string word = program.remaining().front();
      throw silu::tool::UsageError(
          word.starts_with('-') ? fmt::format("option '{}' is unknown; see silu --help", word)
                                : fmt::format("command '{}' is unknown; allowed: eval, map, check, bench, info", word));
    } else {
      throw silu::tool::UsageError(std::string(error.what()) + "; see silu --help");
    }
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    silu::tool::throw_system_error("cannot write to standard output");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(argc, argv);
  } catch (const silu::tool::UsageError& error) {
    return fail(2, error.what());
  } catch (const std::bad_alloc&) {
    return fail(1, "not enough memory");
  } catch (const std::exception& error) {
    return fail(1, error.what());
  }
  return 0;
}
