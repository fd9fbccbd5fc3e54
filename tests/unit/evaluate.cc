// SPDX-License-Identifier: Apache-2.0
#include "evaluate.h"

#include <cinttypes>
#include <cstdio>
#include <ostream>
#include <vector>

namespace silu::test {
namespace {

std::string hexadecimal(const Format& format, Encoding x) {
  char text[64];
  std::snprintf(text, sizeof text, "0x%0*" PRIx64 " (%a)", static_cast<int>(2 * format.size), x, format.decode(x));
  return text;
}

}  // namespace

void PrintTo(const Case& which, std::ostream* out) {
  *out << silu_function_name(which.function) << " of " << silu_dtype_name(which.dtype);
}

Encodings EachFunctionAndDtype::evaluate(std::size_t target, std::span<const Encoding> x) const {
  std::vector<std::byte> memory = pack(format(), x);
  EXPECT_EQ(silu_evaluate_on(target, function(), format().dtype, memory.data(), memory.data(), x.size()), SILU_OK);
  return unpack(format(), memory);
}

Encoding EachFunctionAndDtype::evaluate(std::size_t target, Encoding x) const {
  return evaluate(target, std::span(&x, 1)).front();
}

Encodings EachFunctionAndDtype::exact(std::span<const Encoding> x) const {
  std::vector<std::byte> memory = pack(format(), x);
  EXPECT_EQ(silu_evaluate_exact(function(), format().dtype, memory.data(), memory.data(), x.size()), SILU_OK);
  return unpack(format(), memory);
}

void EachFunctionAndDtype::on_each_target(const std::function<void(std::size_t)>& body) {
  for (std::size_t target = 0; target < silu_target_count(); ++target) {
    SCOPED_TRACE(silu_target_name(target));
    body(target);
  }
}

void EachFunctionAndDtype::expect_equal(std::span<const Encoding> x, std::span<const Encoding> got,
                                        std::span<const Encoding> wanted) const {
  ASSERT_EQ(got.size(), wanted.size());
  std::size_t wrong = 0;
  std::string first;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (got[i] == wanted[i]) continue;
    if (wrong++ == 0)
      first = "x[" + std::to_string(i) + "] = " + hexadecimal(format(), x[i]) + " gives " +
              hexadecimal(format(), got[i]) + ", wanted " + hexadecimal(format(), wanted[i]);
  }
  EXPECT_EQ(wrong, 0u) << "of " << wanted.size() << " results; " << first;
}

testing::internal::ParamGenerator<Case> cases_of(std::vector<silu_function> functions) {
  if (functions.empty())
    for (std::size_t f = 0; f < silu_function_count(); ++f) functions.push_back(static_cast<silu_function>(f));
  std::vector<Case> cases;
  for (const silu_function function : functions)
    for (std::size_t d = 0; d < silu_dtype_count(); ++d) cases.push_back({function, static_cast<silu_dtype>(d)});
  return testing::ValuesIn(cases);
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  return std::string(silu_function_name(info.param.function)) + "_" + silu_dtype_name(info.param.dtype);
}

}  // namespace silu::test
