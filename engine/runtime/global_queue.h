// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The queue that all Ps share: overflow of the rings, goroutines made ready by foreign threads, and
// those which had to give way.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/runtime/g.h"

namespace leat::runtime {

/// First in, first out, linked through G::next, so it never allocates and has no limit. GUARDED BY
/// Scheduler::lock, except size().
class GlobalQueue {
 public:
  void push(G* g) {
    g->next = nullptr;
    push_chain(g, g, 1);
  }
  /// Appends `count` Gs that are already linked.
  void push_chain(G* first, G* last, uint32_t count) {
    if (tail_ == nullptr)
      head_ = first;
    else
      tail_->next = first;
    tail_ = last;
    size_.store(size() + count, std::memory_order_seq_cst);
  }
  /// The oldest, or null.
  G* pop() {
    return take(1, [](G*) {});
  }
  /// Takes the `count` oldest: returns the first, or null, and hands the others to `put`. All count
  /// in size() until the last of them has been put: so who looks here first, and then where they
  /// go, sees them at one of the two places at least. REQUIRES: 1 <= count <= size(), or empty.
  template <typename Put>
  G* take(uint32_t count, Put put) {
    G* const first = unlink();
    if (first == nullptr) return nullptr;
    for (uint32_t i = 1; i < count; ++i) put(unlink());
    size_.store(size_.load(std::memory_order_relaxed) - count, std::memory_order_release);
    return first;
  }
  /// THREADS: any; without the lock a hint.
  uint32_t size() const { return size_.load(std::memory_order_seq_cst); }

 private:
  G* unlink() {
    G* g = head_;
    if (g == nullptr) return nullptr;
    head_ = g->next;
    if (head_ == nullptr) tail_ = nullptr;
    g->next = nullptr;
    return g;
  }

  G* head_ = nullptr;
  G* tail_ = nullptr;
  std::atomic<uint32_t> size_{0};
};

}  // namespace leat::runtime
