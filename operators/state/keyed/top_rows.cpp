// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the first rows of each of many partitions, without holding the others.
//
// A row that comes to a partition with enough rows is held as well, until these are as many as all
// others: then the partitions are sorted, what is beyond is dropped, and the last row that is left
// of each turns away what comes after it. So at most about twice the rows wanted are held, and each
// row costs a constant number of sorts of as many rows as are held.
//
// Rejected: a heap for each partition (its rows lie in as many places as there are heaps, and most
// partitions have few rows).
#include "operators/state/keyed/top_rows.h"

#include <algorithm>
#include <utility>

#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/state/keyed/picked_rows.h"

namespace leat::state {

namespace {}  // namespace

TopRows::TopRows(const TopPlan& plan, const LaneContext& context)
    : plan_(plan),
      context_(context),
      reader_(plan.partitions, context),
      table_(GroupTable::make(plan.partitions.key_types(), context.memory)),
      rows_(std::make_unique<GroupedRows>(plan.partitions.order, context.memory)),
      order_(context.memory),
      held_(context.memory),
      bounds_(context.memory),
      group_of_(context.memory) {}

Status TopRows::consume(const Batch& batch) {
  LEAT_TRY_ASSIGN(const PreparedRows prepared, reader_.prepare_all(batch));
  const Selection& selection = prepared.rows.selection();
  if (selection.count() == 0) return {};
  LEAT_TRY(group_of_.resize(std::max(prepared.rows.length(), group_of_.size()), 0));
  LEAT_TRY(table_->assign(prepared.keys, selection, group_of_.data()));
  LEAT_TRY(order_.note(prepared.rows, selection, group_of_.data(), table_->size()));
  LEAT_TRY(held_.resize(table_->size(), 0));
  LEAT_TRY(bounds_.resize(table_->size(), GroupedRows::kNone));
  LEAT_TRY(rows_->begin(prepared.rows));
  LEAT_TRY_ASSIGN(const Selection nearer, turn_away(selection));
  LEAT_TRY(rows_->keep(nearer, group_of_.data()));
  return over_ > kBatchRowsMax + (rows_->size() - over_) ? prune() : Status();
}

/// The rows of the batch that may be wanted.
Result<Selection> TopRows::turn_away(const Selection& selection) {
  LEAT_TRY_ASSIGN(BufferRef buffer, context_.memory.allocate(selection.count() * sizeof(uint32_t)));
  uint32_t* const out = buffer->mutable_as<uint32_t>();
  size_t count = 0;
  for_each_row(selection, [&](size_t row) {
    const uint32_t group = group_of_[row];
    const GroupedRows::Handle bound = bounds_[group];
    const GroupedRows::Handle candidate = rows_->pending(row);
    const bool beyond =
        plan_.rows == 0 || (bound != GroupedRows::kNone && rows_->before(bound, candidate) &&
                            !(plan_.ties && rows_->same_keys(bound, candidate)));
    if (beyond) return;
    out[count++] = static_cast<uint32_t>(row);
    over_ += held_[group] >= plan_.rows ? 1 : 0;
    ++held_[group];
  });
  context_.ledger.add(Counter::kBeyond, selection.count() - count);
  return Selection(std::move(buffer), count);
}

/// How many of a partition's rows are wanted.
size_t TopRows::wanted(std::span<const SortEntry> sorted) const {
  if (sorted.size() <= plan_.rows) return sorted.size();
  size_t count = plan_.rows;
  if (!plan_.ties || count == 0 || LEAT_MUTANT("top_forgets_ties")) return count;
  const auto handle = [this](const SortEntry& entry) {
    return rows_->handle({entry.batch, entry.row});
  };
  const GroupedRows::Handle last = handle(sorted[count - 1]);
  while (count < sorted.size() && rows_->same_keys(last, handle(sorted[count]))) ++count;
  return count;
}

Status TopRows::prune() {
  LEAT_TRY_ASSIGN(const SortedGroups sorted, sort_groups(*rows_, table_->size(), context_.memory));
  GroupArray<uint8_t> kept(context_.memory);
  LEAT_TRY(kept.resize(rows_->size(), 0));
  size_t dropped = 0;
  for (size_t group = 0; group < table_->size(); ++group) {
    if (group % kBetweenCheckpoints == 0) checkpoint();
    const std::span<const SortEntry> rows = sorted.rows(group);
    const size_t count = wanted(rows);
    for (const SortEntry& entry : rows.first(count))
      kept[rows_->handle({entry.batch, entry.row})] = 1;
    if (plan_.rows > 0 && rows.size() >= plan_.rows) {
      const SortEntry& last = rows[plan_.rows - 1];
      bounds_[group] = rows_->handle({last.batch, last.row});
    }
    held_[group] = static_cast<uint32_t>(count);
    dropped += rows.size() - count;
  }
  over_ = 0;
  if (dropped == 0) return {};
  context_.ledger.add(Counter::kBeyond, dropped);
  GroupNumbers moved(context_.memory);
  LEAT_TRY(rows_->retain(kept, moved));
  for (size_t group = 0; group < bounds_.size(); ++group) {
    if (bounds_[group] != GroupedRows::kNone) bounds_[group] = moved[bounds_[group]];
  }
  return {};
}

Status TopRows::absorb(std::unique_ptr<TopRows> other) {
  if (other->table_->size() > table_->size()) {
    // The larger table stays: fewer partitions to look up.
    std::swap(table_, other->table_);
    std::swap(rows_, other->rows_);
    std::swap(order_, other->order_);
  }
  GroupNumbers group_of(context_.memory);
  LEAT_TRY(table_->absorb(*other->table_, group_of));
  LEAT_TRY(rows_->absorb(*other->rows_, group_of));
  return order_.absorb(std::move(other->order_), std::move(group_of), table_->size());
}

Result<CollectedRef> TopRows::finish() {
  LEAT_TRY_ASSIGN(const SortedGroups sorted, sort_groups(*rows_, table_->size(), context_.memory));
  LEAT_TRY_ASSIGN(const GroupNumbers ranked, order_.rank());
  StateArray<RowRef> picked(context_.memory);
  for (size_t i = 0; i < ranked.size(); ++i) {
    const std::span<const SortEntry> rows = sorted.rows(ranked[i]);
    for (const SortEntry& entry : rows.first(wanted(rows)))
      LEAT_TRY(picked.push_back({entry.batch, entry.row}));
  }
  context_.ledger.add(Counter::kBeyond, rows_->size() - picked.size());
  return std::make_shared<const PickedRows>(std::move(rows_), std::move(picked));
}

}  // namespace leat::state
