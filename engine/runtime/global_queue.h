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
    G* g = head_;
    if (g == nullptr) return nullptr;
    head_ = g->next;
    if (head_ == nullptr) tail_ = nullptr;
    g->next = nullptr;
    size_.store(size() - 1, std::memory_order_relaxed);
    return g;
  }
  /// THREADS: any; without the lock a hint.
  uint32_t size() const { return size_.load(std::memory_order_seq_cst); }

 private:
  G* head_ = nullptr;
  G* tail_ = nullptr;
  std::atomic<uint32_t> size_{0};
};

}  // namespace leat::runtime
