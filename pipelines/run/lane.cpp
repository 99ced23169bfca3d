// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: run every stage that works batch by batch in one goroutine, without the stages knowing
// of each other, of lanes or of positions.
//
// Invariants
// 1. Rows are counted on both sides of every edge: by the port that hands a batch out and by the
//    reader that takes it, so
//    a batch lost between them unbalances the ledger.
// 2. Every leaf closes every split it is given, with or without rows: an ordered reader waits only for positions that
//    will come. After an error the split is not closed, and then nobody waits: the run has failed.
// 3. The scope's ticket is copied into all that leaves the lane, and dropped by the lane at the end of the split.
// 4. A lane parks only in leaves (channel sends), never inside an operator.
//
// Rejected: a virtual "operator node" that owns channels (what is fused would pay for what is not);
// letting operators see positions (each would number its batches in its own way).
#include "pipelines/run/lane.h"

#include <algorithm>
#include <utility>

#include "engine/check.h"
#include "engine/go.h"
#include "engine/mutant.h"

namespace leat::pipelines {

void RunShared::report(const WorkPlace& place, Error error) {
  const bool ordered = error.code == ErrorCode::kData || error.code == ErrorCode::kInvalid;
  if (ordered) {
    state.fail(place, std::move(error));
  } else {
    state.halt(std::move(error));
  }
}

StageLane::StageLane(StageRun& run, SplitScope& scope)
    : run_(run),
      faults_(run.identity, ledger_, run.memory, scope.failed),
      context_{run.memory, faults_, ledger_, run.watch} {}

Status StageLane::placed(Status status) const {
  if (status || status.error().code == ErrorCode::kCancelled) [[likely]]
    return status;
  Error& error = status.error();
  if (!error.pipeline) error.pipeline = run_.identity.span;
  if (error.stage.empty()) error.stage = run_.identity.name;
  return status;
}

Status Port::emit(Batch batch) {
  const size_t rows = batch.rows();
  if (rows == 0) return {};
  if (ledger_ != nullptr) ledger_->add(Counter::kOut, rows);
  if (LEAT_MUTANT("port_loses_small_batch") && rows < 3) return {};
  if (readers_.size() == 1) return readers_.front()->receive(std::move(batch));
  std::optional<Error> lowest;
  FailedRow lowest_failed;
  for (const auto& reader : readers_) {
    if (Status status = reader->receive(batch); !status) {
      if (!lowest || scope_.failed < lowest_failed) {
        lowest = std::move(status).error();
        lowest_failed = scope_.failed;
      }
    }
  }
  if (!lowest) return {};
  scope_.failed = lowest_failed;
  return std::unexpected(std::move(*lowest));
}

Status Port::end_split() {
  for (const auto& reader : readers_) LEAT_TRY(reader->end_split());
  return {};
}

void Port::finish() {
  for (const auto& reader : readers_) reader->finish();
}

Status emit_rejected(const std::vector<RejectedRow>& rows, StageRun& run, Output& rejects) {
  for (size_t begin = 0; begin < rows.size(); begin += kBatchRowsMax) {
    const size_t end = std::min(begin + kBatchRowsMax, rows.size());
    const std::vector<RejectedRow> part(rows.begin() + static_cast<ptrdiff_t>(begin),
                                        rows.begin() + static_cast<ptrdiff_t>(end));
    LEAT_TRY_ASSIGN(Batch batch, make_rejects_batch(part, run.identity.name, run.memory));
    LEAT_TRY(rejects.emit(std::move(batch)));
  }
  return {};
}

Status flush_rejected(StageFaults& faults, StageRun& run, Port& rejects) {
  const std::vector<RejectedRow> rows = faults.take_rejected();
  if (rows.empty() || !rejects.is_read()) return {};
  return emit_rejected(rows, run, rejects);
}

namespace {

/// A map stage: processes in place and calls its readers.
class MapReader final : public Reader {
 public:
  MapReader(const LaneNode& node, RunShared& shared, SplitScope& scope)
      : lane_(*shared.stages[node.stage], scope),
        port_(scope, &lane_.ledger()),
        rejects_(scope, nullptr),
        map_(std::get<std::unique_ptr<Map>>(lane_.run().stage.bound->species)
                 ->lane(lane_.context(), {})) {
    add_readers(port_, node.readers, shared, scope);
    add_readers(rejects_, node.reject_readers, shared, scope);
  }

