// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Waiting for the first of several channel operations: the part of select that does not depend on
// the types of values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/runtime/channel_core.h"
#include "engine/runtime/limited_wait.h"

namespace leat::runtime {

/// One operation. Made by leat::sending and leat::receiving.
struct SelectCase {
  ChannelCore* channel = nullptr;  // null: never ready
  void* slot = nullptr;            // the value to send, or the std::optional to fill
  bool sends = false;
  /// Does it if that is possible at once. REQUIRES: the lock of the channel, which is kept. The
  /// caller must wake `partner`, if set, when he holds no lock.
  ChannelStatus (*attempt)(ChannelCore& channel, void* slot, Waiter*& partner) = nullptr;
};

/// What a select does when no case is ready.
struct SelectElse {
  bool returns = false;  // at once
  WaitLimits limits = {};
};

/// Which case went ahead and how. kWouldBlock: none, it was not to wait or the time is over.
struct SelectOutcome {
  size_t index = 0;
  ChannelStatus status = ChannelStatus::kWouldBlock;  // kClosed: also for a send, which then panics
};

/// SUSPENDS. THREADS: any.
SelectOutcome select_any(std::span<const SelectCase> cases, const SelectElse& otherwise);

/// One case under a scope. SUSPENDS
ChannelStatus select_one(const SelectCase& only, CancelScope& scope);

}  // namespace leat::runtime
