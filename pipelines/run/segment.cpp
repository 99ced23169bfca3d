// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: keep all processors busy on one stream without running ahead of its slowest reader,
// without deadlock, and with a result that does not depend on who did what when.
//
// Invariants
// 1. Splits are numbered from 0 without gaps by the one goroutine that is the head; lanes take them
//    in that order.
// 2. The head waits for a credit while it holds no ticket of another segment, and everything a
//    ticket waits for (lanes, ordered readers) goes on without the head; so the wait ends.
// 3. A head takes its first credit when all segments it comes after have ended. These do not wait
//    for it, by whatever way (wiring.h).
// 4. After a failure everybody keeps receiving and drops, so that all goroutines end by
//    themselves; nothing is torn down.
// 5. A head stops early only when every edge its lanes feed is sated (`limit`); rows that arrive at
//    a sated head are counted as `beyond`, so the ledger still balances.
// 6. Rows behind all others (right rows of a full join) are issued when no split is under way, one
//    stage after the other from the head down, as the rest of one is input of the next.
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
#include "pipelines/run/head.h"

namespace leat::pipelines {
namespace {

std::unique_ptr<Head> make_head(Segment::Head kind) {
  switch (kind) {
    case Segment::Head::kSource: return make_source_head();
    case Segment::Head::kFinal: return make_final_head();
    case Segment::Head::kSide: return make_side_head();
    case Segment::Head::kSequential: return make_sequential_head();
    case Segment::Head::kUnion: return make_union_head();
    case Segment::Head::kRejects: return make_rejects_head();
  }
  LEAT_CHECK(false, "unknown kind of head");
}

/// Calls `visit(stage)` for the maps of a tree, those nearer to the head first.
template <typename Visit>
void visit_maps(const PortNodes& ports, const Visit& visit) {
  for (const std::vector<LaneNode>& readers : ports) {
    for (const LaneNode& node : readers) {
      if (node.role != LaneRole::kMap) continue;
      visit(node.stage);
      visit_maps(node.ports, visit);
    }
  }
}

const Map& map_of(const StageRun& run) {
  return *std::get<std::unique_ptr<Map>>(run.stage.bound->species);
}

}  // namespace

/// One lane: decodes splits, or takes batches, and calls the tree. Lives as long as the run.
class SegmentRun::Lane {
 public:
  explicit Lane(SegmentRun& segment)
      : segment_(segment),
        scope_{segment.index_, 0, {}, {}},
        head_(segment.stage_, scope_),
        ports_(segment.stage_, scope_, head_.ledger()) {
    if (segment.plan_.head == Segment::Head::kSource) {
      decoder_ = std::get<std::unique_ptr<Source>>(segment.stage_.stage.bound->species)
                     ->decoder(head_.context());
    }
    ports_.add(segment.plan_.ports, segment.shared_, scope_);
    if (ports_.rejects().is_read()) head_.faults().set_rejects(&ports_.rejects());
  }

  void run() {
    RunState& state = segment_.shared_.state;
    while (std::optional<Work> work = segment_.work_.recv()) {
      if (!state.wants(segment_.index_, work->split)) continue;
      scope_.begin(work->split, std::move(work->ticket));
      Status status = std::visit([this](auto& what) { return process(what); }, work->what);
      if (status) status = end_split();
      if (!status) segment_.shared_.report(scope_.place(), std::move(status).error());
      scope_.ticket.reset();
    }
    ports_.finish();
    head_.finish();
  }

 private:
  Status process(const io::Split& split) {
    return head_.placed(decoder_->decode(split, ports_.rows()));
  }
  Status process(ResultPart& part) {
    NumberedOutput output(scope_, ports_.rows());
    Status status = part.collected->emit_part(part.part, head_.context(), output);
    part.collected.reset();  // the last part frees the state
    return head_.placed(std::move(status));
  }
  Status process(HeadRows& rows) {
    Port& port = rows.port == From::kRows ? ports_.rows() : ports_.rejects();
    return NumberedOutput(scope_, port).emit(std::move(rows.batch));
  }
  Status process(const RestPart& part) { return ports_.rest(part); }
  Status end_split() {
    LEAT_TRY(head_.faults().flush());
    return ports_.end_split();
  }

