// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the goroutines of a run agree on: should this work still be done, and which error wins. See
// run_state.cpp.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <mutex>
#include <optional>

#include "engine/error.h"
#include "operators/data/ordinal.h"

namespace leat::pipelines {

/// Where in the work of a run an error arose. Errors are ordered by this, whatever the schedule
/// was.
struct WorkPlace {
  uint32_t segment = 0;  ///< In the plan's order: segments nearer to a source first.
  uint64_t split = 0;    ///< Of the segment's stream.
  Ordinal row;           ///< Zero when no row is to blame.
  uint32_t stage = 0;

  auto operator<=>(const WorkPlace&) const = default;
};

/// THREADS: any. Never parks.
class RunState {
 public:
  /// Should split `split` of segment `segment` still be worked on? False once an error at an
  /// earlier place is known.
  bool wants(uint32_t segment, uint64_t split) const {
    return !halted_.load(std::memory_order_relaxed) &&
           pack(segment, split) <= bound_.load(std::memory_order_relaxed);
  }
  /// Records an error of the data. The one with the lowest place wins.
  void fail(const WorkPlace& place, Error error);
  /// Records a fault that no row is to blame for (full disk, memory, a signal) and ends all work at
  /// once. The first one wins over all others.
  void halt(Error error);

  bool failed() const { return failed_.load(std::memory_order_acquire); }
  bool halted() const { return halted_.load(std::memory_order_relaxed); }
  /// The winner. REQUIRES: all goroutines of the run have ended.
  const std::optional<Error>& error() const { return error_; }

 private:
  static uint64_t pack(uint32_t segment, uint64_t split) { return uint64_t{segment} << 48 | split; }

  std::atomic<uint64_t> bound_{UINT64_MAX};
  std::atomic<bool> halted_{false};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;  // guards the rest; held for a comparison and a move
  WorkPlace place_;
  std::optional<Error> error_;
};

}  // namespace leat::pipelines
