// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the engine's own files may do with a channel and its users may not: operations that take
// their partner along instead of waking him, for select and timers.
#pragma once

#include <optional>
#include <utility>

#include "engine/channel.h"

namespace leat::runtime {

struct ChannelAccess {
  /// The untyped half.
  template <typename T>
  static ChannelCore& core(Channel<T>& channel) {
    return channel;
  }
  template <typename T>
  static Channel<T>& typed(ChannelCore& core) {
    return static_cast<Channel<T>&>(core);
  }

  static SpinLock& lock(ChannelCore& core) { return core.lock_; }
  static WaitQueue& senders(ChannelCore& core) { return core.senders_; }
  static WaitQueue& receivers(ChannelCore& core) { return core.receivers_; }
  static const char* name(const ChannelCore& core) { return core.name_; }

  /// Channel::place and take. REQUIRES: the channel's lock, which is kept; `partner`, if set, is to
  /// be woken when no lock is held.
  template <typename T>
  static ChannelStatus place(Channel<T>& channel, T& value, Waiter*& partner) {
    return channel.place(value, partner);
  }
  template <typename T>
  static ChannelStatus take(Channel<T>& channel, std::optional<T>& out, Waiter*& partner) {
    return channel.take(out, partner);
  }

  /// Sends `value` if that is possible without waiting, and drops it otherwise. THREADS: any.
  template <typename T>
  static void offer(Channel<T>& channel, T value, WakeList& wakes) {
    Waiter* partner = nullptr;
    const Guard guard(channel.lock_);
    if (channel.place(value, partner) == ChannelStatus::kOk && partner != nullptr)
      wakes.push(partner);
  }

  /// Drops what is buffered. True: there was something. REQUIRES: nobody waits to send.
  template <typename T>
  static bool discard(Channel<T>& channel) {
    Waiter* partner = nullptr;
    std::optional<T> dropped;
    const Guard guard(channel.lock_);
    bool any = false;
    for (; channel.take(dropped, partner) == ChannelStatus::kOk; any = true) dropped.reset();
    return any;
  }
};

}  // namespace leat::runtime
