// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/row_decoder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/csv/csv_walker.h"
#include "operators/data/take.h"
#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

constexpr size_t kShownBytes = 40;

/// The beginning of a value for a message.
std::string shown(std::string_view text) {
  if (text.size() <= kShownBytes) return std::string(text);
  size_t end = kShownBytes;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}...", text.substr(0, end));
}

}  // namespace

RowDecoder::RowDecoder(std::shared_ptr<const CsvFormat> format, const LaneContext& context)
    : format_(std::move(format)), context_(context) {
  for (const CsvColumn& column : format_->columns) {
    readers_.push_back(make_csv_column_reader(
        column.field.type, column.format, format_->shape.dialect, format_->nulls, context.memory));
  }
}

void RowDecoder::begin(const Split& split, RowOriginRef origin, const CsvLayout* layout,
                       Output& output, const FieldPlaces* fields) {
  split_ = &split;
  layout_ = layout;
  output_ = &output;
  fields_ = fields;
  origin_ = std::move(origin);
  places_.emplace(split);
  first_row_ = 0;
  records_.clear();
}

Status RowDecoder::emit(const CsvRows& rows, BufferRef ordinals) {
  cells_.clear();
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns, read_columns(rows));
  RowPlaces places{Ordinal(split_->index, first_row_), std::move(ordinals), origin_};
  if (places.ordinals) places.first = places[0];
  Batch batch(format_->schema, std::move(columns), rows.rows, places);
  if (!records_.empty() || !cells_.empty()) {
    Selection selection(rows.rows);
    Status settled = settle(places, rows.rows, selection);
    records_.clear();
    // What stands before a fault goes first: a later stage may find an earlier one.
    LEAT_TRY(output_->emit(batch.with_selection(std::move(selection))));
    LEAT_TRY(std::move(settled));
  } else {
    LEAT_TRY(output_->emit(std::move(batch)));
  }
  first_row_ += rows.rows;
  return {};
}

Result<std::vector<ColumnRef>> RowDecoder::read_columns(const CsvRows& rows) {
  std::vector<ColumnRef> columns;
  columns.reserve(format_->columns.size());
  std::vector<CsvCellFault> faults;
  for (size_t i = 0; i < format_->columns.size(); ++i) {
    const CsvColumn& column = format_->columns[i];
    const size_t position = layout_ == nullptr ? column.position : layout_->positions[i];
    if (position == CsvLayout::kAbsent) {
      if (!column.wanted) continue;
      LEAT_TRY_ASSIGN(ColumnRef nulls, null_column(column.field.type, rows.rows, context_.memory));
      columns.push_back(std::move(nulls));
      continue;
    }
    faults.clear();
    LEAT_TRY_ASSIGN(ColumnRef values,
                    readers_[i]->read(rows, rows.field(position), split_->chunk, faults));
    if (column.wanted) columns.push_back(std::move(values));
    for (const CsvCellFault& fault : faults) cells_.push_back({fault, &column});
  }
  return columns;
}

/// Hands each faulty row to the policy and takes it out of `selection`, which ends before the row
/// that stops the stage.
Status RowDecoder::settle(const RowPlaces& places, size_t rows, Selection& selection) {
  // By row, and within a row in the order of columns. A faulty record has no fields that could be
  // faulty.
  std::sort(cells_.begin(), cells_.end(), [](const Cell& a, const Cell& b) {
    return a.fault.row != b.fault.row ? a.fault.row < b.fault.row : a.column < b.column;
  });
  LEAT_TRY_ASSIGN(BufferRef kept, context_.memory.allocate(rows * sizeof(uint32_t)));
  auto* const out = kept->mutable_as<uint32_t>();
  size_t count = 0;
  uint32_t next = 0;
  Status status;
  auto record = records_.begin();
  auto cell = cells_.begin();
  while (status && (record != records_.end() || cell != cells_.end())) {
    const bool is_record =
        cell == cells_.end() || (record != records_.end() && record->row < cell->fault.row);
    const uint32_t row = is_record ? record->row : cell->fault.row;
    while (next < row) out[count++] = next++;
    ++next;
    Error error = is_record ? std::move(record->error) : describe(*cell->column, cell->fault);
    status = context_.faults.record(origin_, places[row], std::move(error));
    if (is_record) ++record;
    while (cell != cells_.end() && cell->fault.row == row) ++cell;
  }
  while (status && next < rows) out[count++] = next++;
  selection = Selection(std::move(kept), count);
  return status;
}

Error RowDecoder::describe(const CsvColumn& column, const CsvCellFault& fault) {
  const std::string_view text(split_->chunk->as<char>() + fault.begin, fault.end - fault.begin);
  const CsvField field = read_csv_field(text, format_->shape.dialect);
  std::string value = csv_text(field, format_->shape.dialect);
  if (column.format.trim && !field.quoted) value = std::string(trim_blanks(value));
  const std::string type = name_with_limit(column.field.type);
  const std::string_view article = type[0] == 'i' || type[0] == 'e' ? "an" : "a";
  Error error(code::kNotOfType, ErrorCode::kData,
              fmt::format("'{}' in column '{}' is not {} {}{}", shown(value), column.field.name,
                          article, type, why_no_value(value, column.field.type, column.format)));
  const bool zoned = column.format.zone ? has_zone(value) : column.field.type.is_zoned();
  if (const TimeMismatch mismatch = why_no_timestamp(value, zoned);
      !column.format.time && column.field.type.is(TypeId::kTimestamp) &&
      !column.field.type.is_time_of_day() && !mismatch.hint.empty()) {
    error.hint =
        column.field.type.is_zoned() && !has_zone(value) && !column.format.zone
            ? "say where such a clock hangs: { type: timestamptz, timezone: Europe/Berlin }"
            : mismatch.hint;
  } else if (column.field.guessed) {
    error.hint = fmt::format(
        "the type was guessed from the first rows; say what it is with types: {{ {}: utf8 }}",
        column.field.name);
  }
  error.data = fields_ != nullptr ? fields_->at(fault.row, column.position)
                                  : places_->at(fault.begin - split_->begin);
  return error;
}

}  // namespace leat::io
