// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_decoder.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/csv/csv_walker.h"
#include "operators/data/take.h"
#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

/// Walks to rows; ascending ones cost one pass over the split together.
class CsvOrigin final : public RowOrigin {
 public:
  CsvOrigin(Split split, const CsvShape& shape)
      : split_(std::move(split)),
        shape_(shape),
        walker_(split_.bytes(), shape_.dialect),
        places_(split_) {}

  TextPlace locate(uint64_t row) const override {
    const std::lock_guard lock(mutex_);
    walk_to(row);
    return places_.at(walker_.begin());
  }
  std::string raw(uint64_t row) const override {
    const std::lock_guard lock(mutex_);
    walk_to(row);
    return std::string(walker_.record());
  }

 private:
  void walk_to(uint64_t row) const {
    if (row + 1 < next_row_) {
      walker_ = CsvWalker(split_.bytes(), shape_.dialect);
      next_row_ = 0;
    }
    while (next_row_ <= row && walker_.next()) next_row_ += is_csv_row(walker_, shape_.columns);
  }

  const Split split_;
  const CsvShape shape_;
  mutable std::mutex mutex_;  // guards what follows: a cache that makes ascending rows cheap
  mutable CsvWalker walker_;
  mutable uint64_t next_row_ = 0;  // the walker stands on the row before it
  mutable PlaceCursor places_;
};

constexpr size_t kShownBytes = 40;

/// The beginning of a value for a message.
std::string shown(std::string_view text) {
  if (text.size() <= kShownBytes) return std::string(text);
  size_t end = kShownBytes;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}...", text.substr(0, end));
}

}  // namespace

RowOriginRef make_csv_origin(Split split, const CsvShape& shape) {
  return std::make_shared<CsvOrigin>(std::move(split), shape);
}

/// What is known while one split is decoded.
struct CsvDecoder::Work {
  /// A faulty field. What to say of it is worked out when it turns out to be the first of its row.
  struct Cell {
    CsvCellFault fault;
    const CsvColumn* column;
  };

  const Split& split;
  const CsvLayout* layout;  // null: the format's
  Output& output;
  RowOriginRef origin;
  PlaceCursor places;
  uint64_t first_row = 0;            // of the batch, in the split
  std::vector<CsvRowFault> records;  // faulty records of the batch, by row, at most one a row
  std::vector<Cell> cells;           // faulty fields of the batch
};

CsvDecoder::CsvDecoder(std::shared_ptr<const CsvFormat> format, const LaneContext& context)
    : format_(std::move(format)),
      context_(context),
      index_(format_->shape.dialect, context.memory),
      table_(format_->shape, context.memory) {
  for (const CsvColumn& column : format_->columns) {
    readers_.push_back(make_csv_column_reader(
        column.field.type, column.format, format_->shape.dialect, format_->nulls, context.memory));
  }
}

Status CsvDecoder::decode(const Split& split, Output& output) {
  CsvShape shape = format_->shape;
  const CsvLayout* layout = nullptr;
  if (!format_->layouts.empty()) {
    layout = &format_->layouts.at(split.input->index);
    shape.columns = layout->columns;
    table_.expect(layout->columns);
  }
  Work work{split, layout, output, make_csv_origin(split, shape), PlaceCursor(split), 0, {}, {}};
  index_.begin(split);
  for (CsvWindow window;;) {
    LEAT_TRY_ASSIGN(const bool more, index_.next(window));
    if (!more) return {};
    work.records.clear();
    work.cells.clear();
    LEAT_TRY_ASSIGN(CsvRows rows, table_.arrange(split, window, work.places, work.records));
    // Counted by the structure of the text, not by the rows that were made of it.
    context_.ledger.add(Counter::kRead, window.records - table_.ignored());
    if (LEAT_MUTANT("csv_drops_last_record") && rows.rows > 0) --rows.rows;
    LEAT_TRY(decode_rows(work, rows));
    work.first_row += rows.rows;
  }
}

