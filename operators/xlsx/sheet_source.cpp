// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a sheet of a million rows should take all processors, and no more memory than a file of
// CSV.
//
// Invariants
// 1. One goroutine unpacks the sheet and cuts it between rows; lanes read the XML. What rows come
//    out does not depend on where it was cut.
// 2. The row of an ordinal is its number in the sheet less the first one of its split, so a row
//    leads back to its place without a list of numbers.
// 3. A row without any value in the table is no row: sheets have formatted, empty ones by the
//    thousand.
// 4. A value beside the table is a fault, since it would be lost, unless `range` says where the
//    table ends.
//
// Not chosen: unpacking with ISA-L (several times faster, but without libzip's checks of lengths
// and checksums, which then would be ours; zlib keeps two lanes busy as it is).
#include "operators/xlsx/sheet_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/data/cell_place.h"
#include "operators/text/text_buffer.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

constexpr size_t kTableBytes = size_t{1} << 20;
constexpr size_t kTextBytes = size_t{1} << 20;  // of the cells of a table, about
constexpr size_t kRowsMin = 64;

size_t rows_per_table(size_t columns) {
  const size_t row_bytes = 2 * sizeof(uint32_t) * std::max<size_t>(columns, 1);
  return std::clamp(kTableBytes / row_bytes, kRowsMin, kBatchRowsMax);
}

/// What goes with a split: its Split::handle.
struct SheetPiece {
  std::shared_ptr<const Sheet> sheet;
  uint32_t first_row;  ///< The least number that its first row can have.
  bool is_behind;      ///< The sheet's data ended before.
};

const SheetPiece& piece_of(const Split& split) {
  return *static_cast<const SheetPiece*>(split.handle.get());
}

/// What is wrong with a sheet as a whole, where it shows.
Error damaged(const Sheet& sheet, uint64_t row, std::string_view what) {
  Error error(code::kBadWorkbook, ErrorCode::kData,
              fmt::format("the sheet '{}' is damaged: {}", sheet.name, what),
              "save the workbook again");
  error.data = cell_place(sheet.file, sheet.name, row);
  return error;
}

// -------------------------------------------------------------------------------------- splitting

class SheetFinder final : public BoundaryFinder {
 public:
  /// The text that follows is of `sheet`.
  void begin(std::shared_ptr<const Sheet> sheet) {
    sheet_ = std::move(sheet);
    next_row_ = 1;
    ended_ = false;
  }

  Result<std::optional<Boundary>> preamble(const Input&, std::string_view text,
                                           bool complete) override {
    std::string wrong;
    const auto begin = find_sheet_data(text, wrong);
    if (begin) return Boundary{*begin, 0};
    if (wrong.empty() && !complete) return std::nullopt;
    return std::unexpected(fault(0, wrong.empty() ? "it has no cells" : wrong));
  }

  Boundary find(std::string_view text, size_t scanned) override {
    if (scanned == 0) {
      first_row_ = next_row_;
      is_behind_ = ended_;
    }
    const RowsEnd found = find_rows_end(text, scanned, first_row_);
    next_row_ = found.next_row;
    const std::string_view piece = text.substr(0, found.end);
    if (!ended_ && piece.contains("sheetData>")) {
      SheetRows rows(piece, first_row_);
      while (rows.next() == SheetRows::Next::kRow) {
      }
      ended_ = rows.sheet_ended();
    }
    return {found.end, 0};
  }

  Status end(const Input&, std::string_view text, uint64_t) override {
    if (is_behind_) return {};
    SheetRows rows(text, first_row_);
    for (;;) {
      switch (rows.next()) {
        case SheetRows::Next::kRow: break;
        case SheetRows::Next::kFault: return {};  // the decoder has the rows before it
        case SheetRows::Next::kCut: return std::unexpected(fault(rows.row(), "it ends early"));
        case SheetRows::Next::kEnd:
          if (rows.sheet_ended()) return {};
          return std::unexpected(fault(rows.row(), "it ends early"));
      }
    }
  }

  std::shared_ptr<void> handle() const override {
    return std::make_shared<SheetPiece>(SheetPiece{sheet_, first_row_, is_behind_});
  }
  /// Rows are numbered as the sheet has them.
  uint64_t count_rows(std::string_view) const override { return next_row_ - first_row_; }

