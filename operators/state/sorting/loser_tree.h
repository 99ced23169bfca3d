// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sorted sequences as one: a tournament whose inner nodes remember who lost there, so that the next
// winner is found by one comparison on each level.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace leat::state {

/// A merge of `size` sequences, called slots 0 to size - 1. What a slot's next element is compared
/// by stands here; `tie(a, b)` tells whether slot a comes before slot b when these are equal.
/// THREADS: one at a time.
template <typename Tie>
class LoserTree {
 public:
  /// What elements are compared by first. Slots that are done come last.
  struct Key {
    uint64_t rank = kDone;  ///< Below kDone.
    uint64_t prefix = 0;
  };
  static constexpr uint64_t kDone = 2;

  LoserTree(std::vector<Key> keys, Tie tie)
      : keys_(std::move(keys)), tie_(tie), losers_(keys_.size()) {
    if (!keys_.empty()) winner_ = play(1);
  }

  bool done() const { return keys_.empty() || keys_[winner_].rank == kDone; }
  /// The slot with the first element. REQUIRES: not done().
  size_t winner() const { return winner_; }
  /// The first element was taken; its slot goes on with one that has `key`. REQUIRES: not done().
  void replace(Key key) {
    keys_[winner_] = key;
    for (size_t node = (winner_ + keys_.size()) / 2; node > 0; node /= 2) {
      if (before(losers_[node], winner_)) std::swap(losers_[node], winner_);
    }
  }

 private:
  bool before(size_t a, size_t b) const {
    const Key& key_a = keys_[a];
    const Key& key_b = keys_[b];
    if (key_a.rank != key_b.rank) return key_a.rank < key_b.rank;
    if (key_a.rank == kDone) return false;
    if (key_a.prefix != key_b.prefix) return key_a.prefix < key_b.prefix;
    return tie_(a, b);
  }
  /// The winner below `node`: leaves are the nodes from keys_.size() on.
  size_t play(size_t node) {
    if (node >= keys_.size()) return node - keys_.size();
    const size_t left = play(2 * node);
    const size_t right = play(2 * node + 1);
    const bool right_wins = before(right, left);
    losers_[node] = right_wins ? left : right;
    return right_wins ? right : left;
  }

  std::vector<Key> keys_;
  Tie tie_;
  std::vector<size_t> losers_;  // by inner node, from 1 on
  size_t winner_ = 0;
};

}  // namespace leat::state
