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

#include "operators/state/sorting/loser_tree.h"

namespace leat::state {

namespace {

/// About how many rows a part has: some batches, as the last of a part is seldom full.
constexpr size_t kPartRows = 4 * kBatchRowsMax;

/// And how many of each sequence, on average, lest cutting takes as long as merging.
constexpr size_t kPieceRows = 32;

/// The first entry of `rest` that is not before `entry`; near the beginning it is found soon.
const SortEntry* first_from(const SortCursor& rest, const SortEntry& entry,
                            const RowOrder& before) {
  const auto length = static_cast<size_t>(rest.end - rest.next);
  size_t reach = 1;
  while (reach < length && before(rest.next[reach - 1], entry)) reach *= 2;
  return std::lower_bound(rest.next + reach / 2, rest.next + std::min(reach, length), entry,
                          before);
}

uint64_t length_of(const std::vector<SortCursor>& pieces) {
  uint64_t length = 0;
  for (const SortCursor& piece : pieces) length += static_cast<uint64_t>(piece.end - piece.next);
  return length;
}

}  // namespace

void SortMerge::take(SortedRows sorted) {
  const auto offset = static_cast<uint32_t>(batches_.size());
  for (Batch& batch : sorted.batches) {
    rows_ += batch.rows();
    batches_.push_back(std::move(batch));
  }
  sequences_.push_back(std::move(sorted.entries));
  for (StateArray<SortEntry>& half : sequences_.back().parts) {
    for (size_t i = 0; i < half.size(); ++i) half[i].batch += offset;
  }
}

std::vector<SortCursor> SortMerge::whole(size_t half) const {
  std::vector<SortCursor> pieces;
  for (const SortedEntries& sequence : sequences_) {
    const StateArray<SortEntry>& entries = sequence.parts[half];
    pieces.push_back({entries.data(), entries.data() + entries.size()});
  }
  return pieces;
}

Status SortMerge::cut(uint64_t limit, MemoryAccount& memory) {
  if (batches_.empty()) return {};
  taker_.emplace(batches_, plan_.input);
  ends_.emplace(memory);
  for (size_t half = 0; half < 2; ++half) LEAT_TRY(cut_half(half, limit));
  return {};
}

/// Makes the parts of the rows with, or without, a first key.
Status SortMerge::cut_half(size_t half, uint64_t& left) {
  std::vector<SortCursor> rest = whole(half);
  const auto longest = std::max_element(rest.begin(), rest.end(), [](const auto& a, const auto& b) {
    return a.end - a.next < b.end - b.next;
  });
  uint64_t rows = length_of(rest);
  if (rows == 0) return {};
  const auto length = static_cast<uint64_t>(longest->end - longest->next);
  const uint64_t part_rows = std::max(kPartRows, kPieceRows * rest.size());
  const auto step = static_cast<ptrdiff_t>((length * part_rows + rows - 1) / rows);
  const RowOrder before(plan_, batches_);
  for (bool first = true; rows > 0 && left > 0; first = false) {
    if (longest->end - longest->next > step) {
      const SortEntry& first_of_next = longest->next[step];
      for (SortCursor& cursor : rest) cursor.next = first_from(cursor, first_of_next, before);
    } else {
      for (SortCursor& cursor : rest) cursor.next = cursor.end;
    }
    for (size_t i = 0; i < rest.size(); ++i) {
      const StateArray<SortEntry>& entries = sequences_[i].parts[half];
      LEAT_TRY(ends_->push_back(static_cast<uint32_t>(rest[i].next - entries.data())));
    }
    const uint64_t remain = length_of(rest);
    parts_.push_back({half, first, std::min(rows - remain, left)});
    left -= parts_.back().rows;
    rows = remain;
  }
  return {};
}

std::vector<SortCursor> SortMerge::pieces_of(size_t part) const {
  std::vector<SortCursor> pieces = whole(parts_[part].half);
  const uint32_t* const ends = ends_->data() + part * pieces.size();
  for (size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].end = pieces[i].next + ends[i];
    if (!parts_[part].first) pieces[i].next += *(ends + i - pieces.size());
  }
  return pieces;
}

/// Gives the first `rows_wanted` rows of `pieces` in order to `consume`, `batch_rows` at a time.
Status SortMerge::merge(const std::vector<SortCursor>& pieces, uint64_t rows_wanted,
                        size_t batch_rows,
                        const std::function<Status(std::span<const RowRef>)>& consume) const {
  const RowOrder before(plan_, batches_);
  std::vector<SortCursor> cursors;
  for (const SortCursor& piece : pieces) {
    if (!piece.done()) cursors.push_back(piece);
  }
  const auto tie = [&](size_t a, size_t b) { return before(*cursors[a].next, *cursors[b].next); };
  using Tree = LoserTree<decltype(tie)>;
  std::vector<typename Tree::Key> keys;
  for (const SortCursor& cursor : cursors) keys.push_back({0, cursor.next->prefix});
  Tree tree(std::move(keys), tie);
  std::vector<RowRef> rows;
  rows.reserve(std::min<uint64_t>(rows_wanted, batch_rows));
  for (uint64_t left = rows_wanted; left > 0; left -= rows.size()) {
    rows.clear();
    while (rows.size() < std::min<uint64_t>(left, batch_rows)) {
      SortCursor& cursor = cursors[tree.winner()];
      rows.push_back({cursor.next->batch, cursor.next->row});
      ++cursor.next;
      tree.replace(cursor.done() ? typename Tree::Key()
                                 : typename Tree::Key{0, cursor.next->prefix});
    }
    LEAT_TRY(consume(rows));
  }
  return {};
}

Status SortMerge::drain(size_t batch_rows, MemoryAccount& memory,
                        const std::function<Status(Batch)>& consume) const {
  if (batches_.empty()) return {};
  const RowTaker taker(batches_, plan_.stored);
  for (size_t half = 0; half < 2; ++half) {
    const std::vector<SortCursor> pieces = whole(half);
    LEAT_TRY(
        merge(pieces, length_of(pieces), batch_rows, [&](std::span<const RowRef> rows) -> Status {
          LEAT_TRY_ASSIGN(Batch batch, taker.pick(rows, memory));
          return consume(std::move(batch));
        }));
  }
  return {};
}

Status SortMerge::emit_part(size_t part, const LaneContext& context, Output& output) const {
  return merge(pieces_of(part), parts_[part].rows, kBatchRowsMax,
               [&](std::span<const RowRef> rows) -> Status {
                 LEAT_TRY_ASSIGN(Batch batch, taker_->pick(rows, context.memory));
                 context.ledger.add(Counter::kMade, batch.rows());
                 return output.emit(std::move(batch));
               });
}

}  // namespace leat::state
