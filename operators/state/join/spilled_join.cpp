// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: both sides of a join lie on disk, dealt by the hash of their key, and neither fits in
// memory; the result has to be in the order of the left side.
//
// One partition after the other: its right rows become a table as they would have been in memory,
// its left rows meet it, and what they make goes to a sort by (ordinal, arrival) of the left row,
// which spills as any sort does. A partition that does not fit is divided by the next bits of the
// hash.
//
// Invariants
// 1. A left row and all its partners lie in one partition, so what is decided of the row is decided
//    there, once.
// 2. No error of a row ends the work: it is sorted among the rows.
// 3. Partitions are read once in each pass, and dropped when they have been read.
//
// Rejected: keeping some partitions in memory while others are written (their share would depend on
// the schedule, and the rows would have to be sorted all the same).
#include "operators/state/join/spilled_join.h"

#include <algorithm>

#include "engine/codes/machine.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/state/join/result_rows.h"
#include "operators/state/row_faults.h"

namespace leat::state {

namespace {

// ------------------------------------------------------------------------------------------- partitions

/// One partition, or a part of one.
struct Partition {
  unsigned level;
  bool one_key;  ///< All right rows that can have partners have one key.
  std::vector<SpillRunRef> right;
  std::vector<SpillRunRef> left;
};

class SpilledJoin {
 public:
  SpilledJoin(const JoinPlan& plan, const JoinTable& table, const LaneContext& context)
      : plan_(plan),
        spill_(*plan.spill),
        sides_(*table.spilled()),
        context_(context),
        sorting_{context.memory, context.faults, sorted_, context.watch, context.spill},
        result_(spill_, sorting_),
        unmatched_(spill_.right_order, sorting_),
        faults_(result_, context.memory),
        meeting_{context.memory, faults_, met_, context.watch, nullptr} {}

  Result<SpilledRows> run() {
    context_.ledger.add(Counter::kSpilled, sides_.right_rows);
    for (size_t i = kJoinPartitions; i-- > 0;) {
      if (LEAT_MUTANT("join_partition_skipped") && i == 5) continue;
      waiting_.push_back({0, plan_.key_types.empty(), std::exchange(sides_.right[i], {}),
                          std::exchange(sides_.left[i], {})});
    }
    while (!waiting_.empty()) {
      Partition partition = std::move(waiting_.back());
      waiting_.pop_back();
      LEAT_TRY(join(std::move(partition)));
    }
    LEAT_TRY_ASSIGN(made_.left, merged(result_.sort()));
    if (plan_.keeps_right()) {
      LEAT_TRY_ASSIGN(made_.right, merged(unmatched_));
    }
    context_.ledger.add(Counter::kSpilled, sorted_[Counter::kSpilled]);
    context_.ledger.add(Counter::kRestored, sorted_[Counter::kRestored]);
    context_.ledger.merge(met_);
    return std::move(made_);
  }

 private:
  Result<CollectedRef> merged(LaneSort& sort) {
    LEAT_TRY(sort.seal());
    LaneSort* const lanes[] = {&sort};
    return merge_lanes(sort.plan(), sorting_, lanes);
  }

  Status check_cancelled() const {
    checkpoint();
    if (context_.watch == nullptr || !context_.watch->cancelled()) return {};
    return fail(code::kInterrupted, ErrorCode::kCancelled, "the run was interrupted");
  }

  /// Calls `use` for each block of the runs, which are dropped once they are read.
  template <typename Use>
  Status read(std::vector<SpillRunRef>& runs, Use&& use) {
    for (SpillRunRef& run : runs) {
      SpillReader reader(std::exchange(run, nullptr));
      while (true) {
        LEAT_TRY(check_cancelled());
        LEAT_TRY_ASSIGN(const std::optional<Batch> block, reader.next(context_.memory));
        if (!block) break;
        context_.ledger.add(Counter::kRestored, block->rows());
        LEAT_TRY(use(*block));
      }
    }
    return {};
  }

