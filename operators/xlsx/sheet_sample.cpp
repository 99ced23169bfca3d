// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the columns of a sheet must be known before it is read, and the texts that name them
// stand in another member, in any order.
//
// Invariants: no more of the sheet is unpacked than the sample takes, no more texts are read than
// its cells refer to; both have a limit.
//
// Not chosen: the `dimension` that sheets say they have (it is left out or wrong often enough).
#include "operators/xlsx/sheet_sample.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/data/cell_place.h"
#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

constexpr size_t kSampleBytes = size_t{256} << 10;
constexpr size_t kSampleBytesMax = size_t{64} << 20;
constexpr size_t kStringsBytesMax = size_t{256} << 20;
constexpr size_t kStoredDigits = 15;

/// Is `text` a number that a sheet could have stored as one?
bool is_number_as_text(const std::string& text) {
  double value = 0;
  if (!parse_float64(text, value) || text.find_first_of("0123456789") == std::string::npos)
    return false;
  const auto digits =
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return static_cast<size_t>(digits) <= kStoredDigits;
}

class SheetSampler {
 public:
  SheetSampler(const SheetReading& reading, size_t rows, std::vector<TypeSniffer>& sniffers)
      : reading_(reading), wanted_(rows), sniffers_(sniffers) {}

  Result<SheetSample> run(const std::shared_ptr<const Input>& input) {
    LEAT_TRY_ASSIGN(const Workbook workbook, open_workbook(input));
    LEAT_TRY_ASSIGN(const SheetEntry entry, find_sheet(workbook, reading_.sheet));
    sheet_.file = input->name;
    sheet_.name = entry.name;
    sheet_.styles = workbook.styles;
    sample_.layout.sheet = entry.name;
    LEAT_TRY(read_beginning(workbook, entry));
    LEAT_TRY_ASSIGN(sheet_.strings,
                    SharedStrings::read(workbook, texts_needed(), budget_.open_account("sample")));
    LEAT_TRY(look_at_rows());
    return std::move(sample_);
  }

 private:
  /// As much of the sheet as has the rows that are wanted.
  Status read_beginning(const Workbook& workbook, const SheetEntry& entry) {
    if (!workbook.archive->has(entry.member)) {
      return std::unexpected(workbook.archive->error(
          fmt::format("the sheet '{}' is missing in the workbook", entry.name)));
    }
    LEAT_TRY_ASSIGN(const std::unique_ptr<ByteSource> source,
                    ZipFile::open_member(workbook.archive, entry.member));
    for (size_t bytes = kSampleBytes;; bytes *= 2) {
      const size_t before = text_.size();
      text_.resize(bytes);
      LEAT_TRY_ASSIGN(
          const size_t got,
          read_fully(*source, {reinterpret_cast<uint8_t*>(text_.data()) + before, bytes - before}));
      text_.resize(before + got);
      const bool complete = text_.size() < bytes;
      std::string wrong;
      const auto begin = find_sheet_data(text_, wrong);
      if (!wrong.empty()) return std::unexpected(fault(0, wrong));
      begin_ = begin.value_or(text_.size());
      if (complete || has_enough() || bytes >= kSampleBytesMax) return {};
    }
  }

  bool is_in_range(const SheetCell& cell) const {
    const CellRange& range = reading_.range;
    return cell.column >= range.first.column &&
           (range.last.column == 0 || cell.column <= range.last.column);
  }
  bool is_row(const SheetRows& rows) const {
    return reading_.range.has_row(rows.row()) &&
           std::any_of(rows.cells().begin(), rows.cells().end(),
                       [&](const SheetCell& cell) { return is_in_range(cell); });
  }

  bool has_enough() const {
    SheetRows rows(std::string_view(text_).substr(begin_), 1);
    size_t found = 0;
    while (rows.next() == SheetRows::Next::kRow) {
      if (reading_.range.last.row != 0 && rows.row() > reading_.range.last.row) return true;
      found += is_row(rows);
      if (found > wanted_) return true;
    }
    return rows.sheet_ended();
  }

  /// How many of the shared texts the sample refers to.
  size_t texts_needed() const {
    SheetRows rows(std::string_view(text_).substr(begin_), 1);
    size_t needed = 0;
    while (rows.next() == SheetRows::Next::kRow) {
      for (const SheetCell& cell : rows.cells()) {
        size_t index = 0;
        if (cell.kind != CellKind::kShared) continue;
        std::from_chars(cell.value.data(), cell.value.data() + cell.value.size(), index);
        needed = std::max(needed, index + 1);
      }
    }
    return needed;
  }

