// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The part of a channel that does not depend on the type of its values. Channel<T>
// (engine/channel.h) moves the values, under this lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/runtime/waiter.h"

namespace leat {

enum class ChannelStatus : uint8_t {
  kOk,
  kClosed,
  kWouldBlock,  ///< Only where the caller did not want to wait.
  kCancelled,   ///< The caller's scope was cancelled.
};

}  // namespace leat

namespace leat::runtime {

struct ChannelAccess;

class ChannelCore {
 public:
  ChannelCore(size_t capacity, std::string_view name);

  size_t capacity() const { return capacity_; }
  size_t size() const { return count_.load(std::memory_order_relaxed); }
  bool is_closed() const { return closed_.load(std::memory_order_relaxed); }

 protected:
  friend class Select;
  friend struct ChannelAccess;

  // Everything below is guarded by lock_.

  // The index of the slot for the next value; counts it.
  size_t claim_tail() {
    const size_t count = size();
    size_t index = head_ + count;
    if (index >= capacity_) index -= capacity_;
    count_.store(count + 1, std::memory_order_relaxed);
    return index;
  }
  // Gives up the oldest slot.
  void release_head() {
    if (++head_ == capacity_) head_ = 0;
    count_.store(size() - 1, std::memory_order_relaxed);
  }
  // The oldest slot takes the newest value: a full buffer whose first value was just taken.
  void rotate() {
    if (++head_ == capacity_) head_ = 0;
  }

  // Waits as a sender or receiver. The caller holds lock_, which is released. False: the channel
  // was closed. SUSPENDS
  bool wait_to_send(void* value);
  bool wait_to_receive(void* place);

  // Marks `waiter`, just taken out of a queue, as served.
  static void complete(Waiter* waiter) { waiter->completed = true; }

  // Closes and wakes everybody. False if it was closed already. The caller does not hold lock_.
  bool close_and_wake();

  // Gives way if that was asked for: after an operation that did not have to wait.
  static void after_operation() {
    if (G* g = current_g()) checkpoint(g);
  }

  SpinLock lock_;
  std::atomic<bool> closed_{false};
  std::atomic<size_t> count_{0};
  size_t head_ = 0;
  const size_t capacity_;
  WaitQueue senders_;
  WaitQueue receivers_;
  const char* const name_;
};

}  // namespace leat::runtime
