// SPDX-License-Identifier: Apache-2.0
// A progress bar on the terminal: how far, how fast, how long yet.  Debian has no C++ library for it.
#pragma once

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <utility>

namespace silu::tool {

// One line on stderr, redrawn ten times a second at most, and erased at the end; nothing at all where
// stderr is not a terminal, or quiet is set.  add() may be called from any thread.
//
//   Progress progress("silu float32", bytes, "B");
//   progress.add(4096);   // silu float32 [=====>      ]  42%  1.7 GB of 4.0 GB  2.1 GB/s  1 s left
class Progress {
 public:
  // done: how much of total was already there when this run began (a resumed one), and so does not count
  // for the rate.
  Progress(std::string title, std::uint64_t total, std::string unit, bool quiet = false, std::uint64_t done = 0)
      : title_(std::move(title)),
        unit_(std::move(unit)),
        total_(total),
        before_(done),
        done_(done),
        shown_(!quiet && isatty(STDERR_FILENO) == 1) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { finish(); }

  void add(std::uint64_t amount) {
    const std::uint64_t done = done_.fetch_add(amount, std::memory_order_relaxed) + amount;
    if (!shown_) return;
    const std::unique_lock lock(drawing_, std::try_to_lock);  // whoever is not first goes on working
    const auto now = Clock::now();
    if (!lock.owns_lock() || finished_ || now - drawn_ < kInterval) return;
    drawn_ = now;
    draw(done, std::chrono::duration<double>(now - start_).count());
  }

  // Changes what stands before the bar.
  void title(std::string title) {
    const std::lock_guard lock(drawing_);
    title_ = std::move(title);
  }

  // Erases the line, so that what is printed next starts on a clean one.
  void finish() {
    const std::lock_guard lock(drawing_);
    if (std::exchange(finished_, true) || drawn_ == Clock::time_point()) return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
  }

  // 1234567 -> "1.23 M": three digits and an SI prefix.
  static std::string amount(double value) {
    constexpr const char* kPrefixes[] = {"", "k", "M", "G", "T", "P", "E"};
    int prefix = 0;
    for (; value >= 999.5 && prefix < 6; ++prefix) value /= 1000;
    const int decimals = prefix == 0 ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f} {}", value, decimals, kPrefixes[prefix]);
  }

  // 3725 -> "1 h 02 min"
  static std::string duration(double seconds) {
    if (!(seconds < 1e9)) return "unknown time";
    const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kInterval{100};

  void draw(std::uint64_t done, double seconds) {
    const double share = total_ == 0 ? 1 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    const double rate = static_cast<double>(done - before_) / std::max(seconds, 1e-9);
    const double left = (static_cast<double>(total_) - static_cast<double>(std::min(done, total_))) / rate;
    const std::string text =
        fmt::format("{:3.0f}%  {}{} of {}{}  {}{}/s  {} left", 100 * share, amount(static_cast<double>(done)), unit_,
                    amount(static_cast<double>(total_)), unit_, amount(rate), unit_, duration(left));
    winsize window{};
    const std::size_t columns =
        ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 ? window.ws_col : std::size_t{80};
    const std::size_t taken = title_.size() + text.size() + 6;  // what is not the bar itself
    std::string bar;
    if (taken + 10 <= columns) {
      const std::size_t width = std::min<std::size_t>(columns - taken, 40);
      const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
      bar = '[' + std::string(filled, '=') + (filled < width ? ">" : "") +
            std::string(filled < width ? width - filled - 1 : 0, ' ') + "] ";
    }
    const std::string line = (title_ + ' ' + bar + text).substr(0, columns - 1);
    fmt::print(stderr, "\r{}\x1b[K", line);
    std::fflush(stderr);
  }

  std::string title_;
  const std::string unit_;
  const std::uint64_t total_, before_;
  std::atomic<std::uint64_t> done_;
  const bool shown_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_{};
  bool finished_ = false;
  std::mutex drawing_;
};

}  // namespace silu::tool
