// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The items of each group, when items were noted in any order: a counting sort, which keeps the
// order of the items of one group.
#pragma once

#include <span>

#include "engine/go.h"
#include "operators/state/state_array.h"

namespace leat::state {

/// THREADS: one at a time; const calls any.
class GroupIndex {
 public:
  explicit GroupIndex(MemoryAccount& memory) : begins_(memory), items_(memory) {}

  /// Item i, of `count`, is of group `group_of(i)`, of `groups`. ERRORS: kMemory. SUSPENDS
  template <typename GroupOf>
  Status build(size_t groups, size_t count, GroupOf&& group_of) {
    LEAT_TRY(begins_.resize(groups + 1, 0));
    LEAT_TRY(items_.resize(count, 0));
    for (size_t i = 0; i < count; ++i) {
      if (i % kBetweenCheckpoints == 0) checkpoint();
      ++begins_[group_of(i) + 1];
    }
    for (size_t group = 0; group < groups; ++group) begins_[group + 1] += begins_[group];
    // Each begin walks to the end of its group, which is where the next one began.
    for (size_t i = 0; i < count; ++i) {
      if (i % kBetweenCheckpoints == 0) checkpoint();
      items_[begins_[group_of(i)]++] = static_cast<uint32_t>(i);
    }
    for (size_t group = groups; group > 0; --group) begins_[group] = begins_[group - 1];
    begins_[0] = 0;
    return {};
  }
  /// The items of `group`, ascending. REQUIRES: built.
  std::span<const uint32_t> of(uint32_t group) const {
    return {items_.data() + begins_[group], begins_[group + 1] - begins_[group]};
  }

 private:
  StateArray<size_t> begins_;
  StateArray<uint32_t> items_;
};

}  // namespace leat::state
