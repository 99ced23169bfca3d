// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: hundreds of runs on disk become one order, within a fixed amount of memory, and lanes
// take part.
//
// One lane at a time finds out which rows come next, for that needs one block of each run in
// memory, and all of them are needed for any row. What costs more is done by the lanes at once:
// copying the rows, and all that the stages behind do with them. A lane whose turn comes early
// makes the stretches of the parts before its own, too, and leaves them for those who are to emit
// them.
//
// Invariants
// 1. Blocks are read with memory that is leased before the first of them: one of each run, and one
//    that was left but is still referred to. So a merge that has begun is not refused its blocks.
// 2. Stretches are made in the order of parts, and parts are issued in that order: at most as many
//    wait as splits are under way.
// 3. Runs are made one only with their neighbours: their order is the order of arrival.
//
// Rejected: cutting at keys of blocks, so that lanes merge stretches of their own (each needs a
// block of each run, and a part that is ahead of its turn is kept whole until then: as much memory
// as all blocks for every lane).
#include "operators/state/sorting/spilled_merge.h"

#include <algorithm>
#include <utility>

#include "engine/codes/machine.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/state/sorting/loser_tree.h"

namespace leat::state {
namespace {

/// Rows of a part, in batches.
constexpr size_t kBatchesPerPart = 4;
/// About what an emitted batch takes: of the memory for a merge, a quarter is for the blocks that
/// hold the rows of one part.
size_t batch_bytes(size_t memory_bytes) {
  return std::clamp(memory_bytes / (8 * kBatchesPerPart), size_t{32} << 10, size_t{512} << 10);
}
/// Blocks that were left while rows of theirs are still wanted.
constexpr size_t kLeftBlocks = 4;
constexpr uint32_t kNotListed = UINT32_MAX;

/// What reading from the runs [begin, end) at once takes.
size_t memory_of(const std::vector<SpillRunRef>& runs, size_t begin, size_t end) {
  size_t blocks = 0;
  size_t transfer = 0;
  size_t rows = 0;
  for (size_t i = begin; i < end; ++i) {
    blocks += runs[i]->block_memory() + runs[i]->block_rows() * 2 * sizeof(uint64_t);
    rows = std::max(rows, runs[i]->block_memory());
    transfer = std::max(transfer, runs[i]->transfer_memory());
  }
  return blocks + transfer + kLeftBlocks * rows;
}

size_t count_rows(const std::vector<SpillRunRef>& runs) {
  uint64_t rows = 0;
  for (const SpillRunRef& run : runs) rows += run->rows();
  return rows;
}

/// How many rows of the runs make a batch of about the usual size.
size_t rows_of_batch(const std::vector<SpillRunRef>& runs, size_t wanted_bytes) {
  size_t bytes = 0;
  uint64_t rows = 1;
  for (const SpillRunRef& run : runs) {
    bytes += run->block_memory() * run->blocks();
    rows += run->rows();
  }
  return std::clamp<size_t>(wanted_bytes / (bytes / rows + 1), 1, kBatchRowsMax);
}

}  // namespace

// ------------------------------------------------------------------------------------------ merge

struct RunMerge::Impl {
  /// Where one run stands.
  struct Cursor {
    explicit Cursor(SpillRunRef run) : reader(std::move(run)) {}
    SpillReader reader;
    BufferRef prefixes;
    size_t row = 0;
    uint32_t listed = kNotListed;  // the block's place in the batches of the stretch
  };
  struct Tie {
    const Impl* impl;
    bool operator()(size_t a, size_t b) const {
      return impl->before(
          {0, static_cast<uint32_t>(a), static_cast<uint32_t>(impl->cursors[a].row)},
          {0, static_cast<uint32_t>(b), static_cast<uint32_t>(impl->cursors[b].row)});
    }
  };
  using Tree = LoserTree<Tie>;

  Impl(const SortPlan& sort_plan, const std::vector<SpillRunRef>& runs)
      : plan(sort_plan), blocks(runs.size()), before(plan, blocks) {
    for (const SpillRunRef& run : runs) cursors.emplace_back(run);
  }

