// SPDX-License-Identifier: Apache-2.0
#include "npy.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <system_error>

#include "registry.h"

namespace silu::tool {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
// What NumPy writes as bytes of any kind.
struct Unnamed {
  std::string_view type, bytes;
  silu_dtype dtype;
};
constexpr Unnamed kUnnamed[] = {{"V2", "two bytes", SILU_BFLOAT16}, {"V1", "one byte", SILU_FLOAT8_E4M3FN}};

std::string dtype_list() {
  std::string names;
  for (const DtypeInfo& dtype : kDtypes) names += (names.empty() ? "" : ", ") + std::string(dtype.name);
  return names;
}

constexpr std::size_t kMaxDimensions = 64;  // NumPy 2's own limit

[[noreturn]] void refuse(const std::string& why) { throw std::runtime_error("not a usable .npy file: " + why); }

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Reads the header's text, a literal of a Python dict: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Skips space, then takes token if it is next.
  bool take(std::string_view token) {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  void expect(std::string_view token) {
    if (!take(token)) wrong(fmt::format("'{}'", token));
  }

  bool at_end() { return take("") && at_ == text_.size(); }

  [[noreturn]] void wrong(std::string_view wanted) const {
    refuse(fmt::format("its header should have {} at character {}", wanted, at_));
  }

  std::string_view string() {
    const char quote = take("'") ? '\'' : '"';
    if (quote == '"' && !take("\"")) wrong("a plain string");
    const std::size_t end = text_.find_first_of("'\"\\\n", at_);
    if (end == std::string_view::npos || text_[end] != quote) wrong("a plain string");
    const std::string_view value = text_.substr(at_, end - at_);
    at_ = end + 1;
    return value;
  }

  bool boolean() {
    if (take("True")) return true;
    if (take("False")) return false;
    wrong("True or False");
  }

  std::uint64_t length() {
    take("");
    std::uint64_t value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc() || value > std::numeric_limits<std::int64_t>::max()) wrong("a length from 0 to 2^63 - 1");
    if (*begin == '0' && end - begin > 1 && value != 0) wrong("a length without a leading 0");  // as in Python
    at_ += static_cast<std::size_t>(end - begin);
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // Python 2 wrote 3L
    return value;
  }

  std::vector<std::uint64_t> tuple() {
    std::vector<std::uint64_t> lengths;
    expect("(");
    while (!take(")")) {
      if (lengths.size() == kMaxDimensions) refuse(fmt::format("more than {} dimensions", kMaxDimensions));
      lengths.push_back(length());
      if (take(",")) continue;
      if (lengths.size() == 1) wrong("','");  // (3) is no tuple
      expect(")");
      break;
    }
    return lengths;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::uint64_t product(const std::vector<std::uint64_t>& shape) {
  std::uint64_t count = 1;
  bool overflow = false, empty = false;
  for (const std::uint64_t length : shape) {
    empty = empty || length == 0;
    overflow = __builtin_mul_overflow(count, length, &count) || overflow;
  }
  if (empty) return 0;
  // 16 bytes is more than any element has, so that sizes in bytes do not overflow either.
  if (overflow || count > std::numeric_limits<std::int64_t>::max() / 16) refuse("its shape has too many elements");
  return count;
}

}  // namespace

NpyHeader parse_npy_header(std::string_view beginning) {
  if (!beginning.starts_with(kMagic)) refuse("it does not begin with \\x93NUMPY");
  if (beginning.size() < 8) refuse("it ends within its header");
  const int major = static_cast<unsigned char>(beginning[6]), minor = static_cast<unsigned char>(beginning[7]);
  if (major < 1 || major > 3 || minor != 0)
    refuse(fmt::format("version {}.{} of the format; allowed: 1.0, 2.0, 3.0", major, minor));
  const std::size_t field = major == 1 ? 2 : 4, text_begin = 8 + field;
  if (beginning.size() < text_begin) refuse("it ends within its header");
  const std::size_t length = little_endian(beginning.substr(8, field));
  if (length > kMaxNpyHeader - text_begin)
    refuse(fmt::format("a header of {} bytes; allowed: {}", length, kMaxNpyHeader - text_begin));
  if (beginning.size() < text_begin + length) refuse("it ends within its header");

  NpyHeader header{};
  header.size = text_begin + length;
  Reader reader(beginning.substr(text_begin, length));
  bool descr = false, order = false, shape = false;
  reader.expect("{");
  while (!reader.take("}")) {
    const std::string_view key = reader.string();
    reader.expect(":");
    if (key == "descr" && !descr) {
      if (reader.take("[")) refuse("its dtype is structured; allowed: " + dtype_list());
      header.descr = reader.string();
      descr = true;
    } else if (key == "fortran_order" && !order) {
      header.fortran_order = reader.boolean();
      order = true;
    } else if (key == "shape" && !shape) {
      header.shape = reader.tuple();
      shape = true;
    } else {
      refuse(fmt::format("its header has the key '{}'; allowed: descr, fortran_order, shape, each once", key));
    }
    if (!reader.take(",")) {
      reader.expect("}");
      break;
    }
  }
  if (!descr || !order || !shape) refuse("its header lacks one of descr, fortran_order, shape");
  if (!reader.at_end()) reader.wrong("its end");
  header.count = product(header.shape);
  return header;
}

NpyElements npy_elements(std::string_view descr, std::optional<silu_dtype> asked) {
  constexpr std::string_view kOrders = "<>=|";
  const bool has_order = !descr.empty() && kOrders.find(descr[0]) != std::string_view::npos;
  const char order = has_order ? descr[0] : '=';
  const std::string_view type = descr.substr(has_order ? 1 : 0);

  std::optional<silu_dtype> held;
  for (const DtypeInfo& dtype : kDtypes)
    if (descr == dtype.name) held = dtype.dtype;  // np.dtype's other spelling, "float32"
  if (type == "f8") held = SILU_FLOAT64;
  if (type == "f4") held = SILU_FLOAT32;
  if (type == "f2") held = SILU_FLOAT16;
  if (type == "f1") held = SILU_FLOAT8_E5M2;
  for (const Unnamed& each : kUnnamed) {
    if (type != each.type) continue;
    if (!asked)
      throw std::runtime_error(fmt::format("its dtype '{}' is {} of any kind; say --dtype {} if that is what they are",
                                           descr, each.bytes, silu_dtype_name(each.dtype)));
    if (*asked == each.dtype) held = each.dtype;
  }
  if (!held)
    throw std::runtime_error(
        fmt::format("its dtype is '{}'; allowed: {} (<f8, <f4, <f2, <V2, <V1, <f1, or >)", descr, dtype_list()));
  if (asked && *asked != *held)
    throw std::runtime_error(fmt::format("its dtype is '{}', not {} as --dtype says", descr, silu_dtype_name(*asked)));
  constexpr char kForeign = std::endian::native == std::endian::little ? '>' : '<';
  return {*held, order == kForeign};
}

}  // namespace silu::tool
