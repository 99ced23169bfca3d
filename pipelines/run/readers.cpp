// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the roles a stage may have in a lane, each as a node of the tree.
//
// Invariants
// 1. A node counts what it is given; what it gives is counted by its ports, or by its edge.
// 2. The code of a map is made when its first batch comes, not before: its side inputs are there
//    then, as its segment waited for them.
// 3. What a stage rejects leaves it while it works, in batches (faults.h), and at the latest at the
//    end of the split.
// 4. A stage in order sees all splits of its segment, in their order, as there is one lane; what it
//    gives at the end comes behind all splits (RestPart).
//
// Rejected: one class with a switch (each role needs other members).
#include <optional>
#include <utility>
#include <variant>

#include "engine/check.h"
#include "engine/mutant.h"
#include "pipelines/run/lane.h"

namespace leat::pipelines {
namespace {

/// A map stage: processes in place and calls its readers.
class MapReader final : public Reader {
 public:
  MapReader(const LaneNode& node, LaneQueues& queues, SplitScope& scope)
      : scope_(scope),
        lane_(*queues.shared().stages[node.stage], scope),
        ports_(lane_.run(), scope, lane_.ledger()) {
    ports_.add(node.ports, queues, scope);
    lane_.faults().set_rejects(&ports_.rejects());
  }

  Status receive(Batch batch) override {
    const Timed timed(scope_.watch, lane_.times());
    lane_.receive(0, batch.rows());
    return lane_.placed(code().process(std::move(batch), ports_.rows()));
  }
  Status rest(const RestPart& part) override {
    if (part.stage != lane_.run().index) return ports_.rest(part);
    const Timed timed(scope_.watch, lane_.times());
    NumberedOutput output(scope_, ports_.rows());
    return lane_.placed(part.collected->emit_part(part.part, lane_.context(), output));
  }
  Status end_split() override {
    const Timed timed(scope_.watch, lane_.times());
    LEAT_TRY(lane_.placed(code().end_split(ports_.rows())));
    LEAT_TRY(lane_.faults().flush());
    return ports_.end_split();
  }
  void finish() override {
    ports_.finish();
    lane_.finish();
    code_.reset();
  }

 private:
  MapLane& code() {
    if (code_ == nullptr) [[unlikely]] {
      StageRun& run = lane_.run();
      const Map& map = *std::get<std::unique_ptr<Map>>(run.stage.bound->species);
      code_ = map.lane(lane_.context(), run.sides);
      if (map.has_rest()) {
        const std::lock_guard lock(run.mutex);
        run.tails.push_back(code_.get());
      }
    }
    return *code_;
  }

  SplitScope& scope_;
  StageLane lane_;
  Ports ports_;
  std::unique_ptr<MapLane> code_;
};

/// The lane's share of what is collected: of a stage's rows, or of a side input of a map.
class PartialReader final : public Reader {
 public:
  PartialReader(const LaneNode& node, LaneQueues& queues, SplitScope& scope)
      : shared_(queues.shared()),
        scope_(scope),
        input_(node.input),
        edge_(*queues.shared().edges[node.edge]),
        lane_(*queues.shared().stages[node.stage], scope,
              side_of(*queues.shared().stages[node.stage], node.input)),
        ports_(lane_.run(), scope, lane_.ledger()),
        partial_(collect().partial(lane_.context())) {
    ports_.add(node.ports, queues, scope);
    lane_.faults().set_rejects(&ports_.rejects());
    edge_.states->add_sender();
  }

  Status receive(Batch batch) override {
    const Timed timed(scope_.watch, lane_.times());
    lane_.receive(input_, batch.rows());
    return lane_.placed(partial_->consume(batch));
  }
  Status rest(const RestPart& part) override { return ports_.rest(part); }
  Status end_split() override {
    const Timed timed(scope_.watch, lane_.times());
    LEAT_TRY(lane_.faults().flush());
    return ports_.end_split();
  }
  void finish() override {
    // An error behind this segment does not keep the final from absorbing what was collected.
    if (shared_.state.wants(scope_.segment + 1, 0)) {
      const Timed timed(scope_.watch, lane_.times());
      if (Status sealed = lane_.placed(partial_->seal()); !sealed)
        shared_.report(scope_.place(), std::move(sealed).error());
    }
    ports_.finish();
    lane_.finish();
    edge_.states->deliver(std::move(partial_));
  }

