// SPDX-License-Identifier: Apache-2.0
// The C interface: every target gives the bits of the exact arithmetic, for any inputs at any place, and writes
// nothing else; what is not allowed is refused, and writes nothing at all.
//
// An input is five bytes (function and dtype, also beyond those that exist; the places of x and y, whose highest bits
// choose what is checked besides; how far apart they overlap) and the elements.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <vector>

#include "require.h"
#include "silu/silu.h"

namespace silu::fuzz {
namespace {

using Bytes = std::span<unsigned char>;

constexpr unsigned char kCanary = 0xa5;
constexpr std::size_t kLine = 64;

// Memory that begins `offset` bytes behind a cache line; the address sanitizer sees any access beyond its end.
class Memory {
 public:
  Memory(std::size_t offset, std::size_t size)
      : offset_(offset), whole_(static_cast<unsigned char*>(::operator new(offset + size, kAlignment)), offset + size) {
    clear();
  }
  ~Memory() { ::operator delete(whole_.data(), kAlignment); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  Bytes bytes() const { return whole_.subspan(offset_); }
  void clear() const { std::fill(whole_.begin(), whole_.end(), kCanary); }
  bool untouched_before() const {
    return std::count(whole_.begin(), whole_.begin() + static_cast<std::ptrdiff_t>(offset_), kCanary) ==
           static_cast<std::ptrdiff_t>(offset_);
  }

 private:
  static constexpr std::align_val_t kAlignment{kLine};
  std::size_t offset_;
  Bytes whole_;
};

struct Call {
  silu_function function;
  silu_dtype dtype;

