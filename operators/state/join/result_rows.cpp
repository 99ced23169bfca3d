// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: what is decided of a left row in its partition has to be told where the row stands, and
// pairs of rows with many partners must not be written.
//
// So all that becomes of left rows goes through one sort: pairs as they are, and otherwise the left
// row with what is to be done about it. The right rows that a row refers to are written once for
// each key, in blocks of their own.
//
// Rejected: faults in memory (they may be as many as rows).
#include "operators/state/join/result_rows.h"

#include <algorithm>

#include "engine/go.h"
#include "operators/state/row_faults.h"

namespace leat::state {

namespace {

constexpr size_t kBlockRows = 2048;

}  // namespace

// ------------------------------------------------------------------------------------------- rows

Status ResultRows::add_ready(const Batch& batch) {
  std::vector<ColumnRef> columns = batch.columns();
  LEAT_TRY_ASSIGN(ColumnRef kinds, number_column(batch.length(), context_.memory,
                                                 [](size_t) { return ResultKind::kReady; }));
  columns.push_back(std::move(kinds));
  return sort_.consume(batch.with_columns(plan_.result, std::move(columns)));
}

Result<std::vector<ColumnRef>> ResultRows::left_columns(const Batch& batch,
                                                        std::span<const uint32_t> rows) const {
  std::vector<ColumnRef> columns;
  for (size_t i = 0; i < plan_.left->size(); ++i) {
    LEAT_TRY_ASSIGN(ColumnRef column, take_column(batch.column(i), rows, context_.memory));
    columns.push_back(std::move(column));
  }
  return columns;
}

Status ResultRows::add_left(const Batch& batch, std::span<const uint32_t> rows,
                            std::span<const int64_t> kinds) {
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns, left_columns(batch, rows));
  return add(std::move(columns), kinds);
}

Status ResultRows::add_bad(const Batch& batch, std::span<const uint32_t> rows,
                           std::span<const std::string> faults) {
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns, left_columns(batch, rows));
  ViewBuilder texts(kUtf8Type, context_.memory);
  LEAT_TRY(texts.reserve(rows.size()));
  for (const std::string& fault : faults) LEAT_TRY(texts.append_copy(fault));
  columns[*plan_.left_columns.fault] = texts.finish();
  return add(std::move(columns),
             std::vector<int64_t>(rows.size(), static_cast<int64_t>(ResultKind::kFault)));
}

/// Left columns, behind which nothing stands but the kind.
Status ResultRows::add(std::vector<ColumnRef> columns, std::span<const int64_t> kinds) {
  while (columns.size() < plan_.result_kind) {
    LEAT_TRY_ASSIGN(ColumnRef none, null_column((*plan_.result)[columns.size()].type, kinds.size(),
                                                context_.memory));
    columns.push_back(std::move(none));
  }
  LEAT_TRY_ASSIGN(ColumnRef column, number_column(kinds.size(), context_.memory,
                                                  [kinds](size_t row) { return kinds[row]; }));
  columns.push_back(std::move(column));
  return sort_.consume(Batch(plan_.result, std::move(columns), kinds.size(), RowPlaces()));
}

Status ReadyOutput::Unmatched::emit(Batch batch) {
  std::vector<uint32_t> rows;
  for_each_row(batch.selection(), [&](size_t row) { rows.push_back(static_cast<uint32_t>(row)); });
  return rows_.add_left(
      batch, rows, std::vector<int64_t>(rows.size(), static_cast<int64_t>(ResultKind::kUnmatched)));
}

Result<Settled> WrittenFaults::settle(const Batch& batch, const Selection& selection,
                                      std::vector<RowFault> faults) {
  sort_faults(faults);
  std::vector<uint32_t> bad;
  std::vector<std::string> texts;
  for (const RowFault& fault : faults) {
    if (!bad.empty() && bad.back() == fault.row) continue;
    bad.push_back(fault.row);
    texts.push_back(pack_fault(fault.error));
  }
  if (!bad.empty()) LEAT_TRY(rows_.add_bad(batch, bad, texts));
  LEAT_TRY_ASSIGN(Selection good, without_faults(selection, faults, memory_));
  return Settled{std::move(good), {}};
}

// ------------------------------------------------------------------------------------------- references

Status FarWriter::refer(uint32_t row, uint32_t group) {
  has_referred_ = true;
  rows_.push_back(row);
  if (one_ != nullptr) {
    context_.ledger.add(Counter::kPaired, one_->rows - table_.rows().rows());
    groups_.push_back(static_cast<int64_t>(one_->far_group));
    return {};
  }
  const auto [known, is_new] = known_.try_emplace(group, made_.far_groups.size());
  if (is_new) LEAT_TRY(write(group));
  groups_.push_back(static_cast<int64_t>(known->second));
  return {};
}

Status FarWriter::flush(const Batch& batch, ResultRows& result) {
  if (rows_.empty()) return {};
  LEAT_TRY(result.add_left(batch, rows_, groups_));
  rows_.clear();
  groups_.clear();
  return {};
}

Status FarWriter::finish() {
  if (writer_ == nullptr) return {};
  LEAT_TRY_ASSIGN(SpillRunRef run, writer_->finish(context_.memory));
  made_.far_runs.push_back(std::move(run));
  return {};
}

/// The rows of the group, in the order of the right side.
Status FarWriter::list(uint32_t group, StateArray<uint32_t>& numbers) const {
  if (!table_.has_list()) {
    LEAT_TRY(numbers.resize(table_.rows().rows(), 0));
    for (uint32_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
    return {};
  }
  for (size_t at = table_.begin_of(group); at < table_.end_of(group); ++at)
    LEAT_TRY(numbers.push_back(table_.row_at(at)));
  std::sort(numbers.data(), numbers.data() + numbers.size());
  return {};
}

Status FarWriter::write(uint32_t group) {
  if (writer_ == nullptr) {
    LEAT_TRY_ASSIGN(work_, context_.memory.lease(PartitionWriter::kWorkBytes));
    writer_ = std::make_unique<SpillWriter>(*context_.spill, work_.account());
  }
  StateArray<uint32_t> numbers(work_.account());
  LEAT_TRY(list(group, numbers));
  const size_t first = blocks_;
  for (size_t at = 0; at < numbers.size(); at += kBlockRows) {
    const std::span<const uint32_t> some(numbers.data() + at,
                                         std::min(kBlockRows, numbers.size() - at));
    std::vector<ColumnRef> columns;
    for (size_t i = 0; i < plan_.right->size(); ++i) {
      LEAT_TRY_ASSIGN(ColumnRef column, table_.rows().pick_column(i, some, work_.account()));
      columns.push_back(std::move(column));
    }
    LEAT_TRY(writer_->append(Batch(plan_.right, std::move(columns), some.size(),
                                   RowPlaces{Ordinal::from_packed(at), {}, nullptr})));
    ++blocks_;
    checkpoint();
  }
  made_.far_groups.push_back({made_.far_runs.size(), first, blocks_ - first});
  return {};
}

}  // namespace leat::state
