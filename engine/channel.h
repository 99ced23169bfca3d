// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Channels: Go's, with a bound that never grows. Capacity 0 means that send() waits for the
// receiver.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "engine/mutant.h"
#include "engine/panic.h"
#include "engine/runtime/channel_core.h"
#include "engine/runtime/select_core.h"

namespace leat {

class CancelScope;

/// A queue between goroutines. Values are moved, never copied, and arrive in the order in which
/// they were sent; waiters are served in the order in which they came. THREADS: any number of
/// goroutines; other OS threads may take part too (they block), see RuntimeConfig::foreign_wakeups.
/// Destroy it when nobody uses it any more; values that are still in it are destroyed with it.
template <typename T>
class Channel : private runtime::ChannelCore {
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "a value must arrive: its move may not throw");
  static_assert(std::is_nothrow_destructible_v<T>);

 public:
  /// `name` appears in deadlock reports.
  explicit Channel(size_t capacity, std::string_view name = {})
      : ChannelCore(capacity, name),
        slots_(capacity == 0 ? nullptr : std::allocator<T>().allocate(capacity)) {}

  ~Channel() {
    for (; size() > 0; release_head()) slots_[head_].~T();
    if (slots_ != nullptr) std::allocator<T>().deallocate(slots_, capacity());
  }

  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  using ChannelCore::capacity;
  using ChannelCore::is_closed;  ///< A moment old.
  using ChannelCore::size;       ///< Values in the buffer, a moment ago.

  /// SUSPENDS while the channel is full. ERRORS: throws ChannelClosed if it is or becomes closed;
  /// `value` is destroyed.
  void send(T value) {
    lock_.lock();
    const ChannelStatus status = place_and_wake(value);
    if (status == ChannelStatus::kOk) [[likely]]
      return after_operation();
    if (status == ChannelStatus::kWouldBlock && wait_to_send(&value)) return;
    panic_send_on_closed();
  }

  /// The oldest value; nothing when the channel is closed and empty. SUSPENDS while the channel is
  /// open and empty.
  std::optional<T> recv() {
    std::optional<T> out;
    lock_.lock();
    const ChannelStatus status = take_and_wake(out);
    if (status == ChannelStatus::kWouldBlock)
      wait_to_receive(&out);  // a partner fills `out`; close() leaves it empty
    else
      after_operation();
    return out;
  }

  /// Like send(), but obeys `scope`. kOk: `value` is moved from. kCancelled: it is untouched.
  /// ERRORS: throws ChannelClosed. SUSPENDS
  ChannelStatus send(T& value, CancelScope& scope) {
    const runtime::SelectCase only = sending(*this, value);
    const ChannelStatus status = runtime::select_one(only, scope);
    if (status == ChannelStatus::kClosed) panic_send_on_closed();
    return status;
  }

  /// Like recv(), but obeys `scope`. kOk: `out` is the oldest value; kClosed and kCancelled: it is
  /// empty. SUSPENDS
  ChannelStatus recv(std::optional<T>& out, CancelScope& scope) {
    return runtime::select_one(receiving(*this, out), scope);
  }

  /// kOk: `value` is moved from. kWouldBlock: it is untouched. ERRORS: throws ChannelClosed, as Go
  /// does.
  ChannelStatus try_send(T& value) {
    lock_.lock();
    const ChannelStatus status = place_and_wake(value);
    if (status == ChannelStatus::kClosed) panic_send_on_closed();
    if (status == ChannelStatus::kWouldBlock) lock_.unlock();
    return status;
  }

  /// kOk: `out` is the oldest value. kWouldBlock: empty now. kClosed: empty for ever.
  ChannelStatus try_recv(T& out) {
    std::optional<T> value;
    lock_.lock();
    const ChannelStatus status = take_and_wake(value);
    if (status == ChannelStatus::kWouldBlock) lock_.unlock();
    if (status == ChannelStatus::kOk) out = std::move(*value);
    return status;
  }

