// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From the hash of a key to the number of its group: what the tables of groups share.
//
// Open addressing with linear probing, at most five eighths full. A slot holds the group and half
// of the hash, whose highest bits say where probing begins: slots lie in the order of hashes, so a
// larger array is filled from beginning to end, without looking at a key. The key itself lies with
// the group: a slot of twice the size would save that look, but there are two slots for each key,
// and pages that need not be touched count for more.
//
// Rejected: a table for each part of the hash (a batch would have to be cut into as many parts
// before it is looked up).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include "engine/go.h"
#include "operators/state/groups/group_array.h"

namespace leat::state {

inline constexpr uint32_t kNoGroup = UINT32_MAX;
/// Slots begin to run out of hash beyond this.
inline constexpr size_t kGroupsMax = size_t{1} << 31;

/// THREADS: one at a time; const calls any.
class GroupSlots {
 public:
  explicit GroupSlots(MemoryAccount& memory) : memory_(memory), slots_(memory) {}

  /// What slots know of a hash.
  static uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

  /// There are so many slots that they do not stay in the first cache levels.
  bool is_far() const { return slots_.size() * sizeof(Slot) >= kFarBytes; }
  /// Fetches the slot in which probing for `tag` begins. REQUIRES: reserve() was called once.
  // Inlined early: GCC drops calls of functions that do nothing but fetch, as without effect.
  [[gnu::always_inline]] void prefetch(uint32_t tag) const {
    __builtin_prefetch(&slots_[home(tag)]);
  }
  /// The first group with this tag, or kNoGroup: most often the one that is sought.
  uint32_t likely_group(uint32_t tag) const {
    return find(tag, [](uint32_t) { return true; });
  }

  /// The group with this tag for which `same(group)` holds, or kNoGroup. REQUIRES: reserve() was
  /// called once.
  template <typename Same>
  uint32_t find(uint32_t tag, Same&& same) const {
    const size_t mask = slots_.size() - 1;
    const auto slots = slots_.pieces();
    for (size_t at = home(tag);; at = (at + 1) & mask) {
      const Slot slot = slots[at];
      if (slot.group == 0) return kNoGroup;
      if (slot.tag == tag && same(slot.group - 1)) return slot.group - 1;
    }
  }

  /// Makes room for `wanted` groups. ERRORS: kMemory, nothing has changed. SUSPENDS
  Status reserve(size_t wanted) {
    if (wanted * 8 <= slots_.size() * 5 && slots_.size() > 0) [[likely]]
      return {};
    size_t size = std::max(slots_.size(), kFewestSlots);
    while (wanted * 8 > size * 5) size *= 2;
    GroupArray<Slot> larger(memory_);
    LEAT_TRY(larger.resize(size, Slot{}));
    const GroupArray<Slot> before = std::exchange(slots_, std::move(larger));
    unused_bits_ = 32 - std::bit_width(size - 1);
    for (size_t at = 0; at < before.size(); ++at) {
      if (at % kSlotsBetweenCheckpoints == 0) checkpoint();
      if (before[at].group != 0) place(before[at]);
    }
    return {};
  }

  /// REQUIRES: room was made for it; the group is not there.
  void place(uint32_t tag, uint32_t group) { place(Slot{tag, group + 1}); }

 private:
  struct Slot {
    uint32_t tag;
    uint32_t group;  // plus 1; 0: the slot is free
  };

  static constexpr size_t kFewestSlots = 1024;
  static constexpr size_t kFarBytes = size_t{256} << 10;
  static constexpr size_t kSlotsBetweenCheckpoints = size_t{1} << 14;

  size_t home(uint32_t tag) const { return tag >> unused_bits_; }

  void place(Slot slot) {
    const size_t mask = slots_.size() - 1;
    const auto slots = slots_.pieces();
    size_t at = home(slot.tag);
    while (slots[at].group != 0) at = (at + 1) & mask;
    slots[at] = slot;
  }

  MemoryAccount& memory_;
  GroupArray<Slot> slots_;
  int unused_bits_ = 0;  // of a tag, by its slot
};

}  // namespace leat::state
