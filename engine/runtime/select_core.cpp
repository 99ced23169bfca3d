// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: do exactly one of several channel operations, the first that is possible, without
// preferring any, and leave no trace in the other channels.
//
// First each case is tried by itself, in a random order. If none was possible all channels are
// locked, and all are tried again: only that tells "none is ready" (for the default, or to wait)
// from "another one became ready while I looked". Then a Waiter is queued in each channel, and the
// goroutine parks; whoever completes a case wins its claim (engine/runtime/limited_wait.cpp).
//
// Invariants:
//   1. Several channels are locked in the order of their addresses, each once: two selects with
//      opposite cases cannot deadlock.
//   2. No case is done before the claim is won; pop() of a queue drops Waiters of selects that are
//      over. So at most one case is done.
//   3. A select never meets itself: it tries before it queues, and does not try again.
//   4. When select_any() returns, none of its Waiters is in a queue, no lock is held, and nobody is
//      woken or thrown at while one is.
//   5. A channel whose case was served is not touched any more: who served it took the Waiter out,
//      and whoever learns of that may destroy the channel (invariant 6 of channel_core.cpp). Only a
//      select with two cases of that channel has yet to take out the other.
//   6. The order is shuffled anew each time: of n cases that are always ready each is chosen 1/n of
//      the time.
// Locking: SpinLocks of the channels, released by the commit of the park.
//
// Rejected: locking all channels at once as Go does (n locks for a case that is ready; trying them
// one by one is as if the select had come a moment later); queueing without holding all locks (a
// value that arrives between two would be missed, or taken twice).
#include "engine/runtime/select_core.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "engine/cancel.h"
#include "engine/check.h"

namespace leat::runtime {

namespace {

constexpr size_t kInlineCases = 8;
constexpr size_t kCasesMax = 65536;

/// `count` elements: on the stack if they are few. No more than these are initialised.
template <typename T>
class Scratch {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  explicit Scratch(size_t count)
      : heap_(count > kInlineCases ? std::make_unique<T[]>(count) : nullptr),
        data_(heap_ != nullptr ? heap_.get() : reinterpret_cast<T*>(few_)) {
    if (heap_ == nullptr) std::uninitialized_default_construct_n(data_, count);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  T* data() { return data_; }
  T& operator[](size_t i) { return data_[i]; }

 private:
  alignas(T) std::byte few_[kInlineCases * sizeof(T)];
  std::unique_ptr<T[]> heap_;
  T* const data_;
};

uint64_t next_random() {
  if (G* g = current_g(); g != nullptr && !g->owns_thread())
    return g->m.load(std::memory_order_relaxed)->next_random();
  static std::atomic<uint64_t> state{0};
  uint64_t mixed = state.fetch_add(0x9e3779b97f4a7c15ULL, std::memory_order_relaxed);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
  return mixed ^ (mixed >> 31);
}

void shuffle(uint16_t* order, size_t count) {
  if (count == 1) {
    order[0] = 0;
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    const size_t j = static_cast<size_t>(((next_random() >> 32) * (i + 1)) >> 32);
    order[i] = static_cast<uint16_t>(i);
    std::swap(order[i], order[j]);
  }
}

}  // namespace

/// One run of select_any().
class Select {
 public:
  Select(std::span<const SelectCase> cases, const uint16_t* order) : cases_(cases), order_(order) {}

  /// Tries each case under its own lock.
  SelectOutcome try_each() {
    for (size_t i = 0; i < cases_.size(); ++i) {
      const SelectCase& c = cases_[order_[i]];
      if (!may_be_ready(c)) continue;
      Waiter* partner = nullptr;
      c.channel->lock_.lock();
      const ChannelStatus status = c.attempt(*c.channel, c.slot, partner);
      c.channel->lock_.unlock();
      if (partner != nullptr) wake(partner);
      if (status != ChannelStatus::kWouldBlock) return {order_[i], status};
    }
    return {};
  }

  /// Tries each case under all locks; if none is possible does what `otherwise` says.
  SelectOutcome lock_and_wait(const SelectElse& otherwise);

 private:
  // Without the lock: false only if it was not ready a moment ago.
  static bool may_be_ready(const SelectCase& c) {
    const ChannelCore* const channel = c.channel;
    if (channel == nullptr) return false;
    if (channel->is_closed()) return true;
    if (c.sends) return channel->size() < channel->capacity() || !channel->receivers_.empty();
    return channel->size() > 0 || !channel->senders_.empty();
  }

  WaitQueue& queue_of(size_t index) {
    const SelectCase& c = cases_[index];
    return c.sends ? c.channel->senders_ : c.channel->receivers_;
  }