  Error too_long(const Input&, std::string_view, uint64_t,
                 const std::string& limit) const override {
    Error error(code::kRecordTooLong, ErrorCode::kData,
                fmt::format("the row that begins here is longer than {}", limit),
                "raise 'max_record' if the row is as long as that");
    error.data = cell_place(sheet_->file, sheet_->name, first_row_);
    return error;
  }

 private:
  Error fault(uint64_t row, std::string_view what) const { return damaged(*sheet_, row, what); }

  std::shared_ptr<const Sheet> sheet_;
  uint32_t first_row_ = 1;  // of the text
  uint32_t next_row_ = 1;   // behind the boundary found last
  bool is_behind_ = false;  // the text is behind the sheet's data
  bool ended_ = false;      // the data ended before that boundary
};

/// Opens the sheets of one input after another, and tells the finder.
class SheetOpener {
 public:
  SheetOpener(std::shared_ptr<const SheetTable> table, SheetFinder& finder, MemoryAccount& memory)
      : table_(std::move(table)), finder_(finder), memory_(memory) {}

  Result<std::unique_ptr<ByteSource>> open(std::shared_ptr<const Input> input) {
    LEAT_TRY_ASSIGN(const Workbook workbook, open_workbook(input));
    LEAT_TRY_ASSIGN(const SheetEntry entry,
                    find_sheet(workbook, table_->layouts.at(input->index).sheet));
    if (!workbook.archive->has(entry.member)) {
      return std::unexpected(workbook.archive->error(
          fmt::format("the sheet '{}' is missing in the workbook", entry.name)));
    }
    auto sheet = std::make_shared<Sheet>(Sheet{input->name, entry.name, workbook.styles, nullptr});
    LEAT_TRY_ASSIGN(sheet->strings, SharedStrings::read(workbook, SIZE_MAX, memory_));
    finder_.begin(std::move(sheet));
    return ZipFile::open_member(workbook.archive, entry.member);
  }

 private:
  const std::shared_ptr<const SheetTable> table_;
  SheetFinder& finder_;
  MemoryAccount& memory_;
};

// --------------------------------------------------------------------------------------- decoding

/// Reads the row again when it is asked for.
class SheetOrigin final : public RowOrigin {
 public:
  explicit SheetOrigin(Split split) : split_(std::move(split)) {}

  TextPlace locate(uint64_t row) const override {
    const SheetPiece& piece = piece_of(split_);
    return cell_place(piece.sheet->file, piece.sheet->name, piece.first_row + row);
  }

  /// The texts of the row's cells, with commas between them.
  std::string raw(uint64_t row) const override {
    const SheetPiece& piece = piece_of(split_);
    SheetRows rows(split_.bytes(), piece.first_row);
    std::string out;
    while (rows.next() == SheetRows::Next::kRow) {
      if (rows.row() != piece.first_row + row) continue;
      uint32_t column = 1;
      for (const SheetCell& cell : rows.cells()) {
        for (; column < cell.column; ++column) out += ',';
        append_cell(cell, *piece.sheet, SheetDigits::kAll, out);
      }
      break;
    }
    return out;
  }

 private:
  const Split split_;
};

class SheetDecoder final : public Decoder, private FieldPlaces {
 public:
  SheetDecoder(std::shared_ptr<const SheetTable> table, const LaneContext& context)
      : table_(std::move(table)),
        context_(context),
        rows_(std::shared_ptr<const CsvFormat>(table_, &table_->format), context),
        text_(context.memory),
        rows_max_(rows_per_table(table_->format.columns.size())) {
    fields_.resize(table_->names.size());
    const std::vector<CsvColumn>& columns = table_->format.columns;
    for (size_t i = 0; i < columns.size(); ++i) {
      const Type& type = columns[i].field.type;
      fields_[table_->columns[i]] = {
          i, type.is(TypeId::kUtf8),
          type.is(TypeId::kDecimal) ? SheetDigits::kShown : SheetDigits::kAll};
    }
  }

