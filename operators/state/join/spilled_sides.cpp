// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows have to leave memory by partitions of their key, with all that will be asked of
// them when they are back: which of two comes first, where they came from, and what was wrong with
// them.
//
// Invariants
// 1. Rows of one ordinal lie in the runs of one lane; (ordinal, arrival) is their order.
// 2. Right rows that can have no partner (a NULL key) are written only where they come out; they are
//    spread over all partitions, as NULLs may be many.
// 3. A left row whose key cannot be computed is written with its error, so that the error is told in
//    the order of rows, and after the errors of the rows before it.
#include "operators/state/join/spilled_sides.h"

#include <algorithm>

#include <xxhash.h>

#include "operators/state/row_faults.h"

namespace leat::state {

void SpilledSides::hold(PartitionRuns runs) {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < kJoinPartitions; ++i) {
    for (SpillRunRef& run : runs[i]) left[i].push_back(std::move(run));
  }
}

Result<ColumnRef> ordinal_column(const Batch& batch, MemoryAccount& memory) {
  return number_column(batch.length(), memory, [&](size_t row) {
    return batch.places()[row].packed() ^ uint64_t { 1 } << 63;
  });
}

// ------------------------------------------------------------------------------------------- the right side

RightWriter::RightWriter(const SpillPlan& plan, SpillArea& area, MemoryAccount& work)
    : plan_(plan),
      work_(work),
      hasher_(work),
      hashes_(work),
      chosen_hashes_(work),
      writer_(plan.right, 0, area, work) {}

/// Appends all columns behind the keys but the places; hashes of rows that match nothing are made.
Status RightWriter::add_columns(const Batch& kept, const Selection& matching, BoundCodes codes,
                                MemoryAccount& memory, std::vector<ColumnRef>& columns) {
  const size_t length = kept.length();
  for (const uint64_t* const code : {codes.low, codes.high}) {
    if (code == nullptr) continue;
    LEAT_TRY_ASSIGN(ColumnRef column, number_column(length, memory, [code](size_t row) {
                      return code[row] ^ uint64_t { 1 } << 63;
                    }));
    columns.push_back(std::move(column));
  }
  LEAT_TRY_ASSIGN(ColumnRef ordinals, ordinal_column(kept, memory));
  columns.push_back(std::move(ordinals));
  LEAT_TRY_ASSIGN(ColumnRef arrivals,
                  number_column(length, memory, [this](size_t row) { return arrivals_ + row; }));
  columns.push_back(std::move(arrivals));
  if (!plan_.probe.kept_match) return {};
  FixedBuilder<int64_t> match(kInt64Type, memory);
  LEAT_TRY(match.reserve(length));
  size_t next = 0;
  for (size_t row = 0; row < length; ++row) {
    if (next < matching.count() && matching[next] == row) {
      match.append(1);
      ++next;
    } else {
      LEAT_TRY(match.append_null());
      hashes_[row] = XXH3_64bits(&row, sizeof(row));
    }
  }
  columns.push_back(match.finish());
  return {};
}

Status RightWriter::add(const Batch& kept, const Selection& matching,
                        std::span<const ColumnRef> keys, BoundCodes codes, MemoryAccount& memory) {
  const size_t length = kept.length();
  LEAT_TRY(hashes_.resize(std::max(length, hashes_.size()), 0));
  std::vector<ColumnRef> columns = kept.columns();
  columns.insert(columns.end(), keys.begin(), keys.end());
  LEAT_TRY(add_columns(kept, matching, codes, memory, columns));
  if (plan_.right_columns.place) {
    LEAT_TRY(add_places(length, kept.selection(), memory, columns,
                        [&](size_t, size_t row) { return place_of_row(kept, row); }));
  }
  LEAT_TRY(hasher_.hash(keys, matching, hashes_.data()));
  LEAT_TRY(chosen_hashes_.resize(std::max(kept.rows(), chosen_hashes_.size()), 0));
  size_t next = 0;
  for_each_row(kept.selection(), [&](size_t row) { chosen_hashes_[next++] = hashes_[row]; });
  LEAT_TRY_ASSIGN(Batch batch, compact(kept.with_columns(plan_.right, std::move(columns)), memory));
  arrivals_ += length;
  return writer_.add(std::move(batch), chosen_hashes_.data());
}

Status RightWriter::add_kept(const Batch& kept, const Selection& matching,
                             std::span<const ColumnRef> keys, BoundCodes codes,
                             const RowLines* lines, size_t first) {
  LEAT_TRY(hashes_.resize(std::max(kept.length(), hashes_.size()), 0));
  std::vector<ColumnRef> columns = kept.columns();
  columns.insert(columns.end(), keys.begin(), keys.end());
  LEAT_TRY(add_columns(kept, matching, codes, work_, columns));
  if (plan_.right_columns.place) {
    LEAT_TRY(add_places(kept.length(), kept.selection(), work_, columns,
                        [&](size_t i, size_t) { return lines->at(first + i); }));
  }
  LEAT_TRY(hasher_.hash(keys, matching, hashes_.data()));
  arrivals_ += kept.length();
  return writer_.add(kept.with_columns(plan_.right, std::move(columns)), hashes_.data());
}

// ------------------------------------------------------------------------------------------- the left side

namespace {

class DealingLane final : public MapLane {
 public:
  DealingLane(const JoinPlan& plan, SpilledSides& sides, const LaneContext& context)
      : plan_(plan),
        spill_(*plan.spill),
        sides_(sides),
        context_(context),
        bounds_(left_bounds(plan)),
        key_values_(plan.left_keys, context.memory),
        bound_values_(bounds_, context.memory),
        hasher_(context.memory),
        hashes_(context.memory),
        chosen_hashes_(context.memory) {}

