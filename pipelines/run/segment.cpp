// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: keep all processors busy on one stream without running ahead of its slowest reader,
// without deadlock, and with a result that does not depend on who did what when.
//
// Invariants
// 1. Splits are numbered from 0 without gaps by the one goroutine that is the head; lanes take them
//    in that order.
// 2. The head waits for a credit while it holds no ticket of another segment, and everything a
//    ticket waits for (lanes, ordered readers) goes on without the head; so the wait ends.
// 3. Head and lanes start when all segments they come after, or collect from, have ended. These do
//    not wait for it, by whatever way (wiring.h).
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

#include <utility>

#include "engine/check.h"
#include "engine/codes/machine.h"
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

const Map& map_of(const StageRun& run) {
  return *std::get<std::unique_ptr<Map>>(run.stage.bound->species);
}

}  // namespace

/// One lane: decodes splits, or takes batches, and calls the tree. Lives as long as the run.
class SegmentRun::Lane {
 public:
  explicit Lane(SegmentRun& segment)
      : segment_(segment),
        queues_(segment.shared_),
        scope_{segment.index_, 0, {}, {}},
        head_(segment.stage_, scope_),
        ports_(segment.stage_, scope_, head_.ledger()) {
    if (segment.plan_.head == Segment::Head::kSource) {
      decoder_ = std::get<std::unique_ptr<Source>>(segment.stage_.stage.bound->species)
                     ->decoder(head_.context());
    }
    ports_.add(segment.plan_.ports, queues_, scope_);
    queues_.build();
    if (ports_.rejects().is_read()) head_.faults().set_rejects(&ports_.rejects());
  }

  LaneQueues& queues() { return queues_; }

  void run() {
    RunState& state = segment_.shared_.state;
    if (segment_.shared_.is_measured) scope_.watch.start(head_.times());
    while (std::optional<Work> work = next()) {
      if (!state.wants(segment_.index_, work->split)) continue;
      scope_.begin(work->split, std::move(work->ticket));
      Status status = std::visit([this](auto& what) { return process(what); }, work->what);
      if (status) status = end_split();
      if (!status) segment_.shared_.report(scope_.place(), std::move(status).error());
      scope_.ticket.reset();
    }
    ports_.finish();
    scope_.watch.stop();
    head_.finish();
  }

