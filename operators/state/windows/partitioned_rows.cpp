// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a stage that looks at neighbours needs its rows by partition and in an order, yet gives
// them back in the order of the input.
//
// Rows never move: they stay in compact batches in the order of the input, which lanes deliver
// almost for nothing (a split is in one lane, so its batches are put in order as they are). What is
// arranged are their positions, 4 bytes a row: partitions by a hash table and a counting sort, and
// only then each partition by its own keys, which costs nothing where the rows are in order
// already. The way back is the position itself: a result is stored under it, and a batch goes out
// with the stretch of results that belongs to it. Several arrangements share the rows.
//
// Rejected: sorting whole rows by (partition, order) and sorting back by ordinal (two sorts and two
// copies of every column, and ordinals are not unique); partitions by comparison (text keys are
// compared log n times instead of hashed once).
#include "operators/state/windows/partitioned_rows.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "engine/check.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/row_faults.h"
#include "operators/state/spill/spill_run.h"
#include "operators/state/windows/for_partitions.h"
#include "operators/state/windows/parallel_sort.h"

namespace leat::state {

namespace {

/// Batches with fewer rows are joined, as each costs its buffers: when together they fill a batch,
/// and where a split ends, so that rows of several splits share one only when they are very few.
constexpr size_t kSmallRows = kBatchRowsMax / 4;
constexpr size_t kFewRows = 256;

/// The places of one batch in its stream.
struct Stretch {
  uint32_t batch;  // by arrival
  Ordinal first;
  Ordinal last;  // the greatest
  bool ascending;
};

Stretch stretch_of(const Batch& batch, uint32_t index) {
  Stretch stretch{index, batch.ordinal(0), batch.ordinal(0), true};
  if (!batch.places().ordinals) {
    stretch.last = batch.ordinal(batch.rows() - 1);
    return stretch;
  }
  for (size_t row = 1; row < batch.rows(); ++row) {
    const Ordinal ordinal = batch.ordinal(row);
    if (ordinal < stretch.last) stretch.ascending = false;
    stretch.first = std::min(stretch.first, ordinal);
    stretch.last = std::max(stretch.last, ordinal);
  }
  return stretch;
}

/// The rows of `batches` that `cluster` names, in new batches in the order of their ordinals.
Status merge_rows(const std::vector<Batch>& batches, std::span<const Stretch> cluster,
                  MemoryAccount& memory, std::vector<Batch>& merged) {
  StateArray<RowRef> rows(memory);
  for (const Stretch& stretch : cluster) {
    for (uint32_t row = 0; row < batches[stretch.batch].rows(); ++row)
      LEAT_TRY(rows.push_back({stretch.batch, row}));
  }
  std::sort(rows.data(), rows.data() + rows.size(), [&](const RowRef& a, const RowRef& b) {
    const Ordinal ordinal_a = batches[a.batch].ordinal(a.row);
    const Ordinal ordinal_b = batches[b.batch].ordinal(b.row);
    if (ordinal_a != ordinal_b) return ordinal_a < ordinal_b;
    return a.batch != b.batch ? a.batch < b.batch : a.row < b.row;  // rows of one are in one lane
  });
  const RowTaker taker(batches, batches.front().schema());
  for (size_t at = 0; at < rows.size(); at += kBatchRowsMax) {
    const std::span<const RowRef> some(rows.data() + at, std::min(kBatchRowsMax, rows.size() - at));
    LEAT_TRY_ASSIGN(Batch batch, taker.pick(some, memory));
    merged.push_back(std::move(batch));
  }
  return {};
}

/// The order of rows within a partition: their keys, then the order of the input.
class PartitionOrder {
 public:
  PartitionOrder(const SortPlan& plan, const std::vector<Batch>& batches)
      : plan_(plan), batches_(batches), order_(plan, batches) {
    for (const Batch& batch : batches)
      nulls_ = nulls_ || batch.column(plan.keys.front().stored).may_have_nulls();
  }

