// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: with `fuse: off` every node of a lane runs in a goroutine of its own, behind a channel:
// the literal model, which must give the same bytes. And in a fused plan a branch of thousands of
// stages would be as many nested calls: there every so manieth node runs so.
//
// Invariants
// 1. One goroutine for each lane and node, so the batches of a split keep their order.
// 2. Subtrees are made with the lane, so that all senders are counted before any lane runs; from
//    then on they are their goroutine's alone.
// 3. Work that a failure has made unwanted is dropped, never the messages that close a split's lane.
// 4. Subtrees are made, started and destroyed in loops over a list, never by the one above.
//
// Rejected: a goroutine for each stage (the order of a split would need putting right at each);
// segments in place of queues (their heads give rows new ordinals, so branches that meet again in
// the order of rows could not be cut).
#include <memory>
#include <mutex>
#include <utility>
#include <variant>

#include "engine/channel.h"
#include "engine/go.h"
#include "pipelines/run/lane.h"

namespace leat::pipelines {
namespace {

constexpr size_t kQueueCapacity = 4;

struct EndOfSplit {};

/// What goes to a subtree: rows, rows that come behind all others, or the end of the split.
struct Message {
  uint64_t split = 0;
  std::variant<Batch, RestPart, EndOfSplit> what;
  SplitTicket ticket;
};

}  // namespace

class LaneQueues::Subtree {
 public:
  Subtree(const LaneNode& node, RunShared& shared, uint32_t segment)
      : node_(node), shared_(shared), inbox_(kQueueCapacity, name()) {
    scope_.segment = segment;
  }

  void build(LaneQueues& queues) { reader_ = make_reader(node_, queues, scope_); }
  Channel<Message>& inbox() { return inbox_; }
  const std::string& name() const { return shared_.stages[node_.stage]->identity.name; }

  void run() {
    StageTimes times;
    if (shared_.is_measured) scope_.watch.start(times);
    while (std::optional<Message> message = next()) {
      scope_.begin(message->split, std::move(message->ticket));
      if (shared_.state.wants(scope_.segment, scope_.split)) {
        if (Status status = take(*message); !status)
          shared_.report(scope_.place(), std::move(status).error());
      }
      // The last to hold it may be this one: an idle subtree holds no ticket.
      scope_.ticket.reset();
    }
    reader_->finish();
    scope_.watch.stop();
    StageRun& stage = *shared_.stages[node_.stage];
    const std::lock_guard lock(stage.mutex);
    stage.lane_times.merge(times);
  }

 private:
  std::optional<Message> next() {
    const Timed waiting(scope_.watch, Doing::kReceiving);
    return inbox_.recv();
  }
  Status take(Message& message) {
    if (auto* const batch = std::get_if<Batch>(&message.what))
      return reader_->receive(std::move(*batch));
    if (const auto* const part = std::get_if<RestPart>(&message.what)) return reader_->rest(*part);
    return reader_->end_split();
  }

  const LaneNode& node_;
  RunShared& shared_;
  SplitScope scope_;
  std::unique_ptr<Reader> reader_;
  Channel<Message> inbox_;
};

class LaneQueues::Sender final : public Reader {
 public:
  Sender(SplitScope& scope, Channel<Message>& inbox) : scope_(scope), inbox_(inbox) {}

  Status receive(Batch batch) override { return send(std::move(batch)); }
  Status rest(const RestPart& part) override { return send(part); }
  Status end_split() override { return send(EndOfSplit{}); }
  void finish() override { inbox_.close(); }

 private:
  Status send(std::variant<Batch, RestPart, EndOfSplit> what) {
    const Timed sending(scope_.watch, Doing::kSending);
    inbox_.send({scope_.split, std::move(what), scope_.ticket});
    return {};
  }

  SplitScope& scope_;
  Channel<Message>& inbox_;
};

LaneQueues::LaneQueues(RunShared& shared) : shared_(shared) {}

LaneQueues::~LaneQueues() = default;

std::unique_ptr<Reader> LaneQueues::add(const LaneNode& node, SplitScope& scope) {
  subtrees_.push_back(std::make_unique<Subtree>(node, shared_, scope.segment));
  return std::make_unique<Sender>(scope, subtrees_.back()->inbox());
}

void LaneQueues::build() {
  // Building one may add others.
  for (size_t i = 0; i < subtrees_.size(); ++i) subtrees_[i]->build(*this);
}

void LaneQueues::start(const std::function<void()>& end) {
  for (const auto& subtree : subtrees_) {
    go(
        [subtree = subtree.get(), end] {
          subtree->run();
          end();
        },
        {StackClass::kStage, subtree->name()});
  }
}

}  // namespace leat::pipelines