  Status look_at_rows() {
    SheetRows rows(std::string_view(text_).substr(begin_), 1);
    for (;;) {
      const SheetRows::Next next = rows.next();
      if (next == SheetRows::Next::kFault) return std::unexpected(fault(rows.row(), rows.fault()));
      if (next != SheetRows::Next::kRow) return {};
      if (!is_row(rows)) continue;
      if (reading_.header && sample_.layout.header_row == 0) {
        LEAT_TRY(take_header(rows));
        if (wanted_ == 0) return {};
        continue;
      }
      if (sample_.rows == wanted_) return {};
      ++sample_.rows;
      if (!reading_.header) widen(rows);
      show(rows);
    }
  }

  /// The table stands where the row does, unless the range says more.
  void place(const SheetRows& rows) {
    const CellRange& range = reading_.range;
    const std::vector<SheetCell>& cells = rows.cells();
    const uint32_t first = range.is_given ? range.first.column : cells.front().column;
    const uint32_t last = range.last.column != 0 ? range.last.column : cells.back().column;
    sample_.layout.first_column = first;
    sample_.columns = last - first + 1;
  }

  Status take_header(const SheetRows& rows) {
    place(rows);
    sample_.layout.header_row = rows.row();
    sample_.names.resize(sample_.columns);
    for (const SheetCell& cell : rows.cells()) {
      if (!is_in_range(cell)) continue;
      std::string& name = sample_.names[cell.column - sample_.layout.first_column];
      const std::string wrong = append_cell(cell, sheet_, SheetDigits::kAll, name);
      if (wrong.empty()) continue;
      Error error(code::kBadWorkbook, ErrorCode::kData,
                  fmt::format("the cell of the header {}", wrong));
      error.data = cell_place(sheet_.file, sheet_.name, rows.row(), cell.column);
      return std::unexpected(std::move(error));
    }
    return {};
  }

  /// Without a header the table is as wide as its rows.
  void widen(const SheetRows& rows) {
    const uint32_t first = sample_.layout.first_column;
    const size_t columns = sample_.columns;
    place(rows);
    if (columns == 0) return;
    const uint32_t end =
        std::max(first + static_cast<uint32_t>(columns),
                 sample_.layout.first_column + static_cast<uint32_t>(sample_.columns));
    if (sample_.layout.first_column < first)
      sniffers_.insert(sniffers_.begin(), first - sample_.layout.first_column, TypeSniffer());
    sample_.layout.first_column = std::min(first, sample_.layout.first_column);
    sample_.columns = end - sample_.layout.first_column;
  }

  void show(const SheetRows& rows) {
    if (sniffers_.size() < sample_.columns) sniffers_.resize(sample_.columns);
    const uint32_t first = sample_.layout.first_column;
    for (const SheetCell& cell : rows.cells()) {
      if (cell.column < first || cell.column - first >= sample_.columns) continue;
      std::string text;
      if (!append_cell(cell, sheet_, SheetDigits::kAll, text).empty()) continue;
      if (text.empty() || reading_.nulls.contains(text)) continue;
      TypeSniffer& sniffer = sniffers_[cell.column - first];
      const bool is_text = cell.kind == CellKind::kText || cell.kind == CellKind::kShared;
      if (is_text && is_number_as_text(text)) {
        sniffer.add_no_number(text);
      } else {
        sniffer.add(text);
      }
    }
  }

  Error fault(uint64_t row, std::string_view what) const {
    Error error(code::kBadWorkbook, ErrorCode::kData,
                fmt::format("the sheet '{}' is damaged: {}", sheet_.name, what),
                "save the workbook again");
    error.data = cell_place(sheet_.file, sheet_.name, row);
    return error;
  }

  const SheetReading& reading_;
  const size_t wanted_;
  std::vector<TypeSniffer>& sniffers_;
  MemoryBudget budget_{kStringsBytesMax};
  Sheet sheet_;
  SheetSample sample_;
  std::string text_;
  size_t begin_ = 0;  // of the rows in text_
};

}  // namespace

Result<SheetSample> sample_sheet(const std::shared_ptr<const Input>& input,
                                 const SheetReading& reading, size_t rows,
                                 std::vector<TypeSniffer>& sniffers) {
  return SheetSampler(reading, rows, sniffers).run(input);
}

}  // namespace leat::io
