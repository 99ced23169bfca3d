// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: thousands of goroutines sleep or wait with a deadline; most deadlines are taken back
// before they come. Setting and taking back must be cheap, and a timer that was taken back must not
// be touched any more: it lies on the stack of who waits.
//
// Invariants:
//   1. heap_ is a heap by when_ns; heap_[timer.index].timer == &timer for each timer in it.
//   2. next_when_ns_ is heap_[0]'s, or kNever, whenever lock_ is free.
//   3. A timer is in one of three states: in no heap (`heap` null), in one (index is its place), or
//      firing (`heap` set, index kFiring). remove() waits for the end of the third, so its caller
//      may destroy the timer.
//   4. fire() is called without lock_: it takes the locks of channels and scopes, whose holders set
//      timers (lock order: channel, scope, heap).
//   5. Nobody is woken before his timer has left the state firing.
// Locking: lock_, held for a walk through the heap. Memory order: next_when_ns_ is seq_cst, it is
// one side of the pair in engine/runtime/poll.cpp. `heap` is stored under lock_ with release, and
// read before it with acquire to find the lock.
//
// Rejected: Go's marks for stopped and changed timers, which their heap repairs later (needed there
// because a timer is garbage only when its heap forgets it, and stopping another P's timer would
// wait for its lock; here a stopped timer must be out at once, and the lock is held for some ten
// nanoseconds); a wheel (coarse, or large; its order within a slot is arbitrary).
#include "engine/runtime/timers.h"

#include "engine/check.h"
#include "engine/runtime/waiter.h"

namespace leat::runtime {

bool Timers::add(TimerNode& timer) {
  const Guard guard(lock_);
  LEAT_DCHECK(timer.heap.load(std::memory_order_relaxed) == nullptr, "a timer was set twice");
  timer.heap.store(this, std::memory_order_release);
  insert(timer);
  publish();
  return heap_[0].timer == &timer;
}

bool Timers::remove(TimerNode& timer) {
  for (;;) {
    Timers* heap = timer.heap.load(std::memory_order_acquire);
    if (heap == nullptr) return false;
    {
      const Guard guard(heap->lock_);
      if (timer.heap.load(std::memory_order_relaxed) == heap && timer.index != kFiring) {
        heap->erase(timer.index);
        heap->publish();
        timer.heap.store(nullptr, std::memory_order_release);
        return true;
      }
    }
    give_processor();  // it fires: some hundred instructions on another thread
  }
}

void Timers::run_due(int64_t now_ns, WakeList& wakes) {
  TimerNode* batch[kBatch];
  for (;;) {
    const size_t count = take_due(now_ns, batch);
    if (count == 0) return;
    WakeList fired;
    for (size_t i = 0; i < count; ++i) batch[i]->fire(*batch[i], now_ns, fired);
    {
      const Guard guard(lock_);
      for (size_t i = 0; i < count; ++i) finish(*batch[i], now_ns);
      publish();
    }
    while (Waiter* waiter = fired.pop()) wakes.push(waiter);
  }
}

size_t Timers::take_due(int64_t now_ns, TimerNode** batch) {
  const Guard guard(lock_);
  size_t count = 0;
  for (; count < kBatch && !heap_.empty() && heap_[0].when_ns <= now_ns; ++count) {
    batch[count] = heap_[0].timer;
    erase(0);
    batch[count]->index = kFiring;
  }
  publish();
  return count;
}

void Timers::finish(TimerNode& timer, int64_t now_ns) {
  if (timer.period_ns == 0) {
    timer.heap.store(nullptr, std::memory_order_release);
    return;
  }
  const int64_t missed = (now_ns - timer.when_ns) / timer.period_ns;
  timer.when_ns = saturating_add(timer.when_ns, (missed + 1) * timer.period_ns);
  insert(timer);
}

// -------- the heap

void Timers::publish() {
  const int64_t next = heap_.empty() ? kNever : heap_[0].when_ns;
  next_when_ns_.store(next, std::memory_order_seq_cst);
}

void Timers::insert(TimerNode& timer) {
  heap_.push_back({timer.when_ns, &timer});
  sift_up(heap_.size() - 1, heap_.back());
}

void Timers::erase(size_t index) {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  if (index > 0 && last.when_ns < heap_[(index - 1) / kChildren].when_ns)
    sift_up(index, last);
  else
    sift_down(index, last);
}

void Timers::place(size_t index, Entry entry) {
  heap_[index] = entry;
  entry.timer->index = index;
}

void Timers::sift_up(size_t index, Entry entry) {
  while (index > 0) {
    const size_t parent = (index - 1) / kChildren;
    if (heap_[parent].when_ns <= entry.when_ns) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, entry);
}

void Timers::sift_down(size_t index, Entry entry) {
  for (;;) {
    const size_t first = index * kChildren + 1;
    if (first >= heap_.size()) break;
    size_t least = first;
    for (size_t child = first + 1; child < first + kChildren && child < heap_.size(); ++child)
      if (heap_[child].when_ns < heap_[least].when_ns) least = child;
    if (heap_[least].when_ns >= entry.when_ns) break;
    place(index, heap_[least]);
    index = least;
  }
  place(index, entry);
}

}  // namespace leat::runtime
