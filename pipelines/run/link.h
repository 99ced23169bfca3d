// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Edges at work. The sending end has a sender for each lane, the receiving end one goroutine, which
// gets what was sent in the order of the stream; nobody else knows of channels or of putting in
// order.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/channel.h"
#include "engine/mutant.h"
#include "engine/sync.h"
#include "operators/operator.h"
#include "pipelines/run/credits.h"
#include "pipelines/run/reorder.h"

namespace leat::pipelines {

/// Items in the order of splits. An ordered reader always receives, whatever it holds back, so
/// lanes never wait for a position, only for room.
template <typename Item>
class OrderedLink {
 public:
  struct Message {
    Position position;
    Item item;  ///< Empty when it only closes the split.
    SplitTicket ticket;
    size_t input = 0;  ///< Of the stage, where several share the link.
  };

  /// A split is closed when it was closed `closers` times: by each branch of a lane that sends
  /// here.
  OrderedLink(size_t capacity, std::string_view name, size_t closers = 1)
      : channel_(capacity, name), closers_(closers) {}

  /// One for each lane and branch. REQUIRES: before any of them has ended.
  void add_sender() { senders_.fetch_add(1, std::memory_order_relaxed); }
  /// SUSPENDS while the link is full.
  void send(uint64_t split, Item item, const SplitTicket& ticket, size_t input = 0) {
    channel_.send({{split, false}, std::move(item), ticket, input});
  }
  void close_split(uint64_t split, const SplitTicket& ticket) {
    channel_.send({{split, true}, Item(), ticket, 0});
  }
  /// A sender ends; the last one ends the stream.
  void remove_sender() {
    if (senders_.fetch_sub(1, std::memory_order_acq_rel) == 1) channel_.close();
  }

  /// The next message whose turn has come; nullopt at the end of the stream. SUSPENDS. THREADS:
  /// one.
  std::optional<Message> recv() {
    while (ready_.empty()) {
      std::optional<Message> message = channel_.recv();
      if (!message) return std::nullopt;
      if (closers_ > 1 && message->position.last) message->position.last = is_last(*message);
      const Position position = message->position;
      reorder_.push(position, std::move(*message),
                    [this](Message next) { ready_.push_back(std::move(next)); });
    }
    std::optional<Message> next(std::in_place, std::move(ready_.front()));
    ready_.pop_front();
    return next;
  }
  /// Did every split arrive? REQUIRES: the end was received.
  bool is_complete() const { return reorder_.empty(); }

 private:
  bool is_last(const Message& message) {
    size_t& closed = closed_[message.position.split];
    if (++closed < closers_) return false;
    closed_.erase(message.position.split);
    return true;
  }

  Channel<Message> channel_;
  const size_t closers_;
  std::atomic<size_t> senders_{0};
  // Of the receiver:
  Reorder<Message> reorder_;
  std::deque<Message> ready_;
  std::map<uint64_t, size_t> closed_;  // how often, of splits that are not closed yet
};

/// One partial state of each lane, delivered when the lane ends.
class CollectLink {
 public:
  void add_sender() { missing_.add(1); }
  /// THREADS: any. Called once for each sender, also when the run failed (null then is right).
  void deliver(std::unique_ptr<Partial> partial);
  /// All of them, in no particular order. SUSPENDS until the last lane has delivered.
  std::vector<std::unique_ptr<Partial>> wait();

 private:
  WaitGroup missing_;
  std::mutex mutex_;  // guards partials_; held for a push
  std::vector<std::unique_ptr<Partial>> partials_;
};

}  // namespace leat::pipelines