  Status decode(const Split& split, Output& output) override {
    split_ = &split;
    layout_ = &table_->layouts.at(split.input->index);
    cells_.index = split.index;
    cells_.input = split.input;
    is_utf8_ = simdjson::validate_utf8(split.bytes());
    rows_.begin(cells_, std::make_shared<SheetOrigin>(split), nullptr, output, this);
    const SheetPiece& piece = piece_of(split);
    if (piece.is_behind) return {};
    SheetRows rows(split.bytes(), piece.first_row);
    LEAT_TRY(begin_table());
    for (;;) {
      const SheetRows::Next next = rows.next();
      if (next == SheetRows::Next::kRow) {
        if (rows.row() > layout_->header_row && table_->range.has_row(rows.row()))
          LEAT_TRY(take_row(rows));
        continue;
      }
      LEAT_TRY(emit());
      if (next == SheetRows::Next::kEnd) return {};
      const bool is_cut = next == SheetRows::Next::kCut;
      return std::unexpected(
          damaged(*piece.sheet, rows.row(), is_cut ? "it ends early" : rows.fault()));
    }
  }

 private:
  /// A column of the table.
  struct TableField {
    size_t column = SIZE_MAX;  ///< Of the format; SIZE_MAX: it is not read.
    bool is_text = false;
    SheetDigits digits = SheetDigits::kAll;
  };

  Status begin_table() {
    const size_t columns = table_->format.columns.size();
    numbers_.clear();
    LEAT_TRY_ASSIGN(ends_, context_.memory.allocate(
                               std::max<size_t>(rows_max_ * 2 * columns * sizeof(uint32_t), 1)));
    LEAT_TRY_ASSIGN(ordinals_, context_.memory.allocate(rows_max_ * sizeof(uint64_t)));
    return text_.start(std::min(kTextBytes, split_->bytes().size() + 64));
  }

  Status emit() {
    if (numbers_.empty()) return {};
    context_.ledger.add(Counter::kRead, numbers_.size());
    cells_.chunk = text_.finish();
    cells_.end = static_cast<uint32_t>(cells_.chunk->size());
    const CsvRows table{cells_.chunk->as<char>(), ends_->as<uint32_t>(),
                        2 * table_->format.columns.size(), numbers_.size()};
    LEAT_TRY(rows_.emit(table, std::move(ordinals_)));
    return begin_table();
  }

  Status take_row(const SheetRows& rows) {
    const auto table_row = static_cast<uint32_t>(numbers_.size());
    const size_t columns = table_->format.columns.size();
    auto* const ends = ends_->mutable_as<uint32_t>() + table_row * 2 * columns;
    std::fill_n(ends, 2 * columns, static_cast<uint32_t>(text_.size()) - 1);  // all are absent
    std::optional<Error> fault;
    bool has_value = false;
    for (const SheetCell& cell : rows.cells()) {
      LEAT_TRY_ASSIGN(const bool counts, take_cell(cell, rows.row(), ends, fault));
      has_value = has_value || counts;
    }
    if (!has_value) return {};
    if (fault) {
      std::fill_n(ends, 2 * columns, static_cast<uint32_t>(text_.size()) - 1);
      rows_.records().push_back({table_row, std::move(*fault)});
    }
    const uint64_t row = rows.row() - piece_of(*split_).first_row;
    ordinals_->mutable_as<uint64_t>()[table_row] = Ordinal(split_->index, row).packed();
    numbers_.push_back(rows.row());
    return numbers_.size() == rows_max_ || text_.size() >= kTextBytes ? emit() : Status();
  }

