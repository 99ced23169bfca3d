// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A segment at work: its serial head issues splits or batches through a channel, its lanes do them.
// See segment.cpp.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/channel.h"
#include "engine/sync.h"
#include "pipelines/run/lane.h"

namespace leat::io {
class OutputTransaction;
}

namespace leat::pipelines {

/// How many splits of a segment may be under way: a ticket is taken for each and comes back when
/// the last message of the split is gone. THREADS: any; outlives its tickets.
class SplitWindow {
 public:
  explicit SplitWindow(size_t splits) : slots_(splits, "split window") {}
  /// SUSPENDS until a split may be issued.
  SplitTicket acquire();

 private:
  Channel<char> slots_;  // holds one element for each ticket that is out
};

/// What a head hands to a lane.
struct Work {
  uint64_t split = 0;
  std::optional<io::Split> input;  ///< Of a source.
  CollectedRef collected;          ///< Of a final: `part` of it.
  size_t part = 0;
  Batch batch;            ///< Of other heads, when it is none of these.
  bool rejected = false;  ///< `batch` is for the readers of the rejects port.
  SplitTicket ticket;
};

/// Ends a run from outside (signals). THREADS: any, async-signal-safe.
class RunControl {
 public:
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

/// One segment of a run. Build all segments, then start all: a lane that ends early must know of
/// every other sender.
class SegmentRun {
 public:
  SegmentRun(const Segment& plan, uint32_t index, RunShared& shared, const RunControl& control,
             io::OutputTransaction& outputs);
  ~SegmentRun();

  /// The segments whose lanes feed this one's head are told when it wants no more rows.
  void set_upstream(SegmentRun* upstream) { upstream_ = upstream; }
  /// Starts head and lanes; `done` is told when all of them have ended. SUSPENDS never.
  void start(WaitGroup& done);

  const Segment& plan() const { return plan_; }
  /// Did the head stop before the end of its input because nobody wanted more?
  bool stopped_early() const { return stopped_early_.load(); }

 private:
  class Lane;
  class HeadOutput;

  void run_source();
  void run_final();
  Status make_result(StageLane& head);
  void run_sequential();
  Status take_in_order(Message& message, SequentialState& state, Output& output, StageLane& head,
                       bool& sated);
  bool issue(Work work);
  bool interrupted();
  Error at_head(Error error) const;
  bool is_sated() const { return branches_wanting_.load() == 0; }
  void branch_sated();
  void tell_upstream();

  const Segment& plan_;
  const uint32_t index_;
  RunShared& shared_;
  const RunControl& control_;
  io::OutputTransaction& outputs_;
  StageRun& head_;
  SplitWindow window_;
  Channel<Work> work_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  SegmentRun* upstream_ = nullptr;
  std::atomic<size_t> branches_wanting_;
  std::atomic<bool> stopped_early_{false};
  std::atomic<bool> told_upstream_{false};
  uint64_t next_split_ = 0;
};

}  // namespace leat::pipelines