  SegmentRun& segment_;
  SplitScope scope_;
  StageLane head_;
  Ports ports_;
  std::unique_ptr<Decoder> decoder_;
};

Status HeadOutput::emit(Batch batch) {
  if (batch.rows() != 0) segment_.issue(HeadRows{std::move(batch), port_});
  return {};
}

SegmentRun::SegmentRun(const Segment& plan, uint32_t index, RunShared& shared,
                       const RunControl& control, io::OutputTransaction& outputs)
    : plan_(plan),
      index_(index),
      shared_(shared),
      control_(control),
      outputs_(outputs),
      stage_(*shared.stages[plan.stage]),
      credits_(plan.credits),
      work_(plan.lanes, stage_.identity.name),
      outputs_wanting_(plan.outputs.size()) {
  for (const EdgeIndex edge : plan.outputs) shared.edges[edge]->upstream = this;
  for (size_t lane = 0; lane < plan.lanes; ++lane) lanes_.push_back(std::make_unique<Lane>(*this));
}

SegmentRun::~SegmentRun() = default;

StageContext SegmentRun::stage_context(Ledger& ledger) {
  return {stage_.memory, ledger, outputs_, stage_.watch};
}

void SegmentRun::start(WaitGroup& done, const std::vector<std::unique_ptr<SegmentRun>>& all) {
  for (const SegmentIndex earlier : plan_.after) after_.push_back(all[earlier].get());
  running_.store(lanes_.size() + 1);
  done.add(static_cast<uint32_t>(lanes_.size() + 1));
  const auto end = [this, &done] {
    if (running_.fetch_sub(1) == 1) ended_.set();
    done.done();
  };
  for (const auto& lane : lanes_) {
    go(
        [lane = lane.get(), end] {
          lane->run();
          end();
        },
        {StackClass::kStage, stage_.identity.name});
  }
  go(
      [this, end] {
        drive();
        end();
      },
      {StackClass::kStage, stage_.identity.name});
}

void SegmentRun::drive() {
  if (!LEAT_MUTANT("build_side_read_too_early")) {
    for (SegmentRun* const earlier : after_) earlier->ended_.wait();
  }
  make_head(plan_.head)->run(*this);
  issue_rests();
  work_.close();
}

bool SegmentRun::wants_more() {
  if (control_.cancelled()) {
    shared_.state.halt(Error(ErrorCode::kCancelled, "the run was interrupted"));
    return false;
  }
  return shared_.state.wants(index_, next_split_);
}

void SegmentRun::issue(std::variant<io::Split, ResultPart, HeadRows, RestPart> what,
                       SplitTicket ticket) {
  work_.send({std::move(what), next_split_++, std::move(ticket)});
}

bool SegmentRun::issue(std::variant<io::Split, ResultPart, HeadRows, RestPart> what) {
  if (!wants_more()) return false;
  issue(std::move(what), acquire());
  return true;
}

void SegmentRun::issue_rests() {
  visit_maps(plan_.ports, [this](size_t stage) {
    if (map_of(*shared_.stages[stage]).has_rest()) issue_rest(stage);
  });
}

void SegmentRun::issue_rest(size_t stage) {
  credits_.drain();
  if (!wants_more()) return;
  StageRun& run = *shared_.stages[stage];
  SplitScope scope{index_, next_split_, {}, {Ordinal(next_split_, 0), 0}};
  StageLane lane(run, scope);
  const auto make = [&]() -> Result<CollectedRef> {
    for (MapLane* const tail : run.tails) LEAT_TRY(tail->seal());
    return map_of(run).rest(lane.context(), run.sides);
  };
  Result<CollectedRef> rest = make();
  lane.finish();
  if (!rest) {
    Status placed = lane.placed(std::unexpected(std::move(rest).error()));
    return shared_.report(scope.place(), std::move(placed).error());
  }
  for (size_t part = 0; *rest != nullptr && part < (*rest)->parts(); ++part) {
    if (!issue(RestPart{stage, *rest, part})) return;
  }
}

void SegmentRun::output_sated() {
  if (outputs_wanting_.fetch_sub(1) != 1) return;
  // A source stops by itself; what a final has made is there already.
  if (plan_.head == Segment::Head::kSequential || plan_.head == Segment::Head::kUnion)
    sate_inputs();
}

void SegmentRun::sate_inputs() {
  for (const EdgeIndex input : plan_.inputs) {
    EdgeRun& edge = *shared_.edges[input];
    if (!edge.sated.exchange(true)) edge.upstream->output_sated();
  }
}

void SegmentRun::report(Error error, Ordinal row) {
  if (!error.pipeline) error.pipeline = stage_.identity.span;
  if (error.stage.empty()) error.stage = stage_.identity.name;
  shared_.report({index_, next_split_, row, stage_.identity.index}, std::move(error));
}

}  // namespace leat::pipelines