  // Every entry gives the same status, or the target's own result.
  void refused(silu_status wanted, const void* x, void* y, std::size_t n) const {
    for (std::size_t target = 0; target < silu_target_count(); ++target)
      require(silu_evaluate_on(target, function, dtype, x, y, n) == wanted, "every target refuses, and says why");
    require(silu_evaluate(function, dtype, x, y, n) == wanted, "silu_evaluate refuses, and says why");
    require(silu_evaluate_exact(function, dtype, x, y, n) == wanted, "silu_evaluate_exact refuses, and says why");
  }
};

bool same(Bytes a, Bytes b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

// Moves elements to exponents from -40 to 7, outside of which most results are limits.
template <class Word>
void fold(Bytes bytes, int fraction_bits) {
  constexpr Word kOne = 1;
  const int exponent_bits = static_cast<int>(8 * sizeof(Word)) - 1 - fraction_bits;
  const int bias = (1 << (exponent_bits - 1)) - 1, lowest = std::max(bias - 40, 0);
  const auto all = static_cast<Word>((kOne << exponent_bits) - 1);
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(Word)) {
    Word word;
    std::memcpy(&word, &bytes[i], sizeof word);
    const int exponent = lowest + static_cast<int>((word >> fraction_bits & all) % (bias + 8 - lowest));
    word = static_cast<Word>((word & ~(all << fraction_bits)) | static_cast<Word>(exponent) << fraction_bits);
    std::memcpy(&bytes[i], &word, sizeof word);
  }
}

void fold(Bytes bytes, silu_dtype dtype) {
  if (dtype == SILU_FLOAT64) fold<std::uint64_t>(bytes, 52);
  if (dtype == SILU_FLOAT32) fold<std::uint32_t>(bytes, 23);
  if (dtype == SILU_FLOAT16) fold<std::uint16_t>(bytes, 10);
  if (dtype == SILU_BFLOAT16) fold<std::uint16_t>(bytes, 7);
  // Of 8 bits, every number is within that.
}

void check_equal(const Call& call, std::size_t target, Bytes x, Bytes got, Bytes wanted) {
  if (same(got, wanted)) return;
  const std::size_t size = silu_dtype_size(call.dtype);
  const auto differs = std::mismatch(got.begin(), got.end(), wanted.begin()).first - got.begin();
  const std::size_t at = static_cast<std::size_t>(differs) / size * size;
  std::fprintf(stderr,
               "%s of %s on %s, bytes of x, result, right one, in memory's order:", silu_function_name(call.function),
               silu_dtype_name(call.dtype), silu_target_name(target));
  for (const Bytes each : {x, got, wanted}) {
    std::fputc(' ', stderr);
    for (const unsigned char byte : each.subspan(at, size)) std::fprintf(stderr, "%02x", byte);
  }
  std::fputc('\n', stderr);
  require(false, "every target gives the bits of the exact arithmetic");
}

// x and y apart and in place, on every target.
void check_results(const Call& call, std::size_t x_offset, std::size_t y_offset, Bytes elements) {
  const std::size_t n = elements.size() / silu_dtype_size(call.dtype);
  const Memory x(x_offset, elements.size()), y(y_offset, elements.size());
  std::copy(elements.begin(), elements.end(), x.bytes().begin());
  std::vector<unsigned char> right(elements.size());
  require(silu_evaluate_exact(call.function, call.dtype, x.bytes().data(), right.data(), n) == SILU_OK,
          "exact results are given");
  for (std::size_t target = 0; target < silu_target_count(); ++target) {
    for (const bool in_place : {false, true}) {
      y.clear();
      if (in_place) std::copy(elements.begin(), elements.end(), y.bytes().begin());
      const unsigned char* from = (in_place ? y : x).bytes().data();
      require(silu_evaluate_on(target, call.function, call.dtype, from, y.bytes().data(), n) == SILU_OK,
              "results are given");
      check_equal(call, target, elements, y.bytes(), right);
      require(y.untouched_before(), "nothing before y is written");
      require(same(x.bytes(), elements), "x is not written");
    }
  }
}

// x and y `distance` bytes apart, in either order: up to their size they overlap.
void check_overlap(const Call& call, std::size_t distance, Bytes elements) {
  const std::size_t n = elements.size() / silu_dtype_size(call.dtype);
  std::vector<unsigned char> block(elements.begin(), elements.end());
  block.resize(elements.size() + distance, kCanary);
  const std::vector<unsigned char> before = block;
  const Bytes low = Bytes(block).first(elements.size()), high = Bytes(block).last(elements.size());
  if (distance < elements.size()) {
    call.refused(SILU_ERROR_OVERLAP, low.data(), high.data(), n);
    call.refused(SILU_ERROR_OVERLAP, high.data(), low.data(), n);
    require(block == before, "what is refused writes nothing");
  } else {
    std::vector<unsigned char> right(elements.size());
    silu_evaluate_exact(call.function, call.dtype, elements.data(), right.data(), n);
    require(silu_evaluate(call.function, call.dtype, low.data(), high.data(), n) == SILU_OK, "neighbours are apart");
    require(same(low, elements), "x is not written");
    check_equal(call, 0, elements, high, right);
  }
}

void check_refusals(const Call& call, Bytes elements, std::size_t choice) {
  const std::size_t size = silu_dtype_size(call.dtype), n = elements.size() / size;
  std::vector<unsigned char> y(elements.size(), kCanary);
  call.refused(n > 0 ? SILU_ERROR_NULL : SILU_OK, nullptr, y.data(), n);
  call.refused(n > 0 ? SILU_ERROR_NULL : SILU_OK, elements.data(), nullptr, n);
  for (const std::size_t much : {SIZE_MAX - choice, PTRDIFF_MAX / size + 1 + choice})
    call.refused(SILU_ERROR_SIZE, elements.data(), y.data(), much);
  require(silu_evaluate_on(silu_target_count() + choice, call.function, call.dtype, elements.data(), y.data(), n) ==
              SILU_ERROR_TARGET,
          "a target that is not there is refused");
  require(std::count(y.begin(), y.end(), kCanary) == static_cast<std::ptrdiff_t>(y.size()),
          "what is refused writes nothing");
}

void check(std::span<const std::uint8_t, 5> how, std::span<const std::uint8_t> input) {
  // From -1 up to the first number behind those that exist.
  const auto chosen = [](std::uint8_t byte, std::size_t count) { return static_cast<int>(byte % (count + 2)) - 1; };
  const Call call{static_cast<silu_function>(chosen(how[0], silu_function_count())),
                  static_cast<silu_dtype>(chosen(how[1], silu_dtype_count()))};
  const bool function_known = silu_function_name(call.function) != nullptr;
  std::vector<unsigned char> elements(input.begin(), input.end());
  if (!function_known || silu_dtype_name(call.dtype) == nullptr) {
    std::vector<unsigned char> y(elements.size(), kCanary);
    call.refused(function_known ? SILU_ERROR_DTYPE : SILU_ERROR_FUNCTION, elements.data(), y.data(), elements.size());
    require(std::count(y.begin(), y.end(), kCanary) == static_cast<std::ptrdiff_t>(y.size()),
            "what is refused writes nothing");
    return;
  }
  elements.resize(elements.size() - elements.size() % silu_dtype_size(call.dtype));
  if ((how[2] & 0x80) != 0) fold(elements, call.dtype);
  if ((how[3] & 0x80) == 0) {
    check_results(call, how[2] % kLine, how[3] % kLine, elements);
  } else if (!elements.empty()) {
    check_overlap(call, 1 + (how[3] % 128U * 256U + how[4]) % elements.size(), elements);
    check_refusals(call, elements, how[4]);
  }
}

}  // namespace
}  // namespace silu::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  const std::span<const std::uint8_t> input(data, size);
  silu::fuzz::check(input.first<5>(), input.subspan(5));
  return 0;
}
