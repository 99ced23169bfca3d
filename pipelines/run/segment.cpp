// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: keep all processors busy on one stream without running ahead of its slowest reader,
// without deadlock, and with a result that does not depend on who did what when.
//
// Invariants
// 1. Splits are numbered from 0 without gaps by the one goroutine that is the head; lanes take them in that order.
// 2. At most `window` splits hold a ticket. The head waits for a ticket while it holds nothing
//    else, and everything a ticket waits
//    for (lanes, ordered readers) goes on without the head; so the wait ends.
// 3. An ordered reader always receives, whatever it holds back: lanes never wait for a position, only for room.
// 4. After a failure everybody keeps receiving and drops, so that all goroutines end by
//    themselves; nothing is torn down.
// 5. A head stops early only when every branch below it is sated (`limit`); rows that arrive at a
//    sated head are counted as
//    `beyond`, so the ledger still balances.
//
// Rejected: an unbounded reorder buffer (memory); lanes that wait for their turn before sending
// (idle processors, and a deadlock when the lane of the lowest split cannot get in); cancelling
// goroutines on failure (status instead: every loop looks).
#include "pipelines/run/segment.h"

#include <algorithm>
#include <utility>

#include "engine/check.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "pipelines/run/reorder.h"

namespace leat::pipelines {
namespace {

size_t count_branches(const std::vector<LaneNode>& nodes) {
  size_t branches = 0;
  for (const LaneNode& node : nodes) {
    if (node.role != LaneRole::kMap) ++branches;
    branches += count_branches(node.readers) + count_branches(node.reject_readers);
  }
  return branches;
}

}  // namespace

SplitTicket SplitWindow::acquire() {
  slots_.send('t');
  return SplitTicket(this, [](void* window) {
    char slot = 0;
    static_cast<SplitWindow*>(window)->slots_.try_recv(slot);
  });
}

/// Gives the rows that leave a final or sequential head their ordinals: from there on "first" and
/// "the order of the input" are about this stream.
class NumberedOutput final : public Output {
 public:
  NumberedOutput(const SplitScope& scope, Output& output)
      : next_(scope.split, 0), output_(output) {}

  Status emit(Batch batch) override {
    if (LEAT_MUTANT("ordinals_survive_sort")) return output_.emit(std::move(batch));
    const Ordinal first = next_;
    next_ = next_ + batch.length();
    return output_.emit(batch.with_places(batch.places().renumbered(first)));
  }

 private:
  Ordinal next_;
  Output& output_;
};

/// One lane: decodes splits, or takes batches, and calls the tree. Lives as long as the run.
class SegmentRun::Lane {
 public:
  explicit Lane(SegmentRun& segment)
      : segment_(segment),
        scope_{segment.index_, 0, {}, {}},
        head_(segment.head_, scope_),
        port_(scope_, &head_.ledger()),
        rejects_(scope_, nullptr) {
    if (segment.plan_.head == Segment::Head::kSource) {
      decoder_ = std::get<std::unique_ptr<Source>>(segment.head_.stage.bound->species)
                     ->decoder(head_.context());
    }
    add_readers(port_, segment.plan_.readers, segment.shared_, scope_);
    add_readers(rejects_, segment.plan_.reject_readers, segment.shared_, scope_);
  }

  void run() {
    RunState& state = segment_.shared_.state;
    while (std::optional<Work> work = segment_.work_.recv()) {
      if (!state.wants(segment_.index_, work->split)) continue;
      scope_.begin(work->split, std::move(work->ticket));
      Status status = process(*work);
      if (status) status = end_split();
      if (!status) segment_.shared_.report(scope_.place(), std::move(status).error());
      scope_.ticket.reset();
    }
    port_.finish();
    rejects_.finish();
    head_.finish();
  }

 private:
  Status process(Work& work) {
    if (work.input) return head_.placed(decoder_->decode(*work.input, port_));
    NumberedOutput output(scope_, work.rejected ? rejects_ : port_);
    if (!work.collected) return output.emit(std::move(work.batch));
    Status status = work.collected->emit_part(work.part, head_.context(), output);
    work.collected.reset();  // the last part frees the state
    return head_.placed(std::move(status));
  }
  Status end_split() {
    LEAT_TRY(flush_rejected(head_.faults(), segment_.head_, rejects_));
    LEAT_TRY(port_.end_split());
    return rejects_.end_split();
  }

