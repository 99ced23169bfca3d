// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Who could end whose wait: the graph of channels whose users are declared.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/runtime.h"

namespace leat::runtime {

class ChannelCore;
struct G;
struct Scheduler;

/// A channel of which it is known who will ever use it.
struct DeclaredChannel {
  ChannelCore* channel = nullptr;
  uint32_t expected = 0;        // goroutines that will ever use it
  uint32_t begun = 0;           // of these have said so; guarded by the lock of the graph
  std::vector<const G*> users;  // and have not ended; likewise
};

/// THREADS: any.
void declare(DeclaredChannel& declared);
void withdraw(DeclaredChannel& declared);
/// By the goroutine that uses it.
void begin_use(DeclaredChannel& declared);
void end_use(DeclaredChannel& declared);

/// The goroutines of `scheduler` that wait in declared channels and can be woken only by one
/// another, by id. THREADS: any outside goroutines.
std::vector<GoroutineInfo> find_stuck(const Scheduler& scheduler);

}  // namespace leat::runtime