  /// Reads the run's next block.
  Status load(size_t slot, MemoryAccount& memory, uint64_t& restored) {
    Cursor& cursor = cursors[slot];
    cursor.prefixes.reset();
    cursor.listed = kNotListed;
    cursor.row = 0;
    blocks[slot] = Batch();
    LEAT_TRY_ASSIGN(std::optional<Batch> block, cursor.reader.next(memory));
    if (!block) return {};
    restored += block->rows();
    LEAT_TRY_ASSIGN(cursor.prefixes, memory.allocate(block->length() * sizeof(uint64_t)));
    write_prefixes(plan, *block, cursor.prefixes->mutable_as<uint64_t>());
    blocks[slot] = std::move(*block);
    return {};
  }
  Tree::Key key(size_t slot) const {
    const Cursor& cursor = cursors[slot];
    if (!cursor.prefixes) return {};
    const SortPart part =
        plan.keys.empty()
            ? SortPart::kEarlier
            : part_of(plan, !blocks[slot].column(plan.keys.front().stored).is_valid(cursor.row));
    return {static_cast<uint64_t>(part), cursor.prefixes->as<uint64_t>()[cursor.row]};
  }
  Status start(MemoryAccount& memory, uint64_t& restored) {
    std::vector<Tree::Key> keys;
    for (size_t slot = 0; slot < cursors.size(); ++slot) {
      LEAT_TRY(load(slot, memory, restored));
      keys.push_back(key(slot));
    }
    tree.emplace(std::move(keys), Tie{this});
    return {};
  }