  Status join(Partition partition) {
    size_t bytes = 0;
    for (const SpillRunRef& run : partition.right) {
      bytes += run->blocks() * run->block_memory() + run->rows() * kRowBytes;
    }
    const size_t room = sides_.lanes * context_.spill->lane_bytes() / 3;
    // Inputs are read to their end: there may be more room than a lane's share.
    const bool fits = bytes <= room || context_.memory.lease(2 * bytes + kSpareBytes).has_value();
    if (!fits && !partition.one_key && partition.level + 1 < kPartitionLevels)
      return divide(std::move(partition));
    if (!fits && partition.one_key && !plan_.condition && !plan_.range && !plan_.asof)
      return join_one_key(std::move(partition));
    if (bytes > room / 2) LEAT_TRY(make_room());
    LEAT_TRY_ASSIGN(const std::shared_ptr<const JoinTable> table, build(partition.right));
    LEAT_TRY(probe(*table, nullptr, partition.left));
    return plan_.keeps_right() ? set_apart(*table) : Status();
  }

  /// What was made so far goes to disk.
  Status make_room() {
    LEAT_TRY(result_.sort().spill(sorted_));
    return unmatched_.spill(sorted_);
  }

  Result<std::shared_ptr<const JoinTable>> build(std::vector<SpillRunRef>& runs) {
    const std::unique_ptr<Collect> side = make_join_side(spill_.probe);
    Ledger unread;
    const LaneContext context{context_.memory, faults_, unread, context_.watch, nullptr};
    std::unique_ptr<Partial> partial = side->partial(context);
    LEAT_TRY(read(runs, [&](const Batch& block) { return partial->consume(block); }));
    LEAT_TRY(partial->seal());
    const std::unique_ptr<Final> final = side->final(context);
    LEAT_TRY(final->absorb(std::move(partial)));
    LEAT_TRY_ASSIGN(const CollectedRef table, final->finish());
    return std::static_pointer_cast<const JoinTable>(table);
  }

  // ----------------------------------------------------------------------------------------- left rows

  Status probe(const JoinTable& table, const OneKey* one, std::vector<SpillRunRef>& runs) {
    FarWriter far(spill_, table, meeting_with_disk(), made_, one);
    ReadyOutput ready(result_, sides_.wants_unmatched);
    std::optional<LeftOwners> owners;
    std::optional<RowLines> lines;
    if (plan_.one_left) {
      owners.emplace(context_.memory);
      lines.emplace(context_.memory);
      LEAT_TRY(owners->first.resize(table.rows().rows(), kNoRow));
      owners->place = [&lines](uint32_t number) { return lines->at(number); };
    }
    JoinProbe probe(spill_.probe, table, meeting_, owners ? &*owners : nullptr, &far);
    uint64_t number = 0;
    const auto meet = [&](const Batch& block) -> Status {
      LEAT_TRY_ASSIGN(const Batch good, without_bad(block));
      RowPlaces places{Ordinal::from_packed(number), {}, nullptr};
      if (owners) {
        places.origin = std::make_shared<WrittenOrigin>(block, *spill_.left_columns.place,
                                                        std::nullopt, places.first);
        LEAT_TRY(lines->add(block.with_places(places)));
        owners->begin = number;
      }
      number += block.length();
      LEAT_TRY(probe.process(good.with_places(places), ready));
      LEAT_TRY(far.flush(good, result_));
      return result_.sort().spillable() > context_.spill->lane_bytes() / 2 ? make_room() : Status();
    };
    LEAT_TRY(plan_.one_left ? read_in_order(runs, meet) : read(runs, meet));
    has_referred_ = far.has_referred();
    return far.finish();
  }
  LaneContext meeting_with_disk() {
    LaneContext context = meeting_;
    context.spill = context_.spill;
    return context;
  }

