// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From the hash of a key to the number of its group: what the tables of groups share.
//
// Open addressing with linear probing, at most five eighths full. Many groups at once (a larger
// array, the groups of another lane) are placed by several goroutines: each has a range of slots
// and places the groups whose probing begins there; what does not fit before the end of the range
// is placed afterwards by one.
//
// Rejected: compare-and-swap on slots (16 bytes do not swap at once everywhere); a table for each
// part of the hash (a batch would have to be cut into as many parts before it is looked up).
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <vector>

#include "engine/go.h"
#include "engine/parallel.h"
#include "operators/state/state_array.h"

namespace leat::state {

inline constexpr uint32_t kNoGroup = UINT32_MAX;
/// Fewer groups than this are not worth another goroutine.
inline constexpr size_t kParallelGroups = size_t{1} << 15;

/// Groups of another table that are looked up together.
inline constexpr size_t kLookedUpAtOnce = 64;

/// Calls `find(begin, end)`, which writes group_of[begin ... end), for all of [0, count), several
/// at once. Returns how many were not found. SUSPENDS
template <typename Find>
size_t find_all(size_t count, const uint32_t* group_of, Find&& find) {
  parallel_for(count, kParallelGroups, [&](size_t begin, size_t end) {
    for (; begin < end; begin += kLookedUpAtOnce) {
      find(begin, std::min(end, begin + kLookedUpAtOnce));
      checkpoint();
    }
  });
  return static_cast<size_t>(std::count(group_of, group_of + count, kNoGroup));
}

/// `Slot` has `group`, the number plus 1; 0: the slot is free. THREADS: one at a time; const calls
/// any.
template <typename Slot>
class GroupSlots {
 public:
  /// A slot, and where its probing begins. A slot without group is not placed.
  struct Entry {
    uint64_t hash;
    Slot slot;
  };

  explicit GroupSlots(MemoryAccount& memory) : memory_(memory), slots_(memory) {}

  /// There are so many slots that they do not stay in the first cache levels.
  bool is_far() const { return slots_.size() * sizeof(Slot) >= kFarBytes; }
  /// The slot in which probing begins. REQUIRES: reserve() was called once.
  const Slot& home(uint64_t hash) const { return slots_[hash & (slots_.size() - 1)]; }

  /// The group of the slot for which `same(slot)` holds, or kNoGroup. REQUIRES: reserve() was
  /// called once.
  template <typename Same>
  uint32_t find(uint64_t hash, Same&& same) const {
    const size_t mask = slots_.size() - 1;
    const Slot* const slots = slots_.data();
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
      if (slots[at].group == 0) return kNoGroup;
      if (same(slots[at])) return static_cast<uint32_t>(slots[at].group - 1);
    }
  }

  /// Makes room for `wanted` groups; `entry_of(group)` tells of each of the `groups` there are.
  /// ERRORS: kMemory, nothing has changed. SUSPENDS
  template <typename EntryOf>
  Status reserve(size_t wanted, size_t groups, EntryOf&& entry_of) {
    if (wanted * 8 <= slots_.size() * 5 && slots_.size() > 0) [[likely]]
      return {};
    size_t size = std::max(slots_.size(), kFewestSlots);
    while (wanted * 8 > size * 5) size *= 2;
    StateArray<Slot> larger(memory_);
    LEAT_TRY(larger.resize(size, Slot{}));
    slots_ = std::move(larger);
    place_all(0, groups, entry_of);
    return {};
  }

  /// REQUIRES: room was made for it; no slot of its group is there.
  void place(const Entry& entry) {
    const size_t mask = slots_.size() - 1;
    size_t at = entry.hash & mask;
    while (slots_[at].group != 0) at = (at + 1) & mask;
    slots_[at] = entry.slot;
  }

  /// Places the groups [begin, end). REQUIRES: as place. SUSPENDS
  template <typename EntryOf>
  void place_all(size_t begin, size_t end, EntryOf&& entry_of) {
    if (end - begin < 2 * kParallelGroups) {
      for (size_t group = begin; group < end; ++group) {
        if (const Entry entry = entry_of(group); entry.slot.group != 0) place(entry);
      }
      return;
    }
    std::mutex mutex;  // guards `late`; held for an append
    std::vector<Entry> late;
    const size_t least = slots_.size() / ((end - begin) / kParallelGroups);
    parallel_for(slots_.size(), least, [&](size_t first, size_t last) {
      std::vector<Entry> beyond;
      for (size_t group = begin; group < end; ++group) {
        if (group % kBetweenCheckpoints == 0) checkpoint();
        const Entry entry = entry_of(group);
        const size_t home = entry.hash & (slots_.size() - 1);
        if (home < first || home >= last || entry.slot.group == 0) continue;
        if (!place_before(last, home, entry.slot)) beyond.push_back(entry);
      }
      const std::lock_guard lock(mutex);
      late.insert(late.end(), beyond.begin(), beyond.end());
    });
    for (const Entry& entry : late) place(entry);
  }

 private:
  static constexpr size_t kFewestSlots = 1024;
  static constexpr size_t kFarBytes = size_t{256} << 10;
  static constexpr size_t kBetweenCheckpoints = 4096;

  bool place_before(size_t last, size_t at, const Slot& slot) {
    while (at < last && slots_[at].group != 0) ++at;
    if (at == last) return false;
    slots_[at] = slot;
    return true;
  }

  MemoryAccount& memory_;
  StateArray<Slot> slots_;
};

}  // namespace leat::state
