// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Puts what lanes send back into the order of splits.
//
// Invariants: the items of one split come in their order, and end with one that is `last`; splits
// are numbered from 0 without gaps. What waits here is bounded by the segment's credits
// (credits.h): the lowest split that is missing holds a ticket, and so does every split that
// overtook it.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "engine/mutant.h"

namespace leat::pipelines {

/// Where in its stream a message stands. `last` closes the split.
struct Position {
  uint64_t split = 0;
  bool last = false;
};

/// THREADS: one.
template <typename Item>
class Reorder {
 public:
  /// Takes `item` and calls `deliver(Item)` for every item whose turn has come.
  template <typename Deliver>
  void push(Position position, Item item, Deliver&& deliver) {
    if (LEAT_MUTANT("arrival_order")) return deliver(std::move(item));
    if (position.split != next_) {
      Waiting& waiting = waiting_[position.split];
      waiting.items.push_back(std::move(item));
      waiting.complete = position.last;
      return;
    }
    deliver(std::move(item));
    if (!position.last) return;
    ++next_;
    drain(deliver);
  }

  /// Is nothing held back? False at the end of a stream means that a split is missing.
  bool empty() const { return waiting_.empty(); }

 private:
  struct Waiting {
    std::vector<Item> items;
    bool complete = false;
  };

  template <typename Deliver>
  void drain(Deliver& deliver) {
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_;
         first = waiting_.begin()) {
      auto node = waiting_.extract(first);
      for (Item& item : node.mapped().items) deliver(std::move(item));
      if (!node.mapped().complete)
        return;  // its lane is still at it; the rest is delivered as it comes
      ++next_;
    }
  }

  uint64_t next_ = 0;
  std::map<uint64_t, Waiting> waiting_;
};

}  // namespace leat::pipelines