  Status receive(Batch batch) override {
    lane_.ledger().add(Counter::kIn, batch.rows());
    return lane_.placed(map_->process(std::move(batch), port_));
  }
  Status end_split() override {
    LEAT_TRY(lane_.placed(map_->end_split(port_)));
    LEAT_TRY(flush_rejected(lane_.faults(), lane_.run(), rejects_));
    LEAT_TRY(port_.end_split());
    return rejects_.end_split();
  }
  void finish() override {
    port_.finish();
    rejects_.finish();
    lane_.finish();
  }

 private:
  StageLane lane_;
  Port port_;
  Port rejects_;
  std::unique_ptr<MapLane> map_;
};

/// The lane's share of a gather.
class PartialReader final : public Reader {
 public:
  PartialReader(const LaneNode& node, RunShared& shared, SplitScope& scope)
      : shared_(shared),
        scope_(scope),
        lane_(*shared.stages[node.stage], scope),
        partial_(std::get<std::unique_ptr<Collect>>(lane_.run().stage.bound->species)
                     ->partial(lane_.context())) {
    lane_.run().partial_lanes.add(1);
  }

  Status receive(Batch batch) override {
    lane_.ledger().add(Counter::kIn, batch.rows());
    return lane_.placed(partial_->consume(batch));
  }
  Status end_split() override { return {}; }
  void finish() override {
    StageRun& run = lane_.run();
    if (!shared_.state.failed()) {
      if (Status sealed = lane_.placed(partial_->seal()); !sealed)
        shared_.report(scope_.place(), std::move(sealed).error());
    }
    lane_.finish();
    {
      const std::lock_guard lock(run.mutex);
      for (RejectedRow& row : lane_.faults().take_rejected())
        run.rejected.push_back(std::move(row));
      run.partials.push_back(std::move(partial_));
    }
    run.partial_lanes.done();
  }

 private:
  RunShared& shared_;
  SplitScope& scope_;
  StageLane lane_;
  std::unique_ptr<Partial> partial_;
};

/// The lane's encoder of a sink.
class EncodeReader final : public Reader {
 public:
  EncodeReader(const LaneNode& node, RunShared& shared, SplitScope& scope)
      : scope_(scope),
        lane_(*shared.stages[node.stage], scope),
        rejects_(scope, nullptr),
        encoder_(std::get<std::unique_ptr<Sink>>(lane_.run().stage.bound->species)
                     ->encoder(lane_.context())) {
    add_readers(rejects_, node.reject_readers, shared, scope);
    lane_.run().senders.fetch_add(1);
  }

  Status receive(Batch batch) override {
    lane_.ledger().add(Counter::kIn, batch.rows());
    const uint64_t written = lane_.ledger()[Counter::kWritten];
    Result<BufferRef> bytes = encoder_->encode(batch);
    if (!bytes) return lane_.placed(std::unexpected(std::move(bytes).error()));
    const uint64_t rows = lane_.ledger()[Counter::kWritten] - written;
    lane_.run().parts->send(
        {{scope_.split, parts_++, 0, false}, std::move(*bytes), rows, scope_.ticket});
    return {};
  }
  Status end_split() override {
    LEAT_TRY(flush_rejected(lane_.faults(), lane_.run(), rejects_));
    lane_.run().parts->send({{scope_.split, parts_, 0, true}, {}, 0, scope_.ticket});
    parts_ = 0;
    return rejects_.end_split();
  }
  void finish() override {
    rejects_.finish();
    lane_.finish();
    if (lane_.run().senders.fetch_sub(1) == 1) lane_.run().parts->close();
  }

 private:
  SplitScope& scope_;
  StageLane lane_;
  Port rejects_;
  std::unique_ptr<Encoder> encoder_;
  uint32_t parts_ = 0;
};

/// Sends batches to a serial stage. The receiver counts them in.
class ForwardReader final : public Reader {
 public:
  ForwardReader(const LaneNode& node, RunShared& shared, SplitScope& scope)
      : shared_(shared), scope_(scope), run_(*shared.stages[node.stage]) {
    run_.senders.fetch_add(1);
  }