  /// The rows of the block whose keys could be computed; the others go where bad rows go.
  Result<Batch> without_bad(const Batch& block) {
    if (!spill_.left_columns.fault) return block;
    const Column& faults = block.column(*spill_.left_columns.fault);
    std::vector<uint32_t> bad;
    std::vector<RowFault> rows;
    std::vector<std::string> texts;
    for (uint32_t row = 0; row < block.rows(); ++row) {
      if (!faults.is_valid(row)) continue;
      bad.push_back(row);
      rows.push_back({row, Error()});
      texts.emplace_back(faults.view_at(row));
    }
    if (bad.empty()) return block;
    LEAT_TRY(result_.add_bad(block, bad, texts));
    LEAT_TRY_ASSIGN(Selection good, without_faults(block.selection(), rows, context_.memory));
    return block.with_selection(std::move(good));
  }

  /// As read, in the order of the left side.
  template <typename Use>
  Status read_in_order(std::vector<SpillRunRef>& runs, Use& use) {
    const auto sort = [&](LaneSort& sorted) {
      return read(runs, [&](const Batch& block) { return sorted.consume(block); });
    };
    return in_order(spill_.left_order, sort, use);
  }
  /// Calls `use` with the rows that `fill` sorts.
  template <typename Fill, typename Use>
  Status in_order(const SortPlan& order, Fill&& fill, Use& use) {
    Ledger counts;
    const LaneContext context{context_.memory, context_.faults, counts, context_.watch,
                              context_.spill};
    LaneSort sorted(order, context);
    LEAT_TRY(fill(sorted));
    LEAT_TRY(sorted.seal());
    LaneSort* const lanes[] = {&sorted};
    LEAT_TRY_ASSIGN(const CollectedRef all, merge_lanes(order, context, lanes));
    CallOutput output(use);
    for (size_t part = 0; part < all->parts(); ++part)
      LEAT_TRY(all->emit_part(part, context, output));
    context_.ledger.add(Counter::kSpilled, counts[Counter::kSpilled]);
    context_.ledger.add(Counter::kRestored, counts[Counter::kRestored]);
    return {};
  }
  template <typename Use>
  class CallOutput final : public Output {
   public:
    explicit CallOutput(Use& use) : use_(use) {}
    Status emit(Batch batch) override { return use_(batch); }

   private:
    Use& use_;
  };

  // ----------------------------------------------------------------------------------------- right rows

  /// Right rows that have met nobody.
  Status set_apart(const JoinTable& table) {
    std::vector<uint32_t> numbers;
    const size_t rows = table.rows().rows();
    for (uint32_t number = 0; number < rows; ++number) {
      if (!table.is_marked(number)) numbers.push_back(number);
      if (numbers.empty() || (numbers.size() < kBatchRowsMax && number + 1 < rows)) continue;
      LEAT_TRY(check_cancelled());
      std::vector<ColumnRef> columns;
      for (size_t i = 0; i < spill_.right->size(); ++i) {
        LEAT_TRY_ASSIGN(ColumnRef column, table.rows().pick_column(i, numbers, context_.memory));
        columns.push_back(std::move(column));
      }
      LEAT_TRY(
          unmatched_.consume(Batch(spill_.right, std::move(columns), numbers.size(), RowPlaces())));
      numbers.clear();
    }
    return {};
  }

  // ----------------------------------------------------------------------------------------- one key

  /// Right rows of one key, of which any number may be: they stay on disk, and a few of them decide
  /// for all.
  Status join_one_key(Partition partition) {
    LEAT_TRY(make_room());
    OneKey one{nullptr, made_.far_groups.size(), 0};
    LEAT_TRY(write_one_key(partition.right, one));
    LEAT_TRY(probe(*one.table, &one, partition.left));
    if (!plan_.keeps_right() || has_referred_) return {};
    const SpillRun& run = *made_.far_runs.back();
    uint64_t number = 0;
    for (size_t i = 0; i < run.blocks(); ++i) {
      LEAT_TRY(check_cancelled());
      LEAT_TRY_ASSIGN(const Batch block, run.read(i, context_.memory));
      std::vector<RowFault> met;
      for (uint32_t row = 0; row < block.rows(); ++row, ++number) {
        const std::optional<uint32_t> known = number_in_table(one, number);
        if (known && one.table->is_marked(*known)) met.push_back({row, Error()});
      }
      LEAT_TRY_ASSIGN(Selection others, without_faults(block.selection(), met, context_.memory));
      LEAT_TRY(unmatched_.consume(block.with_selection(std::move(others))));
    }
    return {};
  }

