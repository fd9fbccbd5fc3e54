// SPDX-License-Identifier: Apache-2.0
// The library under test, by encodings; and the cases: each function and dtype.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "encodings.h"

namespace silu::test {

struct Case {
  silu_function function;
  silu_dtype dtype;
};

// Also GoogleTest's way to show a case.
void PrintTo(const Case& which, std::ostream* out);

// A test of one function and dtype.
class EachFunctionAndDtype : public testing::TestWithParam<Case> {
 protected:
  silu_function function() const { return GetParam().function; }
  const Format& format() const { return test::format(GetParam().dtype); }

  Encodings evaluate(std::size_t target, std::span<const Encoding> x) const;
  Encoding evaluate(std::size_t target, Encoding x) const;
  Encodings exact(std::span<const Encoding> x) const;

  // Calls body(target) for each instruction set, and names it where something fails.
  static void on_each_target(const std::function<void(std::size_t)>& body);

  // Expects equal results, and shows the first that differs.
  void expect_equal(std::span<const Encoding> x, std::span<const Encoding> got, std::span<const Encoding> wanted) const;
};

// Each dtype of the functions; all functions where none is named.
testing::internal::ParamGenerator<Case> cases_of(std::vector<silu_function> functions);
std::string case_name(const testing::TestParamInfo<Case>& info);

#define SILU_TEST_EACH_DTYPE(Suite, ...)        \
  class Suite : public EachFunctionAndDtype {}; \
  INSTANTIATE_TEST_SUITE_P(, Suite, cases_of({__VA_ARGS__}), case_name)
#define SILU_TEST_EACH_FUNCTION_AND_DTYPE(Suite) SILU_TEST_EACH_DTYPE(Suite)

}  // namespace silu::test
