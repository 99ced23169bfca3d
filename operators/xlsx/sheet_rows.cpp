// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: where a row ends must be found much faster than rows are read, since one goroutine cuts
// what many lanes read; yet rows may leave out their numbers, and count from the one before.
//
// Invariants
// 1. `<` stands for itself in tags alone, so `</row>` found from the back is the end of a row,
//    unless the text holds a comment, CDATA or an instruction: then it is walked from the front.
// 2. The number of the row behind a cut is known there: by the last row's own number, or by
//    counting when it has none. Lanes need nothing of the pieces before.
// 3. Rows ascend, cells of a row as well: a sheet that says otherwise is refused.
#include "operators/xlsx/sheet_rows.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "operators/xlsx/cell_range.h"

namespace leat::io {
namespace {

using Token = XmlScanner::Token;

uint32_t parse_number(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : UINT32_MAX;
}

CellKind kind_of(std::string_view type) {
  if (type == "s") return CellKind::kShared;
  if (type == "str" || type == "inlineStr") return CellKind::kText;
  if (type == "b") return CellKind::kBool;
  if (type == "e") return CellKind::kError;
  return type == "d" ? CellKind::kTime : CellKind::kNumber;
}

bool is_name_end(char c) {
  return c == '>' || c == ' ' || c == '/' || c == '\n' || c == '\r' || c == '\t';
}

/// Does `before`, text in front of a name, end with `mark`, or with it and a prefix?
bool ends_with_mark(std::string_view before, std::string_view mark) {
  if (before.ends_with(mark)) return true;
  if (!before.ends_with(':')) return false;
  size_t at = before.size() - 1;
  while (at > 0 && before[at - 1] != '/' && before[at - 1] != '<' && !is_name_end(before[at - 1]))
    --at;
  return before.substr(0, at).ends_with(mark);
}

/// Where the last tag of a row that begins with `mark` stands in `text`, behind `from`: the
/// position of its name.
size_t find_last(std::string_view text, std::string_view mark, size_t from) {
  constexpr std::string_view kName = "row";
  for (size_t at = text.rfind(kName); at != std::string_view::npos && at >= from;
       at = at == 0 ? std::string_view::npos : text.rfind(kName, at - 1)) {
    const size_t end = at + kName.size();
    if (end < text.size() && is_name_end(text[end]) && ends_with_mark(text.substr(0, at), mark))
      return at;
  }
  return std::string_view::npos;
}

constexpr uint32_t kNoNumber = UINT32_MAX;

/// The number that the row says it has whose tag's name stands at `name` of `text`.
uint32_t number_at(std::string_view text, size_t name) {
  if (name == std::string_view::npos) return kNoNumber;
  XmlScanner scanner(text.substr(text.rfind('<', name)));
  if (scanner.next() != Token::kStart || scanner.name() != "row") return kNoNumber;
  const auto number = scanner.attribute("r");
  const uint32_t row = number ? parse_number(*number) : kNoNumber;
  return row <= kSheetRowsMax ? row : kNoNumber;
}

/// By walking over all of it.
RowsEnd walk_to_end(std::string_view text, uint32_t next_row) {
  SheetRows rows(text, next_row);
  RowsEnd found{0, next_row};
  while (rows.next() == SheetRows::Next::kRow) found = {rows.next_position(), rows.row() + 1};
  return found;
}

}  // namespace

SheetRows::Next SheetRows::refuse(std::string fault) {
  fault_ = std::move(fault);
  return Next::kFault;
}

SheetRows::Next SheetRows::stopped(Token token) {
  return token == Token::kFault ? refuse(scanner_.fault()) : Next::kCut;
}

/// What an element is that could not be skipped.
SheetRows::Next SheetRows::broken_off() {
  return scanner_.fault().empty() ? Next::kCut : refuse(scanner_.fault());
}

SheetRows::Next SheetRows::next() {
  for (;;) {
    if (ended_) return Next::kEnd;
    const Token token = scanner_.next();
    if (token == Token::kNone) return Next::kEnd;
    if (token == Token::kFault) return refuse(scanner_.fault());
    if (token == Token::kCut) return Next::kEnd;
    if (token == Token::kEnd && scanner_.name() == "sheetData") ended_ = true;
    if (token == Token::kStart && scanner_.name() == "row") return read_row();
  }
}

SheetRows::Next SheetRows::read_row() {
  begin_ = scanner_.position();
  cells_.clear();
  joined_.clear();
  column_ = 0;
  const auto number = scanner_.attribute("r");
  const uint32_t row = number ? parse_number(*number) : row_ + 1;
  if (row == 0 || row > kSheetRowsMax) return refuse("a row whose number no sheet has");
  if (row <= row_) return refuse(fmt::format("row {} behind row {}", row, row_));
  row_ = row;
  if (scanner_.is_empty()) return Next::kRow;
  for (;;) {
    const Token token = scanner_.next();
    if (token == Token::kStart && scanner_.name() == "c") {
      if (const Next read = read_cell(); read != Next::kRow) return read;
    } else if (token == Token::kStart) {
      if (!scanner_.skip_element()) return broken_off();
    } else if (token == Token::kEnd) {
      return scanner_.name() == "row" ? Next::kRow : refuse("a row that does not end");
    } else if (token != Token::kText) {
      return stopped(token);
    }
  }
}

/// Where the cell stands and what it holds, by its tag.
bool SheetRows::begin_cell(SheetCell& cell) {
  cell.column = column_ + 1;
  if (const auto name = scanner_.attribute("r")) {
    const auto place = parse_cell_name(*name);
    if (!place || place->column == 0) return false;
    cell.column = place->column;
  }
  if (cell.column <= column_ || cell.column > kSheetColumnsMax) return false;
  column_ = cell.column;
  if (const auto type = scanner_.attribute("t")) cell.kind = kind_of(*type);
  if (const auto style = scanner_.attribute("s")) cell.style = parse_number(*style);
  return true;
}

/// kRow: the cell was read.
SheetRows::Next SheetRows::read_cell() {
  SheetCell cell;
  if (!begin_cell(cell)) return refuse("a cell that is not behind the one before it");
  if (scanner_.is_empty()) return Next::kRow;
  bool has_value = false;
  bool has_formula = false;
  for (;;) {
    const Token token = scanner_.next();
    if (token == Token::kEnd && scanner_.name() != "c") return refuse("a cell that does not end");
    if (token == Token::kEnd) break;
    if (token == Token::kText) continue;
    if (token != Token::kStart) return stopped(token);
    const std::string_view name = scanner_.name();
    if (name == "v" || name == "is") {
      has_value = true;
      if (scanner_.is_empty()) continue;
      if (const Next read = read_text(name == "v" ? "v" : "is", cell); read != Next::kRow)
        return read;
    } else {
      has_formula = has_formula || name == "f";
      if (!scanner_.skip_element()) return broken_off();
    }
  }
  const bool is_text = cell.kind == CellKind::kText;
  cell.lacks_value = has_formula && (!has_value || (cell.value.empty() && !is_text));
  if (cell.lacks_value || (has_value && (is_text || !cell.value.empty()))) cells_.push_back(cell);
  return Next::kRow;
}

/// The text up to the end of element `end`: of `<v>` all, of `<is>` what stands in `<t>`.
SheetRows::Next SheetRows::read_text(std::string_view end, SheetCell& cell) {
  const bool inlined = end == "is";
  bool in_text = !inlined;
  size_t pieces = 0;
  for (;;) {
    const Token token = scanner_.next();
    if (token == Token::kText) {
      if (!in_text) continue;
      if (++pieces == 1) {
        cell.value = scanner_.text();
        cell.is_raw = !scanner_.is_literal();
        continue;
      }
      if (pieces == 2) {
        std::string& first = joined_.emplace_back();
        if (!cell.is_raw) first = cell.value;
        if (cell.is_raw && !append_xml_text(cell.value, first)) return refuse("an unknown entity");
        cell.is_raw = false;
      }
      std::string& text = joined_.back();
      if (scanner_.is_literal()) text += scanner_.text();
      if (!scanner_.is_literal() && !append_xml_text(scanner_.text(), text))
        return refuse("an unknown entity");
      cell.value = text;
    } else if (token == Token::kStart) {
      if (!inlined) return refuse("an element in a value");
      if (scanner_.name() == "t") {
        in_text = !scanner_.is_empty();
      } else if (scanner_.name() != "r" && !scanner_.skip_element()) {
        return broken_off();
      }
    } else if (token == Token::kEnd) {
      if (scanner_.name() == end) return Next::kRow;
      if (!inlined || (scanner_.name() != "t" && scanner_.name() != "r"))
        return refuse("a text that does not end");
      in_text = false;
    } else {
      return stopped(token);
    }
  }
}

std::optional<size_t> find_sheet_data(std::string_view text, std::string& fault) {
  XmlScanner scanner(text);
  for (;;) {
    switch (scanner.next()) {
      case Token::kStart:
        if (scanner.name() == "sheetData") return scanner.next_position();
        break;
      case Token::kFault: fault = scanner.fault(); return std::nullopt;
      case Token::kCut:
      case Token::kNone: return std::nullopt;
      default: break;
    }
  }
}

RowsEnd find_rows_end(std::string_view text, size_t scanned, uint32_t next_row) {
  constexpr size_t kTagBytes = 64;  // of an end tag with a prefix
  if (text.contains("<!") || text.contains("<?")) return walk_to_end(text, next_row);
  const size_t from = scanned > kTagBytes ? scanned - kTagBytes : 0;
  const size_t name = find_last(text, "</", from);
  const size_t tag_end = name == std::string_view::npos ? name : text.find('>', name);
  if (tag_end != std::string_view::npos) {
    const std::string_view rows = text.substr(0, tag_end + 1);
    const uint32_t number = number_at(rows, find_last(rows.substr(0, name), "<", 0));
    if (number != kNoNumber) return {rows.size(), number + 1};
    return {rows.size(), walk_to_end(rows, next_row).next_row};
  }
  // Rows without cells may have no end tags: one ends where the next begins.
  const size_t last = find_last(text, "<", from);
  const size_t begin = last == std::string_view::npos ? 0 : text.rfind('<', last);
  if (begin == 0) return {0, next_row};
  const uint32_t number = number_at(text, last);
  const std::string_view rows = text.substr(0, begin);
  return {begin, number != kNoNumber ? number : walk_to_end(rows, next_row).next_row};
}

}  // namespace leat::io