  Status receive(Batch batch) override {
    run_.inbox->send(Data{{scope_.split, batches_++, 0, false}, std::move(batch), scope_.ticket});
    return {};
  }
  Status end_split() override {
    run_.inbox->send(Progress{{scope_.split, batches_, 0, true}, {}, scope_.ticket});
    batches_ = 0;
    return {};
  }
  void finish() override {
    if (run_.senders.fetch_sub(1) != 1) return;
    run_.inbox->send(End{shared_.state.failed() ? EndStatus::kFailed : EndStatus::kComplete});
    run_.inbox->close();
  }

 private:
  RunShared& shared_;
  SplitScope& scope_;
  StageRun& run_;
  uint32_t batches_ = 0;
};

std::unique_ptr<Reader> make_reader(const LaneNode& node, RunShared& shared, SplitScope& scope) {
  switch (node.role) {
    case LaneRole::kMap: return std::make_unique<MapReader>(node, shared, scope);
    case LaneRole::kPartial: return std::make_unique<PartialReader>(node, shared, scope);
    case LaneRole::kEncode: return std::make_unique<EncodeReader>(node, shared, scope);
    case LaneRole::kForward: return std::make_unique<ForwardReader>(node, shared, scope);
  }
  LEAT_CHECK(false, "unknown lane role");
}

/// With `fuse: off`: a subtree in a goroutine of its own, behind a channel. One for each lane, so
/// the batches of a split keep their order.
class QueueReader final : public Reader {
 public:
  QueueReader(const LaneNode& node, RunShared& shared, SplitScope& scope)
      : scope_(scope), subtree_(std::make_shared<Subtree>(node, shared, scope.segment)) {
    shared.goroutines.add(1);
    go([subtree = subtree_] { subtree->run(); },
       {StackClass::kStage, shared.stages[node.stage]->identity.name});
  }

  Status receive(Batch batch) override {
    subtree_->inbox.send(
        Data{{scope_.split, batches_++, 0, false}, std::move(batch), scope_.ticket});
    return {};
  }
  Status end_split() override {
    subtree_->inbox.send(Progress{{scope_.split, batches_, 0, true}, {}, scope_.ticket});
    batches_ = 0;
    return {};
  }
  void finish() override { subtree_->inbox.close(); }

 private:
  static constexpr size_t kQueueCapacity = 4;

  /// Made by the lane, so that all senders are counted before any lane runs; from then on its
  /// goroutine's alone.
  struct Subtree {
    Subtree(const LaneNode& node, RunShared& all, uint32_t segment)
        : shared(all), inbox(kQueueCapacity, all.stages[node.stage]->identity.name) {
      scope.segment = segment;
      reader = make_reader(node, all, scope);
    }

    void run() {
      while (std::optional<Message> message = inbox.recv()) {
        if (Status status = take(*message); !status)
          shared.report(scope.place(), std::move(status).error());
      }
      reader->finish();
      shared.goroutines.done();
    }

    Status take(Message& message) {
      if (auto* const data = std::get_if<Data>(&message)) {
        scope.begin(data->position.split, std::move(data->ticket));
        if (shared.state.wants(scope.segment, scope.split))
          return reader->receive(std::move(data->batch));
      } else if (auto* const progress = std::get_if<Progress>(&message)) {
        scope.begin(progress->position.split, std::move(progress->ticket));
        const bool wanted = shared.state.wants(scope.segment, scope.split);
        Status status = wanted ? reader->end_split() : Status{};
        scope.ticket.reset();
        return status;
      }
      return {};
    }

    RunShared& shared;
    SplitScope scope;
    std::unique_ptr<Reader> reader;
    Channel<Message> inbox;
  };

  SplitScope& scope_;
  std::shared_ptr<Subtree> subtree_;
  uint32_t batches_ = 0;
};

}  // namespace

void add_readers(Port& port, const std::vector<LaneNode>& nodes, RunShared& shared,
                 SplitScope& scope) {
  for (const LaneNode& node : nodes) {
    if (shared.plan.fuse) {
      port.add(make_reader(node, shared, scope));
    } else {
      port.add(std::make_unique<QueueReader>(node, shared, scope));
    }
  }
}

}  // namespace leat::pipelines
