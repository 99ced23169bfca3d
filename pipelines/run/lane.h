// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The inside of a lane: a tree of readers through which a batch is called, from the segment's head
// down to the nodes that end a branch (partial, encode, forward). Built from the plan, one tree for
// each lane. See lane.cpp; the nodes are in readers.cpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "operators/operator.h"
#include "pipelines/run/faults.h"
#include "pipelines/run/link.h"
#include "pipelines/run/plan.h"
#include "pipelines/run/run_state.h"
#include "pipelines/run/stopwatch.h"

namespace leat::pipelines {

class Reader;
class SegmentRun;

/// A part of a sink's output on its way from an encoder to the committer.
struct EncodedPart {
  BufferRef bytes;
  uint64_t rows = 0;
};

/// A part of the rows that come behind all others of `stage`, for the lane to emit. Those of a
/// stage in order are not made yet: `collected` is null.
struct RestPart {
  static constexpr size_t kAllInOrder = SIZE_MAX;  ///< As `stage`: every one, the upper ones first.

  size_t stage = 0;
  CollectedRef collected;
  size_t part = 0;
};

/// What all lanes share of one stage.
struct StageRun {
  /// `rejected` counts the rejected rows of all stages.
  StageRun(const Stage& of, size_t at, MemoryAccount& account, const RunWatch* run_watch = nullptr,
           std::atomic<uint64_t>* rejected = nullptr)
      : stage(of),
        index(at),
        memory(account),
        watch(run_watch),
        identity{of.name, of.span, of.on_error, static_cast<uint32_t>(at), rejected},
        received(of.from.size()),
        further_sent(of.ports.size()),
        side_ledgers(of.from.empty() ? 0 : of.from.size() - 1),
        sides(side_ledgers.size()) {
    const auto* const map = std::get_if<std::unique_ptr<Map>>(&of.bound->species);
    if (map == nullptr) return;
    if (CollectedRef common = (*map)->common(account)) sides.push_back(std::move(common));
  }

  const Stage& stage;
  const size_t index;
  MemoryAccount& memory;
  const RunWatch* const watch;        ///< Null: never cancelled.
  state::SpillArea* spill = nullptr;  ///< Null: state stays in memory.
  const StageIdentity identity;

  std::mutex mutex;         // guards ledger to tails; held for a merge or a push
  Ledger ledger;            // the sum over lanes, heads and committers that have ended
  StageTimes lane_times;    // of lanes, if anything is measured
  StageTimes serial_times;  // of heads and committers
  std::optional<FirstReject> first_reject;
  std::vector<uint64_t> received;      // rows, by input
  std::vector<uint64_t> further_sent;  // rows, by further port
  std::vector<Ledger> side_ledgers;    // of each input of a map but the first
  std::vector<MapLane*> tails;         // of a map with rows behind all others, one for each lane

  std::unique_ptr<Committer> committer;  // sinks
  Ledger committed;                      // sinks; written by the committer
  uint64_t bytes = 0;                    // the same; what it was given
  /// What was made of each side input, then Map::common(); set before any lane of the stage begins.
  std::vector<CollectedRef> sides;

  void merge(const Ledger& part) {
    const std::lock_guard lock(mutex);
    ledger.merge(part);
  }
  void merge_serial(const StageTimes& part) {
    const std::lock_guard lock(mutex);
    serial_times.merge(part);
  }
  void merge(std::optional<FirstReject> first) {
    const std::lock_guard lock(mutex);
    if (first && (!first_reject || first->first < first_reject->first))
      first_reject = std::move(first);
  }
};

/// Whether rows are wanted by those whom a segment's lanes, or a stage in order in one of them,
/// feed. THREADS: any.
class RowDemand {
 public:
  /// REQUIRES: before the run begins. `above` is who feeds this one; null: `segment` is.
  void connect(size_t wanting, RowDemand* above, SegmentRun* segment) {
    wanting_.store(wanting);
    above_ = above;
    segment_ = segment;
  }
  bool is_sated() const { return sated_.load() || wanting_.load() == 0; }
  /// Nobody below wants more, or the stage itself: tells those above.
  void sate();
  /// One of those below wants no more.
  void lose() {
    if (wanting_.fetch_sub(1) == 1) sate();
  }

 private:
  std::atomic<size_t> wanting_{0};
  std::atomic<bool> sated_{false};
  RowDemand* above_ = nullptr;
  SegmentRun* segment_ = nullptr;
};

/// An edge at work: one link, by kind.
struct EdgeRun {
  EdgeRun(const Edge& plan, std::string_view name);

  const Edge& plan;
  std::unique_ptr<OrderedLink<Batch>> rows;
  std::unique_ptr<CollectLink> states;
  std::unique_ptr<OrderedLink<EncodedPart>> bytes;
  RowDemand* upstream = nullptr;
  std::atomic<bool> sated{false};
  std::atomic<uint64_t> sent{0};      ///< Rows; added up when a sender ends.
  std::atomic<uint64_t> received{0};  ///< Rows; written by the head.
};

/// What the goroutines of a run share. Set up by run.cpp before any of them starts.
struct RunShared {
  const Plan& plan;
  bool is_measured = false;  ///< Does anybody ask where the time goes?
  RunState state;
  std::vector<std::unique_ptr<StageRun>> stages;    // by stage index
  std::vector<std::unique_ptr<EdgeRun>> edges;      // as Plan::edges
  std::vector<std::unique_ptr<RowDemand>> demands;  // by node, of those in order; null for others
  // What is told while the run goes on.
  std::atomic<uint64_t> rows_read{0};
  std::atomic<uint64_t> rejected{0};

