// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: lanes meet errors in any order, yet the user must see the same one every time: the one
// at the lowest position.
//
// Invariants
// 1. After an error at (segment s, split k), work on splits above k of s, and on segments above s,
//    may be dropped; work on
//    splits below k, on k itself and on segments below s is finished, because it may hold an error that wins.
// 2. The bound only falls, so a lane that reads an old bound does too much work, never too little.
//    Relaxed order is enough: the
//    bound saves work, and the winner is chosen under the mutex.
// 3. A fault that no row is to blame for (halt) cannot be ordered; the first one ends everything.
//
// Rejected: stopping at the first error seen (its message would depend on the schedule); collecting
// all errors (a bad file has millions).
#include "pipelines/run/run_state.h"

#include <utility>

#include "engine/mutant.h"

namespace leat::pipelines {

void RunState::fail(const WorkPlace& place, Error error) {
  const std::lock_guard lock(mutex_);
  if (halted_.load(std::memory_order_relaxed)) return;
  const bool wins = !error_ || place < place_;
  if (!wins && !LEAT_MUTANT("last_error_wins")) return;
  place_ = place;
  error_ = std::move(error);
  bound_.store(pack(place.segment, place.split), std::memory_order_relaxed);
  failed_.store(true, std::memory_order_release);
}

void RunState::halt(Error error) {
  const std::lock_guard lock(mutex_);
  if (halted_.load(std::memory_order_relaxed)) return;
  error_ = std::move(error);
  halted_.store(true, std::memory_order_relaxed);
  failed_.store(true, std::memory_order_release);
}

}  // namespace leat::pipelines