 private:
  static std::optional<size_t> side_of(const StageRun& run, size_t input) {
    const bool map = std::holds_alternative<std::unique_ptr<Map>>(run.stage.bound->species);
    return map ? std::optional(input - 1) : std::nullopt;
  }
  const Collect& collect() {
    const auto& species = lane_.run().stage.bound->species;
    if (const auto* const map = std::get_if<std::unique_ptr<Map>>(&species))
      return *(*map)->sides()[input_ - 1];
    return *std::get<std::unique_ptr<Collect>>(species);
  }

  RunShared& shared_;
  SplitScope& scope_;
  const size_t input_;
  EdgeRun& edge_;
  StageLane lane_;
  Ports ports_;
  std::unique_ptr<Partial> partial_;
};

/// A sequential stage, in the only lane of its segment.
class InOrderReader final : public Reader {
 public:
  InOrderReader(const LaneNode& node, LaneQueues& queues, SplitScope& scope)
      : scope_(scope),
        lane_(*queues.shared().stages[node.stage], scope),
        demand_(*queues.shared().demands[&node - queues.shared().plan.nodes.data()]),
        ports_(lane_.run(), scope, lane_.ledger()) {
    ports_.add(node.ports, queues, scope);
    if (ports_.rejects().is_read()) lane_.faults().set_rejects(&ports_.rejects());
  }

  Status receive(Batch batch) override {
    const Timed timed(scope_.watch, lane_.times());
    lane_.receive(0, batch.rows());
    if (sated_) {
      lane_.ledger().add(Counter::kBeyond, batch.rows());
      return {};
    }
    Result<Demand> demand = state().process(std::move(batch), numbered());
    if (!demand) return lane_.placed(std::unexpected(std::move(demand).error()));
    sated_ = *demand == Demand::kDone || demand_.is_sated();
    if (sated_) demand_.sate();
    return {};
  }
  Status rest(const RestPart& part) override {
    const Timed timed(scope_.watch, lane_.times());
    const bool own = part.stage == lane_.run().index || part.stage == RestPart::kAllInOrder;
    if (own && !LEAT_MUTANT("in_order_never_finishes"))
      LEAT_TRY(lane_.placed(state().finish(numbered())));
    return ports_.rest(part);
  }
  Status end_split() override {
    const Timed timed(scope_.watch, lane_.times());
    LEAT_TRY(lane_.faults().flush());
    return ports_.end_split();
  }
  void finish() override {
    ports_.finish();
    lane_.finish();
    state_.reset();
  }

 private:
  SequentialState& state() {
    if (state_ == nullptr) {
      const auto& species = lane_.run().stage.bound->species;
      state_ = std::get<std::unique_ptr<Sequential>>(species)->start(lane_.context());
    }
    return *state_;
  }
  /// Its rows are a stream of their own: ordinals go on from batch to batch of a split.
  Output& numbered() {
    if (!numbered_ || numbered_split_ != scope_.split) {
      numbered_.emplace(scope_, ports_.rows());
      numbered_split_ = scope_.split;
    }
    return *numbered_;
  }

  SplitScope& scope_;
  StageLane lane_;
  RowDemand& demand_;
  Ports ports_;
  std::unique_ptr<SequentialState> state_;
  std::optional<NumberedOutput> numbered_;
  uint64_t numbered_split_ = 0;
  bool sated_ = false;
};

/// The lane's encoder of a sink.
class EncodeReader final : public Reader {
 public:
  EncodeReader(const LaneNode& node, LaneQueues& queues, SplitScope& scope)
      : scope_(scope),
        edge_(*queues.shared().edges[node.edge]),
        lane_(*queues.shared().stages[node.stage], scope),
        ports_(lane_.run(), scope, lane_.ledger()),
        encoder_(std::get<std::unique_ptr<Sink>>(lane_.run().stage.bound->species)
                     ->encoder(lane_.context())) {
    ports_.add(node.ports, queues, scope);
    lane_.faults().set_rejects(&ports_.rejects());
    edge_.bytes->add_sender();
  }

