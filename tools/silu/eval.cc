// SPDX-License-Identifier: Apache-2.0
// silu eval: values and what the functions make of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "commands.h"
#include "errors.h"
#include "number.h"
#include "selection.h"

namespace silu::tool {
namespace {

struct Options {
  std::vector<std::string> values;
  Selection selection;
  std::string dtype = "float64";
  bool bits = false, json = false;
};

// One line of the table, or one value in JSON.
struct Row {
  std::string name, decimal, hexadecimal, bits;
};

Row row(std::string name, std::uint64_t bits, const DtypeInfo& dtype) {
  return {std::move(name), decimal(bits, dtype), hexadecimal(bits, dtype), bit_pattern(bits, dtype)};
}

std::uint64_t evaluate(silu_function function, std::uint64_t x, const DtypeInfo& dtype) {
  std::uint64_t y = 0;
  const auto place = [&](std::uint64_t& value) {  // where an element of this size lies within 64 bits
    return reinterpret_cast<char*>(&value) + (std::endian::native == std::endian::little ? 0 : 8 - dtype.size);
  };
  const silu_status status = silu_evaluate(function, dtype.dtype, place(x), place(y), 1);
  if (status != SILU_OK) throw std::runtime_error(silu_status_message(status));
  return y;
}

void print_table(const std::vector<Row>& rows) {
  std::size_t name = 0, decimal = 0, hexadecimal = 0;
  for (const Row& each : rows) {
    name = std::max(name, each.name.size());
    decimal = std::max(decimal, each.decimal.size());
    hexadecimal = std::max(hexadecimal, each.hexadecimal.size());
  }
  for (const Row& each : rows)
    fmt::print("{:<{}}  {:<{}}  {:<{}}  {}\n", each.name, name, each.decimal, decimal, each.hexadecimal, hexadecimal,
               each.bits);
}

nlohmann::ordered_json to_json(const Row& each) {
  return {{"decimal", each.decimal}, {"hexadecimal", each.hexadecimal}, {"bits", each.bits}};
}

void eval(Options options) {
  const DtypeInfo& dtype = dtype_of(options.dtype);
  const std::vector<silu_function> functions = options.selection.functions();
  if (options.values.empty())
    options.values.assign(std::istream_iterator<std::string>(std::cin), std::istream_iterator<std::string>());
  if (options.values.empty()) throw UsageError("no values; give them as arguments or on standard input");

  // All of them before anything is printed: one that is no number leaves no half a result.
  std::vector<Number> numbers;
  for (std::string& text : options.values) {
    text.erase(0, text.find_first_not_of(' '));
    numbers.push_back(options.bits ? parse_bits(text, dtype) : parse_number(text, dtype));
  }

  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    std::vector<Row> rows = {row("x", numbers[i].bits, dtype)};
    for (const silu_function function : functions)
      rows.push_back(row(silu_function_name(function), evaluate(function, numbers[i].bits, dtype), dtype));
    if (options.json) {
      nlohmann::ordered_json value = {
          {"input", options.values[i]}, {"dtype", dtype.name}, {"inexact", numbers[i].inexact}};
      for (const Row& each : rows) value[each.name] = to_json(each);
      json.push_back(std::move(value));
    } else {
      fmt::print("{}x = {}, {} {}\n", i > 0 ? "\n" : "", options.values[i],
                 numbers[i].inexact ? "rounded to" : "exact in", dtype.name);
      print_table(rows);
    }
  }
  if (options.json) fmt::print("{}\n", json.dump(2));
}

}  // namespace

void add_eval(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("eval", "The functions' values at some numbers");
  command->add_option("VALUE", options->values,
                      "Decimal (0.1, -1e-45), hexadecimal (0x1.8p-3), inf or nan, rounded once to the dtype; none: "
                      "read from standard input, separated by white space");
  command->add_option("--dtype", options->dtype, "float64, float32, float16 or bfloat16")
      ->type_name("NAME")
      ->capture_default_str();
  add_functions(*command, options->selection);
  command->add_flag("--bits", options->bits, "The values are bit patterns of the dtype, such as 0x3f800000");
  command->add_flag("--json", options->json, "Print JSON; decimals are strings, so that inf and nan are too");
  command->footer(
      "Each line has the shortest decimal that gives the same number back, its exact hexadecimal, and its bits.\n\n"
      "Examples:\n"
      "  silu eval -1.2784645427610738 0.5\n"
      "  silu eval --dtype float32 --function silu --function silu_derivative -- -inf -0 1e-45\n"
      "  silu eval --dtype bfloat16 --bits 0x3f80 0xff7f\n"
      "  seq -3 0.5 3 | silu eval --dtype float16 --json");
  command->callback([options] { eval(*options); });
}

}  // namespace silu::tool
