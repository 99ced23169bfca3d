// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: run every stage that works batch by batch in one goroutine, without the stages knowing
// of each other, of lanes or of positions.
//
// Invariants
// 1. Rows are counted on both sides of every edge: by the port that hands a batch out and by the
//    reader that takes it, so a batch lost between them unbalances the ledger.
// 2. Every leaf closes every split it is given, with or without rows: an ordered reader waits only
//    for splits that will come. After an error the split is not closed, and then nobody waits: the
//    run has failed.
// 3. The scope's ticket is copied into all that leaves the lane, and dropped by the lane at the end
//    of the split.
// 4. A lane parks only in leaves (channel sends), never inside an operator.
// 5. Ordinals never descend along a port.
//
// Rejected: a virtual "operator node" that owns channels (what is fused would pay for what is not);
// letting operators see positions (each would number its batches in its own way).
#include "pipelines/run/lane.h"

#include <algorithm>
#include <utility>

#include "engine/check.h"
#include "engine/mutant.h"
#include "pipelines/run/segment.h"

namespace leat::pipelines {

EdgeRun::EdgeRun(const Edge& of, std::string_view name) : plan(of) {
  switch (of.kind) {
    case Edge::Kind::kOrdered:
      rows = std::make_unique<OrderedLink<Batch>>(of.capacity, name, of.inputs);
      break;
    case Edge::Kind::kCollected: states = std::make_unique<CollectLink>(); break;
    case Edge::Kind::kBytes:
      bytes = std::make_unique<OrderedLink<EncodedPart>>(of.capacity, name);
      break;
  }
}

void RowDemand::sate() {
  // A loop, as there may be thousands of stages in order below each other.
  for (RowDemand* at = this; !at->sated_.exchange(true); at = at->above_) {
    if (at->above_ == nullptr) {
      if (at->segment_ != nullptr) at->segment_->sated();
      return;
    }
    if (at->above_->wanting_.fetch_sub(1) != 1) return;
  }
}

void RunShared::report(const WorkPlace& place, Error error) {
  const bool ordered = error.code == ErrorCode::kData || error.code == ErrorCode::kInvalid;
  if (ordered) {
    state.fail(place, std::move(error));
  } else {
    state.halt(std::move(error));
  }
}

// -------------------------------------------------------------------------------------------- lane

StageLane::StageLane(StageRun& run, SplitScope& scope, std::optional<size_t> side)
    : run_(run),
      side_(side),
      received_(run.received.size()),
      faults_(run.identity, ledger_, run.memory, scope.failed),
      context_{run.memory, faults_, ledger_, run.watch, run.spill} {}

Status StageLane::placed(Status status) const {
  if (status || status.error().code == ErrorCode::kCancelled) [[likely]]
    return status;
  Error& error = status.error();
  if (!error.pipeline) error.pipeline = run_.identity.span;
  if (error.stage.empty()) error.stage = run_.identity.name;
  return status;
}

void StageLane::finish() {
  run_.merge(faults_.take_first_reject());
  const std::lock_guard lock(run_.mutex);
  (side_ ? run_.side_ledgers[*side_] : run_.ledger).merge(ledger_);
  run_.lane_times.merge(times_);
  for (size_t i = 0; i < received_.size(); ++i) run_.received[i] += received_[i];
}

Status NumberedOutput::emit(Batch batch) {
  if (LEAT_MUTANT("ordinals_survive_sort")) return output_.emit(std::move(batch));
  const Ordinal first = next_;
  next_ = next_ + batch.length();
  return output_.emit(batch.with_places(batch.places().renumbered(first)));
}

// ------------------------------------------------------------------------------------------- ports

Status Port::emit(Batch batch) {
  const size_t rows = batch.rows();
  if (rows == 0) return {};
  if (ledger_ != nullptr) ledger_->add(Counter::kOut, rows);
  sent_ += rows;
#ifdef LEAT_DCHECKS
  if (!LEAT_MUTANT("ordinals_survive_sort")) {
    LEAT_DCHECK(last_split_ != scope_.split || last_ <= batch.ordinal(0),
                "rows leave a stage in the order of their ordinals");
    last_split_ = scope_.split;
    last_ = batch.ordinal(rows - 1);
  }
#endif
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

Status Port::rest(const RestPart& part) {
  for (const auto& reader : readers_) LEAT_TRY(reader->rest(part));
  return {};
}

Status Port::end_split() {
  for (const auto& reader : readers_) LEAT_TRY(reader->end_split());
  return {};
}

void Port::finish() {
  for (const auto& reader : readers_) reader->finish();
}

Ports::Ports(StageRun& run, SplitScope& scope, Ledger& ledger) : run_(run) {
  ports_.push_back(std::make_unique<Port>(scope, &ledger));
  for (size_t i = 1; i < From::kFurther + run.further_sent.size(); ++i)
    ports_.push_back(std::make_unique<Port>(scope, nullptr));
}

void Ports::add(const PortNodes& nodes, LaneQueues& queues, SplitScope& scope) {
  for (size_t port = 0; port < nodes.size(); ++port) {
    for (const NodeIndex index : nodes[port]) {
      const LaneNode& node = queues.shared().plan.nodes[index];
      ports_[port]->add(node.queued ? queues.add(node, scope) : make_reader(node, queues, scope));
    }
    if (port >= From::kFurther)
      further_.push_back(ports_[port]->is_read() ? ports_[port].get() : nullptr);
  }
  if (!further_.empty()) ports_[From::kRows]->set_further(further_.data());
}

Status Ports::rest(const RestPart& part) {
  for (const auto& port : ports_) LEAT_TRY(port->rest(part));
  return {};
}

Status Ports::end_split() {
  for (const auto& port : ports_) LEAT_TRY(port->end_split());
  return {};
}

void Ports::finish() {
  for (const auto& port : ports_) port->finish();
  const std::lock_guard lock(run_.mutex);
  for (size_t i = 0; i < run_.further_sent.size(); ++i)
    run_.further_sent[i] += ports_[From::kFurther + i]->sent();
}

}  // namespace leat::pipelines