  Status process(Batch batch, Output& output) override {
    if (writer_ == nullptr) {
      LEAT_TRY_ASSIGN(work_, context_.memory.lease(PartitionWriter::kWorkBytes));
      LEAT_TRY_ASSIGN(rows_, context_.memory.lease(0));
      writer_ = std::make_unique<PartitionWriter>(spill_.left, 0, *context_.spill, work_.account());
    }
    if (plan_.sets_unmatched_apart() && output.port(0) != nullptr) sides_.wants_unmatched = true;
    std::vector<RowFault> faults;
    const Selection& all = batch.selection();
    LEAT_TRY_ASSIGN(const auto keys, key_values_.evaluate(batch, all, faults));
    LEAT_TRY_ASSIGN(const auto bounds, bound_values_.evaluate(batch, all, faults));
    sort_faults(faults);
    LEAT_TRY(hashes_.resize(std::max(batch.length(), hashes_.size()), 0));
    LEAT_TRY_ASSIGN(const Selection good, without_faults(all, faults, context_.memory));
    LEAT_TRY(hasher_.hash(keys, good, hashes_.data()));
    LEAT_TRY(chosen_hashes_.resize(std::max(batch.rows(), chosen_hashes_.size()), 0));
    size_t next = 0;
    for_each_row(all, [&](size_t row) { chosen_hashes_[next++] = hashes_[row]; });
    Result<Batch> prepared = prepare(batch, faults, rows_.account());
    if (!prepared && prepared.error().code == ErrorCode::kMemory) {
      LEAT_TRY(writer_->flush());
      prepared = prepare(batch, faults, work_.account());
    }
    if (!prepared) return std::unexpected(std::move(prepared).error());
    arrivals_ += batch.length();
    return writer_->add(std::move(*prepared), chosen_hashes_.data());
  }
  Status seal() override {
    if (writer_ == nullptr) return {};
    PartitionRuns runs;
    LEAT_TRY(writer_->finish(runs, context_.memory));
    context_.ledger.add(Counter::kSpilled, writer_->rows());
    sides_.hold(std::move(runs));
    return {};
  }

 private:
  /// The batch's rows as they are written.
  Result<Batch> prepare(const Batch& batch, const std::vector<RowFault>& faults,
                        MemoryAccount& memory) {
    std::vector<ColumnRef> columns = batch.columns();
    LEAT_TRY_ASSIGN(ColumnRef ordinals, ordinal_column(batch, memory));
    columns.push_back(std::move(ordinals));
    LEAT_TRY_ASSIGN(ColumnRef arrivals, number_column(batch.length(), memory, [this](size_t row) {
                      return arrivals_ + row;
                    }));
    columns.push_back(std::move(arrivals));
    if (spill_.left_columns.fault) LEAT_TRY(add_words(batch, faults, memory, columns));
    return compact(batch.with_columns(spill_.left, std::move(columns)), memory);
  }
  Status add_words(const Batch& batch, const std::vector<RowFault>& faults, MemoryAccount& memory,
                   std::vector<ColumnRef>& columns) {
    // As rows that are held in memory, which have a line alone.
    const bool has_column = !plan_.holds_left();
    LEAT_TRY(
        add_places(batch.length(), batch.selection(), memory, columns, [&](size_t, size_t row) {
          TextPlace place = place_of_row(batch, row);
          if (!has_column) place.column = 0;
          return place;
        }));
    const RowOriginRef& origin = batch.places().origin;
    if (spill_.left_columns.raw) {
      ViewBuilder raw(kUtf8Type, memory);
      LEAT_TRY(raw.reserve(batch.length()));
      size_t next = 0;
      for (size_t row = 0; row < batch.length(); ++row) {
        const bool wanted = next < batch.rows() && batch.selection()[next] == row;
        next += wanted ? 1 : 0;
        LEAT_TRY(raw.append_copy(wanted && origin ? origin->raw(batch.places()[row].row()) : ""));
      }
      columns.push_back(raw.finish());
    }
    ViewBuilder words(kUtf8Type, memory);
    LEAT_TRY(words.reserve(batch.length()));
    auto fault = faults.begin();
    for (size_t row = 0; row < batch.length(); ++row) {
      const bool bad = fault != faults.end() && fault->row == row;
      LEAT_TRY(bad ? words.append_copy(pack_fault(fault->error)) : words.append_null());
      while (fault != faults.end() && fault->row == row) ++fault;
    }
    columns.push_back(words.finish());
    return {};
  }

  const JoinPlan& plan_;
  const SpillPlan& spill_;
  SpilledSides& sides_;
  LaneContext context_;
  std::vector<JoinValue> bounds_;
  JoinValues key_values_;
  JoinValues bound_values_;
  KeyHasher hasher_;
  StateArray<uint64_t> hashes_;
  StateArray<uint64_t> chosen_hashes_;
  MemoryLease work_;
  MemoryLease rows_;
  std::unique_ptr<PartitionWriter> writer_;
  uint64_t arrivals_ = 0;
};

}  // namespace

std::unique_ptr<MapLane> make_dealing_lane(const JoinPlan& plan, SpilledSides& sides,
                                           const LaneContext& context) {
  return std::make_unique<DealingLane>(plan, sides, context);
}

}  // namespace leat::state
