// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The held side of a join: the rows of the right input, numbered in their order, and which of them
// have which key.
//
// Lanes number the keys they meet (GroupTable) and keep their rows; finishing makes one table of
// the lanes' and lists the rows of each key one after another, in their order, so that a partner's
// partners are a span and never a chain. Where ranges or times decide, the rows of a key are in
// their order instead (range_index.h).
//
// What a join needs of all lanes at its end is here, too: which right rows met a partner, and left
// rows that had to be held. A build that does not fit can leave by the same door: lanes hold both
// sides by partitions of the key's hash, and the whole result is the rest.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "operators/state/groups/group_table.h"
#include "operators/state/join/join_plan.h"
#include "operators/state/join/range_index.h"
#include "operators/state/join/spilled_sides.h"

namespace leat::state {

/// Rows of the right side, by number: listed, or all of them.
struct Partners {
  const uint32_t* rows = nullptr;  ///< Null: 0, 1, 2, ...
  size_t count = 0;

  uint32_t operator[](size_t index) const {
    return rows == nullptr ? static_cast<uint32_t>(index) : rows[index];
  }
};

/// THREADS: immutable once finished but for the marks and the held rows; any.
class JoinTable final : public Collected {
 public:
  JoinTable(const JoinPlan& plan, MemoryAccount& memory);

  /// It is lent, not emitted.
  size_t parts() const override { return 0; }
  Status emit_part(size_t, const LaneContext&, Output&) const override { return {}; }

  const GroupTable& groups() const { return *groups_; }
  const KeptRows& rows() const { return rows_; }
  const RangeIndex& ranges() const { return ranges_; }
  /// The rows of a group, which stand at these positions of the index.
  size_t begin_of(uint32_t group) const { return each_has_one_ ? group : begins_[group]; }
  size_t end_of(uint32_t group) const {
    return each_has_one_ ? group + size_t{1} : begins_[group + 1];
  }
  uint32_t row_at(size_t position) const { return listed_[position]; }
  /// Are rows listed by group? Not where all are one group, and nothing else decides.
  bool has_list() const { return listed_.size() != 0; }
  /// In their order. REQUIRES: neither ranges nor times decide.
  Partners partners(uint32_t group) const {
    if (listed_.size() == 0) return {nullptr, rows_.rows()};
    const size_t begin = begin_of(group);
    return {listed_.data() + begin, end_of(group) - begin};
  }

  /// Where right row `number` came from, as far as that was kept.
  TextPlace place(uint32_t number) const;

  /// What is on disk instead of here; null: nothing.
  SpilledSides* spilled() const { return spilled_.get(); }

  /// Row `number` has met a partner. REQUIRES: the plan keeps right rows. THREADS: any.
  void mark(uint32_t number) const;
  bool is_marked(uint32_t number) const;
  /// Left rows that a lane held. THREADS: any.
  void hold(std::unique_ptr<RowKeeper> keeper) const;
  std::vector<std::unique_ptr<RowKeeper>> take_held() const;

 private:
  friend class JoinBuild;

  std::unique_ptr<GroupTable> groups_;
  KeptRows rows_;
  const std::optional<size_t> kept_place_;
  std::unique_ptr<SpilledSides> spilled_;
  StateArray<uint32_t> begins_;  // by group, and one more; empty when each has one row
  bool each_has_one_ = false;
  StateArray<uint32_t> listed_;  // rows, group by group; empty: one group of all rows
  RangeIndex ranges_;
  BufferRef marks_;                // a bit for each row, set by any lane
  mutable std::mutex held_mutex_;  // guards held_; over no call that may park
  mutable std::vector<std::unique_ptr<RowKeeper>> held_;
};

/// Collects the right side of `plan`, which must outlive it, as a JoinTable.
std::unique_ptr<Collect> make_join_side(const JoinPlan& plan);

}  // namespace leat::state