  static std::optional<uint32_t> number_in_table(const OneKey& one, uint64_t number) {
    if (number < kDecisive) return static_cast<uint32_t>(number);
    if (number + 1 == one.rows) return static_cast<uint32_t>(one.table->rows().rows() - 1);
    return std::nullopt;
  }

  /// Writes the right rows of `runs` in their order.
  Status write_one_key(std::vector<SpillRunRef>& runs, OneKey& one) {
    const std::unique_ptr<Collect> side = make_join_side(spill_.probe);
    Ledger unread;
    const LaneContext context{context_.memory, faults_, unread, context_.watch, nullptr};
    std::unique_ptr<Partial> decisive = side->partial(context);
    LEAT_TRY_ASSIGN(const MemoryLease work, context_.memory.lease(PartitionWriter::kWorkBytes));
    SpillWriter writer(*context_.spill, work.account());
    size_t blocks = 0;
    const auto write = [&](const Batch& rows) -> Status {
      if (one.rows < kDecisive) {
        LEAT_TRY(decisive->consume(rows.with_selection(
            rows.selection().prefix(std::min<size_t>(rows.rows(), kDecisive - one.rows)))));
      }
      one.rows += rows.rows();
      last_ = rows;
      ++blocks;
      return writer.append(rows);
    };
    const auto sort = [&](LaneSort& sorted) {
      return read(runs, [&](const Batch& block) { return keep_matching(block, sorted); });
    };
    LEAT_TRY(in_order(spill_.right_order, sort, write));
    if (one.rows > kDecisive) {
      const auto row = static_cast<uint32_t>(last_.rows() - 1);
      LEAT_TRY_ASSIGN(BufferRef buffer, context_.memory.allocate(sizeof(row)));
      *buffer->mutable_as<uint32_t>() = row;
      LEAT_TRY(decisive->consume(last_.with_selection(Selection(std::move(buffer), 1))));
    }
    last_ = Batch();
    LEAT_TRY(decisive->seal());
    const std::unique_ptr<Final> final = side->final(context);
    LEAT_TRY(final->absorb(std::move(decisive)));
    LEAT_TRY_ASSIGN(const CollectedRef table, final->finish());
    one.table = std::static_pointer_cast<const JoinTable>(table);
    LEAT_TRY_ASSIGN(SpillRunRef run, writer.finish(context_.memory));
    made_.far_groups.push_back({made_.far_runs.size(), 0, blocks});
    made_.far_runs.push_back(std::move(run));
    return {};
  }

  /// Right rows that match nothing have met nobody.
  Status keep_matching(const Batch& block, LaneSort& sorted) {
    if (!spill_.probe.kept_match) return sorted.consume(block);
    const Column& match = block.column(*spill_.probe.kept_match);
    std::vector<RowFault> with;
    std::vector<RowFault> without;
    for (uint32_t row = 0; row < block.rows(); ++row)
      (match.is_valid(row) ? with : without).push_back({row, Error()});
    LEAT_TRY_ASSIGN(Selection loose, without_faults(block.selection(), with, context_.memory));
    LEAT_TRY(unmatched_.consume(block.with_selection(std::move(loose))));
    LEAT_TRY_ASSIGN(Selection keyed, without_faults(block.selection(), without, context_.memory));
    return sorted.consume(block.with_selection(std::move(keyed)));
  }

  // ----------------------------------------------------------------------------------------- dividing

