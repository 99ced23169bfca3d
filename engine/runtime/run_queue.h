// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The run queue of one P: a ring which its owner fills and everybody empties, and the run_next slot
// in front of it.
//
// Problem: the owner pushes and pops millions of times a second; thieves look in rarely, from other
// threads.
//
// Invariants:
//   1. Only the owner (the M that holds the P) writes slots, `tail_`, and a non-null run_next.
//      Anybody may take.
//   2. tail_ - head_ <= kCapacity at the owner. The slots [head_, tail_) are the queue, oldest
//      first.
//   3. A taker reads slots first and owns what it read only if its compare-and-swap of head_
//      succeeds. The owner overwrites a slot only after it saw head_ pass it.
//   4. run_next is younger than everything in the ring and runs first, in the time slice of who
//      made it ready.
// Memory order: head_: load acquire (pairs with the CAS: slots below it are free), CAS acq_rel.
// tail_: owner relaxed, store release (publishes the slot), thieves acquire. Slots: relaxed, the
// CAS rejects stale reads. run_next: the exchange is seq_cst, it is also the "publish" half of the
// wake-up protocol (engine/runtime/idle.cpp). Indices are 32 bits and wrap: a thief would have to
// sleep over four billion pushes to be fooled.
//
// Rejected: Chase-Lev (LIFO for the owner starves old work, and its pop needs a full fence); a lock
// (thieves would stop the owner); Tokio's packed two-part head (it allows stealing while another
// thief is at work, which 256 slots do not need).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "engine/check.h"
#include "engine/runtime/sim.h"

namespace leat::runtime {

/// `Item` is G outside tests; `kCapacity` a power of two. Owner: the M that holds the P. Taker: any
/// thread.
template <typename Item, uint32_t kCapacity>
class BasicRunQueue {
  static_assert((kCapacity & (kCapacity - 1)) == 0);

 public:
  static constexpr uint32_t capacity() { return kCapacity; }

  // -------- owner

  /// Adds at the tail. Returns false if the ring is full.
  bool push(Item* item) {
    const uint32_t head = head_.load(std::memory_order_acquire);
    const uint32_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head >= kCapacity) [[unlikely]]
      return false;
    slots_[tail % kCapacity].store(item, std::memory_order_relaxed);
    sim::point();
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// Takes the oldest, or null.
  Item* pop() {
    for (;;) {
      uint32_t head = head_.load(std::memory_order_acquire);
      if (head == tail_.load(std::memory_order_relaxed)) return nullptr;
      Item* item = slots_[head % kCapacity].load(std::memory_order_relaxed);
      sim::point();
      if (head_.compare_exchange_strong(head, head + 1, std::memory_order_acq_rel)) return item;
    }
  }

  /// Takes the older half of a full ring into `out` (kCapacity / 2 items). Returns false if a thief
  /// came first: then there is room again.
  bool take_half(Item** out) {
    constexpr uint32_t kHalf = kCapacity / 2;
    uint32_t head = head_.load(std::memory_order_acquire);
    if (tail_.load(std::memory_order_relaxed) - head != kCapacity) return false;
    for (uint32_t i = 0; i < kHalf; ++i)
      out[i] = slots_[(head + i) % kCapacity].load(std::memory_order_relaxed);
    sim::point();
    return head_.compare_exchange_strong(head, head + kHalf, std::memory_order_acq_rel);
  }

  /// Puts `item` first in line; returns what was there.
  Item* exchange_next(Item* item) {
    sim::point();
    return next_.exchange(item, std::memory_order_seq_cst);
  }

  // -------- any thread

  /// Takes run_next, or null.
  Item* pop_next() {
    if (next_.load(std::memory_order_relaxed) == nullptr) return nullptr;
    sim::point();
    return next_.exchange(nullptr, std::memory_order_acq_rel);
  }

  /// The thief is the owner of the empty queue `into`: moves half of this ring there, except the
  /// last one taken, which is returned. Null if there was nothing.
  Item* steal_into(BasicRunQueue& into) {
    const uint32_t to = into.tail_.load(std::memory_order_relaxed);
    const uint32_t count = grab(into, to);
    if (count == 0) return nullptr;
    const uint32_t last = to + count - 1;
    Item* item = into.slots_[last % kCapacity].load(std::memory_order_relaxed);
    LEAT_DCHECK(last - into.head_.load(std::memory_order_relaxed) < kCapacity,
                "a thief had work of its own");
    if (count > 1) into.tail_.store(last, std::memory_order_release);
    return item;
  }

  /// Takes the oldest, or null: what pop() is for the owner.
  Item* take() {
    for (;;) {
      uint32_t head = head_.load(std::memory_order_acquire);
      const uint32_t size = tail_.load(std::memory_order_acquire) - head;
      if (size == 0) return nullptr;
      if (size > kCapacity) continue;  // torn read of head and tail
      Item* item = slots_[head % kCapacity].load(std::memory_order_relaxed);
      sim::point();
      if (head_.compare_exchange_strong(head, head + 1, std::memory_order_acq_rel)) return item;
    }
  }

  /// Takes run_next if it is still `expected`.
  bool steal_next(Item* expected) {
    sim::point();
    return next_.compare_exchange_strong(expected, nullptr, std::memory_order_acq_rel);
  }

  Item* next() const { return next_.load(std::memory_order_seq_cst); }

  uint32_t ring_size() const {
    const uint32_t head = head_.load(std::memory_order_seq_cst);
    const uint32_t size = tail_.load(std::memory_order_seq_cst) - head;
    return size <= kCapacity ? size : 0;  // torn: the owner moved on between the two loads
  }

  /// Never true while an item is in the queue all along. The item may move from run_next to the
  /// ring while we look, hence the second look at the tail.
  bool empty() const {
    for (;;) {
      const uint32_t head = head_.load(std::memory_order_seq_cst);
      sim::point();
      const uint32_t tail = tail_.load(std::memory_order_seq_cst);
      Item* next = next_.load(std::memory_order_seq_cst);
      if (tail == tail_.load(std::memory_order_seq_cst)) return head == tail && next == nullptr;
    }
  }

 private:
  // Copies half of the ring to into's slots from index `to` on and takes it. Returns how many.
  uint32_t grab(BasicRunQueue& into, uint32_t to) {
    for (;;) {
      uint32_t head = head_.load(std::memory_order_acquire);
      const uint32_t tail = tail_.load(std::memory_order_acquire);
      const uint32_t size = tail - head;
      const uint32_t count = size - size / 2;
      if (count == 0) return 0;
      if (count > kCapacity / 2) continue;  // torn read of head and tail
      for (uint32_t i = 0; i < count; ++i) {
        Item* item = slots_[(head + i) % kCapacity].load(std::memory_order_relaxed);
        into.slots_[(to + i) % kCapacity].store(item, std::memory_order_relaxed);
      }
      sim::point();
      if (head_.compare_exchange_strong(head, head + count, std::memory_order_acq_rel))
        return count;
    }
  }

  // Thieves write the first line, the owner the second.
  alignas(128) std::atomic<uint32_t> head_{0};
  std::atomic<Item*> next_{nullptr};
  alignas(128) std::atomic<uint32_t> tail_{0};
  std::array<std::atomic<Item*>, kCapacity> slots_{};
};

struct G;

/// The capacity is Go's: large enough that overflow is rare, small enough that half of it moves in
/// a microsecond.
using RunQueue = BasicRunQueue<G, 256>;

}  // namespace leat::runtime
