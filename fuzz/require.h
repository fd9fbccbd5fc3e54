// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace silu::fuzz {

// Ends the program where a fact does not hold, in any kind of build; libFuzzer then keeps the input.
inline void require(bool holds, const char* fact) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", fact);
  std::abort();
}

// The value of call(), or none where it is refused by an Error, the one that callers expect.
template <class Error>
auto accepted(const auto& call) -> std::optional<decltype(call())> {
  try {
    return call();
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace silu::fuzz
