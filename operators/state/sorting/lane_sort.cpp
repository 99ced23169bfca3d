// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows that stay where they came are picked for the result from thousands of batches, a
// cache miss for each column of each row; and memory may end before the rows do.
//
// Rows are collected until they fill a part of the cache. Then they are sorted and written anew in
// their order, while they are still in it: a piece. The result is a merge of pieces, each of which
// is read from its first byte to its last. Where memory ends, the pieces of the lane are merged
// into one run on disk, which is again read from first to last.
//
// Invariants
// 1. What writing to disk takes is leased before the first row is kept, so it is there when memory
//    has run out.
// 2. Rows of one ordinal keep their order of arrival: pieces and runs are taken in it.
// 3. A lane holds at most SpillArea::lane_bytes; what it leaves is for those who cannot spill.
//
// Rejected: sorting all of a lane at once (the comparisons miss the cache as well); writing pieces
// to disk one by one (as many runs as pieces, each with a buffer when they are merged).
#include "operators/state/sorting/lane_sort.h"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

#include "engine/mutant.h"
#include "operators/state/sorting/sort_merge.h"
#include "operators/state/sorting/spilled_merge.h"

namespace leat::state {
namespace {

constexpr size_t kPieceBytes = size_t{2} << 20;
/// A piece is full when it has room for less than another batch.
constexpr size_t kPieceRowsMax = size_t{1} << 15;
/// References to the rows of a piece, which lie in two arrays rounded up, and a block as it is
/// picked, encoded and packed.
constexpr size_t kWorkBytes = kPieceRowsMax * sizeof(SortEntry) * 3 / 2 + (size_t{768} << 10);
constexpr size_t kBlockBytes = size_t{64} << 10;

/// Batches of a few rows cost more for their buffers than for the rows: so many are made one.
constexpr size_t kBatchesMax = 256;

}  // namespace

LaneSort::LaneSort(const SortPlan& plan, const LaneContext& context, size_t share_bytes)
    : plan_(plan),
      context_(context),
      share_(context.spill == nullptr ? SIZE_MAX
                                      : std::min(share_bytes, context.spill->lane_bytes())),
      keys_(plan, context) {}

Status LaneSort::start() {
  if (rows_memory_) return {};
  if (context_.spill != nullptr) {
    LEAT_TRY_ASSIGN(work_memory_, context_.memory.lease(kWorkBytes));
  }
  LEAT_TRY_ASSIGN(rows_memory_, context_.memory.lease(0));
  return {};
}

size_t LaneSort::spillable() const { return rows_memory_ ? rows_memory_.account().used() : 0; }

/// What `attempt` returns; when memory is refused, once more after the lane has given up its own.
template <typename Attempt>
auto LaneSort::with_room(Attempt&& attempt) {
  auto result = attempt();
  if (result || result.error().code != ErrorCode::kMemory) return result;
  if (context_.spill == nullptr) {
    return decltype(result)(
        std::unexpected(without_area(std::move(result).error(), context_.spill)));
  }
  if (Status spilled = spill(context_.ledger); !spilled)
    return decltype(result)(std::unexpected(std::move(spilled).error()));
  return attempt();
}

size_t LaneSort::piece_bytes_max() const { return std::min(kPieceBytes, share_ / 8); }

Status LaneSort::consume(const Batch& batch) {
  LEAT_TRY(start());
  LEAT_TRY_ASSIGN(const Batch prepared, with_room([&] { return keys_.prepare(batch); }));
  if (prepared.rows() == 0) return {};
  LEAT_TRY_ASSIGN(Batch kept, with_room([&] { return compact(prepared, rows_memory_.account()); }));
  context_.ledger.add(Counter::kFolded, kept.rows());
  return hold(std::move(kept));
}

Status LaneSort::adopt(Batch batch) {
  LEAT_TRY(start());
  return hold(std::move(batch));
}

Status LaneSort::hold(Batch kept) {
  piece_rows_ += kept.rows();
  piece_bytes_ += retained_bytes(kept);
  piece_.push_back(std::move(kept));
  if (piece_bytes_ >= piece_bytes_max() || piece_rows_ > kPieceRowsMax - kBatchRowsMax ||
      piece_.size() >= kBatchesMax)
    LEAT_TRY(with_room([&] { return sort_piece(false); }));
  return spillable() > share_ ? spill(context_.ledger) : Status();
}

/// `sorted` with its rows in new batches, in order.
Result<SortedRows> LaneSort::gathered(SortedRows sorted) {
  const RowTaker taker(sorted.batches, plan_.stored);
  std::vector<Batch> batches;
  std::vector<RowRef> rows;
  SortEntry* first[2] = {sorted.entries.parts[0].data(), sorted.entries.parts[1].data()};
  for (size_t half = 0; half < 2; ++half) {
    const size_t count = sorted.entries.parts[half].size();
    for (size_t at = 0; at < count; at += kBatchRowsMax) {
      rows.clear();
      for (size_t i = at; i < std::min(at + kBatchRowsMax, count); ++i)
        rows.push_back({first[half][i].batch, first[half][i].row});
      LEAT_TRY_ASSIGN(Batch batch, taker.pick(rows, rows_memory_.account()));
      batches.push_back(std::move(batch));
    }
  }
  // Only now that nothing can be refused any more: until then the rows are where they were.
  uint32_t number = 0;
  for (size_t half = 0; half < 2; ++half) {
    const size_t count = sorted.entries.parts[half].size();
    for (size_t i = 0; i < count; ++i) {
      first[half][i].batch = number + static_cast<uint32_t>(i / kBatchRowsMax);
      first[half][i].row = static_cast<uint32_t>(i % kBatchRowsMax);
    }
    number += static_cast<uint32_t>((count + kBatchRowsMax - 1) / kBatchRowsMax);
  }
  return SortedRows{std::move(batches), std::move(sorted.entries)};
}

/// Puts the rows of the piece in order, and begins another when it is large enough, or the `last`.
Status LaneSort::sort_piece(bool last) {
  if (piece_.empty()) return {};
  LEAT_TRY_ASSIGN(SortedEntries entries, sort_entries(plan_, piece_, rows_memory_.account()));
  LEAT_TRY_ASSIGN(SortedRows sorted, gathered({piece_, std::move(entries)}));
  piece_bytes_ = 0;
  for (const Batch& batch : sorted.batches) piece_bytes_ += retained_bytes(batch);
  if (!last && piece_bytes_ < piece_bytes_max() / 4 && piece_rows_ < kPieceRowsMax / 4) {
    piece_ = std::move(sorted.batches);
    return {};
  }
  sorted_.push_back(std::move(sorted));
  sorted_rows_ += std::exchange(piece_rows_, 0);
  piece_bytes_ = 0;
  piece_.clear();
  return {};
}

/// How many rows make a block of about the right size.
size_t LaneSort::block_rows() const {
  const size_t block = std::clamp(context_.spill->lane_bytes() / 256, kBlockBytes, 2 * kBlockBytes);
  const uint64_t rows = sorted_rows_ + piece_rows_;
  // The rows of the piece may be charged to somebody else.
  const uint64_t bytes = std::max<uint64_t>(spillable(), piece_bytes_);
  const uint64_t bytes_each = bytes / std::max<uint64_t>(rows, 1) + 1;
  return std::clamp<size_t>(block / bytes_each, 1, kBatchRowsMax);
}

Status LaneSort::spill(Ledger& ledger) {
  if (piece_.empty() && sorted_.empty()) return {};
  const size_t rows_each = block_rows();
  SpillWriter writer(*context_.spill, work_memory_.account());
  {
    SortMerge merge(plan_);
    for (SortedRows& sorted : sorted_) merge.take(std::move(sorted));
    sorted_.clear();
    sorted_rows_ = 0;
    LEAT_TRY_ASSIGN(SortedEntries entries, sort_entries(plan_, piece_, work_memory_.account()));
    merge.take({std::exchange(piece_, {}), std::move(entries)});
    piece_rows_ = 0;
    piece_bytes_ = 0;
    LEAT_TRY(merge.drain(rows_each, work_memory_.account(), [&](const Batch& batch) {
      const bool lost =
          LEAT_MUTANT("spool_loses_a_block") && plan_.keys.empty() && writer.rows() > 0;
      return lost ? Status() : writer.append(batch);
    }));
  }
  ledger.add(Counter::kSpilled, writer.rows());
  LEAT_TRY_ASSIGN(SpillRunRef run, writer.finish(context_.memory));
  runs_.push_back(std::move(run));
  return {};
}

Status LaneSort::seal() {
  LEAT_TRY(start());
  if (!runs_.empty()) {
    LEAT_TRY(spill(context_.ledger));
  } else {
    LEAT_TRY(with_room([&] { return sort_piece(true); }));
  }
  return {};
}

// ------------------------------------------------------------------------------------------ merging

namespace {

/// Lanes that had room for all of their rows write them to disk now: the others' leave none for
/// merging them.
Result<CollectedRef> merge_runs(const SortPlan& plan, const LaneContext& context,
                                std::span<LaneSort* const> lanes, size_t memory_bytes) {
  std::vector<SpillRunRef> runs;
  for (LaneSort* const lane : lanes) {
    LEAT_TRY(lane->spill(context.ledger));
    for (SpillRunRef& run : lane->take_runs()) runs.push_back(std::move(run));
  }
  LEAT_TRY_ASSIGN(auto merge, SpilledMerge::make(plan, context, std::move(runs), memory_bytes));
  return CollectedRef(std::move(merge));
}

}  // namespace

Result<CollectedRef> merge_lanes(const SortPlan& plan, const LaneContext& context,
                                 std::span<LaneSort* const> lanes, size_t memory_bytes) {
  if (std::any_of(lanes.begin(), lanes.end(), [](LaneSort* lane) { return lane->has_spilled(); }))
    return merge_runs(plan, context, lanes,
                      memory_bytes > 0 ? memory_bytes : lanes.size() * context.spill->lane_bytes());
  auto merge = std::make_shared<SortMerge>(plan);
  for (LaneSort* const lane : lanes) {
    for (SortedRows& sorted : lane->take_sorted()) merge->take(std::move(sorted));
  }
  LEAT_TRY(merge->cut(std::numeric_limits<uint64_t>::max(), context.memory));
  return CollectedRef(std::move(merge));
}

}  // namespace leat::state
