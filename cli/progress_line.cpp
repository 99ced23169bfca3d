// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a run of minutes that says nothing looks as if it hung.
//
// Invariants
// 1. A line is never wider than the terminal: what wraps cannot be written over.
// 2. Nothing of it is left when the run ends, so that a terminal shows what a file would get.
// 3. What is not known is not guessed: without a total there is no share, and no time left until a
//    part of the input was read that says something.
//
// Rejected: a bar (the same number, with less in the same room), and escape sequences for a region
// of several lines (they leave rubbish when something else writes).
#include "cli/progress_line.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utf8proc.h>

#include "cli/report.h"
#include "operators/text/byte_size.h"
#include "operators/text/terminal_text.h"

namespace leat::cli {
namespace {

constexpr std::string_view kGap = "  ";
constexpr double kShareThatTells = 0.01;
constexpr double kProgressSeconds = 1;
constexpr size_t kUsualWidth = 80;

double share_of(const pipelines::RunProgress& progress) {
  if (progress.bytes_total == 0) return 0;
  return std::min(
      1.0, static_cast<double>(progress.bytes_read) / static_cast<double>(progress.bytes_total));
}

/// Seconds; negative: nobody knows.
double left_of(const pipelines::RunProgress& progress) {
  const double share = share_of(progress);
  if (share < kShareThatTells || share >= 1 || progress.seconds < kProgressSeconds) return -1;
  return progress.seconds * (1 - share) / share;
}

/// `0:07`, `12:30`, `1:02:03`
std::string clock_text(double seconds) {
  const auto all = static_cast<uint64_t>(std::llround(seconds));
  const uint64_t hours = all / 3600;
  const uint64_t minutes = all / 60 % 60;
  if (hours == 0) return fmt::format("{}:{:02}", minutes, all % 60);
  return fmt::format("{}:{:02}:{:02}", hours, minutes, all % 60);
}

std::string rate_text(double rows) {
  if (rows >= 1e6) return fmt::format("{:.1f}M rows/s", rows / 1e6);
  if (rows >= 1e4) return fmt::format("{:.0f}k rows/s", rows / 1e3);
  return fmt::format("{:.0f} rows/s", rows);
}

/// Cells on a terminal.
size_t cells_of(std::string_view text) {
  size_t cells = 0;
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t code_point = 0;
    const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
    const auto length =
        utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &code_point);
    if (length < 1) return text.size();
    cells += static_cast<size_t>(std::max(utf8proc_charwidth(code_point), 0));
    at += static_cast<size_t>(length);
  }
  return cells;
}

/// A part of the line; those with greater numbers go first when there is no room.
struct Part {
  int rank;
  std::string text;
};

std::vector<Part> parts_of(std::string_view name, const pipelines::RunProgress& progress) {
  std::vector<Part> parts;
  parts.push_back({5, io::terminal_text(name)});
  if (progress.bytes_total != 0)
    parts.push_back({0, fmt::format("{:.0f} %", std::floor(share_of(progress) * 100))});
  parts.push_back({3, progress.bytes_total != 0
                          ? fmt::format("{} of {}", io::format_bytes(progress.bytes_read),
                                        io::format_bytes(progress.bytes_total))
                          : fmt::format("{} read", io::format_bytes(progress.bytes_read))});
  if (progress.seconds > 0)
    parts.push_back({1, rate_text(static_cast<double>(progress.rows_read) / progress.seconds)});
  if (const double left = left_of(progress); left >= 0)
    parts.push_back({2, clock_text(left) + " left"});
  if (progress.rejected != 0)
    parts.push_back({4, fmt::format("{} rejected", grouped(progress.rejected))});
  if (progress.spilled != 0)
    parts.push_back({6, fmt::format("spilled {}", io::format_bytes(progress.spilled))});
  parts.push_back({7, fmt::format("memory {}", io::format_bytes(progress.memory))});
  return parts;
}

size_t width_of(int descriptor) {
  const size_t width = io::terminal_width(descriptor);
  return width > 0 ? width : kUsualWidth;
}

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written <= 0) return;  // what is shown in passing may be lost
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

std::string progress_text(std::string_view name, const pipelines::RunProgress& progress,
                          size_t width) {
  std::vector<Part> parts = parts_of(name, progress);
  const auto line_of = [&] {
    std::string line;
    for (const Part& part : parts) {
      if (!line.empty()) line += kGap;
      line += part.text;
    }
    return line;
  };
  std::string line = line_of();
  while (cells_of(line) > width && !parts.empty()) {
    parts.erase(std::max_element(parts.begin(), parts.end(),
                                 [](const Part& a, const Part& b) { return a.rank < b.rank; }));
    line = line_of();
  }
  return line;
}

nlohmann::ordered_json progress_json(std::string_view name,
                                     const pipelines::RunProgress& progress) {
  nlohmann::ordered_json fields{{"pipeline", name},
                                {"seconds", progress.seconds},
                                {"bytes_read", progress.bytes_read},
                                {"rows_read", progress.rows_read},
                                {"rejected", progress.rejected},
                                {"spilled_bytes", progress.spilled},
                                {"memory_bytes", progress.memory}};
  if (progress.bytes_total != 0) fields["bytes_total"] = progress.bytes_total;
  if (const double left = left_of(progress); left >= 0) fields["seconds_left"] = left;
  return fields;
}

void ProgressLine::show(std::string_view name, const pipelines::RunProgress& progress) {
  const std::lock_guard lock(mutex_);
  // The last cell stays free: some terminals wrap when it is written to.
  const std::string line = progress_text(name, progress, width_of(descriptor_) - 1);
  write_all(descriptor_, fmt::format("\r{}\x1b[K", line));
  is_shown_ = true;
}

void ProgressLine::clear() {
  const std::lock_guard lock(mutex_);
  if (is_shown_) write_all(descriptor_, "\r\x1b[K");
  is_shown_ = false;
}

}  // namespace leat::cli
