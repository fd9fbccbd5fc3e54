// SPDX-License-Identifier: Apache-2.0
// silu map: a function of every element of a .npy file.
#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_pipeline.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "commands.h"
#include "errors.h"
#include "files.h"
#include "npy.h"
#include "progress.h"
#include "selection.h"
#include "threads.h"

namespace silu::tool {
namespace {

struct Options {
  std::string function, input, output;
  std::optional<std::string> dtype;
  int threads = 1;
  bool quiet = false;
};

// Small enough to stay in a core's cache from reading to writing, large enough that system calls do not count.
constexpr std::uint64_t kBlock = 256 * 1024;

template <class Word>
void swap_words(std::span<std::byte> bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(Word)) {
    Word word;
    std::memcpy(&word, &bytes[i], sizeof word);
    if constexpr (sizeof word == 8) word = __builtin_bswap64(word);
    if constexpr (sizeof word == 4) word = __builtin_bswap32(word);
    if constexpr (sizeof word == 2) word = __builtin_bswap16(word);
    std::memcpy(&bytes[i], &word, sizeof word);
  }
}

void swap_elements(std::span<std::byte> bytes, std::size_t size) {
  if (size == 8) swap_words<std::uint64_t>(bytes);
  if (size == 4) swap_words<std::uint32_t>(bytes);
  if (size == 2) swap_words<std::uint16_t>(bytes);
}

void evaluate_in_place(silu_function function, NpyElements elements, std::span<std::byte> bytes) {
  const std::size_t size = silu_dtype_size(elements.dtype);
  if (elements.swapped) swap_elements(bytes, size);
  const silu_status status = silu_evaluate(function, elements.dtype, bytes.data(), bytes.data(), bytes.size() / size);
  if (status != SILU_OK) throw std::runtime_error(silu_status_message(status));
  if (elements.swapped) swap_elements(bytes, size);
}

// The output has the input's dtype, byte order, shape and order of axes, and so its very header.
void map(const Options& options) {
  const silu_function function = function_of(options.function);
  std::optional<silu_dtype> asked;
  if (options.dtype) asked = dtype_of(*options.dtype).dtype;

  const Input input = open_input(options.input);
  std::vector<std::byte> header_bytes(std::min<std::uint64_t>(input.size, kMaxNpyHeader));
  input.file.read_at(0, header_bytes);
  NpyHeader header;
  NpyElements elements;
  try {
    header = parse_npy_header({reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size()});
    elements = npy_elements(header.descr, asked);
    const std::uint64_t bytes = header.count * silu_dtype_size(elements.dtype);
    if (input.size - header.size != bytes)
      throw std::runtime_error(
          fmt::format("its header promises {} bytes of data; it has {}", bytes, input.size - header.size));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error("cannot read " + options.input + ": " + error.what());
  }
  header_bytes.resize(header.size);

  Output output(options.output, input.size, input.mode);
  output.file().write_at(0, header_bytes);
  {
    tbb::enumerable_thread_specific<std::vector<std::byte>> buffers([] { return std::vector<std::byte>(kBlock); });
    Progress progress(fmt::format("{} {}", options.function, silu_dtype_name(elements.dtype)), input.size - header.size,
                      "B", options.quiet);
    std::uint64_t next = header.size;
    // Blocks are handed out in the file's order, for the disk's sake.
    with_threads(options.threads, [&] {
      tbb::parallel_pipeline(
          static_cast<std::size_t>(options.threads),
          tbb::make_filter<void, std::uint64_t>(tbb::filter_mode::serial_in_order, [&](tbb::flow_control& control) {
            const std::uint64_t offset = next;
            if (offset >= input.size) control.stop();
            next += kBlock;
            return offset;
          }) & tbb::make_filter<std::uint64_t, void>(tbb::filter_mode::parallel, [&](std::uint64_t offset) {
            const std::span<std::byte> block(buffers.local().data(), std::min(kBlock, input.size - offset));
            input.file.read_at(offset, block);
            evaluate_in_place(function, elements, block);
            output.file().write_at(offset, block);
            progress.add(block.size());
          }));
    });
  }
  output.commit();
}

}  // namespace

void add_map(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("map", "A function of every element of a .npy file");
  command->add_option("FUNCTION", options->function, "Its name, such as silu (see silu info)")->required();
  command->add_option("INPUT", options->input, "A .npy file of one of the dtypes")->required();
  command->add_option("OUTPUT", options->output, "The .npy file to write; may be INPUT itself")->required();
  command
      ->add_option("--dtype", options->dtype,
                   "What the input must hold; needed for bfloat16 and float8_e4m3fn, which NumPy writes as V2 and V1")
      ->type_name("NAME");
  add_threads(*command, options->threads);
  command->add_flag("--quiet", options->quiet, "No progress bar");
  command->footer(
      "Files may be larger than memory.  Shape, axis order (C or Fortran), dtype and byte order stay as they are.\n"
      "The output is written under a temporary name in its folder and renamed when it is complete, so that it never\n"
      "holds half a result, and may replace the input.\n\n"
      "Examples:\n"
      "  silu map silu x.npy y.npy\n"
      "  silu map silu_derivative x.npy x.npy\n"
      "  silu map sigmoid weights.npy out.npy --dtype bfloat16 --threads 2");
  command->callback([options] { map(*options); });
}

}  // namespace silu::tool