  const SortPlan& plan;
  std::vector<Batch> blocks;  // by run; without columns at its end
  RowOrder before;            // of blocks
  std::vector<Cursor> cursors;
  std::optional<Tree> tree;
};

RunMerge::RunMerge(const SortPlan& plan, const std::vector<SpillRunRef>& runs)
    : impl_(std::make_unique<Impl>(plan, runs)) {}

RunMerge::~RunMerge() = default;

Result<RunMerge::Stretch> RunMerge::next(size_t rows_max, MemoryAccount& memory,
                                         uint64_t& restored) {
  if (!impl_->tree) LEAT_TRY(impl_->start(memory, restored));
  Impl::Tree& tree = *impl_->tree;
  Stretch stretch;
  stretch.rows.reserve(rows_max);
  for (Impl::Cursor& cursor : impl_->cursors) cursor.listed = kNotListed;
  while (stretch.rows.size() < rows_max && !tree.done()) {
    const size_t slot = tree.winner();
    Impl::Cursor& cursor = impl_->cursors[slot];
    if (cursor.listed == kNotListed) {
      cursor.listed = static_cast<uint32_t>(stretch.batches.size());
      stretch.batches.push_back(impl_->blocks[slot]);
    }
    stretch.rows.push_back({cursor.listed, static_cast<uint32_t>(cursor.row)});
    if (++cursor.row == impl_->blocks[slot].length()) LEAT_TRY(impl_->load(slot, memory, restored));
    tree.replace(impl_->key(slot));
  }
  return stretch;
}

// ----------------------------------------------------------------------------------------- result

namespace {

/// One run of the rows of `runs`.
Result<SpillRunRef> merge_runs(const SortPlan& plan, const LaneContext& context,
                               const std::vector<SpillRunRef>& runs, MemoryAccount& memory) {
  RunMerge merge(plan, runs);
  SpillWriter writer(*context.spill, memory);
  uint64_t restored = 0;
  while (true) {
    LEAT_TRY_ASSIGN(const RunMerge::Stretch stretch,
                    merge.next(runs.front()->block_rows(), memory, restored));
    if (stretch.rows.empty()) break;
    LEAT_TRY_ASSIGN(const Batch batch,
                    RowTaker(stretch.batches, plan.stored).pick(stretch.rows, memory));
    LEAT_TRY(writer.append(batch));
    if (context.watch != nullptr && context.watch->cancelled())
      return fail(code::kInterrupted, ErrorCode::kCancelled, "the run was interrupted");
    checkpoint();
  }
  context.ledger.add(Counter::kRestored, restored);
  context.ledger.add(Counter::kSpilled, writer.rows());
  return writer.finish(context.memory);
}

/// Would as much as is wanted be left for others? Then one pass is better than a share that is
/// kept.
bool is_plenty(MemoryAccount& memory, size_t wanted) {
  return memory.lease(2 * wanted).has_value();
}

}  // namespace

Result<std::shared_ptr<SpilledMerge>> SpilledMerge::make(const SortPlan& plan,
                                                         const LaneContext& context,
                                                         std::vector<SpillRunRef> runs,
                                                         size_t memory_bytes) {
  if (LEAT_MUTANT("spilled_run_forgotten") && runs.size() > 1) runs.pop_back();
  while (true) {
    const size_t wanted =
        memory_of(runs, 0, runs.size()) + 2 * kBatchesPerPart * batch_bytes(memory_bytes);
    if (wanted <= memory_bytes || runs.size() <= 2 || is_plenty(context.memory, wanted)) {
      LEAT_TRY_ASSIGN(MemoryLease memory, context.memory.lease(wanted));
      const size_t batch_rows = rows_of_batch(runs, batch_bytes(memory_bytes));
      return std::make_shared<SpilledMerge>(plan, std::move(runs), std::move(memory), batch_rows);
    }
    std::vector<SpillRunRef> fewer;
    for (size_t begin = 0; begin < runs.size();) {
      size_t end = std::min(begin + 2, runs.size());
      while (end < runs.size() && memory_of(runs, begin, end + 1) <= memory_bytes) ++end;
      if (end == begin + 1) {
        fewer.push_back(std::move(runs[begin++]));
        continue;
      }
      const std::vector<SpillRunRef> some(runs.begin() + static_cast<ptrdiff_t>(begin),
                                          runs.begin() + static_cast<ptrdiff_t>(end));
      // As much again for the block that is made.
      LEAT_TRY_ASSIGN(const MemoryLease memory,
                      context.memory.lease(memory_of(some, 0, some.size()) +
                                           memory_of(some, 0, std::min<size_t>(some.size(), 2))));
      for (size_t i = begin; i < end; ++i) runs[i].reset();
      LEAT_TRY_ASSIGN(SpillRunRef one, merge_runs(plan, context, some, memory.account()));
      fewer.push_back(std::move(one));
      begin = end;
    }
    runs = std::move(fewer);
  }
}

SpilledMerge::SpilledMerge(const SortPlan& plan, std::vector<SpillRunRef> runs, MemoryLease memory,
                           size_t batch_rows)
    : plan_(plan),
      memory_(std::move(memory)),
      batch_rows_(batch_rows),
      parts_((count_rows(runs) + batch_rows_ * kBatchesPerPart - 1) /
             (batch_rows_ * kBatchesPerPart)),
      merge_(plan, runs) {}

Result<SpilledMerge::Stretch> SpilledMerge::stretch(size_t part, const LaneContext& context) const {
  const std::lock_guard lock(mutex_);
  while (!failed_ && next_ <= part) {
    uint64_t restored = 0;
    Result<Stretch> made = merge_.next(batch_rows_ * kBatchesPerPart, memory_.account(), restored);
    context.ledger.add(Counter::kRestored, restored);
    if (!made) {
      failed_ = std::move(made).error();
    } else {
      ready_.emplace(next_++, std::move(*made));
    }
  }
  const auto found = ready_.find(part);
  if (found == ready_.end()) return std::unexpected(*failed_);
  Stretch stretch = std::move(found->second);
  ready_.erase(found);
  return stretch;
}

Status SpilledMerge::emit_part(size_t part, const LaneContext& context, Output& output) const {
  LEAT_TRY_ASSIGN(Stretch rows, stretch(part, context));
  const RowTaker taker(rows.batches, plan_.input);
  for (size_t at = 0; at < rows.rows.size(); at += batch_rows_) {
    const std::span<const RowRef> some(rows.rows.data() + at,
                                       std::min(batch_rows_, rows.rows.size() - at));
    LEAT_TRY_ASSIGN(Batch batch, taker.pick(some, context.memory));
    context.ledger.add(Counter::kMade, batch.rows());
    LEAT_TRY(output.emit(std::move(batch)));
  }
  return {};
}

}  // namespace leat::state