  // Fills channels_: each once, by address.
  void sort_channels(ChannelCore** channels) {
    for (const SelectCase& c : cases_)
      if (c.channel != nullptr) channels[channel_count_++] = c.channel;
    channels_ = channels;
    if (channel_count_ < 2) return;
    std::sort(channels, channels + channel_count_, std::less<>());
    channel_count_ =
        static_cast<size_t>(std::unique(channels, channels + channel_count_) - channels);
  }
  void lock_all() {
    for (size_t i = 0; i < channel_count_; ++i) channels_[i]->lock_.lock();
  }
  // The last release is the last access to this object: see limited_wait.cpp.
  void unlock_all() {
    ChannelCore* const* const channels = channels_;
    for (size_t i = channel_count_; i-- > 0;) channels[i]->lock_.unlock();
  }
  static void unlock_all_of(void* self) { static_cast<Select*>(self)->unlock_all(); }

  SelectOutcome wait_locked(const WaitLimits& limits);
  void take_out(Waiter* waiters, const Waiter* served);

  const std::span<const SelectCase> cases_;
  const uint16_t* const order_;
  ChannelCore** channels_ = nullptr;
  size_t channel_count_ = 0;
};

SelectOutcome Select::lock_and_wait(const SelectElse& otherwise) {
  Scratch<ChannelCore*> channels(cases_.size());
  sort_channels(channels.data());
  lock_all();
  Waiter* partner = nullptr;
  for (size_t i = 0; i < cases_.size(); ++i) {
    const SelectCase& c = cases_[order_[i]];
    if (c.channel == nullptr) continue;
    const ChannelStatus status = c.attempt(*c.channel, c.slot, partner);
    if (status == ChannelStatus::kWouldBlock) continue;
    unlock_all();
    if (partner != nullptr) wake(partner);
    return {order_[i], status};
  }
  if (!otherwise.returns) return wait_locked(otherwise.limits);
  unlock_all();
  return {};
}

SelectOutcome Select::wait_locked(const WaitLimits& limits) {
  LimitedWait wait(limits);
  if (!wait.begin()) {
    unlock_all();
    return {0, ChannelStatus::kCancelled};
  }
  Scratch<Waiter> waiters(cases_.size());
  for (size_t i = 0; i < cases_.size(); ++i) {
    if (cases_[i].channel == nullptr) continue;
    waiters[i].slot = cases_[i].slot;
    wait.enlist(waiters[i]);
    queue_of(i).push(&waiters[i]);
  }
  if (channel_count_ == 0)
    wait.sleep(WaitReason::kSelectNoCases, nullptr, nullptr, nullptr);
  else if (cases_.size() == 1)
    wait.sleep(cases_[0].sends ? WaitReason::kChannelSend : WaitReason::kChannelReceive,
               channels_[0]->name_, unlock_all_of, this);
  else
    wait.sleep(WaitReason::kSelect, nullptr, unlock_all_of, this);
  const Waiter* const served = wait.served();
  take_out(waiters.data(), served);
  switch (wait.end()) {
    case WaitEnd::kTimedOut: return {};
    case WaitEnd::kCancelled: return {0, ChannelStatus::kCancelled};
    case WaitEnd::kServed: break;
  }
  return {static_cast<size_t>(served - waiters.data()),
          served->completed ? ChannelStatus::kOk : ChannelStatus::kClosed};
}

// Takes the Waiters out of the queues that they are still in.
void Select::take_out(Waiter* waiters, const Waiter* served) {
  const ChannelCore* done_with = nullptr;  // invariant 5
  if (served != nullptr) {
    done_with = cases_[static_cast<size_t>(served - waiters)].channel;
    const auto uses_it = [=](const SelectCase& c) { return c.channel == done_with; };
    if (std::count_if(cases_.begin(), cases_.end(), uses_it) > 1) done_with = nullptr;
  }
  for (size_t k = 0; k < channel_count_; ++k)
    if (channels_[k] != done_with) channels_[k]->lock_.lock();
  for (size_t i = 0; i < cases_.size(); ++i)
    if (cases_[i].channel != nullptr && cases_[i].channel != done_with)
      queue_of(i).remove(&waiters[i]);
  for (size_t k = channel_count_; k-- > 0;)
    if (channels_[k] != done_with) channels_[k]->lock_.unlock();
}

SelectOutcome select_any(std::span<const SelectCase> cases, const SelectElse& otherwise) {
  LEAT_CHECK(cases.size() <= kCasesMax, "a select has 65536 cases at most");
  if (otherwise.limits.scope != nullptr && otherwise.limits.scope->is_cancelled())
    return {0, ChannelStatus::kCancelled};
  Scratch<uint16_t> order(cases.size());
  shuffle(order.data(), cases.size());
  Select select(cases, order.data());
  SelectOutcome outcome = select.try_each();
  if (outcome.status == ChannelStatus::kWouldBlock) outcome = select.lock_and_wait(otherwise);
  return outcome;
}

ChannelStatus select_one(const SelectCase& only, CancelScope& scope) {
  const SelectOutcome outcome =
      select_any({&only, 1}, {.returns = false, .limits = {.scope = &scope}});
  if (outcome.status == ChannelStatus::kOk)
    if (G* g = current_g()) checkpoint(g);
  return outcome.status;
}

}  // namespace leat::runtime
