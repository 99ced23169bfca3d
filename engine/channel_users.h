// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Saying who uses a channel, so that reports can tell who waits for ever though others run on
// (Runtime::stuck, and the dump on SIGQUIT). C++ has no garbage collector that knows who could
// still reach a channel; the program that made it does.
//
//     Channel<Row> rows(16, "rows");
//     ChannelUsers users(rows, 2);                       // two goroutines will ever use it
//     go([&] { const ChannelUse use(users); ... });      // one of them
#pragma once

#include <cstdint>

#include "engine/runtime/channel_access.h"
#include "engine/runtime/wait_graph.h"

namespace leat {

/// While it exists: `count` goroutines, each with a ChannelUse, and nobody else, send to the
/// channel, receive from it or close it. Costs nothing in these operations. REQUIRES: the only one
/// of its channel; destroyed before the channel, after the ChannelUses. THREADS: any.
class ChannelUsers {
 public:
  template <typename T>
  ChannelUsers(Channel<T>& channel, uint32_t count)
      : declared_{.channel = &runtime::ChannelAccess::core(channel), .expected = count} {
    runtime::declare(declared_);
  }
  ~ChannelUsers() { runtime::withdraw(declared_); }
  ChannelUsers(const ChannelUsers&) = delete;
  ChannelUsers& operator=(const ChannelUsers&) = delete;

 private:
  friend class ChannelUse;
  runtime::DeclaredChannel declared_;
};

/// From here on the calling goroutine may use the channel; once this is destroyed it will never do
/// so again. REQUIRES: on a goroutine.
class ChannelUse {
 public:
  explicit ChannelUse(ChannelUsers& users) : declared_(users.declared_) {
    runtime::begin_use(declared_);
  }
  ~ChannelUse() { runtime::end_use(declared_); }
  ChannelUse(const ChannelUse&) = delete;
  ChannelUse& operator=(const ChannelUse&) = delete;

 private:
  runtime::DeclaredChannel& declared_;
};

}  // namespace leat
