// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: with `fuse: off` every node of a lane runs in a goroutine of its own, behind a channel:
// the literal model, which must give the same bytes.
//
// Invariants
// 1. One goroutine for each lane and node, so the batches of a split keep their order.
// 2. Subtrees are made by the lane, so that all senders are counted before any lane runs; from then
//    on they are their goroutine's alone.
// 3. Work that a failure has made unwanted is dropped, never the messages that close a split's lane.
//
// Rejected: a goroutine for each stage (the order of a split would need putting right at each).
#include <memory>
#include <utility>
#include <variant>

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

struct Subtree {
  Subtree(const LaneNode& node, RunShared& all, uint32_t segment)
      : shared(all), inbox(kQueueCapacity, all.stages[node.stage]->identity.name) {
    scope.segment = segment;
    reader = make_reader(node, all, scope);
  }

  void run() {
    while (std::optional<Message> message = inbox.recv()) {
      scope.begin(message->split, std::move(message->ticket));
      if (shared.state.wants(scope.segment, scope.split)) {
        if (Status status = take(*message); !status)
          shared.report(scope.place(), std::move(status).error());
      }
      // The last to hold it may be this one: an idle subtree holds no ticket.
      scope.ticket.reset();
    }
    reader->finish();
    shared.goroutines.done();
  }

  Status take(Message& message) {
    if (auto* const batch = std::get_if<Batch>(&message.what))
      return reader->receive(std::move(*batch));
    if (const auto* const part = std::get_if<RestPart>(&message.what)) return reader->rest(*part);
    return reader->end_split();
  }

  RunShared& shared;
  SplitScope scope;
  std::unique_ptr<Reader> reader;
  Channel<Message> inbox;
};

class QueueReader final : public Reader {
 public:
  QueueReader(const LaneNode& node, RunShared& shared, SplitScope& scope)
      : scope_(scope), subtree_(std::make_shared<Subtree>(node, shared, scope.segment)) {
    shared.goroutines.add(1);
    go([subtree = subtree_] { subtree->run(); },
       {StackClass::kStage, shared.stages[node.stage]->identity.name});
  }

  Status receive(Batch batch) override { return send(std::move(batch)); }
  Status rest(const RestPart& part) override { return send(part); }
  Status end_split() override { return send(EndOfSplit{}); }
  void finish() override { subtree_->inbox.close(); }

 private:
  Status send(std::variant<Batch, RestPart, EndOfSplit> what) {
    subtree_->inbox.send({scope_.split, std::move(what), scope_.ticket});
    return {};
  }

  SplitScope& scope_;
  std::shared_ptr<Subtree> subtree_;
};

}  // namespace

std::unique_ptr<Reader> make_queue(const LaneNode& node, RunShared& shared, SplitScope& scope) {
  return std::make_unique<QueueReader>(node, shared, scope);
}

}  // namespace leat::pipelines