  Status receive(Batch batch) override {
    const Timed timed(scope_.watch, lane_.times());
    lane_.receive(0, batch.rows());
    const uint64_t written = lane_.ledger()[Counter::kWritten];
    Result<BufferRef> bytes = encoder_->encode(batch);
    if (!bytes) return lane_.placed(std::unexpected(std::move(bytes).error()));
    const uint64_t rows = lane_.ledger()[Counter::kWritten] - written;
    const Timed sending(scope_.watch, Doing::kSending);
    edge_.bytes->send(scope_.split, {std::move(*bytes), rows}, scope_.ticket);
    return {};
  }
  Status rest(const RestPart& part) override { return ports_.rest(part); }
  Status end_split() override {
    const Timed timed(scope_.watch, lane_.times());
    LEAT_TRY(lane_.faults().flush());
    close();
    return ports_.end_split();
  }
  void finish() override {
    ports_.finish();
    lane_.finish();
    edge_.bytes->remove_sender();
  }

 private:
  void close() {
    const Timed sending(scope_.watch, Doing::kSending);
    edge_.bytes->close_split(scope_.split, scope_.ticket);
  }

  SplitScope& scope_;
  EdgeRun& edge_;
  StageLane lane_;
  Ports ports_;
  std::unique_ptr<Encoder> encoder_;
};

/// Sends batches to a head; those of a union get its columns first.
class ForwardReader final : public Reader {
 public:
  ForwardReader(const LaneNode& node, LaneQueues& queues, SplitScope& scope)
      : scope_(scope),
        input_(node.input),
        edge_(*queues.shared().edges[node.edge]),
        lane_(*queues.shared().stages[node.stage], scope),
        ports_(lane_.run(), scope, lane_.ledger()),
        sender_(*this) {
    if (!LEAT_MUTANT("forward_without_rejects")) ports_.add(node.ports, queues, scope);
    lane_.faults().set_rejects(&ports_.rejects());
    const auto* const all = std::get_if<std::unique_ptr<Union>>(&lane_.run().stage.bound->species);
    if (all != nullptr && !edge_.plan.rejects) align_ = (*all)->align(node.input, lane_.context());
    edge_.rows->add_sender();
  }

  Status receive(Batch batch) override {
    if (align_ == nullptr) return sender_.emit(std::move(batch));
    const Timed timed(scope_.watch, lane_.times());
    lane_.receive(input_, batch.rows());
    return lane_.placed(align_->process(std::move(batch), sender_));
  }
  Status rest(const RestPart& part) override { return ports_.rest(part); }
  Status end_split() override {
    LEAT_TRY(lane_.faults().flush());
    LEAT_TRY(ports_.end_split());
    const Timed sending(scope_.watch, Doing::kSending);
    edge_.rows->close_split(scope_.split, scope_.ticket);
    return {};
  }
  void finish() override {
    edge_.sent.fetch_add(sent_, std::memory_order_relaxed);
    ports_.finish();
    lane_.finish();
    edge_.rows->remove_sender();
  }

 private:
  class Sender final : public Output {
   public:
    explicit Sender(ForwardReader& reader) : reader_(reader) {}
    Status emit(Batch batch) override {
      if (batch.rows() == 0) return {};
      reader_.sent_ += batch.rows();
      if (LEAT_MUTANT("edge_loses_batch") && reader_.scope_.split == 1) return {};
      const Timed sending(reader_.scope_.watch, Doing::kSending);
      reader_.edge_.rows->send(reader_.scope_.split, std::move(batch), reader_.scope_.ticket,
                               reader_.input_);
      return {};
    }

   private:
    ForwardReader& reader_;
  };

  SplitScope& scope_;
  const size_t input_;
  EdgeRun& edge_;
  StageLane lane_;
  Ports ports_;
  uint64_t sent_ = 0;
  Sender sender_;
  std::unique_ptr<MapLane> align_;
};

}  // namespace

std::unique_ptr<Reader> make_reader(const LaneNode& node, LaneQueues& queues, SplitScope& scope) {
  switch (node.role) {
    case LaneRole::kMap: return std::make_unique<MapReader>(node, queues, scope);
    case LaneRole::kPartial: return std::make_unique<PartialReader>(node, queues, scope);
    case LaneRole::kEncode: return std::make_unique<EncodeReader>(node, queues, scope);
    case LaneRole::kInOrder: return std::make_unique<InOrderReader>(node, queues, scope);
    case LaneRole::kForward: return std::make_unique<ForwardReader>(node, queues, scope);
  }
  LEAT_CHECK(false, "unknown lane role");
}

}  // namespace leat::pipelines
