// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A table of groups by keys of one size; what the keys stand for is up to the tables made of it
// (fixed_group_table.cpp, text_group_table.cpp).
//
// What was absorbed goes into the slots when the table is next asked: after the last absorption,
// the only one when there are two lanes, it never is.
//
// A table of many groups is in no near cache. Batches are hashed as a whole before they are looked
// up, so that slots are fetched well ahead of their use, and the keys that slots point to a little
// later.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "engine/go.h"
#include "engine/parallel.h"
#include "operators/state/arena.h"
#include "operators/state/groups/group_slots.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// `Key` has `==`, `tag()`, which is GroupSlots::tag_of its hash, and `keep(arena)`: the key with
/// all that it refers to in the arena. A default Key is valid.
template <typename Key>
class KeyGroupTable : public GroupTable {
 public:
  explicit KeyGroupTable(MemoryAccount& memory)
      : memory_(memory),
        slots_(memory),
        keys_(memory),
        waiting_(memory),
        batch_tags_(memory),
        arena_(memory) {}

  Status absorb(GroupTable& other, GroupNumbers& group_of) override {
    auto& from = static_cast<KeyGroupTable&>(other);
    GroupNumbers tags(memory_);
    LEAT_TRY(tags.resize(from.size(), 0));
    LEAT_TRY(group_of.resize(from.size(), kNoGroup));
    LEAT_TRY(fill_slots());
    std::atomic<size_t> missing{0};
    parallel_for(from.size(), kParallelGroups, [&](size_t begin, size_t end) {
      while (begin < end) {
        // To a multiple, so that what is looked up at once lies in one piece of the arrays.
        const size_t next = std::min(end, (begin / kLookedUpAtOnce + 1) * kLookedUpAtOnce);
        missing += next - begin - find_groups(from, begin, next, tags, group_of);
        begin = next;
        checkpoint();
      }
    });
    LEAT_TRY(check_room_for(missing));
    LEAT_TRY(keys_.resize(size_ + missing, Key{}));
    LEAT_TRY(waiting_.resize(missing, 0));
    arena_.adopt(std::move(from.arena_));
    size_t added = 0;
    for (size_t group = 0; group < from.size(); ++group) {
      if (group % kLookedUpAtOnce == 0) checkpoint();
      if (group_of[group] != kNoGroup) continue;
      if (group == from.null_group_) null_group_ = static_cast<uint32_t>(size_);
      keys_[size_] = from.keys_[group];
      waiting_[added++] = tags[group];
      group_of[group] = static_cast<uint32_t>(size_++);
    }
    return {};
  }

  Status seal() override { return fill_slots(); }

  uint32_t tag(uint32_t group) const override {
    return is_null_group(group) ? 0 : keys_[group].tag();
  }

 protected:
  /// `key_of(row)` is the key of a row; `nulls` may be null: then no key is NULL.
  template <typename KeyOf>
  Status assign_rows(const Column* nulls, const Selection& selection, uint32_t* group_of,
                     KeyOf&& key_of) {
    const size_t count = selection.count();
    LEAT_TRY(batch_tags_.resize(std::max(count, batch_tags_.size()), 0));
    LEAT_TRY(fill_slots());
    const auto is_null = [nulls](size_t row) { return nulls != nullptr && !nulls->is_valid(row); };
    uint32_t* next_tag = batch_tags_.data();
    // What lies under a NULL is undefined, also where it points to: it is not followed.
    for_each_row(selection,
                 [&](size_t row) { *next_tag++ = is_null(row) ? 0 : key_of(row).tag(); });
    const uint32_t* const tags = batch_tags_.data();
    Candidates candidates(*this, tags, count);
    for (size_t i = 0; i < count; ++i) {
      const uint32_t candidate = candidates.next();
      const size_t row = selection[i];
      if (is_null(row)) {
        LEAT_TRY_ASSIGN(group_of[row], null_group());
        continue;
      }
      const Key key = key_of(row);
      const uint32_t found = find_key(key, tags[i], candidate);
      if (found != kNoGroup) [[likely]] {
        group_of[row] = found;
      } else {
        LEAT_TRY_ASSIGN(group_of[row], add(key, tags[i]));
      }
    }
    return {};
  }

  /// As assign_rows, and adds nothing.
  template <typename KeyOf>
  Status find_rows(const Column* nulls, const Selection& selection, uint32_t* group_of,
                   GroupLookup& lookup, KeyOf&& key_of) const {
    const size_t count = selection.count();
    LEAT_TRY(lookup.tags.resize(std::max(count, lookup.tags.size()), 0));
    const auto is_null = [nulls](size_t row) { return nulls != nullptr && !nulls->is_valid(row); };
    uint32_t* next_tag = lookup.tags.data();
    for_each_row(selection,
                 [&](size_t row) { *next_tag++ = is_null(row) ? 0 : key_of(row).tag(); });
    const uint32_t* const tags = lookup.tags.data();
    Candidates candidates(*this, tags, count);
    for (size_t i = 0; i < count; ++i) {
      const uint32_t candidate = candidates.next();
      const size_t row = selection[i];
      group_of[row] = is_null(row) ? null_group_ : find_key(key_of(row), tags[i], candidate);
    }
    return {};
  }

