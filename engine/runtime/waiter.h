// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Who waits in a list of a channel, a mutex or a wait group: a goroutine, or an OS thread outside
// the runtime. The Waiter lives on the stack of who waits.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/runtime/g.h"
#include "engine/runtime/park.h"
#include "engine/runtime/stack.h"
#include "engine/runtime/thread_sync.h"

namespace leat::runtime {

struct Waiter;

/// Who ended a wait that several may end: the first to name the Waiter it found.
struct Claim {
  std::atomic<Waiter*> winner{nullptr};
  Note note;                // an OS thread sleeps here
  uint32_t places = 0;      // queues of objects in which the wait has a Waiter; for wait_graph.cpp
  bool is_limited = false;  // by time or a scope; likewise

  /// True for one caller only. The loser leaves the waiter alone.
  bool win(Waiter* waiter);
};

struct Waiter {
  Waiter* next = nullptr;
  Waiter* previous = nullptr;
  G* g = nullptr;        // null: an OS thread, which sleeps on the note of the claim, or on its own
  void* slot = nullptr;  // the value to take from, or the place to put one
  Claim* claim = nullptr;  // null: nobody but the queue that it is in can end the wait
  bool completed = false;  // by a partner; false: the object was closed
  bool queued = false;
  Note note;
};

/// First in, first out. Guarded by the lock of the object that it belongs to.
class WaitQueue {
 public:
  /// Without the lock a hint.
  bool empty() const { return head_.load(std::memory_order_relaxed) == nullptr; }
  /// The rest hangs on `next`.
  const Waiter* first() const { return head_.load(std::memory_order_relaxed); }
  void push(Waiter* waiter) {
    waiter->next = nullptr;
    waiter->queued = true;
    if (empty()) {
      waiter->previous = nullptr;
      head_.store(waiter, std::memory_order_relaxed);
    } else {
      waiter->previous = tail_;
      tail_->next = waiter;
    }
    tail_ = waiter;
  }
  /// The first whose wait is not over: it is the caller's to complete and to wake.
  Waiter* pop() {
    for (;;) {
      Waiter* waiter = head_.load(std::memory_order_relaxed);
      if (waiter == nullptr) return nullptr;
      unlink(waiter);
      if (waiter->claim == nullptr || waiter->claim->win(waiter)) return waiter;
    }
  }
  /// Takes `waiter` out if it is still in.
  void remove(Waiter* waiter) {
    if (waiter->queued) unlink(waiter);
  }

 private:
  void unlink(Waiter* waiter) {
    waiter->queued = false;
    if (waiter->previous == nullptr)
      head_.store(waiter->next, std::memory_order_relaxed);
    else
      waiter->previous->next = waiter->next;
    if (waiter->next == nullptr)
      tail_ = waiter->previous;
    else
      waiter->next->previous = waiter->previous;
  }

  std::atomic<Waiter*> head_{nullptr};  // written under the lock
  Waiter* tail_ = nullptr;              // meaningless while empty
};

/// Waiters in no queue, to be woken when no lock is held any more.
class WakeList {
 public:
  void push(Waiter* waiter) {
    waiter->next = nullptr;
    if (head_ == nullptr)
      head_ = waiter;
    else
      tail_->next = waiter;
    tail_ = waiter;
  }
  /// Takes over everybody in `queue` whose wait is not over.
  void take_all(WaitQueue& queue) {
    while (Waiter* waiter = queue.pop()) push(waiter);
  }
  Waiter* pop() {
    Waiter* waiter = head_;
    if (waiter != nullptr) head_ = waiter->next;  // it may be gone once it is woken
    return waiter;
  }
  bool empty() const { return head_ == nullptr; }
  void wake_all();

 private:
  Waiter* head_ = nullptr;
  Waiter* tail_ = nullptr;  // meaningless while empty
};

/// Sleeps until wake(waiter). `waiter` is in a queue guarded by `lock`, which the caller holds; it
/// is released when the caller can be woken safely. SUSPENDS; on an OS thread blocks.
void wait_and_unlock(Waiter& waiter, SpinLock& lock, WaitReason reason, const char* waits_for);

/// Ends the wait of `waiter`, which is in no queue any more. REQUIRES: its object's lock is not
/// held. THREADS: any.
void wake(Waiter* waiter);

}  // namespace leat::runtime
