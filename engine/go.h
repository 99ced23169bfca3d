// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What code on a goroutine may ask of the scheduler. Everything here REQUIRES: on a goroutine
// (inside Runtime::run), unless it says otherwise.
#pragma once

#include <cstdint>
#include <functional>
#include <source_location>
#include <string_view>

#include "engine/stack_class.h"

namespace leat {

struct GoOptions {
  StackClass stack = StackClass::kSmall;
  /// Shown in reports. Copied; meant for few distinct names (stages), not for one per goroutine.
  std::string_view name = {};
};

/// Starts `function` as a goroutine. It runs soon, perhaps on another OS thread; nothing waits for
/// it (see WaitGroup). An exception that leaves it ends the process. SUSPENDS, as checkpoint().
void go(std::move_only_function<void()> function, GoOptions options = {},
        std::source_location created_at = std::source_location::current());

/// Lets others run first. SUSPENDS (but is soon runnable again).
void yield();

/// For loops that call nothing else of the engine: gives way if this goroutine has had the
/// processor for 10 ms and others wait. Costs a few loads otherwise. May be called on any thread;
/// elsewhere it does nothing. SUSPENDS
void checkpoint();

/// Loops over rows that are each little work call it once for so many.
inline constexpr size_t kBetweenCheckpoints = 4096;

/// Is the caller on a goroutine? THREADS: any.
bool on_goroutine();

/// The id of the calling goroutine, unique in its runtime.
uint64_t goroutine_id();

/// The name it was started with, or "".
const char* goroutine_name();

/// Keeps the calling goroutine on its OS thread, and all others away from that, until
/// unlock_os_thread() was called as often. For libraries that keep state in the thread. If the
/// goroutine ends before, the thread ends with it. Each switch to or from such a goroutine costs
/// two switches of threads. Under ThreadModel::kKernel every goroutine is like that; under kUser
/// the one thread is shared by all, and this does nothing.
void lock_os_thread();
/// Without effect if lock_os_thread() was not called before.
void unlock_os_thread();

/// Goroutines alive, the caller included.
uint64_t goroutine_count();

/// How many goroutines may run at once: Go's runtime.GOMAXPROCS(0).
int gomaxprocs();

}  // namespace leat
