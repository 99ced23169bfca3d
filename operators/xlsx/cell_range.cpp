// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/cell_range.h"

#include <fmt/format.h>

#include "engine/codes/option.h"

namespace leat::io {
namespace {

/// Reads digits of base `base` from the front of `text`; false when the number is above `most`.
template <typename Digit>
bool take_number(std::string_view& text, uint32_t base, uint32_t most, Digit digit,
                 uint32_t& number) {
  number = 0;
  for (; !text.empty(); text.remove_prefix(1)) {
    const uint32_t value = digit(text.front());
    if (value == UINT32_MAX) return true;
    number = number * base + value;
    if (number > most) return false;
  }
  return true;
}

void skip_dollar(std::string_view& text) {
  if (text.starts_with('$')) text.remove_prefix(1);
}

}  // namespace

std::optional<CellName> parse_cell_name(std::string_view text) {
  CellName name;
  const auto letter = [](char c) -> uint32_t {
    if (c >= 'A' && c <= 'Z') return static_cast<uint32_t>(c - 'A') + 1;
    return c >= 'a' && c <= 'z' ? static_cast<uint32_t>(c - 'a') + 1 : UINT32_MAX;
  };
  const auto digit = [](char c) -> uint32_t {
    return c >= '0' && c <= '9' ? static_cast<uint32_t>(c - '0') : UINT32_MAX;
  };
  skip_dollar(text);
  if (!take_number(text, 26, kSheetColumnsMax, letter, name.column)) return std::nullopt;
  if (name.column > 0 && !text.empty()) skip_dollar(text);
  const bool has_row = !text.empty();
  if (!take_number(text, 10, kSheetRowsMax, digit, name.row) || !text.empty()) return std::nullopt;
  if ((has_row && name.row == 0) || (name.column == 0 && name.row == 0)) return std::nullopt;
  return name;
}

Result<CellRange> parse_cell_range(std::string_view text) {
  constexpr std::string_view kHint = "write it as in B3:H20, B3:H (to the last row) or A:C";
  const size_t colon = text.find(':');
  const auto wrong = [&](std::string message) {
    return fail(code::kCellRange, ErrorCode::kInvalid, std::move(message), std::string(kHint));
  };
  const auto first = parse_cell_name(text.substr(0, colon));
  std::optional<CellName> last = CellName();
  if (colon != std::string_view::npos) last = parse_cell_name(text.substr(colon + 1));
  if (!first || !last) return wrong(fmt::format("'{}' is not a range of cells", text));
  CellRange range{*first, *last, true};
  if (range.first.column == 0) range.first.column = 1;
  if (range.first.row == 0) range.first.row = 1;
  const bool backwards = (range.last.column != 0 && range.last.column < range.first.column) ||
                         (range.last.row != 0 && range.last.row < range.first.row);
  if (backwards) return wrong(fmt::format("the range '{}' runs backwards", text));
  return range;
}

}  // namespace leat::io
