// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a P is owned by one M, but sysmon must be able to ask its owner to give way, to take
// it from an M that sits in a system call, and to take the right to run (the token) from one that
// never looks up, without stopping anybody.
//
// Invariants:
//   1. Everything in P except `word` and the takers' side of `queue` is touched only by the owner:
//      the M that moved the word to kRunning, until it moves it to kIdle, kBlocking or kSpare. A
//      ghost has its owner, too: losing the token changes nothing of that.
//   2. Every change of state is one CAS which also changes the epoch. A decision about an old state
//      (sysmon's, or that of an M which comes back from a system call) can therefore never hit a
//      new one; with plain stores two Ms would get into one P. A request to give way sets its bit
//      only: it belongs to the epoch in which it was made. One transition carries it on: a blocking
//      call and the way back from it, for the goroutine is the same, and a loop of short calls
//      would else lose each request.
//   3. Only kRunning becomes kGhost, and only under Scheduler::lock: who holds the lock knows whether
//      its P is one. Only the owner ends it, so in a ghost nothing competes with the owner.
//   4. The hot path only reads `word`. The epoch does not count time slices (`tick` does): an
//      unacknowledged request already proves that the owner has passed no scheduling point since.
// Memory order: CAS seq_cst, loads acquire: a P that changes hands carries its plain fields with
// it.
//
// Rejected: Go's plain status stores by the owner (need the scan bit of G to be safe); one word per
// flag (two loads at each scheduling point, and a window between them).
#include "engine/runtime/p.h"

namespace leat::runtime {

uint64_t PWord::change(PState from, PState to) {
  for (uint64_t bits = load();;) {
    LEAT_CHECK(state_of(bits) == from, "a processor changed state out of turn");
    const uint64_t changed = next(bits, to);
    sim::point();
    if (bits_.compare_exchange_weak(bits, changed, std::memory_order_seq_cst)) return changed;
  }
}

void PWord::idle_to_running() { change(PState::kIdle, PState::kRunning); }
void PWord::running_to_idle() { change(PState::kRunning, PState::kIdle); }
void PWord::ghost_to_running() { change(PState::kGhost, PState::kRunning); }
void PWord::ghost_to_spare() { change(PState::kGhost, PState::kSpare); }
void PWord::running_to_spare() { change(PState::kRunning, PState::kSpare); }
void PWord::idle_to_spare() { change(PState::kIdle, PState::kSpare); }
void PWord::spare_to_idle() { change(PState::kSpare, PState::kIdle); }

uint64_t PWord::running_to_blocking() {
  for (uint64_t bits = load();;) {
    if (state_of(bits) == PState::kGhost) return bits;
    LEAT_CHECK(state_of(bits) == PState::kRunning, "a processor blocked that did not run");
    const uint64_t changed = next(bits, PState::kBlocking) | (bits & kPreempt);
    sim::point();
    if (bits_.compare_exchange_weak(bits, changed, std::memory_order_seq_cst)) return changed;
  }
}

bool PWord::blocking_to_running(uint64_t left) {
  return replace(left, next(left, PState::kRunning) | (left & kPreempt));
}

bool PWord::blocking_to_idle(uint64_t seen) {
  return state_of(seen) == PState::kBlocking && replace(seen, next(seen, PState::kIdle));
}

bool PWord::request_preempt(uint64_t seen) {
  return state_of(seen) == PState::kRunning && (seen & kPreempt) == 0 &&
         replace(seen, seen | kPreempt);
}

bool PWord::acknowledge_preempt() {
  for (uint64_t bits = load();;) {
    if (state_of(bits) == PState::kGhost) return false;
    const uint64_t changed = next(bits, PState::kRunning);
    sim::point();
    if (bits_.compare_exchange_weak(bits, changed, std::memory_order_seq_cst)) return true;
  }
}

bool PWord::running_to_ghost(uint64_t seen) {
  return state_of(seen) == PState::kRunning && replace(seen, next(seen, PState::kGhost));
}

}  // namespace leat::runtime