Status CsvDecoder::decode_rows(Work& work, const CsvRows& rows) {
  std::vector<ColumnRef> columns;
  columns.reserve(format_->columns.size());
  std::vector<CsvCellFault> cells;
  for (size_t i = 0; i < format_->columns.size(); ++i) {
    const CsvColumn& column = format_->columns[i];
    cells.clear();
    const size_t position = work.layout == nullptr ? column.position : work.layout->positions[i];
    if (position == CsvLayout::kAbsent) {
      if (!column.wanted) continue;
      LEAT_TRY_ASSIGN(ColumnRef nulls, null_column(column.field.type, rows.rows, context_.memory));
      columns.push_back(std::move(nulls));
      continue;
    }
    LEAT_TRY_ASSIGN(ColumnRef values, readers_[i]->read(rows, position, work.split.chunk, cells));
    if (column.wanted) columns.push_back(std::move(values));
    for (const CsvCellFault& cell : cells) work.cells.push_back({cell, &column});
  }
  RowPlaces ids{Ordinal(work.split.index, work.first_row), {}, work.origin};
  Batch batch(format_->schema, std::move(columns), rows.rows, std::move(ids));
  if (work.records.empty() && work.cells.empty()) return work.output.emit(std::move(batch));
  Selection selection(rows.rows);
  Status settled = settle(work, rows.rows, selection);
  // What stands before a fault goes first: a later stage may find an earlier one.
  LEAT_TRY(work.output.emit(batch.with_selection(std::move(selection))));
  return settled;
}

/// Hands each faulty row to the policy and takes it out of `selection`, which ends before the row
/// that stops the stage.
Status CsvDecoder::settle(Work& work, size_t rows, Selection& selection) {
  // By row, and within a row in the order of columns. A faulty record has no fields that could be
  // faulty.
  std::sort(work.cells.begin(), work.cells.end(), [](const Work::Cell& a, const Work::Cell& b) {
    return a.fault.row != b.fault.row ? a.fault.row < b.fault.row : a.column < b.column;
  });
  LEAT_TRY_ASSIGN(BufferRef kept, context_.memory.allocate(rows * sizeof(uint32_t)));
  auto* const out = kept->mutable_as<uint32_t>();
  size_t count = 0;
  uint32_t next = 0;
  Status status;
  auto record = work.records.begin();
  auto cell = work.cells.begin();
  while (status && (record != work.records.end() || cell != work.cells.end())) {
    const bool is_record =
        cell == work.cells.end() || (record != work.records.end() && record->row < cell->fault.row);
    const uint32_t row = is_record ? record->row : cell->fault.row;
    while (next < row) out[count++] = next++;
    ++next;
    Error error = is_record ? std::move(record->error) : describe(work, *cell->column, cell->fault);
    status = context_.faults.record(work.origin, Ordinal(work.split.index, work.first_row + row),
                                    std::move(error));
    if (is_record) ++record;
    while (cell != work.cells.end() && cell->fault.row == row) ++cell;
  }
  while (status && next < rows) out[count++] = next++;
  selection = Selection(std::move(kept), count);
  return status;
}

Error CsvDecoder::describe(Work& work, const CsvColumn& column, const CsvCellFault& fault) const {
  const std::string_view text(work.split.chunk->as<char>() + fault.begin, fault.end - fault.begin);
  const CsvField field = read_csv_field(text, format_->shape.dialect);
  std::string value = csv_text(field, format_->shape.dialect);
  if (column.format.trim && !field.quoted) value = std::string(trim_blanks(value));
  const std::string type = to_string(column.field.type);
  const std::string_view article = type[0] == 'i' ? "an" : "a";
  Error error(ErrorCode::kData,
              fmt::format("'{}' in column '{}' is not {} {}{}", shown(value), column.field.name,
                          article, type, why_no_value(value, column.field.type, column.format)));
  if (int64_t micros = 0; !column.format.time && column.field.type.is(TypeId::kTimestamp) &&
                          parse_timestamp_rounded(value, micros)) {
    error.hint = "'round: us' rounds such times to microseconds";
  } else if (column.field.guessed) {
    error.hint = fmt::format(
        "the type was guessed from the first rows; say what it is with types: {{ {}: utf8 }}",
        column.field.name);
  }
  error.data = work.places.at(fault.begin - work.split.begin);
  return error;
}

}  // namespace leat::io
