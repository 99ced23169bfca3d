// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

#include "operators/text/table_text.h"

namespace leat::cli {
namespace {

constexpr std::string_view kColumnGap = "  ";
constexpr std::string_view kEllipsis = "\u2026";
constexpr size_t kFirstColumnMin = 12;

std::vector<size_t> widths_of(const Table& table) {
  std::vector<size_t> widths(table.front().size(), 0);
  for (const auto& row : table) {
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], io::display_width(row[i]));
  }
  return widths;
}

size_t width_of_line(const std::vector<size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), widths.size() * kColumnGap.size());
}

void erase_column(Table& table, size_t column) {
  for (auto& row : table) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
}

/// Takes columns out of the middle, and puts a mark there, until lines fit; two stay.
void drop_columns(Table& table, size_t width) {
  std::vector<size_t> widths = widths_of(table);
  if (widths.size() <= 2 || width_of_line(widths) <= width) return;
  const auto place = [&] { return static_cast<std::ptrdiff_t>(widths.size() / 2); };
  auto at = place();
  for (auto& row : table) row[static_cast<size_t>(at)] = kEllipsis;
  widths[static_cast<size_t>(at)] = 1;
  while (widths.size() > 3 && width_of_line(widths) > width) {
    // The mark stays in the middle: what is longer of the two sides loses its column beside it.
    const bool from_left = at > static_cast<std::ptrdiff_t>(widths.size()) - 1 - at;
    const auto gone = from_left ? at - 1 : at + 1;
    erase_column(table, static_cast<size_t>(gone));
    widths.erase(widths.begin() + gone);
    if (from_left) --at;
  }
}

std::string padding(std::string_view cell, size_t width) {
  return std::string(width - std::min(width, io::display_width(cell)), ' ');
}

}  // namespace

std::string cut_in_the_middle(std::string_view text, size_t width) {
  if (io::display_width(text) <= width) return std::string(text);
  const size_t left = (width - 1) / 2;
  std::string begin = io::fit_cell(text, left + 1);
  // From the end: the longest rest that has room and begins with a whole character.
  size_t at = text.size();
  while (at > 0) {
    size_t next = at - 1;
    while (next > 0 && (static_cast<uint8_t>(text[next]) & 0xC0) == 0x80) --next;
    if (io::display_width(text.substr(next)) > width - 1 - left) break;
    at = next;
  }
  return begin.append(text.substr(at));
}

Table narrowed(Table table, size_t width, std::span<const std::string_view> less_wanted) {
  for (size_t column = table.front().size(); column > 1; --column) {
    const bool is_empty = std::all_of(table.begin() + 1, table.end(),
                                      [&](const auto& row) { return row[column - 1] == "-"; });
    if (is_empty) erase_column(table, column - 1);
  }
  for (const std::string_view head : less_wanted) {
    if (width == 0 || width_of_line(widths_of(table)) <= width) break;
    const auto& heads = table.front();
    const auto found = std::find(heads.begin() + 1, heads.end(), head);
    if (found != heads.end()) erase_column(table, static_cast<size_t>(found - heads.begin()));
  }
  return table;
}

std::string aligned(const Table& whole, size_t width) {
  Table table = whole;
  std::vector<size_t> widths = widths_of(table);
  if (const size_t line = width_of_line(widths); width != 0 && line > width) {
    const size_t first = std::max(kFirstColumnMin, widths[0] - std::min(widths[0], line - width));
    for (auto& row : table) row[0] = cut_in_the_middle(row[0], first);
    drop_columns(table, width);
    widths = widths_of(table);
  }
  std::string text;
  for (const auto& row : table) {
    std::string line(kColumnGap);
    line += row.front() + padding(row.front(), widths.front());
    for (size_t i = 1; i < row.size(); ++i) {
      line += kColumnGap;
      line += padding(row[i], widths[i]) + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string short_time(uint64_t nanoseconds) {
  constexpr double kPerSecond = 1e9;
  const double seconds = static_cast<double>(nanoseconds) / kPerSecond;
  if (nanoseconds == 0) return "-";
  if (seconds < 1e-4) return fmt::format("{:.0f} \u00b5s", std::ceil(seconds * 1e6));
  if (seconds < 0.1) return fmt::format("{:.1f} ms", seconds * 1e3);
  if (seconds < 60) return fmt::format("{:.2f} s", seconds);
  const auto whole = static_cast<uint64_t>(seconds);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

}  // namespace leat::cli
