// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the last step of a sort merges the lanes' runs and copies all rows. One goroutine for it
// leaves the other processors idle for a good part of the run.
//
// The order is cut where rows of the longest run stand at equal distances: binary search finds the
// same places in the other runs, and what lies between two places is a part that needs nothing of
// the others. The order is total (sort_run.h), so a row belongs to one part.
//
// Rejected: parts of exactly so many rows (a search in all runs at once for each cut); merging
// pairs of runs at the same time (the last pair is again one goroutine's work).
#include "operators/state/sorting/sort_merge.h"

#include <algorithm>
#include <utility>

#include "operators/state/sorting/cursor_heap.h"

namespace leat::state {

namespace {

/// About how many rows a part has: some batches, as the last of a part is seldom full.
constexpr size_t kPartRows = 4 * kBatchRowsMax;

uint64_t length_of(const std::vector<SortCursor>& pieces) {
  uint64_t length = 0;
  for (const SortCursor& piece : pieces) length += static_cast<uint64_t>(piece.end - piece.next);
  return length;
}

}  // namespace

void SortMerge::take(SortRun& run) {
  const auto offset = static_cast<uint32_t>(batches_.size());
  rows_ += run.rows();
  for (Batch& batch : run.take_batches()) batches_.push_back(std::move(batch));
  sequences_.push_back(run.take_entries());
  for (StateArray<SortEntry>& half : sequences_.back().parts) {
    for (size_t i = 0; i < half.size(); ++i) half[i].batch += offset;
  }
}

void SortMerge::cut(uint64_t limit) {
  if (!batches_.empty()) taker_.emplace(batches_, plan_.input);
  for (size_t half = 0; half < 2; ++half) cut_half(half, limit);
}

/// Makes the parts of the rows with, or without, a first key.
void SortMerge::cut_half(size_t half, uint64_t& left) {
  std::vector<SortCursor> rest;
  for (const SortedEntries& sequence : sequences_) {
    const StateArray<SortEntry>& entries = sequence.parts[half];
    rest.push_back({entries.data(), entries.data() + entries.size()});
  }
  const auto longest = std::max_element(rest.begin(), rest.end(), [](const auto& a, const auto& b) {
    return a.end - a.next < b.end - b.next;
  });
  uint64_t rows = length_of(rest);
  if (rows == 0) return;
  const auto length = static_cast<uint64_t>(longest->end - longest->next);
  const auto step = static_cast<ptrdiff_t>((length * kPartRows + rows - 1) / rows);
  const RowOrder before(plan_, batches_);
  while (rows > 0 && left > 0) {
    Part part{rest, 0};
    if (longest->end - longest->next > step) {
      const SortEntry& first_of_next = longest->next[step];
      for (size_t i = 0; i < rest.size(); ++i) {
        rest[i].next = std::lower_bound(rest[i].next, rest[i].end, first_of_next, before);
        part.pieces[i].end = rest[i].next;
      }
    } else {
      for (SortCursor& cursor : rest) cursor.next = cursor.end;
    }
    part.rows = length_of(part.pieces);
    rows -= part.rows;
    part.rows = std::min(part.rows, left);
    left -= part.rows;
    parts_.push_back(std::move(part));
  }
}

Status SortMerge::emit_part(size_t part, const LaneContext& context, Output& output) const {
  const Part& wanted = parts_[part];
  const RowOrder before(plan_, batches_);
  CursorHeap heap(wanted.pieces, [&](const SortCursor& a, const SortCursor& b) {
    return before(*a.next, *b.next);
  });
  std::vector<RowRef> rows;
  rows.reserve(std::min<uint64_t>(wanted.rows, kBatchRowsMax));
  for (uint64_t left = wanted.rows; left > 0; left -= rows.size()) {
    rows.clear();
    for (; rows.size() < std::min<uint64_t>(left, kBatchRowsMax); heap.pop())
      rows.push_back({heap.top().next->batch, heap.top().next->row});
    LEAT_TRY_ASSIGN(Batch batch, taker_->pick(rows, context.memory));
    context.ledger.add(Counter::kMade, rows.size());
    LEAT_TRY(output.emit(std::move(batch)));
  }
  return {};
}

}  // namespace leat::state
