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
#include <optional>
#include <span>
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
  std::optional<std::string> operator_name, alpha, limit;
  bool bits = false, json = false;
};

// One line of the table, or one member of an object in JSON.
struct Row {
  std::string name, decimal, hexadecimal, bits;
};

Row row(std::string name, std::uint64_t bits, const DtypeInfo& dtype) {
  return {std::move(name), decimal(bits, dtype), hexadecimal(bits, dtype), bit_pattern(bits, dtype)};
}

// Where an element of this size lies within 64 bits.
char* place(std::uint64_t& value, const DtypeInfo& dtype) {
  return reinterpret_cast<char*>(&value) + (std::endian::native == std::endian::little ? 0 : 8 - dtype.size);
}

std::uint64_t evaluate(silu_function function, std::uint64_t x, const DtypeInfo& dtype) {
  std::uint64_t y = 0;
  const silu_status status = silu_evaluate(function, dtype.dtype, place(x, dtype), place(y, dtype), 1);
  if (status != SILU_OK) throw std::runtime_error(silu_status_message(status));
  return y;
}

// The outputs' bits.
std::array<std::uint64_t, 2> apply(const OperatorInfo& info, std::array<std::uint64_t, 3> x, const DtypeInfo& dtype,
                                   const double* parameters) {
  std::array<std::uint64_t, 2> y{};
  std::array<silu_input, 3> inputs{};
  std::array<silu_output, 2> outputs{};
  for (std::size_t i = 0; i < x.size(); ++i) inputs[i].data = place(x[i], dtype);
  for (std::size_t i = 0; i < y.size(); ++i) outputs[i].data = place(y[i], dtype);
  const silu_status status = silu_apply(info.op, dtype.dtype, inputs.data(), outputs.data(), parameters, 1);
  if (status == SILU_ERROR_PARAMETER) throw UsageError(silu_status_message(status));
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

// The values, each beside its text, in groups of one for each name.
struct Group {
  std::vector<std::string> texts;
  std::vector<Number> numbers;

  bool inexact() const {
    return std::any_of(numbers.begin(), numbers.end(), [](const Number& number) { return number.inexact; });
  }
};

std::vector<Group> read(Options& options, const DtypeInfo& dtype, std::span<const char* const> names) {
  if (options.values.empty())
    options.values.assign(std::istream_iterator<std::string>(std::cin), std::istream_iterator<std::string>());
  if (options.values.empty()) throw UsageError("no values; give them as arguments or on standard input");

  if (options.values.size() % names.size() != 0)
    throw UsageError(fmt::format("there are {} values; allowed: a multiple of {}, for {}", options.values.size(),
                                 names.size(), fmt::join(names, ", ")));

  // All of them before anything is printed: one that is no number leaves no half a result.
  std::vector<Group> groups(options.values.size() / names.size());
  for (std::size_t i = 0; i < options.values.size(); ++i) {
    std::string& text = options.values[i];
    text.erase(0, text.find_first_not_of(' '));
    Group& group = groups[i / names.size()];
    group.numbers.push_back(options.bits ? parse_bits(text, dtype) : parse_number(text, dtype));
    group.texts.push_back(std::move(text));
  }
  return groups;
}

void eval_functions(Options options) {
  const DtypeInfo& dtype = dtype_of(options.dtype);
  const std::vector<silu_function> functions = options.selection.functions();
  const std::array names = {"x"};
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  bool first = true;
  for (const Group& group : read(options, dtype, names)) {
    const Number number = group.numbers.front();
    std::vector<Row> rows = {row("x", number.bits, dtype)};
    for (const silu_function function : functions)
      rows.push_back(row(silu_function_name(function), evaluate(function, number.bits, dtype), dtype));
    if (options.json) {
      nlohmann::ordered_json value = {
          {"input", group.texts.front()}, {"dtype", dtype.name}, {"inexact", number.inexact}};
      for (const Row& each : rows) value[each.name] = to_json(each);
      json.push_back(std::move(value));
    } else {
      fmt::print("{}x = {}, {} {}\n", first ? "" : "\n", group.texts.front(),
                 number.inexact ? "rounded to" : "exact in", dtype.name);
      print_table(rows);
      first = false;
    }
  }
  if (options.json) fmt::print("{}\n", json.dump(2));
}

// A parameter's text as a double.
double parse_parameter(const std::string& text) {
  const DtypeInfo& float64 = kDtypes[SILU_FLOAT64];
  return widen(parse_number(text, float64).bits, float64);
}

void eval_operator(Options options) {
  const OperatorInfo& info = operator_of(*options.operator_name);
  if (!options.selection.function_names.empty()) throw UsageError("--function and --operator exclude each other");
  const DtypeInfo& dtype = dtype_of(options.dtype);
  std::array<double, 2> parameters{};
  if (options.alpha.has_value() != info.clamped || options.limit.has_value() != info.clamped)
    throw UsageError(fmt::format("{} has {} --alpha and --limit", info.name, info.clamped ? "both" : "neither of"));
  if (info.clamped) parameters = {parse_parameter(*options.alpha), parse_parameter(*options.limit)};

  const std::span names(info.inputs.data(), info.input_count());
  std::vector<std::vector<Row>> tables;
  const std::vector<Group> groups = read(options, dtype, names);
  for (const Group& group : groups) {
    std::vector<Row>& rows = tables.emplace_back();
    std::array<std::uint64_t, 3> x{};
    for (std::size_t k = 0; k < names.size(); ++k) {
      x[k] = group.numbers[k].bits;
      rows.push_back(row(names[k], x[k], dtype));
    }
    const std::array<std::uint64_t, 2> y = apply(info, x, dtype, info.clamped ? parameters.data() : nullptr);
    for (std::size_t k = 0; k < info.output_count(); ++k) rows.push_back(row(info.outputs[k], y[k], dtype));
  }

  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Group& group = groups[i];
    if (options.json) {
      nlohmann::ordered_json value = {
          {"operator", info.name}, {"input", group.texts}, {"dtype", dtype.name}, {"inexact", group.inexact()}};
      if (info.clamped) value.update({{"alpha", *options.alpha}, {"limit", *options.limit}});
      for (const Row& each : tables[i]) value[each.name] = to_json(each);
      json.push_back(std::move(value));
      continue;
    }
    fmt::print("{}{}", i > 0 ? "\n" : "", info.name);
    if (info.clamped) fmt::print(" with alpha = {}, limit = {}", *options.alpha, *options.limit);
    fmt::print(": ");
    for (std::size_t k = 0; k < names.size(); ++k) fmt::print("{} = {}, ", names[k], group.texts[k]);
    fmt::print("{} {}\n", group.inexact() ? "rounded to" : "exact in", dtype.name);
    print_table(tables[i]);
  }
  if (options.json) fmt::print("{}\n", json.dump(2));
}

