// SPDX-License-Identifier: Apache-2.0
// Runs an entry point over the files and folders given, once each: what libFuzzer does with -runs=0, in any compiler.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** arguments) try {
  std::vector<std::filesystem::path> files;
  for (const std::string& argument : std::vector<std::string>(arguments + 1, arguments + count)) {
    if (argument.starts_with('-')) continue;  // libFuzzer's options
    if (!std::filesystem::is_directory(argument)) {
      files.emplace_back(argument);
    } else {
      for (const auto& entry : std::filesystem::directory_iterator(argument)) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& path : files) {
    std::fprintf(stderr, "%s\n", path.c_str());
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file) throw std::runtime_error("cannot read " + path.string());
    // A copy of exactly this size, for the address sanitizer.
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
  }
  if (files.empty()) throw std::runtime_error("no files given");
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
