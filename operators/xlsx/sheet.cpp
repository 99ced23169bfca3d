// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: what a cell says depends on its kind, its style, and the workbook's texts; from here on
// it is a text, which is read as a field of CSV is.
//
// Invariants: what cannot be told is an error of the cell, never a guess or an empty cell.
//
// Not chosen: typed values from here (a column is read in one way whatever holds it, with the same
// messages, and a sheet may hold the numbers of a column as texts).
#include "operators/xlsx/sheet.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

constexpr size_t kShownDigits = 15;
constexpr std::string_view kUnknownEntity = "holds an entity that it does not explain";

/// The value of `cell` with its references resolved; false when one cannot be.
bool append_value(const SheetCell& cell, std::string& out) {
  if (cell.is_raw) return append_xml_text(cell.value, out);
  out += cell.value;
  return true;
}

std::string append_shared(const SheetCell& cell, const Sheet& sheet, std::string& out) {
  size_t index = 0;
  const char* const end = cell.value.data() + cell.value.size();
  const auto [stop, error] = std::from_chars(cell.value.data(), end, index);
  if (error != std::errc() || stop != end || index >= sheet.strings->size())
    return fmt::format("refers to text {}, of which the workbook has {}", cell.value,
                       sheet.strings->size());
  out += (*sheet.strings)[index];
  return {};
}

std::string append_number_of(const SheetCell& cell, const Sheet& sheet, SheetDigits digits,
                             std::string& out) {
  const NumberKind kind = sheet.styles.kind(cell.style);
  if (kind != NumberKind::kNumber) {
    if (append_time(cell.value, kind, sheet.styles.from_1904, out)) return {};
    return fmt::format("has the number {} in a format of dates, but it is none", cell.value);
  }
  double value = 0;
  if (digits == SheetDigits::kShown && cell.value.size() > kShownDigits &&
      parse_float64(cell.value, value)) {
    if (append_number(fmt::format("{:.{}g}", value, kShownDigits), out)) return {};
  } else if (append_number(cell.value, out)) {
    return {};
  }
  return fmt::format("has '{}' where a number should be", cell.value);
}

}  // namespace

std::string append_cell(const SheetCell& cell, const Sheet& sheet, SheetDigits digits,
                        std::string& out) {
  if (cell.lacks_value) return "holds a formula without a value";
  switch (cell.kind) {
    case CellKind::kNumber: return append_number_of(cell, sheet, digits, out);
    case CellKind::kShared: return append_shared(cell, sheet, out);
    case CellKind::kBool: {
      const bool truth = cell.value == "1" || cell.value == "true";
      if (!truth && cell.value != "0" && cell.value != "false")
        return fmt::format("has '{}' where true or false should be", cell.value);
      out += truth ? "true" : "false";
      break;
    }
    case CellKind::kText: {
      std::string text;
      if (!append_value(cell, text)) return std::string(kUnknownEntity);
      unescape_xlsx(text);
      out += text;
      break;
    }
    case CellKind::kTime:
      if (!append_value(cell, out)) return std::string(kUnknownEntity);
      break;
    case CellKind::kError: {
      const size_t begin = out.size();
      if (!append_value(cell, out)) return std::string(kUnknownEntity);
      return fmt::format("holds {}", out.substr(begin));
    }
  }
  return {};
}

}  // namespace leat::io
