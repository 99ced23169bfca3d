// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// P: a processor, the right to run goroutines together with what one runner needs: a run queue and
// caches.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/runtime/g.h"
#include "engine/runtime/run_queue.h"
#include "engine/runtime/sim.h"
#include "engine/runtime/stack.h"
#include "engine/runtime/timers.h"

namespace leat::runtime {

struct M;
struct Scheduler;

/// A P holds one token of the scheduler (a right to run) in the first three states, none in the
/// others.
enum class PState : uint8_t {
  kIdle,      ///< In the idle list, or in the hands of who holds it for an M that is being started.
              ///< Empty queue if idle.
  kRunning,   ///< Owned by the M that `m` names.
  kBlocking,  ///< Its M is inside blocking() and left it behind; whoever wins the CAS of `word`
              ///< gets it.
  kSpare,     ///< In the list of spares. Empty queue.
  kGhost,     ///< Still owned by the M that `m` names, whose goroutine goes on without a token.
};

/// The one word that others may change under the owner: epoch(48) | preempt(1) | state(3). Every
/// change of state is a CAS of the whole word with a new epoch, so a stale observer always fails.
/// "Locked" below: under Scheduler::lock.
class PWord {
 public:
  uint64_t load() const { return bits_.load(std::memory_order_acquire); }
  static PState state_of(uint64_t bits) { return static_cast<PState>(bits & kStateMask); }
  PState state() const { return state_of(load()); }
  /// One load of a line that only sysmon writes: has the owner been asked to give way?
  bool preempt_requested() const { return (load() & kPreempt) != 0; }
  /// The same, or has its token been taken? Then the owner must leave its goroutine for g0.
  bool must_give_way() const { return (load() & (kPreempt | kGhostBit)) != 0; }
  bool is_ghost() const { return (load() & kGhostBit) != 0; }

  // Transitions; the comment names who may make them.
  void idle_to_running();                   // the M that takes the P
  void running_to_idle();                   // the owner, locked (so it is no ghost)
  uint64_t running_to_blocking();           // the owner; returns the new word. A ghost stays one
  bool blocking_to_running(uint64_t left);  // the M that left it so; false: somebody took it
  bool blocking_to_idle(uint64_t seen);     // sysmon: takes it away from a blocked M
  bool request_preempt(uint64_t seen);      // sysmon, shutdown: running stays running
  bool acknowledge_preempt();               // the owner; false: it is a ghost
  bool running_to_ghost(uint64_t seen);     // sysmon, locked: takes the token
  void ghost_to_running();                  // the owner, locked, with the token of an idle P
  void ghost_to_spare();                    // the owner, locked
  void running_to_spare();                  // the owner, locked: there are too many tokens
  void idle_to_spare();                     // who took it out of the idle list, locked
  void spare_to_idle();                     // who took it out of the list of spares, locked

 private:
  static constexpr uint64_t kStateMask = 0x7;
  static constexpr uint64_t kGhostBit = 0x4;
  static constexpr uint64_t kPreempt = 0x8;
  static_assert(static_cast<uint64_t>(PState::kGhost) == kGhostBit);
  static constexpr uint64_t kEpoch = 0x10000;

  static uint64_t next(uint64_t bits, PState state) {
    return (bits & ~(kEpoch - 1)) + kEpoch + static_cast<uint64_t>(state);
  }
  bool replace(uint64_t expected, uint64_t bits) {
    sim::point();
    return bits_.compare_exchange_strong(expected, bits, std::memory_order_seq_cst);
  }
  uint64_t change(PState from, PState to);

  std::atomic<uint64_t> bits_{static_cast<uint64_t>(PState::kIdle)};
};

/// Counts that the owner alone increments and anybody reads. Who reads a count sees what was done
/// before it was counted: goroutine_count() == 1 means that the others have ended, with all their
/// effects.
class Counter {
 public:
  void add(uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_release);
  }
  uint64_t get() const { return value_.load(std::memory_order_acquire); }

 private:
  std::atomic<uint64_t> value_{0};
};

struct alignas(128) P {
  PWord word;
  uint32_t id = 0;
  Scheduler* scheduler = nullptr;
  std::atomic<M*> m{nullptr};
  P* next_idle = nullptr;  // link of the idle list or that of spares; guarded by Scheduler::lock

  // Owner only; sysmon and thieves read them.
  alignas(128) Counter tick;  // time slices begun; a run_next shares the slice of who readied it
  bool timer_went_first = false;  // since this owner last took from the ring; see poll.cpp
  Counter switches;               // goroutines begun or resumed
  Shown<G*> running;              // the last of them
  Counter blocking_calls;
  Counter created, exited, parked, steals;

  // Owner only.
  G* free_g = nullptr;  // dead Gs, linked by next
  uint32_t free_g_count = 0;
  uint64_t next_goroutine_id = 0;  // ids are taken from the scheduler in batches
  uint64_t goroutine_id_end = 0;
  StackCache stacks;

  RunQueue queue;
  Timers timers;
};

}  // namespace leat::runtime
