// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a stage that must see all rows in order, one after the other.
//
// Invariants
// 1. The ticket of a message is dropped before the stage works on it: order was all it was for, and
//    what the stage emits needs credits of this segment.
// 2. What it rejects, also at its end, goes to its rejects in the order in which it met it.
// 3. Once sated, or after a failure, it goes on receiving and drops; sated, it counts.
//
// Rejected: stopping to receive (lanes would wait for room for ever).
#include <utility>

#include "pipelines/run/head.h"

namespace leat::pipelines {
namespace {

class SequentialHead final : public Head {
 public:
  void run(SegmentRun& segment) override {
    EdgeRun& input = segment.input(0);
    SplitScope scope{segment.index(), 0, {}, {}};
    StageLane lane(segment.stage(), scope);
    HeadOutput output(segment, From::kRows);
    HeadOutput rejects(segment, From::kRejects);
    if (!segment.plan().ports[From::kRejects].empty()) lane.faults().set_rejects(&rejects);
    const auto& sequential =
        std::get<std::unique_ptr<Sequential>>(segment.stage().stage.bound->species);
    const std::unique_ptr<SequentialState> state = sequential->start(lane.context());
    uint64_t received = 0;
    bool failed = false;
    while (auto message = segment.receive(input)) {
      message->ticket.reset();
      if (message->item.rows() == 0) continue;
      received += message->item.rows();
      if (failed) continue;
      Status status = take(std::move(message->item), *state, output, lane, segment);
      if (status) status = lane.faults().flush();
      if (status) continue;
      failed = true;
      segment.report(std::move(status).error(), scope.failed.row);
    }
    if (!failed) {
      Status status = state->finish(output);
      if (status) status = lane.faults().flush();
      if (!status) segment.report(std::move(status).error(), scope.failed.row);
    }
    input.received.store(received);
    lane.finish();
  }

 private:
  Status take(Batch batch, SequentialState& state, Output& output, StageLane& lane,
              SegmentRun& segment) {
    lane.receive(0, batch.rows());
    if (sated_) {
      lane.ledger().add(Counter::kBeyond, batch.rows());
      return {};
    }
    LEAT_TRY_ASSIGN(const Demand demand, state.process(std::move(batch), output));
    sated_ = demand == Demand::kDone || segment.is_sated();
    if (sated_) segment.sate_inputs();
    return {};
  }

  bool sated_ = false;
};

}  // namespace

std::unique_ptr<Head> make_sequential_head() { return std::make_unique<SequentialHead>(); }

}  // namespace leat::pipelines
