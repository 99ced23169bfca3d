// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A value is held as a row of one column among others (grouped_rows.h), whatever its type; a filled
// column is picked out of these rows and those of the batch itself.
#include "operators/state/keyed/last_values.h"

#include <utility>

#include "engine/mutant.h"

namespace leat::state {

LastValues::LastValues(const Field& column, std::optional<uint64_t> limit, MemoryAccount& memory)
    : plan_{std::make_shared<const Schema>(std::vector<Field>{column}), nullptr, {}},
      limit_(limit),
      memory_(memory),
      rows_(plan_, memory),
      last_(memory),
      filled_(memory) {
  plan_.stored = plan_.input;
}

Result<ColumnRef> LastValues::fill(const Batch& batch, size_t index, const uint32_t* group_of,
                                   size_t groups) {
  const ColumnRef& column = batch.columns()[index];
  LEAT_TRY(last_.resize(groups, GroupedRows::kNone));
  LEAT_TRY(filled_.resize(groups, 0));
  LEAT_TRY(rows_.begin(batch.with_columns(plan_.stored, {column})));
  const auto pending_batch = static_cast<uint32_t>(rows_.batches().size() - 1);
  std::vector<RowRef> sources;  // of the rows of the new column; empty: nothing is filled
  for_each_row(batch.selection(), [&](size_t row) {
    const uint32_t group = group_of[row];
    if (column->is_valid(row)) {
      if (last_[group] < rows_.size()) ++replaced_;
      last_[group] = rows_.pending(row);
      filled_[group] = 0;
      return;
    }
    if (LEAT_MUTANT("fill_forgets_between_batches") && last_[group] < rows_.size()) return;
    if (last_[group] == GroupedRows::kNone || (limit_ && filled_[group] >= *limit_)) return;
    ++filled_[group];
    if (sources.empty()) {
      sources.reserve(batch.length());
      for (uint32_t i = 0; i < batch.length(); ++i) sources.push_back({pending_batch, i});
    }
    sources[row] = rows_.place(last_[group]);
  });
  ColumnRef filled = column;
  if (!sources.empty()) {
    const RowTaker taker(rows_.batches(), plan_.stored);
    LEAT_TRY_ASSIGN(const Batch picked, taker.pick(sources, memory_));
    filled = picked.columns().front();
  }
  LEAT_TRY(keep_last(batch, group_of));
  return filled;
}

/// Holds the rows of the batch that have the last values so far.
Status LastValues::keep_last(const Batch& batch, const uint32_t* group_of) {
  const Selection& selection = batch.selection();
  LEAT_TRY_ASSIGN(BufferRef buffer, memory_.allocate(selection.count() * sizeof(uint32_t)));
  uint32_t* const chosen = buffer->mutable_as<uint32_t>();
  size_t count = 0;
  for_each_row(selection, [&](size_t row) {
    chosen[count] = static_cast<uint32_t>(row);
    count += last_[group_of[row]] == rows_.pending(row) ? 1 : 0;
  });
  const auto first = static_cast<GroupedRows::Handle>(rows_.size());
  LEAT_TRY(rows_.keep(Selection(buffer, count), group_of));
  for (size_t i = 0; i < count; ++i)
    last_[group_of[chosen[i]]] = first + static_cast<GroupedRows::Handle>(i);
  return replaced_ > rows_.size() / 2 + kBatchRowsMax ? drop_replaced() : Status();
}

Status LastValues::drop_replaced() {
  GroupArray<uint8_t> wanted(memory_);
  GroupNumbers moved(memory_);
  LEAT_TRY(wanted.resize(rows_.size(), 0));
  for (size_t group = 0; group < last_.size(); ++group) {
    if (last_[group] != GroupedRows::kNone) wanted[last_[group]] = 1;
  }
  LEAT_TRY(rows_.retain(wanted, moved));
  for (size_t group = 0; group < last_.size(); ++group) {
    if (last_[group] != GroupedRows::kNone) last_[group] = moved[last_[group]];
  }
  replaced_ = 0;
  return {};
}

}  // namespace leat::state