  /// Takes the cell to its field; returns whether it makes its row one.
  Result<bool> take_cell(const SheetCell& cell, uint32_t row, uint32_t* ends,
                         std::optional<Error>& fault) {
    if (cell.column < layout_->first_column ||
        cell.column - layout_->first_column >= fields_.size()) {
      if (is_outside(cell.column)) return false;
      set_fault(code::kFieldCount, fault, row, cell.column,
                fmt::format("there is a value in column {}, beside the table",
                            column_letters(cell.column)),
                "set 'range' to what belongs to the table, as A:H");
      return true;
    }
    const size_t index = cell.column - layout_->first_column;
    const TableField& field = fields_[index];
    value_.clear();
    std::string wrong = append_cell(cell, *piece_of(*split_).sheet, field.digits, value_);
    if (!wrong.empty() && cell.kind == CellKind::kError && table_->format.nulls.contains(value_))
      return true;  // NULL, as the pipeline says
    if (wrong.empty() && !is_utf8_ && first_invalid_utf8(value_) < value_.size())
      wrong = "holds text that is not valid UTF-8";
    if (!wrong.empty() && !LEAT_MUTANT("bad_cells_are_null")) {
      set_fault(code::kNotOfType, fault, row, cell.column,
                fmt::format("the cell in column '{}' {}", table_->names[index], wrong),
                cell.lacks_value ? "open the workbook in a spreadsheet program, which computes it, "
                                   "and save it"
                                 : "");
      return true;
    }
    if (field.column == SIZE_MAX || (value_.empty() && !field.is_text)) return true;
    const auto begin = static_cast<uint32_t>(text_.size());
    LEAT_TRY(text_.append(value_));
    ends[2 * field.column] = begin - 1;
    ends[2 * field.column + 1] = begin + static_cast<uint32_t>(value_.size());
    return true;
  }

  /// Does `range` say that column `column`, beside the table, is no part of it?
  bool is_outside(uint32_t column) const {
    const CellRange& range = table_->range;
    return range.is_given && (column < range.first.column || range.last.column != 0);
  }

  void set_fault(Code number, std::optional<Error>& fault, uint32_t row, uint32_t column,
                 std::string message, std::string hint) const {
    if (fault) return;
    fault.emplace(number, ErrorCode::kData, std::move(message), std::move(hint));
    fault->data = cell_place(split_->input->name, piece_of(*split_).sheet->name, row, column);
  }

  TextPlace at(uint32_t row, size_t position) const override {
    return cell_place(split_->input->name, piece_of(*split_).sheet->name, numbers_.at(row),
                      layout_->first_column + table_->columns[(position - 1) / 2]);
  }

  const std::shared_ptr<const SheetTable> table_;
  const LaneContext context_;
  RowDecoder rows_;
  TextBuffer text_;  // of the cells of the table under way
  const size_t rows_max_;
  std::vector<TableField> fields_;
  // Of the split:
  const Split* split_ = nullptr;
  const SheetLayout* layout_ = nullptr;
  Split cells_;  // the texts of the table's cells, as RowDecoder takes them
  bool is_utf8_ = true;
  // Of the table:
  BufferRef ends_;
  BufferRef ordinals_;
  std::vector<uint32_t> numbers_;  // of its rows in the sheet
  std::string value_;
};

/// A splitter with what it needs to open its inputs.
class SheetSplitter final : public Splitter {
 public:
  SheetSplitter(Inputs inputs, std::shared_ptr<const SheetTable> table, MemoryAccount& memory,
                SplitterOptions options) {
    auto finder = std::make_unique<SheetFinder>();
    auto opener = std::make_shared<SheetOpener>(std::move(table), *finder, memory);
    options.open = [opener = std::move(opener)](std::shared_ptr<const Input> input) {
      return opener->open(std::move(input));
    };
    splitter_.emplace(std::move(inputs), std::move(finder), memory, std::move(options));
  }
  Result<std::optional<Split>> next() override { return splitter_->next(); }

 private:
  std::optional<RecordSplitter> splitter_;
};

}  // namespace

std::unique_ptr<Splitter> make_sheet_splitter(Inputs inputs,
                                              std::shared_ptr<const SheetTable> table,
                                              MemoryAccount& memory, SplitterOptions options) {
  return std::make_unique<SheetSplitter>(std::move(inputs), std::move(table), memory,
                                         std::move(options));
}

std::unique_ptr<Decoder> make_sheet_decoder(std::shared_ptr<const SheetTable> table,
                                            const LaneContext& context) {
  return std::make_unique<SheetDecoder>(std::move(table), context);
}

size_t sheet_memory(size_t columns) {
  return 2 * kTextBytes + rows_per_table(columns) * 2 * columns * sizeof(uint32_t) +
         (columns + 2) * kBatchRowsMax * sizeof(Utf8View);
}

}  // namespace leat::io
