// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The inside of a lane: a tree of readers through which a batch is called, from the segment's head
// down to the nodes that end a branch (partial, encode, forward). Built from the plan, one tree for
// each lane.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/channel.h"
#include "engine/sync.h"
#include "operators/data/message.h"
#include "operators/operator.h"
#include "pipelines/run/faults.h"
#include "pipelines/run/plan.h"
#include "pipelines/run/run_state.h"

namespace leat::pipelines {

/// A part of a sink's output on its way from an encoder to the committer.
struct Encoded {
  Position position;
  BufferRef bytes;  ///< Null for the part that only closes its split.
  uint64_t rows = 0;
  SplitTicket ticket;
};

/// What all lanes share of one stage, and what a serial head needs to go on after them.
struct StageRun {
  StageRun(const Stage& of, size_t at, MemoryAccount& account, const RunWatch* run_watch = nullptr)
      : stage(of),
        index(at),
        memory(account),
        watch(run_watch),
        identity{of.name, of.span, of.on_error, static_cast<uint32_t>(at)} {}

  const Stage& stage;
  const size_t index;
  MemoryAccount& memory;
  const RunWatch* const watch;  ///< Null: never cancelled.
  const StageIdentity identity;

  std::mutex mutex;  // guards ledger to first_reject; held for a merge or a push
  Ledger ledger;     // the sum over lanes, heads and committers that have ended
  std::vector<std::unique_ptr<Partial>> partials;
  std::vector<RejectedRow> rejected;  // of a gather's lanes, for its head to emit
  std::optional<FirstReject> first_reject;

  std::atomic<size_t> senders{0};           // lanes that may still send into parts or inbox
  std::unique_ptr<Channel<Encoded>> parts;  // sinks
  std::unique_ptr<Committer> committer;     // sinks
  Ledger committed;                         // sinks; written by the committer
  std::unique_ptr<Channel<Message>> inbox;  // sequential stages
  WaitGroup partial_lanes;                  // gathers: lanes that have not delivered their partial

  void merge(const Ledger& part) {
    const std::lock_guard lock(mutex);
    ledger.merge(part);
  }
  void merge(const Ledger& part, std::optional<FirstReject> first) {
    const std::lock_guard lock(mutex);
    ledger.merge(part);
    if (first && (!first_reject || first->first < first_reject->first))
      first_reject = std::move(first);
  }
};

/// What the goroutines of a run share. Set up by run.cpp before any of them starts.
struct RunShared {
  const Plan& plan;
  RunState state;
  std::vector<std::unique_ptr<StageRun>> stages;  // by stage index
  WaitGroup goroutines;                           // those started inside lanes

  /// Files an error where it belongs: faults of the data by place, all others end the run.
  void report(const WorkPlace& place, Error error);
};

/// What a lane works on right now. One for each goroutine of a lane.
struct SplitScope {
  uint32_t segment = 0;
  uint64_t split = 0;
  SplitTicket ticket;
  FailedRow failed;

  void begin(uint64_t next_split, SplitTicket next_ticket) {
    split = next_split;
    ticket = std::move(next_ticket);
    failed = {Ordinal(split, 0), 0};
  }
  WorkPlace place() const { return {segment, split, failed.row, failed.stage}; }
};

/// A node of a lane tree. THREADS: the lane's goroutine.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual Status receive(Batch batch) = 0;
  /// All rows of the split were received. SUSPENDS.
  virtual Status end_split() = 0;
  /// The lane ends. SUSPENDS. Called once, also when the run failed.
  virtual void finish() = 0;
};

/// A stage in a lane: its context, counted into a ledger of its own that finish() adds to the
/// stage's.
class StageLane {
 public:
  StageLane(StageRun& run, SplitScope& scope);
  StageRun& run() { return run_; }
  Ledger& ledger() { return ledger_; }
  StageFaults& faults() { return faults_; }
  const LaneContext& context() const { return context_; }
  /// An error of the stage's operator, with the place of the stage if it has none. Those that come
  /// from the stages behind it have theirs already.
  Status placed(Status status) const;
  void finish() { run_.merge(ledger_, faults_.take_first_reject()); }

 private:
  StageRun& run_;
  Ledger ledger_;
  StageFaults faults_;
  LaneContext context_;
};

/// Hands batches to the readers of one port; with several readers each gets all rows, and of
/// several errors the one with the lowest row is returned.
class Port final : public Output {
 public:
  /// `ledger` counts kOut; null when another has counted (rejects, batches of a serial head).
  Port(SplitScope& scope, Ledger* ledger) : scope_(scope), ledger_(ledger) {}
  void add(std::unique_ptr<Reader> reader) { readers_.push_back(std::move(reader)); }
  bool is_read() const { return !readers_.empty(); }

  Status emit(Batch batch) override;
  Status end_split();
  void finish();

 private:
  SplitScope& scope_;
  Ledger* ledger_;
  std::vector<std::unique_ptr<Reader>> readers_;
};

/// Adds to `port` the subtrees `nodes` for one lane. With `plan.fuse` off each gets goroutines of
/// its own.
void add_readers(Port& port, const std::vector<LaneNode>& nodes, RunShared& shared,
                 SplitScope& scope);

/// Emits what `faults` set aside to `rejects`. SUSPENDS.
Status flush_rejected(StageFaults& faults, StageRun& run, Port& rejects);

/// Emits `rows` to `rejects` in batches. SUSPENDS.
Status emit_rejected(const std::vector<RejectedRow>& rows, StageRun& run, Output& rejects);

}  // namespace leat::pipelines