  /// No more values: receivers get what is buffered and then nothing. ERRORS: throws
  /// ChannelClosedTwice.
  void close() {
    if (!close_and_wake()) panic_close_of_closed();
  }

 private:
  friend struct runtime::ChannelAccess;
  template <typename U>
  friend runtime::SelectCase sending(Channel<U>& channel, U& value);
  template <typename U>
  friend runtime::SelectCase receiving(Channel<U>& channel, std::optional<U>& out);

  // Moves `value` to where it belongs. The caller holds lock_, and must wake `receiver`, if that is
  // set, after he has released it.
  ChannelStatus place(T& value, runtime::Waiter*& receiver) {
    if (closed_.load(std::memory_order_relaxed)) [[unlikely]]
      return ChannelStatus::kClosed;
    receiver = receivers_.pop();
    if (receiver != nullptr) {
      if (!LEAT_MUTANT("handoff_loses_value"))
        static_cast<std::optional<T>*>(receiver->slot)->emplace(std::move(value));
      complete(receiver);
      return ChannelStatus::kOk;
    }
    if (size() == capacity()) return ChannelStatus::kWouldBlock;
    ::new (static_cast<void*>(&slots_[claim_tail()])) T(std::move(value));
    return ChannelStatus::kOk;
  }

  // Moves the oldest value to `out`, which is empty. As place().
  ChannelStatus take(std::optional<T>& out, runtime::Waiter*& sender) {
    sender = senders_.pop();
    if (size() > 0) {
      T& oldest = slots_[head_];
      out.emplace(std::move(oldest));
      oldest.~T();
      if (sender == nullptr) {
        release_head();
        return ChannelStatus::kOk;
      }
      // The buffer was full: the slot that became free is the one for the waiting sender's value.
      ::new (static_cast<void*>(&oldest)) T(std::move(*static_cast<T*>(sender->slot)));
      rotate();
    } else if (sender != nullptr) {
      out.emplace(std::move(*static_cast<T*>(sender->slot)));
    } else {
      return closed_.load(std::memory_order_relaxed) ? ChannelStatus::kClosed
                                                     : ChannelStatus::kWouldBlock;
    }
    complete(sender);
    return ChannelStatus::kOk;
  }

  // place() and take() for one who holds no other lock: lock_ is released unless the answer is
  // kWouldBlock.
  ChannelStatus place_and_wake(T& value) {
    runtime::Waiter* receiver = nullptr;
    const ChannelStatus status = place(value, receiver);
    return unlock_and_wake(status, receiver);
  }
  ChannelStatus take_and_wake(std::optional<T>& out) {
    runtime::Waiter* sender = nullptr;
    const ChannelStatus status = take(out, sender);
    return unlock_and_wake(status, sender);
  }
  ChannelStatus unlock_and_wake(ChannelStatus status, runtime::Waiter* partner) {
    if (status == ChannelStatus::kWouldBlock) return status;
    lock_.unlock();
    if (partner != nullptr) runtime::wake(partner);
    return status;
  }

  T* const slots_;
};

/// The case "send `value`" of a select.
template <typename T>
runtime::SelectCase sending(Channel<T>& channel, T& value) {
  return {&channel, &value, true,
          [](runtime::ChannelCore& core, void* slot, runtime::Waiter*& partner) {
            return static_cast<Channel<T>&>(core).place(*static_cast<T*>(slot), partner);
          }};
}

/// The case "receive into `out`" of a select.
template <typename T>
runtime::SelectCase receiving(Channel<T>& channel, std::optional<T>& out) {
  out.reset();
  return {
      &channel, &out, false, [](runtime::ChannelCore& core, void* slot, runtime::Waiter*& partner) {
        return static_cast<Channel<T>&>(core).take(*static_cast<std::optional<T>*>(slot), partner);
      }};
}

}  // namespace leat