  /// Files an error where it belongs: faults of the data by place, all others end the run.
  void report(const WorkPlace& place, Error error);
};

/// What a lane works on right now. One for each goroutine of a lane.
struct SplitScope {
  uint32_t segment = 0;
  uint64_t split = 0;
  SplitTicket ticket;
  FailedRow failed;
  Stopwatch watch = {};

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
  /// Emits `part` if it is of this stage, or hands it on to who may have the stage below.
  virtual Status rest(const RestPart& part) {
    static_cast<void>(part);
    return {};
  }
  /// All rows of the split were received. SUSPENDS.
  virtual Status end_split() = 0;
  /// The lane ends. SUSPENDS. Called once, also when the run failed.
  virtual void finish() = 0;
};

/// The nodes of a lane that run in goroutines of their own. They are made one after the other,
/// as long trees would else be built by calls as deep.
class LaneQueues {
 public:
  explicit LaneQueues(RunShared& shared);
  LaneQueues(const LaneQueues&) = delete;
  LaneQueues& operator=(const LaneQueues&) = delete;
  ~LaneQueues();

  RunShared& shared() { return shared_; }
  /// A reader that hands everything to `node`. See queue_reader.cpp.
  std::unique_ptr<Reader> add(const LaneNode& node, SplitScope& scope);
  /// Makes the trees of all that were added.
  void build();
  size_t count() const { return subtrees_.size(); }
  /// Starts their goroutines; each calls `end` when it ends.
  void start(const std::function<void()>& end);

 private:
  class Subtree;
  class Sender;

  RunShared& shared_;
  std::vector<std::unique_ptr<Subtree>> subtrees_;
};

/// Hands batches to the readers of one port; with several readers each gets all rows, and of
/// several errors the one with the lowest row is returned.
class Port final : public Output {
 public:
  /// `ledger` counts kOut; null when another has counted (rejects, batches of a serial head).
  Port(SplitScope& scope, Ledger* ledger) : scope_(scope), ledger_(ledger) {}
  void add(std::unique_ptr<Reader> reader) { readers_.push_back(std::move(reader)); }
  bool is_read() const { return !readers_.empty(); }
  uint64_t sent() const { return sent_; }

  Status emit(Batch batch) override;
  Output* port(size_t number) override { return further_ == nullptr ? nullptr : further_[number]; }
  /// The stage's further ports, for code that only knows its main one; null where nobody reads.
  void set_further(Output* const* further) { further_ = further; }
  Status rest(const RestPart& part);
  Status end_split();
  void finish();

 private:
  SplitScope& scope_;
  Ledger* ledger_;
  uint64_t sent_ = 0;
  Ordinal last_;  // of the rows emitted, for the check that they ascend
  uint64_t last_split_ = UINT64_MAX;
  Output* const* further_ = nullptr;
  std::vector<std::unique_ptr<Reader>> readers_;
};

/// The ports of a stage in a lane.
class Ports {
 public:
  Ports(StageRun& run, SplitScope& scope, Ledger& ledger);
  /// Adds the subtrees of `nodes` for one lane.
  void add(const PortNodes& nodes, LaneQueues& queues, SplitScope& scope);

  Port& rows() { return *ports_[From::kRows]; }
  Port& rejects() { return *ports_[From::kRejects]; }
  Status rest(const RestPart& part);
  Status end_split();
  void finish();

 private:
  StageRun& run_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::vector<Output*> further_;
};

/// A stage in a lane: its context, counted into a ledger of its own that finish() adds to the
/// stage's.
class StageLane {
 public:
  /// Counts for input `side` + 1 of the stage if that is given.
  StageLane(StageRun& run, SplitScope& scope, std::optional<size_t> side = {});
  StageRun& run() { return run_; }
  Ledger& ledger() { return ledger_; }
  StageFaults& faults() { return faults_; }
  const LaneContext& context() const { return context_; }
  /// For Timed, and Stopwatch::start().
  StageTimes& times() { return times_; }
  /// Rows came in by input `input`.
  void receive(size_t input, uint64_t rows) {
    ledger_.add(Counter::kIn, rows);
    if (input < received_.size()) received_[input] += rows;
  }
  /// An error of the stage's operator, with the place of the stage if it has none. Those that come
  /// from the stages behind it have theirs already.
  Status placed(Status status) const;
  void finish();

 private:
  StageRun& run_;
  const std::optional<size_t> side_;
  Ledger ledger_;
  std::vector<uint64_t> received_;
  StageTimes times_;
  StageFaults faults_;
  LaneContext context_;
};

/// Gives the rows that leave a head, or come behind all others, their ordinals: from there on
/// "first" and "the order of the input" are about this stream.
class NumberedOutput final : public Output {
 public:
  NumberedOutput(const SplitScope& scope, Output& output)
      : next_(scope.split, 0), output_(output) {}

  Status emit(Batch batch) override;
  Output* port(size_t number) override { return output_.port(number); }

 private:
  Ordinal next_;
  Output& output_;
};

/// The reader of node `node`, with the tree below it.
std::unique_ptr<Reader> make_reader(const LaneNode& node, LaneQueues& queues, SplitScope& scope);

}  // namespace leat::pipelines
