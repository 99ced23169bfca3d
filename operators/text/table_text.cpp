// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/table_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <utf8proc.h>

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
  const bool unprintable = read <= 0 || code < 0x20 || (code >= 0x7F && code < 0xA0);
  if (unprintable)
    return {fmt::format("\\x{:02x}", static_cast<uint8_t>(read > 0 ? code : shown[0])), 4};
  // Marks that turn the direction of text round would turn the table round.
  const bool turns = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  if (turns) return {fmt::format("\\u{:04x}", code), 6};
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

std::string TableText::text() const {
  std::string out;
  put_line(rows_[0], out);
  put_line(rows_[1], out);
  for (size_t i = 0; i < widths_.size(); ++i) {
    if (i > 0) out += kGap;
    out.append(widths_[i], '-');
  }
  out += '\n';
  for (size_t i = 2; i < rows_.size(); ++i) put_line(rows_[i], out);
  return out;
}

void TableText::put_line(const std::vector<std::string>& cells, std::string& out) const {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += kGap;
    const size_t padding = widths_[i] - display_width(cells[i]);
    if (is_number_[i]) line.append(padding, ' ');
    line += cells[i];
    if (!is_number_[i]) line.append(padding, ' ');
  }
  trim_end(line);
  out += line + '\n';
}

}  // namespace leat::io
