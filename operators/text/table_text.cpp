// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/table_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <utf8proc.h>

#include "operators/text/terminal_text.h"

namespace leat::io {

namespace {

constexpr std::string_view kGap = "  ";
constexpr std::string_view kEllipsis = "\u2026";

/// Takes a character from the front of `text`: what to print for it and how wide that is.
std::pair<std::string, size_t> take_character(std::string_view& text) {
  utf8proc_int32_t code = 0;
  const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const utf8proc_ssize_t read =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &code);
  const size_t length = read > 0 ? static_cast<size_t>(read) : 1;
  std::string shown(text.substr(0, length));
  text.remove_prefix(length);
  if (code == '\n') return {"\\n", 2};
  if (code == '\t') return {"\\t", 2};
  if (code == '\r') return {"\\r", 2};
  if (read <= 0) code = static_cast<uint8_t>(shown[0]);
  if (read <= 0 || (acts_on_terminal(code) && code < 0xA0))
    return {fmt::format("\\x{:02x}", code), 4};
  // Marks that turn the direction of text round would turn the table round.
  if (acts_on_terminal(code)) return {fmt::format("\\u{:04x}", code), 6};
  const int width = utf8proc_charwidth(code);
  return {std::move(shown), width > 0 ? static_cast<size_t>(width) : 0};
}

void trim_end(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += take_character(text).second;
  return width;
}

std::string fit_cell(std::string_view text, size_t width) {
  std::string fitted;
  size_t used = 0;
  size_t cut = 0;  // of fitted: where the ellipsis would go
  while (!text.empty()) {
    const auto [shown, columns] = take_character(text);
    if (used + columns > width) {
      fitted.resize(cut);
      return fitted.append(kEllipsis);
    }
    fitted += shown;
    used += columns;
    if (used < width) cut = fitted.size();
  }
  return fitted;
}

TableText::TableText(const Schema& schema, size_t width) {
  std::vector<std::string> names;
  std::vector<std::string> types;
  for (const Field& field : schema.fields()) {
    is_number_.push_back(field.type.is_numeric());
    names.push_back(fit_cell(field.name, width));
    types.push_back(fit_cell(to_string(field.type), width));
  }
  widths_.resize(schema.size());
  add_row(std::move(names));
  add_row(std::move(types));
}

void TableText::add_row(std::vector<std::string> cells) {
  for (size_t i = 0; i < cells.size(); ++i)
    widths_[i] = std::max(widths_[i], display_width(cells[i]));
  rows_.push_back(std::move(cells));
}

std::vector<std::optional<size_t>> TableText::shown_columns(size_t terminal_width) const {
  std::vector<std::optional<size_t>> columns;
  size_t total = 0;
  for (size_t i = 0; i < widths_.size(); ++i) {
    columns.emplace_back(i);
    total += widths_[i] + (i > 0 ? kGap.size() : 0);
  }
  if (terminal_width == 0 || total <= terminal_width || columns.size() <= 2) return columns;
  // From both ends towards the middle, while there is room beside the mark.
  size_t left = 1;
  size_t right = 1;
  size_t used = widths_.front() + widths_.back() + 2 * kGap.size() + 1;
  while (left + right < widths_.size()) {
    const bool from_left = left <= right;
    const size_t next = from_left ? left : widths_.size() - 1 - right;
    used += widths_[next] + kGap.size();
    if (used > terminal_width) break;
    ++(from_left ? left : right);
  }
  std::vector<std::optional<size_t>> shown(columns.begin(),
                                           columns.begin() + static_cast<ptrdiff_t>(left));
  if (left + right < columns.size()) shown.emplace_back(std::nullopt);
  shown.insert(shown.end(), columns.end() - static_cast<ptrdiff_t>(right), columns.end());
  return shown;
}

std::string TableText::text(size_t terminal_width) const {
  const std::vector<std::optional<size_t>> columns = shown_columns(terminal_width);
  std::string out;
  put_line(rows_[0], columns, out);
  put_line(rows_[1], columns, out);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += kGap;
    out.append(columns[i] ? widths_[*columns[i]] : 1, '-');
  }
  out += '\n';
  for (size_t i = 2; i < rows_.size(); ++i) put_line(rows_[i], columns, out);
  return out;
}

void TableText::put_line(const std::vector<std::string>& cells,
                         const std::vector<std::optional<size_t>>& columns,
                         std::string& out) const {
  std::string line;
  for (size_t place = 0; place < columns.size(); ++place) {
    if (place > 0) line += kGap;
    if (!columns[place]) {
      line += kEllipsis;
      continue;
    }
    const size_t i = *columns[place];
    const size_t padding = widths_[i] - display_width(cells[i]);
    if (is_number_[i]) line.append(padding, ' ');
    line += cells[i];
    if (!is_number_[i]) line.append(padding, ' ');
  }
  trim_end(line);
  out += line + '\n';
}

}  // namespace leat::io