  /// Deals the rows of a partition by the next bits of the hash.
  Status divide(Partition partition) {
    LEAT_TRY(make_room());
    const unsigned level = partition.level + 1;
    std::vector<RowFault> none;
    const std::unique_ptr<GroupTable> keys_met = GroupTable::make(plan_.key_types, context_.memory);
    PartitionRuns right;
    LEAT_TRY(deal(partition.right, spill_.right, level, right,
                  [&](const Batch& block) { return keys_of(block, *keys_met); }));
    const bool one_key = keys_met->size() < 2;
    PartitionRuns left;
    JoinValues keys(spill_.probe.left_keys, context_.memory);
    LEAT_TRY(deal(partition.left, spill_.left, level, left, [&](const Batch& block) {
      return keys.evaluate(block, block.selection(), none);
    }));
    for (size_t i = kJoinPartitions; i-- > 0;) {
      if (right[i].empty() && left[i].empty()) continue;
      waiting_.push_back({level, one_key, std::move(right[i]), std::move(left[i])});
    }
    return {};
  }

  /// The keys of right rows; notes the first two of those that can have partners.
  Result<std::vector<ColumnRef>> keys_of(const Batch& block, GroupTable& met) {
    const auto begin = block.columns().begin() + static_cast<ptrdiff_t>(spill_.right_columns.keys);
    std::vector<ColumnRef> keys(begin, begin + static_cast<ptrdiff_t>(plan_.key_types.size()));
    if (met.size() > 1) return keys;
    Selection matching = block.selection();
    if (spill_.probe.kept_match) {
      const ColumnRef match = block.columns()[*spill_.probe.kept_match];
      LEAT_TRY_ASSIGN(matching, without_nulls({&match, 1}, matching, context_.memory));
    }
    std::vector<uint32_t> groups(block.length());
    LEAT_TRY(met.assign(keys, matching, groups.data()));
    return keys;
  }

  template <typename KeysOf>
  Status deal(std::vector<SpillRunRef>& runs, const SchemaRef& schema, unsigned level,
              PartitionRuns& dealt, KeysOf&& keys_of) {
    LEAT_TRY_ASSIGN(const MemoryLease work, context_.memory.lease(PartitionWriter::kWorkBytes));
    PartitionWriter writer(schema, level, *context_.spill, work.account());
    KeyHasher hasher(work.account());
    std::vector<uint64_t> hashes;
    LEAT_TRY(read(runs, [&](const Batch& block) -> Status {
      LEAT_TRY_ASSIGN(const std::vector<ColumnRef> keys, keys_of(block));
      hashes.assign(block.length(), 0);
      LEAT_TRY(hasher.hash(keys, block.selection(), hashes.data()));
      return writer.add(block, hashes.data());
    }));
    LEAT_TRY(writer.finish(dealt, context_.memory));
    context_.ledger.add(Counter::kSpilled, writer.rows());
    return {};
  }

  /// What meeting left rows takes besides the table, and more than once.
  static constexpr size_t kSpareBytes = size_t{4} << 20;
  /// What a table takes for a row besides its columns.
  static constexpr size_t kRowBytes = 64;
  /// So many right rows of a key, and the last, decide of a left row as all of them would.
  static constexpr uint64_t kDecisive = FarPairs::kPartnersMax + 1;

  const JoinPlan& plan_;
  const SpillPlan& spill_;
  SpilledSides& sides_;
  LaneContext context_;
  Ledger sorted_;
  Ledger met_;
  LaneContext sorting_;
  ResultRows result_;
  LaneSort unmatched_;
  WrittenFaults faults_;
  LaneContext meeting_;
  std::vector<Partition> waiting_;
  bool has_referred_ = false;  // in the partition that was probed last
  Batch last_;                 // that was written of one key
  SpilledRows made_;
};

}  // namespace

Result<CollectedRef> join_spilled(const JoinPlan& plan, std::shared_ptr<const JoinTable> table,
                                  const LaneContext& context) {
  LEAT_TRY_ASSIGN(SpilledRows rows, SpilledJoin(plan, *table, context).run());
  return make_spilled_result(plan, std::move(table), std::move(rows));
}

}  // namespace leat::state
