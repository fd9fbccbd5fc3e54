// SPDX-License-Identifier: Apache-2.0
// Files read and written at given places, and an output that appears whole or not at all.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

namespace silu::tool {

// A descriptor, closed at the end of its scope.  Safe from any thread: nothing moves a file position.
class File {
 public:
  File(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}
  File& operator=(File&&) = delete;
  ~File();

  int descriptor() const { return descriptor_; }
  const std::string& name() const { return name_; }

  // Fills bytes from offset on, or throws: with fewer bytes the file was cut off.
  void read_at(std::uint64_t offset, std::span<std::byte> bytes) const;
  void write_at(std::uint64_t offset, std::span<const std::byte> bytes) const;
  // Closes with an error where the descriptor's last writes failed.
  void close();

 private:
  int descriptor_;
  std::string name_;
};

struct Input {
  File file;
  std::uint64_t size;
  mode_t mode;
};

// A regular file; anything else (a folder, a pipe) is an error.
Input open_input(const std::string& path);

// A file that is written under a temporary name in its target's folder and takes the target's name in commit().  If
// that does not come about, by an exception or by SIGINT, SIGTERM or SIGHUP, the temporary file is removed and the
// target left as it was; after a signal the process ends with status 128 + its number.  One at a time.
class Output {
 public:
  // size: how much will be written, reserved at once where the file system can.  mode: the permissions of a new target;
  // an old one's are kept.  A symbolic link is followed.
  Output(const std::string& path, std::uint64_t size, mode_t mode);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  const File& file() const { return file_; }
  void commit();

 private:
  std::filesystem::path target_;
  mode_t mode_;
  File file_;
};

}  // namespace silu::tool
