// SPDX-License-Identifier: Apache-2.0
// What a check found.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "silu/silu.h"

namespace silu::tool {

// Encodings: the inputs where a result is wrong, the result and the right one.
struct Difference {
  std::vector<std::uint64_t> inputs;
  std::uint64_t got, right;
};

struct Verdict {
  bool passed;
  std::string how;  // what it was compared with, or why it failed
  std::uint64_t inputs = 0;
  std::optional<Difference> difference = std::nullopt;
  double seconds = 0;
};

// How a verdict says that the certificate is wrong, not the library.
inline std::string not_the_librarys(std::uint64_t block) {
  return fmt::format(
      "differs from the certificate in block {}, though not from exact arithmetic there: the certificate is not this "
      "library's",
      block);
}

inline constexpr std::uint64_t kNone = UINT64_MAX;  // no index

inline void require_ok(silu_status status) {
  if (status != SILU_OK) throw std::runtime_error(silu_status_message(status));
}

}  // namespace silu::tool
