// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: pass values between goroutines, in order, with a bound, waking exactly those who can go
// on.
//
// Invariants:
//   1. At least one of senders_ and receivers_ is empty, but for a select that has both cases of
//      one channel: it stands in both, as its two cases never meet.
//   2. size() > 0 implies that receivers_ is empty; size() < capacity() implies that senders_ is
//      empty.
//   3. After close senders_ and receivers_ are empty for ever; buffered values stay until they are
//      received.
//   4. A value is in exactly one place: the sender's frame, a slot of the buffer, or the receiver's
//      frame. A sender which finds a receiver waiting puts the value straight into the receiver's
//      frame.
//   5. Nobody is woken while lock_ is held.
//   6. The last access of an operation to the channel is the release of lock_: who learns from a
//      value that everybody is done may destroy the channel.
// Locking: lock_ for all; closed_ and count_ are also read without it, as hints.
//
// Rejected: a lock-free ring for one producer and one consumer (two kinds of channel, and close,
// FIFO waiters and later select need the lock anyway); waking the receiver and letting it fetch the
// value (another may come first: not FIFO); waiting for a microsecond before parking while another
// processor is busy (its looks at the channel slow the partner down: 200 ns of work on each side,
// two processors: 330 ns a value without, 360 to 420 with), and a cache line of its own for each
// channel (no gain).
#include "engine/runtime/channel_core.h"

#include "engine/runtime/names.h"

namespace leat::runtime {

ChannelCore::ChannelCore(size_t capacity, std::string_view name)
    : capacity_(capacity), name_(intern(name)) {}

bool ChannelCore::wait_to_send(void* value) {
  Waiter waiter;
  waiter.slot = value;
  senders_.push(&waiter);
  wait_and_unlock(waiter, lock_, WaitReason::kChannelSend, name_);
  return waiter.completed;
}

bool ChannelCore::wait_to_receive(void* place) {
  Waiter waiter;
  waiter.slot = place;
  receivers_.push(&waiter);
  wait_and_unlock(waiter, lock_, WaitReason::kChannelReceive, name_);
  return waiter.completed;
}

bool ChannelCore::close_and_wake() {
  lock_.lock();
  if (closed_.load(std::memory_order_relaxed)) {
    lock_.unlock();
    return false;
  }
  closed_.store(true, std::memory_order_relaxed);
  WakeList wakes;
  wakes.take_all(receivers_);
  wakes.take_all(senders_);
  lock_.unlock();
  wakes.wake_all();
  return true;
}

}  // namespace leat::runtime
