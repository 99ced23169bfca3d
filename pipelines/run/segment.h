// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A segment at work: its serial head issues splits, parts or batches through a channel, its lanes
// do them. See segment.cpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/channel.h"
#include "engine/sync.h"
#include "pipelines/run/credits.h"
#include "pipelines/run/lane.h"

namespace leat::io {
class OutputTransaction;
}

namespace leat::pipelines {

class Head;

/// A part of what a stage has made, to be emitted by its rows port.
struct ResultPart {
  CollectedRef collected;
  size_t part = 0;
};

/// A batch for the readers of a port of the head's stage: its rows, or its rejects.
struct HeadRows {
  Batch batch;
  size_t port = From::kRows;
};

/// What a head hands to a lane.
struct Work {
  std::variant<io::Split, ResultPart, HeadRows, RestPart> what;
  uint64_t split = 0;
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
/// every other sender. THREADS: the head's goroutine, but where said.
class SegmentRun {
 public:
  SegmentRun(const Segment& plan, uint32_t index, RunShared& shared, const RunControl& control,
             io::OutputTransaction& outputs);
  ~SegmentRun();

  /// Takes note of the segments it has to wait for. `done` is told when head and lanes have ended.
  /// REQUIRES: called for all of them before start().
  void connect(WaitGroup& done, const std::vector<std::unique_ptr<SegmentRun>>& all);
  /// Starts head and lanes, if it has to wait for no other; else the last of those does.
  void start();

  const Segment& plan() const { return plan_; }
  /// Did the head stop before the end of its input because nobody wanted more? THREADS: any.
  bool stopped_early() const { return stopped_early_.load(); }

  // For heads.
  StageRun& stage() { return stage_; }
  RunShared& shared() { return shared_; }
  uint32_t index() const { return index_; }
  StageContext stage_context(Ledger& ledger);
  EdgeRun& input(size_t number) { return *shared_.edges[plan_.inputs[number]]; }
  /// The next message of `edge`, which is one of its inputs; nullopt at its end. SUSPENDS.
  std::optional<OrderedLink<Batch>::Message> receive(EdgeRun& edge);
  uint64_t next_split() const { return next_split_; }
  /// Should the next split still be issued? False when it was interrupted or the run has failed.
  bool wants_more();
  /// A credit for the next split. SUSPENDS.
  SplitTicket acquire();
  /// Numbers `work` and hands it to a lane. REQUIRES: `ticket` of acquire(). SUSPENDS.
  void issue(std::variant<io::Split, ResultPart, HeadRows, RestPart> what, SplitTicket ticket);
  /// The same with a ticket of its own; false when it is not wanted any more. SUSPENDS.
  bool issue(std::variant<io::Split, ResultPart, HeadRows, RestPart> what);
  /// Do all who are fed by the lanes want no more rows? THREADS: any.
  bool is_sated() const { return demand_.is_sated(); }
  void note_early_stop() { stopped_early_.store(true); }
  /// Tells those who feed the head that it wants no more rows.
  void sate_inputs();
  /// All whom the lanes feed want no more rows. THREADS: any.
  void sated();
  /// Reports `error` at `row` of the next split, with the places its finder left out.
  void report(Error error, Ordinal row);
  void report(Error error) { report(std::move(error), Ordinal(next_split_, 0)); }

 private:
  class Lane;

  void launch();
  void end_one();
  void drive();
  bool drain();
  void issue_rests();
  void issue_rest(size_t stage);
  void issue_end(size_t which);

  const Segment& plan_;
  const uint32_t index_;
  RunShared& shared_;
  const RunControl& control_;
  io::OutputTransaction& outputs_;
  StageRun& stage_;
  Credits credits_;
  Channel<Work> work_;
  RowDemand demand_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  WaitGroup* done_ = nullptr;
  std::vector<SegmentRun*> later_;  // those that wait for this one
  std::atomic<size_t> missing_{1};  // of those it waits for; and start()
  std::atomic<size_t> running_{0};  // of its goroutines
  std::atomic<bool> stopped_early_{false};
  uint64_t next_split_ = 0;
  Stopwatch watch_;  // of the head
};

/// Where a head's stage puts its rows: each batch becomes a split of the segment.
class HeadOutput final : public Output {
 public:
  HeadOutput(SegmentRun& segment, size_t port) : segment_(segment), port_(port) {}
  Status emit(Batch batch) override;

 private:
  SegmentRun& segment_;
  const size_t port_;
};

}  // namespace leat::pipelines