  const Key& key(uint32_t group) const { return keys_[group]; }
  bool is_null_group(uint32_t group) const { return group == null_group_; }

 private:
  static constexpr size_t kSlotAhead = 32;
  static constexpr size_t kKeyAhead = 16;
  static constexpr size_t kLookedUpAtOnce = 1024;

  /// Places the groups that wait for it.
  Status fill_slots() {
    LEAT_TRY(slots_.reserve(size_));
    const size_t count = waiting_.size();
    for (size_t i = 0; i < count; ++i) {
      if (i % kLookedUpAtOnce == 0) checkpoint();
      if (i + kSlotAhead < count) slots_.prefetch(waiting_[i + kSlotAhead]);
      const auto group = static_cast<uint32_t>(size_ - count + i);
      if (!is_null_group(group)) slots_.place(waiting_[i], group);
    }
    return waiting_.resize(0, 0);
  }

  uint32_t find_key(const Key& key, uint32_t tag, uint32_t candidate) const {
    if (candidate != kNoGroup && keys_[candidate] == key) return candidate;
    return slots_.find(tag, [&](uint32_t group) { return keys_[group] == key; });
  }
  /// The first group with this tag, or kNoGroup; its key is fetched. REQUIRES: the slot was.
  [[gnu::always_inline]] uint32_t prefetch_key(uint32_t tag) const {
    const uint32_t group = slots_.likely_group(tag);
    if (group != kNoGroup) __builtin_prefetch(&keys_[group]);
    return group;
  }

  /// For each row of a batch in turn the group that it is likely of, or kNoGroup: not known.
  class Candidates {
   public:
    Candidates(const KeyGroupTable& table, const uint32_t* tags, size_t count)
        : table_(table), tags_(tags), count_(table.slots_.is_far() ? count : 0) {
      for (size_t row = 0; row < std::min(count_, kSlotAhead); ++row)
        table.slots_.prefetch(tags[row]);
      for (size_t row = 0; row < std::min(count_, kKeyAhead); ++row)
        groups_[row] = table.prefetch_key(tags[row]);
    }

    uint32_t next() {
      if (row_ >= count_) return kNoGroup;
      if (row_ + kSlotAhead < count_) table_.slots_.prefetch(tags_[row_ + kSlotAhead]);
      const uint32_t group = groups_[row_ % kKeyAhead];
      if (row_ + kKeyAhead < count_)
        groups_[row_ % kKeyAhead] = table_.prefetch_key(tags_[row_ + kKeyAhead]);
      ++row_;
      return group;
    }

   private:
    const KeyGroupTable& table_;
    const uint32_t* tags_;
    size_t count_;  // 0: the table is near, and its rows are looked up at once
    size_t row_ = 0;
    std::array<uint32_t, kKeyAhead> groups_{};
  };

  /// Writes the tags of keys [begin, end) of `from`, and the groups that they have here, or
  /// kNoGroup; returns how many there are. REQUIRES: all of them lie in one piece of an array.
  size_t find_groups(const KeyGroupTable& from, size_t begin, size_t end, GroupNumbers& tags,
                     GroupNumbers& group_of) const {
    for (size_t i = begin; i < end; ++i) tags[i] = from.keys_[i].tag();
    size_t found = 0;
    Candidates candidates(*this, &tags[begin], end - begin);
    for (size_t i = begin; i < end; ++i) {
      const uint32_t candidate = candidates.next();
      group_of[i] =
          i == from.null_group_ ? null_group_ : find_key(from.keys_[i], tags[i], candidate);
      found += group_of[i] != kNoGroup ? 1 : 0;
    }
    return found;
  }

  [[gnu::noinline]] Result<uint32_t> add(const Key& key, uint32_t tag) {
    LEAT_TRY(check_room_for(1));
    LEAT_TRY(slots_.reserve(size_ + 1));
    LEAT_TRY_ASSIGN(const Key kept, key.keep(arena_));
    LEAT_TRY(keys_.push_back(kept));
    const auto group = static_cast<uint32_t>(size_++);
    slots_.place(tag, group);
    return group;
  }

  Result<uint32_t> null_group() {
    if (null_group_ == kNoGroup) {
      LEAT_TRY(check_room_for(1));
      LEAT_TRY(keys_.push_back(Key{}));
      null_group_ = static_cast<uint32_t>(size_++);
    }
    return null_group_;
  }

  MemoryAccount& memory_;
  GroupSlots slots_;
  GroupArray<Key> keys_;
  GroupNumbers waiting_;  // tags of the newest groups, which are not in the slots yet
  StateArray<uint32_t> batch_tags_;
  Arena arena_;
  uint32_t null_group_ = kNoGroup;
};

}  // namespace leat::state