  SegmentRun& segment_;
  SplitScope scope_;
  StageLane head_;
  Port port_;
  Port rejects_;
  std::unique_ptr<Decoder> decoder_;
};

/// Where a final or sequential stage puts its rows: each batch becomes a split of the segment.
class SegmentRun::HeadOutput final : public Output {
 public:
  HeadOutput(SegmentRun& segment, bool rejected) : segment_(segment), rejected_(rejected) {}

  Status emit(Batch batch) override {
    if (batch.rows() == 0) return {};
    Work work;
    work.batch = std::move(batch);
    work.rejected = rejected_;
    segment_.issue(std::move(work));
    return {};
  }

 private:
  SegmentRun& segment_;
  bool rejected_;
};

SegmentRun::SegmentRun(const Segment& plan, uint32_t index, RunShared& shared,
                       const RunControl& control, io::OutputTransaction& outputs)
    : plan_(plan),
      index_(index),
      shared_(shared),
      control_(control),
      outputs_(outputs),
      head_(*shared.stages[plan.stage]),
      window_(plan.window),
      work_(plan.lanes, head_.identity.name),
      branches_wanting_(count_branches(plan.readers) + count_branches(plan.reject_readers)) {
  for (size_t lane = 0; lane < plan.lanes; ++lane) lanes_.push_back(std::make_unique<Lane>(*this));
}

SegmentRun::~SegmentRun() = default;

void SegmentRun::start(WaitGroup& done) {
  done.add(static_cast<int>(lanes_.size()) + 1);
  for (const auto& lane : lanes_) {
    go(
        [lane = lane.get(), &done] {
          lane->run();
          done.done();
        },
        {StackClass::kStage, head_.identity.name});
  }
  go(
      [this, &done] {
        switch (plan_.head) {
          case Segment::Head::kSource: run_source(); break;
          case Segment::Head::kFinal: run_final(); break;
          case Segment::Head::kSequential: run_sequential(); break;
        }
        work_.close();
        done.done();
      },
      {StackClass::kStage, head_.identity.name});
}

/// `error`, with the places that its finder left out.
Error SegmentRun::at_head(Error error) const {
  if (!error.pipeline) error.pipeline = head_.identity.span;
  if (error.stage.empty()) error.stage = head_.identity.name;
  return error;
}

bool SegmentRun::interrupted() {
  if (!control_.cancelled()) return false;
  shared_.state.halt(Error(ErrorCode::kCancelled, "the run was interrupted"));
  return true;
}

/// Numbers `work` and hands it to a lane; false when it is not wanted any more.
bool SegmentRun::issue(Work work) {
  if (interrupted() || !shared_.state.wants(index_, next_split_)) return false;
  work.ticket = window_.acquire();
  work.split = next_split_++;
  work_.send(std::move(work));
  return true;
}

void SegmentRun::branch_sated() {
  if (branches_wanting_.fetch_sub(1) == 1 && plan_.head == Segment::Head::kSequential)
    tell_upstream();
}

/// The head wants no more rows, for whichever reason came first.
void SegmentRun::tell_upstream() {
  if (upstream_ != nullptr && !told_upstream_.exchange(true)) upstream_->branch_sated();
}

void SegmentRun::run_source() {
  Ledger ledger;
  const auto& source = std::get<std::unique_ptr<Source>>(head_.stage.bound->species);
  const std::unique_ptr<Splitter> splitter =
      source->splitter({head_.memory, ledger, outputs_, head_.watch});
  while (!is_sated()) {
    if (interrupted() || !shared_.state.wants(index_, next_split_)) break;
    Work work;
    work.ticket = window_.acquire();  // before the chunk is filled: invariant 2
    Result<std::optional<io::Split>> split = splitter->next();
    if (!split) {
      shared_.report({index_, next_split_, Ordinal(next_split_, 0), head_.identity.index},
                     at_head(std::move(split).error()));
      break;
    }
    if (!*split) break;
    work.split = next_split_++;
    LEAT_CHECK((*split)->index == work.split, "a splitter skipped a split");
    work.input = std::move(**split);
    if (LEAT_MUTANT("splitter_forgets_a_split") && work.split == 1) continue;
    work_.send(std::move(work));
  }
  stopped_early_.store(is_sated());
  head_.merge(ledger);
}

/// Absorbs what the lanes of the segments above have collected, and hands the result to our own.
Status SegmentRun::make_result(StageLane& head) {
  const auto& collect = std::get<std::unique_ptr<Collect>>(head_.stage.bound->species);
  const std::unique_ptr<Final> final = collect->final(head.context());
  for (std::unique_ptr<Partial>& partial : head_.partials)
    LEAT_TRY(final->absorb(std::move(partial)));
  head_.partials.clear();
  LEAT_TRY_ASSIGN(const CollectedRef collected, final->finish());
  for (size_t part = 0; part < collected->parts(); ++part) {
    Work work;
    work.collected = collected;
    work.part = part;
    if (!issue(std::move(work))) break;
  }
  return {};
}

void SegmentRun::run_final() {
  head_.partial_lanes.wait();
  if (!shared_.state.wants(index_, 0)) return;
  SplitScope scope{index_, 0, {}, {}};
  StageLane head(head_, scope);
  HeadOutput rejects(*this, true);
  Status status = make_result(head);
  if (status && !plan_.reject_readers.empty()) {
    std::vector<RejectedRow> rows = std::move(head_.rejected);
    for (RejectedRow& row : head.faults().take_rejected()) rows.push_back(std::move(row));
    std::stable_sort(rows.begin(), rows.end(),
                     [](const RejectedRow& a, const RejectedRow& b) { return a.row < b.row; });
    status = emit_rejected(rows, head_, rejects);
  }
  head.finish();
  if (!status) shared_.report(scope.place(), at_head(std::move(status).error()));
}

Status SegmentRun::take_in_order(Message& message, SequentialState& state, Output& output,
                                 StageLane& head, bool& sated) {
  auto* const data = std::get_if<Data>(&message);
  if (data == nullptr) return {};
  head.ledger().add(Counter::kIn, data->batch.rows());
  if (sated) {
    head.ledger().add(Counter::kBeyond, data->batch.rows());
    return {};
  }
  // Before anything is issued: a head that waits for a ticket of its own holds no other (invariant
  // 2).
  data->ticket.reset();
  LEAT_TRY_ASSIGN(const Demand demand, state.process(std::move(data->batch), output));
  sated = demand == Demand::kDone || is_sated();
  if (sated) tell_upstream();
  return {};
}

void SegmentRun::run_sequential() {
  SplitScope scope{index_, 0, {}, {}};
  StageLane head(head_, scope);
  HeadOutput output(*this, false);
  HeadOutput rejects(*this, true);
  const auto& sequential = std::get<std::unique_ptr<Sequential>>(head_.stage.bound->species);
  const std::unique_ptr<SequentialState> state = sequential->start(head.context());
  Reorder<Message> reorder;
  bool sated = false;
  bool failed = false;
  const auto deliver = [&](Message message) {
    if (failed) return;
    Status status = take_in_order(message, *state, output, head, sated);
    if (status) status = emit_rejected(head.faults().take_rejected(), head_, rejects);
    if (status) return;
    failed = true;
    shared_.report({index_, next_split_, scope.failed.row, head_.identity.index},
                   at_head(std::move(status).error()));
  };
  while (std::optional<Message> message = head_.inbox->recv()) {
    if (auto* const data = std::get_if<Data>(&*message)) {
      const Position position = data->position;
      reorder.push(position, std::move(*message), deliver);
    } else if (auto* const progress = std::get_if<Progress>(&*message)) {
      const Position position = progress->position;
      reorder.push(position, std::move(*message), deliver);
    }
  }
  if (!failed) {
    Status status = state->finish(output);
    if (status) status = emit_rejected(head.faults().take_rejected(), head_, rejects);
    if (!status)
      shared_.report({index_, next_split_, scope.failed.row, head_.identity.index},
                     at_head(std::move(status).error()));
  }
  head.finish();
}

}  // namespace leat::pipelines