  bool operator()(const SortEntry& a, const SortEntry& b) const {
    const int order = compare(a, b);
    if (order != 0) return order < 0;
    return a.batch != b.batch ? a.batch < b.batch : a.row < b.row;
  }
  /// -1, 0 or 1 by the keys alone.
  int compare(const SortEntry& a, const SortEntry& b) const {
    if (nulls_) {
      const SortPart part_a = part_at(a);
      const SortPart part_b = part_at(b);
      if (part_a != part_b) return part_a < part_b ? -1 : 1;
    }
    return order_.compare_keys(a, b);
  }

 private:
  SortPart part_at(const SortEntry& entry) const {
    const Column& column = batches_[entry.batch].column(plan_.keys.front().stored);
    return part_of(plan_, !column.is_valid(entry.row));
  }

  const SortPlan& plan_;
  const std::vector<Batch>& batches_;
  RowOrder order_;
  bool nulls_ = false;
};

}  // namespace

// ------------------------------------------------------------------------------------------- lanes

PartitionedRun::PartitionedRun(const PartitionPlan& plan, const LaneContext& context,
                               MemoryAccount* kept)
    : plan_(plan), context_(context), kept_(kept == nullptr ? context.memory : *kept) {
  for (const PartitionPlan::Computed& computed : plan.computed)
    evaluators_.emplace_back(computed.program, context.memory);
}

Result<Batch> PartitionedRun::prepare(const Batch& batch) {
  if (plan_.computed.empty()) return batch;
  std::vector<ColumnRef> columns = batch.columns();
  std::vector<RowFault> faults;
  for (size_t i = 0; i < evaluators_.size(); ++i) {
    const std::optional<size_t> filter = plan_.computed[i].filter;
    Selection rows = batch.selection();
    if (filter) {
      const Column& passes = *columns[*filter];
      LEAT_TRY_ASSIGN(BufferRef passing, context_.memory.allocate(rows.count() * sizeof(uint32_t)));
      size_t count = 0;
      for_each_row(rows, [&](size_t row) {
        if (passes.is_valid(row) && passes.bool_at(row))
          passing->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
      });
      rows = Selection(std::move(passing), count);
    }
    LEAT_TRY_ASSIGN(ColumnRef column, evaluators_[i].evaluate(batch, rows, faults));
    columns.push_back(std::move(column));
  }
  Batch computed = batch.with_columns(plan_.stored, std::move(columns));
  if (faults.empty()) return computed;
  sort_faults(faults);
  LEAT_TRY_ASSIGN(Settled settled,
                  context_.faults.settle(batch, batch.selection(), std::move(faults)));
  if (settled.error) return std::unexpected(std::move(*settled.error));
  return computed.with_selection(std::move(settled.selection));
}

Status PartitionedRun::consume(const Batch& batch) {
  LEAT_TRY_ASSIGN(const Batch prepared, prepare(batch));
  LEAT_TRY(keep(prepared));
  context_.ledger.add(Counter::kFolded, prepared.rows());
  return {};
}

Status PartitionedRun::keep(const Batch& prepared) {
  if (prepared.rows() == 0) return {};
  LEAT_TRY_ASSIGN(Batch kept, compact(prepared, kept_));
  const bool new_split =
      !small_.empty() && small_.back().ordinal(0).split() != kept.ordinal(0).split();
  if (kept.rows() >= kSmallRows || small_rows_ + kept.rows() > kBatchRowsMax ||
      (new_split && small_rows_ >= kFewRows))
    LEAT_TRY(join_small());
  bytes_ += retained_bytes(kept);
  if (kept.rows() >= kSmallRows) {
    batches_.push_back(std::move(kept));
    return {};
  }
  small_rows_ += kept.rows();
  small_.push_back(std::move(kept));
  return {};
}

Status PartitionedRun::join_small() {
  if (small_.empty()) return {};
  std::vector<RowRef> rows;
  rows.reserve(small_rows_);
  for (uint32_t batch = 0; batch < small_.size(); ++batch) {
    for (uint32_t row = 0; row < small_[batch].rows(); ++row) rows.push_back({batch, row});
  }
  LEAT_TRY_ASSIGN(Batch together, leat::take(small_, rows, kept_));
  batches_.push_back(std::move(together));
  small_.clear();
  small_rows_ = 0;
  return {};
}

Status PartitionedRun::seal() { return join_small(); }

std::vector<Batch> PartitionedRun::take_batches() {
  std::vector<Batch> batches = std::exchange(batches_, {});
  batches.insert(batches.end(), small_.begin(), small_.end());
  small_.clear();
  small_rows_ = 0;
  bytes_ = 0;
  return batches;
}

// --------------------------------------------------------------------------- the order of the input

void PartitionedRows::take(PartitionedRun& run) {
  for (Batch& batch : run.take_batches()) batches_.push_back(std::move(batch));
}

Status PartitionedRows::settle() {
  LEAT_TRY(order_batches());
  return take_arranged(std::move(batches_));
}

Status PartitionedRows::order_batches() {
  if (LEAT_MUTANT("window_rows_as_they_arrived")) return {};
  std::vector<Stretch> stretches;
  stretches.reserve(batches_.size());
  for (uint32_t i = 0; i < batches_.size(); ++i) stretches.push_back(stretch_of(batches_[i], i));
  std::stable_sort(stretches.begin(), stretches.end(),
                   [](const Stretch& a, const Stretch& b) { return a.first < b.first; });
  std::vector<Batch> ordered;
  ordered.reserve(batches_.size());
  for (size_t begin = 0; begin < stretches.size();) {
    bool in_order = stretches[begin].ascending;
    Ordinal last = stretches[begin].last;
    size_t end = begin + 1;
    for (; end < stretches.size(); ++end) {
      const Stretch& next = stretches[end];
      // Rows of one ordinal may lie in two batches of one lane, which arrived in their order.
      if (last < next.first || (last == next.first && stretches[end - 1].batch < next.batch)) break;
      in_order = false;
      last = std::max(last, next.last);
    }
    if (in_order) {
      ordered.push_back(batches_[stretches[begin].batch]);
    } else {
      LEAT_TRY(merge_rows(batches_, {&stretches[begin], end - begin}, memory_, ordered));
    }
    begin = end;
  }
  batches_ = std::move(ordered);
  return {};
}

// ------------------------------------------------------------------------------------ arrangements

Result<ArrangedRows> PartitionedRows::arrange(size_t index) const {
  LEAT_CHECK(!begins_.empty(), "rows are arranged after they were settled");
  const PartitionPlan::Arrangement& wanted = plan_.arrangements[index];
  LEAT_TRY_ASSIGN(ArrangedRows arranged, partition(wanted.partition_by));
  if (rows() > 0 && !wanted.order.keys.empty()) {
    LEAT_TRY(sort(wanted.order, arranged));
  } else {
    LEAT_TRY(arranged.peers.resize(arranged.partitions.size(), 0));
    for (size_t i = 0; i < arranged.partitions.size(); ++i)
      arranged.peers.set(i, arranged.partitions[i]);
  }
  return arranged;
}

/// Positions by partition, in the order of the input within each.
Result<ArrangedRows> PartitionedRows::partition(const std::vector<size_t>& keys) const {
  ArrangedRows arranged(memory_);
  const auto count = static_cast<uint32_t>(rows());
  LEAT_TRY(arranged.positions.resize(count, 0));
  if (count == 0) {
    LEAT_TRY(arranged.partitions.push_back(0));
    return arranged;
  }
  if (keys.empty()) {
    std::iota(arranged.positions.data(), arranged.positions.data() + count, 0u);
    LEAT_TRY(arranged.partitions.push_back(0));
    LEAT_TRY(arranged.partitions.push_back(count));
    return arranged;
  }
  std::vector<Type> types;
  for (const size_t key : keys) types.push_back((*plan_.stored)[key].type);
  const std::unique_ptr<GroupTable> table = GroupTable::make(types, memory_);
  StateArray<uint32_t> group_of(memory_);
  LEAT_TRY(group_of.resize(count, 0));
  for (size_t i = 0; i < batches_.size(); ++i) {
    checkpoint();
    std::vector<ColumnRef> columns;
    for (const size_t key : keys) columns.push_back(batches_[i].columns()[key]);
    LEAT_TRY(table->assign(columns, batches_[i].selection(), group_of.data() + begins_[i]));
  }
  LEAT_TRY(arranged.partitions.resize(table->size() + 1, 0));
  StateArray<uint32_t> next(memory_);
  LEAT_TRY(next.resize(table->size(), 0));
  for (size_t i = 0; i < count; ++i) ++arranged.partitions[group_of[i] + size_t{1}];
  for (size_t i = 0; i < table->size(); ++i) {
    arranged.partitions[i + 1] += arranged.partitions[i];
    next[i] = arranged.partitions[i];
  }
  for (uint32_t i = 0; i < count; ++i) arranged.positions[next[group_of[i]]++] = i;
  return arranged;
}

Status PartitionedRows::sort(const SortPlan& order, ArrangedRows& arranged) const {
  StateArray<SortEntry> by_position(memory_);
  LEAT_TRY(by_position.resize(rows(), SortEntry{}));
  StateArray<uint64_t> prefixes(memory_);
  LEAT_TRY(prefixes.resize(kBatchRowsMax, 0));
  for (uint32_t i = 0; i < batches_.size(); ++i) {
    checkpoint();
    LEAT_TRY(prefixes.resize(std::max(prefixes.size(), batches_[i].rows()), 0));
    write_prefixes(order, batches_[i], prefixes.data());
    for (uint32_t row = 0; row < batches_[i].rows(); ++row)
      by_position[begins_[i] + row] = {prefixes[row], i, row};
  }
  const PartitionOrder before(order, batches_);
  StateArray<SortEntry> entries(memory_);
  LEAT_TRY(entries.resize(rows(), SortEntry{}));
  const auto span_of = [&](size_t partition) {
    return std::span(entries.data() + arranged.partitions[partition],
                     entries.data() + arranged.partitions[partition + 1]);
  };
  LEAT_TRY(for_partitions(arranged, [&](size_t first, size_t last) -> Status {
    for (size_t i = first; i < last; ++i) {
      checkpoint();
      const std::span<SortEntry> own = span_of(i);
      for (size_t row = 0; row < own.size(); ++row)
        own[row] = by_position[arranged.partition(i)[row]];
      if (own.size() < 2 * kSortEach && !std::is_sorted(own.begin(), own.end(), before))
        std::sort(own.begin(), own.end(), before);
    }
    return {};
  }));
  by_position.clear();
  for (size_t i = 0; i < arranged.partition_count(); ++i) {
    const std::span<SortEntry> own = span_of(i);
    if (own.size() >= 2 * kSortEach && !std::is_sorted(own.begin(), own.end(), before))
      LEAT_TRY(parallel_sort(own, before, memory_));
  }
  for (size_t place = 0; place < rows(); ++place)
    arranged.positions[place] = begins_[entries[place].batch] + entries[place].row;
  for (size_t i = 0; i < arranged.partition_count(); ++i) {
    for (size_t place = arranged.partitions[i]; place < arranged.partitions[i + 1]; ++place) {
      if (place == arranged.partitions[i] ||
          before.compare(entries[place - 1], entries[place]) != 0)
        LEAT_TRY(arranged.peers.push_back(static_cast<uint32_t>(place)));
    }
  }
  return arranged.peers.push_back(static_cast<uint32_t>(rows()));
}

}  // namespace leat::state