 private:
  std::optional<Work> next() {
    const Timed waiting(scope_.watch, Doing::kReceiving);
    return segment_.work_.recv();
  }
  Status process(const io::Split& split) {
    Status status = head_.placed(decoder_->decode(split, ports_.rows()));
    const uint64_t read = head_.ledger()[Counter::kRead];
    segment_.shared_.rows_read.fetch_add(read - rows_told_, std::memory_order_relaxed);
    rows_told_ = read;
    return status;
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
  LaneQueues queues_;
  SplitScope scope_;
  StageLane head_;
  Ports ports_;
  std::unique_ptr<Decoder> decoder_;
  uint64_t rows_told_ = 0;
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
      work_(plan.lanes, stage_.identity.name) {
  demand_.connect(plan.wanting, nullptr, this);
  const auto feeder = [&](std::optional<NodeIndex> below) {
    return below ? shared.demands[*below].get() : &demand_;
  };
  for (const NodeIndex node : plan.in_order) {
    const LaneNode& of = shared.plan.nodes[node];
    shared.demands[node]->connect(of.wanting, feeder(of.below), nullptr);
  }
  for (const EdgeIndex edge : plan.outputs)
    shared.edges[edge]->upstream = feeder(shared.plan.edges[edge].below);
  for (size_t lane = 0; lane < plan.lanes; ++lane) lanes_.push_back(std::make_unique<Lane>(*this));
}

SegmentRun::~SegmentRun() = default;

StageContext SegmentRun::stage_context(Ledger& ledger) {
  return {stage_.memory, ledger, outputs_, stage_.watch};
}

void SegmentRun::connect(WaitGroup& done, const std::vector<std::unique_ptr<SegmentRun>>& all) {
  done_ = &done;
  size_t goroutines = lanes_.size() + 1;
  for (const auto& lane : lanes_) goroutines += lane->queues().count();
  running_.store(goroutines);
  done.add(static_cast<uint32_t>(goroutines));
  std::vector<SegmentIndex> earlier;
  if (!LEAT_MUTANT("build_side_read_too_early")) earlier = plan_.after;
  // What collects has nothing to do before: of thousands in a row few are at work at once.
  for (const EdgeIndex input : plan_.inputs) {
    const Edge& edge = shared_.plan.edges[input];
    if (edge.kind == Edge::Kind::kCollected) earlier.push_back(edge.from);
  }
  missing_.fetch_add(earlier.size());
  for (const SegmentIndex one : earlier) all[one]->later_.push_back(this);
}

void SegmentRun::start() {
  if (missing_.fetch_sub(1) == 1) launch();
}

void SegmentRun::launch() {
  const auto run = [this](auto&& work) {
    go(
        [this, work] {
          work();
          end_one();
        },
        {StackClass::kStage, stage_.identity.name});
  };
  for (const auto& lane : lanes_) {
    lane->queues().start([this] { end_one(); });
    run([lane = lane.get()] { lane->run(); });
  }
  run([this] { drive(); });
}

/// A goroutine of the segment ends; the last one starts those who waited for it.
void SegmentRun::end_one() {
  WaitGroup& done = *done_;
  if (running_.fetch_sub(1) == 1) {
    for (SegmentRun* const one : later_) one->start();
  }
  done.done();
}

void SegmentRun::drive() {
  StageTimes times;
  if (shared_.is_measured) watch_.start(times);
  make_head(plan_.head)->run(*this);
  issue_rests();
  watch_.stop();
  stage_.merge_serial(times);
  work_.close();
}

SplitTicket SegmentRun::acquire() {
  const Timed sending(watch_, Doing::kSending);
  return credits_.acquire();
}

std::optional<OrderedLink<Batch>::Message> SegmentRun::receive(EdgeRun& edge) {
  const Timed waiting(watch_, Doing::kReceiving);
  return edge.rows->recv();
}

bool SegmentRun::wants_more() {
  if (control_.cancelled()) {
    shared_.state.halt(Error(code::kInterrupted, ErrorCode::kCancelled, "the run was interrupted"));
    return false;
  }
  return shared_.state.wants(index_, next_split_);
}

void SegmentRun::issue(std::variant<io::Split, ResultPart, HeadRows, RestPart> what,
                       SplitTicket ticket) {
  const Timed sending(watch_, Doing::kSending);
  work_.send({std::move(what), next_split_++, std::move(ticket)});
}

bool SegmentRun::issue(std::variant<io::Split, ResultPart, HeadRows, RestPart> what) {
  if (!wants_more()) return false;
  issue(std::move(what), acquire());
  return true;
}

/// Waits until nothing is under way; false: nothing more is wanted.
bool SegmentRun::drain() {
  const Timed sending(watch_, Doing::kSending);
  return credits_.drain([this] { return wants_more(); });
}

void SegmentRun::issue_rests() {
  if (plan_.rests.empty() && !plan_.in_order.empty()) {
    if (drain()) issue(RestPart{RestPart::kAllInOrder, nullptr, 0});
    return;
  }
  // The rest of one is input of the next: nodes stand in their order from the head down.
  size_t next = 0;
  for (const NodeIndex node : plan_.rests) {
    for (; next < plan_.in_order.size() && plan_.in_order[next] < node; ++next) issue_end(next);
    issue_rest(shared_.plan.nodes[node].stage);
  }
  for (; next < plan_.in_order.size(); ++next) issue_end(next);
}

/// The stage in order of number `which` has had all its rows.
void SegmentRun::issue_end(size_t which) {
  if (drain()) issue(RestPart{shared_.plan.nodes[plan_.in_order[which]].stage, nullptr, 0});
}

void SegmentRun::issue_rest(size_t stage) {
  if (!drain()) return;
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

void SegmentRun::sated() {
  // A source stops by itself; what a final has made is there already.
  if (plan_.head == Segment::Head::kSequential || plan_.head == Segment::Head::kUnion)
    sate_inputs();
}

void SegmentRun::sate_inputs() {
  for (const EdgeIndex input : plan_.inputs) {
    EdgeRun& edge = *shared_.edges[input];
    if (!edge.sated.exchange(true)) edge.upstream->lose();
  }
}

void SegmentRun::report(Error error, Ordinal row) {
  if (!error.pipeline) error.pipeline = stage_.identity.span;
  if (error.stage.empty()) error.stage = stage_.identity.name;
  shared_.report({index_, next_split_, row, stage_.identity.index}, std::move(error));
}

}  // namespace leat::pipelines