void eval(const Options& options) {
  if (options.operator_name) return eval_operator(options);
  if (options.alpha || options.limit)
    throw UsageError("--alpha and --limit are of the clamped operators; see --operator");
  eval_functions(options);
}

}  // namespace

void add_eval(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("eval", "The functions' values at some numbers");
  command->add_option("VALUE", options->values,
                      "Decimal (0.1, -1e-45), hexadecimal (0x1.8p-3), inf or nan, rounded once to the dtype; none: "
                      "read from standard input, separated by white space");
  command
      ->add_option("--dtype", options->dtype,
                   "The numbers' dtype: float64, float32, float16, bfloat16, float8_e4m3fn or float8_e5m2")
      ->type_name("NAME")
      ->capture_default_str();
  add_functions(*command, options->selection);
  command
      ->add_option("--operator", options->operator_name,
                   "Instead, the outputs of this function of several inputs; the values are its inputs, one after "
                   "the other, such as a and b of swiglu")
      ->type_name("NAME");
  command->add_option("--alpha", options->alpha, "Of the clamped operators (gpt-oss: 1.702)")->type_name("NUMBER");
  command->add_option("--limit", options->limit, "Of the clamped operators (gpt-oss: 7)")->type_name("NUMBER");
  command->add_flag("--bits", options->bits, "The values are bit patterns of the dtype, such as 0x3f800000");
  command->add_flag("--json", options->json, "Print JSON; decimals are strings, so that inf and nan are too");
  command->footer(
      "Each line has the shortest decimal that gives the same number back, its exact hexadecimal, and its bits.\n\n"
      "Examples:\n"
      "  silu eval -1.2784645427610738 0.5\n"
      "  silu eval --dtype float32 --function silu --function silu_derivative -- -inf -0 1e-45\n"
      "  silu eval --dtype bfloat16 --bits 0x3f80 0xff7f\n"
      "  silu eval --operator swiglu -- 1.5 2\n"
      "  silu eval --operator swiglu_clamped_backward --alpha 1.702 --limit 7 -- 1 -2.5 0.5\n"
      "  seq -3 0.5 3 | silu eval --dtype float16 --json");
  command->callback([options] { eval(*options); });
}

}  // namespace silu::tool
