// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

namespace silu::tool {

// XXH3-128 of bytes that come piece by piece, in its canonical form.
class Digest {
 public:
  Digest() : state_(XXH3_createState()) {
    if (!state_) throw std::bad_alloc();
    XXH3_128bits_reset(state_.get());
  }

  void add(const void* bytes, std::size_t size) { XXH3_128bits_update(state_.get(), bytes, size); }

  // Unsigned integers, each with its least byte first.
  template <class Word>
  void add_little_endian(std::vector<Word>& words) {
    if constexpr (std::endian::native == std::endian::big) {
      for (Word& word : words) {
        auto bytes = std::as_writable_bytes(std::span(&word, 1));
        std::reverse(bytes.begin(), bytes.end());
      }
    }
    add(words.data(), words.size() * sizeof(Word));
  }

  std::string hexadecimal() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
    return fmt::format("{:02x}", fmt::join(canonical.digest, ""));
  }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

}  // namespace silu::tool
