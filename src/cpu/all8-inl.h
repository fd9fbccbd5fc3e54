// SPDX-License-Identifier: Apache-2.0
// The kernels of the formats of 8 bits, behind map_bytes and wide_operators of the instruction set whose namespace this
// is included in.
#include "cpu/narrow-inl.h"
#include "cpu/operators8-inl.h"

template <class Format, silu_function function>
void kernel8(const void* x, void* y, std::size_t n) {
  map_bytes(math::byte_table<function, Format>().values.data(), x, y, n);
}

template <class Format, std::size_t... function, std::size_t... op>
constexpr Column column8(std::index_sequence<function...> /*functions*/, std::index_sequence<op...> /*operators*/) {
  return {.functions = {kernel8<Format, kFunctions[function].function>...},
          .operators = {operator_kernel8<Format, kOperators[op].op>...},
          .map_bytes = map_bytes,
          .narrow = narrow_quotients<Format>};
}

template <class Format>
inline const Column& column_of() {
  static constexpr Column kColumn =
      column8<Format>(std::make_index_sequence<kFunctions.size()>(), std::make_index_sequence<kOperators.size()>());
  return kColumn;
}
