// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// M: an OS thread that runs goroutines. Its own stack (g0) holds the scheduler; goroutines bring
// theirs.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <optional>

#include "engine/runtime/context.h"
#include "engine/runtime/g.h"
#include "engine/runtime/p.h"
#include "engine/runtime/thread_sync.h"
#include "engine/runtime/tls.h"
#include "engine/runtime/trace.h"

namespace leat::runtime {

struct M;

/// What must happen after a goroutine has left its stack, and not before: others may run it from
/// here on. Runs on whatever stack comes next. Returns false if `left` must go on at once (only
/// when the next stack is g0).
using Commit = bool (*)(M* m, G* left, void* argument);

struct M {
  Context g0;
  TraceBuffer* trace = nullptr;  // null: nothing is recorded
  std::atomic<P*> p{nullptr};    // null: it may not touch run queues
  Scheduler* scheduler = nullptr;
  int* errno_slot = nullptr;  // of this thread
  EhGlobals* eh_slot = nullptr;

  // Written by the goroutine that leaves, taken by what runs next on this M.
  G* left = nullptr;
  Commit commit = nullptr;
  void* commit_argument = nullptr;
  G* run_at_once = nullptr;  // chosen already by who leaves to g0

  // Blocking calls: what was left behind.
  P* left_p = nullptr;
  uint64_t left_word = 0;

  // lock_os_thread(), see locked_threads.cpp.
  G* locked = nullptr;        // the only one that this M runs
  uint32_t lock_count = 0;    // nested calls
  bool retires = false;       // `locked` has ended, and the thread with it
  bool waits_locked = false;  // for a P with `locked`; GUARDED BY Scheduler::lock

  bool spinning = false;  // looks for work, counted in Scheduler::idle
  uint32_t id = 0;
  uint64_t random = 0;              // state of the generator that orders stealing
  Note note;                        // sleeps here in the idle list
  P* next_p = nullptr;              // given by who wakes it; null: stop
  M* next_idle = nullptr;           // guarded by Scheduler::lock
  std::optional<pthread_t> thread;  // guarded by Scheduler::lock; to be joined
  Shown<int> thread_id;             // the kernel's; set before the first P is taken
  Shown<clockid_t> cpu_clock;       // of the thread, likewise

  // The legal transitions.
  void take_p(P* given);  // idle P -> its owner is this M
  P* drop_p();            // its P -> idle, returned. REQUIRES: Scheduler::lock, no ghost
  P* drop_p_as_spare();   // its P, perhaps a ghost -> spare, returned. REQUIRES: Scheduler::lock

  /// Records what this thread does. REQUIRES: on it.
  void event(TraceKind kind, const G* g, uint8_t argument = 0) {
    if (trace != nullptr) [[unlikely]]
      record(kind, g, argument);
  }

  uint64_t next_random() {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return random;
  }

 private:
  void record(TraceKind kind, const G* g, uint8_t argument);
};

}  // namespace leat::runtime
