// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the groups of all lanes in the order of their first rows, although every lane has seen
// only some of the rows, and a lane may have met a group later than another.
//
// Lanes take splits in ascending order, so each lane met its groups in ascending order of rows, and
// numbered them so. The order is then a merge of the lanes' sequences, in which a group counts
// where it comes first: no sorting. Only rows that come in another order than that of their
// identities (behind a sort) need one.
//
// Invariants
// 1. first_[0 ... own_) is what this lane saw; first_[own_ ...) are groups only absorbed lanes know.
// 2. Once a group is ranked, first_ holds where it really appeared first. A cursor that still
//    stands on it is passed over; that its element has become less can only make it come earlier.
#include "operators/state/group_order.h"

#include <algorithm>
#include <utility>

#include "engine/mutant.h"
#include "operators/state/cursor_heap.h"

namespace leat::state {

Status GroupOrder::note(const Batch& batch, const Selection& rows, const uint32_t* group_of,
                        size_t groups) {
  const RowIds& ids = batch.row_ids();
  const size_t count = rows.count();
  if (count == 0) return {};
  const bool ascending = !ids.ids && (empty_ || ids[rows[0]].packed() > highest_id_);
  if (!ascending) {
    LEAT_TRY(note_any(ids, rows, group_of));
  } else {
    // The usual case: groups that are known were seen earlier.
    for (size_t i = 0, left = groups - size(); i < count && left > 0; ++i) {
      const size_t row = rows[i];
      if (group_of[row] != size()) continue;
      LEAT_TRY(first_.push_back({ids[row].packed(), 0}));
      --left;
    }
    last_ = {ids[rows[count - 1]].packed(), 0};
    highest_id_ = last_.id;
  }
  empty_ = false;
  own_ = size();
  return {};
}

Status GroupOrder::note_empty() {
  LEAT_TRY(first_.push_back({0, 0}));
  own_ = 1;
  return {};
}

Status GroupOrder::note_any(const RowIds& ids, const Selection& rows, const uint32_t* group_of) {
  for (size_t i = 0; i < rows.count(); ++i) {
    const size_t row = rows[i];
    const uint64_t id = ids[row].packed();
    last_ = {id, id == last_.id && !(empty_ && i == 0) ? last_.ordinal + 1 : 0};
    highest_id_ = std::max(highest_id_, id);
    if (group_of[row] == size()) {
      LEAT_TRY(first_.push_back(last_));
    } else {
      first_[group_of[row]] = std::min(first_[group_of[row]], last_);
    }
  }
  return {};
}

Status GroupOrder::absorb(GroupOrder other, StateArray<uint32_t> group_of) {
  for (size_t i = 0; i < other.size(); ++i) {
    if (group_of[i] == size()) LEAT_TRY(first_.push_back(other.first_[i]));
  }
  for (Absorbed& below : other.absorbed_) {
    for (size_t i = 0; i < below.group_of.size(); ++i)
      below.group_of[i] = group_of[below.group_of[i]];
    absorbed_.push_back(std::move(below));
  }
  LEAT_TRY(other.first_.resize(other.own_, {}));
  LEAT_TRY(group_of.resize(other.own_, 0));
  absorbed_.push_back({std::move(other.first_), std::move(group_of)});
  return {};
}

// --------------------------------------------------------------------------------------------- rank

/// A lane's groups that are not ranked yet.
struct GroupOrder::Cursor {
  const FirstSeen* first;
  const uint32_t* group_of;  // null: the group is the index
  const uint8_t* ranked;
  size_t at;
  size_t end;

  uint32_t group() const { return group_of == nullptr ? static_cast<uint32_t>(at) : group_of[at]; }
  bool done() const { return at == end; }
  void advance() {
    ++at;
    skip_ranked();
  }
  void skip_ranked() {
    while (at < end && ranked[group()] != 0) ++at;
  }
};

struct GroupOrder::Ranked {
  FirstSeen first;
  uint32_t group;
  bool operator<(const Ranked& other) const { return first < other.first; }
};

bool GroupOrder::is_ascending() const {
  const auto ascending = [](const FirstSeen* first, size_t count) {
    return std::adjacent_find(first, first + count, std::greater_equal<>()) == first + count;
  };
  return ascending(first_.data(), own_) &&
         std::all_of(absorbed_.begin(), absorbed_.end(), [&](const Absorbed& lane) {
           return ascending(lane.first.data(), lane.first.size());
         });
}

Result<StateArray<uint32_t>> GroupOrder::rank() {
  StateArray<uint32_t> order(*memory_);
  LEAT_TRY(order.resize(size(), 0));
  if (LEAT_MUTANT("group_order_by_lane") || (absorbed_.empty() && is_ascending())) {
    for (size_t group = 0; group < size(); ++group) order[group] = static_cast<uint32_t>(group);
  } else if (is_ascending()) {
    StateArray<uint8_t> ranked(*memory_);
    LEAT_TRY(ranked.resize(size(), 0));
    rank_by_merging(order, ranked);
  } else {
    LEAT_TRY(rank_by_sorting(order));
  }
  absorbed_.clear();
  return order;
}

void GroupOrder::rank_by_merging(StateArray<uint32_t>& order, StateArray<uint8_t>& ranked) {
  std::vector<Cursor> cursors{{first_.data(), nullptr, ranked.data(), 0, own_}};
  for (const Absorbed& lane : absorbed_) {
    cursors.push_back(
        {lane.first.data(), lane.group_of.data(), ranked.data(), 0, lane.first.size()});
  }
  CursorHeap heap(std::move(cursors),
                  [](const Cursor& a, const Cursor& b) { return a.first[a.at] < b.first[b.at]; });
  for (size_t next = 0; !heap.empty(); heap.pop()) {
    Cursor& top = heap.top();
    // Ranked by another cursor since this one came to it.
    if (ranked[top.group()] != 0) continue;
    first_[top.group()] = top.first[top.at];
    ranked[top.group()] = 1;
    order[next++] = top.group();
  }
}

Status GroupOrder::rank_by_sorting(StateArray<uint32_t>& order) {
  for (const Absorbed& lane : absorbed_) {
    for (size_t i = 0; i < lane.first.size(); ++i) {
      FirstSeen& first = first_[lane.group_of[i]];
      first = std::min(first, lane.first[i]);
    }
  }
  StateArray<Ranked> all(*memory_);
  LEAT_TRY(all.resize(size(), Ranked{}));
  for (size_t group = 0; group < size(); ++group)
    all[group] = {first_[group], static_cast<uint32_t>(group)};
  std::sort(all.data(), all.data() + all.size());
  for (size_t i = 0; i < size(); ++i) order[i] = all[i].group;
  return {};
}

}  // namespace leat::state
