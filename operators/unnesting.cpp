// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows are gathered as numbers (which row, which element of each list) until a batch of the output
// is full; then every column is picked at once. A list of a million elements makes many batches,
// and is never copied as a whole.
//
// Invariants:
//  1. Each row of the input is counted once, as passed or dropped, each row of the output as made.
//  2. Nothing waits between two calls: a batch of the output is made of one batch of the input, so
//     that it has one origin.
//
// Rejected: columns built value by value, which is a loop of its own for each type; the picking is
// there.
#include "operators/unnesting.h"

#include <algorithm>
#include <utility>

#include "engine/check.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/data/take.h"
#include "operators/repeated_rows.h"

namespace leat {

using Part = UnnestPlan::Part;

Unnester::Unnester(const UnnestPlan& plan, const LaneContext& context)
    : plan_(plan), context_(context), elements_(plan.lists.size()) {}

Status Unnester::process(const Batch& batch, Output& output) {
  if (plan_.lists.empty()) return emit_structs(batch, output);
  for (size_t index = 0; index < batch.rows(); ++index) {
    const uint32_t row = batch.selection()[index];
    int32_t count = 0;
    for (const size_t list : plan_.lists) {
      const Column& column = batch.column(list);
      const int32_t* const offsets = column.values<int32_t>() + row;
      if (column.is_valid(row)) count = std::max(count, offsets[1] - offsets[0]);
    }
    const bool kept = count > 0 || plan_.empty == UnnestPlan::Empty::kKeep;
    if (plan_.is_first) context_.ledger.add(kept ? Counter::kPassed : Counter::kDropped, 1);
    if (!kept) continue;
    for (int32_t i = 0; i < std::max(count, 1); ++i) {
      parents_.push_back(row);
      positions_.push_back(i < count ? i + 1 : 0);
      for (size_t list = 0; list < elements_.size(); ++list) {
        const Column& column = batch.column(plan_.lists[list]);
        const int32_t* const offsets = column.values<int32_t>() + row;
        const bool there = column.is_valid(row) && i < offsets[1] - offsets[0];
        elements_[list].push_back(there ? static_cast<uint32_t>(offsets[0] + i) : kNullRow);
      }
      if (parents_.size() == kBatchRowsMax) LEAT_TRY(emit(batch, output));
    }
  }
  return emit(batch, output);
}

/// Emits the rows that were gathered.
Status Unnester::emit(const Batch& batch, Output& output) {
  if (parents_.empty()) return {};
  if (LEAT_MUTANT("unnest_loses_the_last_element") && parents_.size() > 1) {
    parents_.pop_back();
    positions_.pop_back();
    for (std::vector<uint32_t>& list : elements_) list.pop_back();
  }
  std::vector<ColumnRef> columns;
  for (const UnnestPlan::Made& made : plan_.made) {
    LEAT_TRY_ASSIGN(ColumnRef column, column_of(batch, made));
    columns.push_back(std::move(column));
  }
  LEAT_TRY_ASSIGN(RowPlaces places, places_of_repeated(batch, parents_, context_.memory));
  Batch rows(plan_.output, std::move(columns), parents_.size(), std::move(places));
  if (plan_.is_last) context_.ledger.add(Counter::kMade, parents_.size());
  parents_.clear();
  positions_.clear();
  for (std::vector<uint32_t>& list : elements_) list.clear();
  return output.emit(std::move(rows));
}

/// Without lists the rows stay as they are.
Status Unnester::emit_structs(const Batch& batch, Output& output) {
  if (plan_.is_first) context_.ledger.add(Counter::kPassed, batch.rows());
  if (plan_.is_last) context_.ledger.add(Counter::kMade, batch.rows());
  std::vector<uint32_t> all(batch.length());
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint32_t>(i);
  std::vector<ColumnRef> columns;
  for (const UnnestPlan::Made& made : plan_.made) {
    const ColumnRef& source = batch.columns()[made.column];
    if (made.part == Part::kColumn) {
      columns.push_back(source);
    } else if (!source->may_have_nulls()) {
      columns.push_back(source->parts().children[made.field]);
    } else {
      LEAT_TRY_ASSIGN(ColumnRef field, struct_field(source, made.field, all));
      columns.push_back(std::move(field));
    }
  }
  return output.emit(batch.with_columns(plan_.output, std::move(columns)));
}

Result<ColumnRef> Unnester::column_of(const Batch& batch, const UnnestPlan::Made& made) {
  const ColumnRef& source = batch.columns()[made.column];
  switch (made.part) {
    case Part::kColumn: return take_column(*source, parents_, context_.memory);
    case Part::kPosition: return positions();
    case Part::kStructField: return struct_field(source, made.field, parents_);
    case Part::kElement:
      return take_or_null(source->parts().children[0], elements_of(made.column), context_.memory);
    case Part::kElementField:
      return struct_field(source->parts().children[0], made.field, elements_of(made.column));
  }
  LEAT_CHECK(false, "there are no other parts");
  return ColumnRef();
}

const std::vector<uint32_t>& Unnester::elements_of(size_t column) const {
  const auto list = std::find(plan_.lists.begin(), plan_.lists.end(), column);
  return elements_[static_cast<size_t>(list - plan_.lists.begin())];
}

Result<ColumnRef> Unnester::positions() {
  FixedBuilder<int64_t> builder(kInt64Type, context_.memory);
  LEAT_TRY(builder.reserve(positions_.size()));
  for (const int64_t position : positions_) {
    if (position > 0) {
      builder.append(position);
    } else {
      LEAT_TRY(builder.append_null());
    }
  }
  return builder.finish();
}

/// A struct that is NULL has NULL fields, whatever stands in them.
Result<ColumnRef> Unnester::struct_field(const ColumnRef& column, size_t field,
                                         std::vector<uint32_t> rows) const {
  for (uint32_t& row : rows) {
    if (row != kNullRow && !column->is_valid(row)) row = kNullRow;
  }
  return take_or_null(column->parts().children[field], rows, context_.memory);
}

}  // namespace leat
