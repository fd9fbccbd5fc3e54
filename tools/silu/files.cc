// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "errors.h"

namespace silu::tool {
namespace {

constexpr std::string_view kTemporaryName = ".silu-XXXXXX";

// The temporary file's path while there is one, else empty: what a signal's handler has to remove.
char temporary[PATH_MAX];

void remove_temporary(int signal) {
  if (temporary[0] != '\0') unlink(temporary);
  _exit(128 + signal);
}

void remove_temporary_on_signals() {
  struct sigaction action {};
  action.sa_handler = remove_temporary;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    // What was to be ignored (nohup) still is.
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    sigaction(signal, &action, nullptr);
  }
  std::signal(SIGXFSZ, SIG_IGN);  // beyond the limit on a file's size, write() then says so
}

std::filesystem::path resolve(const std::string& path) {
  std::error_code error;
  const auto resolved = std::filesystem::weakly_canonical(path, error);
  return error ? std::filesystem::path(path) : resolved;
}

File open_temporary(const std::filesystem::path& target, const std::string& name) {
  const std::string path = (target.parent_path() / kTemporaryName).string();
  if (path.size() >= sizeof temporary) {
    errno = ENAMETOOLONG;
    throw_system_error("cannot write " + name);
  }
  remove_temporary_on_signals();
  std::memcpy(temporary, path.c_str(), path.size() + 1);
  const int descriptor = mkostemp(temporary, O_CLOEXEC);
  if (descriptor < 0) {
    temporary[0] = '\0';
    throw_system_error("cannot write " + name);
  }
  return {descriptor, name};
}

// The permissions that open() would give a new file, or else the existing target's; refuses a target that a rename
// would do away with.
mode_t target_mode(const std::filesystem::path& target, const std::string& name, mode_t mode) {
  struct stat status {};
  if (stat(target.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) throw std::runtime_error("cannot write " + name + ": it is a directory");
    if (!S_ISREG(status.st_mode)) throw std::runtime_error("cannot write " + name + ": it is not a regular file");
    return status.st_mode & 0777;
  }
  if (errno != ENOENT) throw_system_error("cannot write " + name);
  const mode_t mask = umask(0);
  umask(mask);
  return mode & 0666 & ~mask;
}

}  // namespace

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void File::read_at(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_system_error("cannot read " + name_);
    if (got == 0) throw std::runtime_error("cannot read " + name_ + ": it became shorter while being read");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

void File::write_at(std::uint64_t offset, std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t put = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw_system_error("cannot write " + name_);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
}

void File::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) throw_system_error("cannot write " + name_);
}

Input open_input(const std::string& path) {
  // O_NONBLOCK, or opening a pipe would wait for its writer.
  File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK), path);
  struct stat status {};
  if (file.descriptor() < 0 || fstat(file.descriptor(), &status) != 0) throw_system_error("cannot read " + path);
  if (S_ISDIR(status.st_mode)) throw std::runtime_error("cannot read " + path + ": it is a directory");
  if (!S_ISREG(status.st_mode)) throw std::runtime_error("cannot read " + path + ": it is not a regular file");
  return {std::move(file), static_cast<std::uint64_t>(status.st_size), status.st_mode};
}

Output::Output(const std::string& path, std::uint64_t size, mode_t mode)
    : target_(resolve(path)), mode_(target_mode(target_, path, mode)), file_(open_temporary(target_, path)) {
  // From here on the destructor does not run if the constructor throws.
  [[maybe_unused]] const int kept = fchmod(file_.descriptor(), mode_);  // some file systems have no permissions
  if (size == 0 || fallocate(file_.descriptor(), 0, 0, static_cast<off_t>(size)) == 0) return;
  if (errno != ENOSPC && errno != EFBIG && errno != EDQUOT) return;  // cannot reserve here; writing will tell
  const int error = errno;
  unlink(temporary);
  temporary[0] = '\0';
  errno = error;
  throw_system_error("cannot write " + path);
}

Output::~Output() {
  if (temporary[0] != '\0') unlink(temporary);
  temporary[0] = '\0';
}

void Output::commit() {
  file_.close();
  if (rename(temporary, target_.c_str()) != 0) throw_system_error("cannot write " + file_.name());
  temporary[0] = '\0';
}

}  // namespace silu::tool
