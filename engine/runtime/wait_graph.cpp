// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: two stages wait for each other while a third one ticks along. That is no deadlock of the
// whole (deadlock.cpp), but these two will never run again, and whoever looks at a dump with a
// thousand waiting goroutines should be told which.
//
// The criterion. A goroutine may be stuck if it waits, without a time limit or a scope, and every
// channel in which it waits is declared with all its users known: as many goroutines as were
// announced have come. Of these candidates a set is stuck if every user of every channel in which
// one of them waits is in the set itself. The largest such set is what is left when candidates are
// taken away, again and again, of which some channel has a user outside.
// It is conservative: as long as declarations are true nobody is named who can still be woken. It
// is not complete: goroutines that wait in channels nobody declared, in mutexes, events or wait
// groups, or that may time out, are never named, nor are those that only these could wake.
//
// Invariants:
//   1. The picture is of one moment: the graph's lock and those of all declared channels are held
//      while it is taken. A goroutine found in a queue has not been woken, for a waker takes it out
//      under that lock first; one that was taken out and does not run yet is no candidate, so it
//      counts as a user that can act.
//   2. Nothing is allocated under the locks of channels, and a claim is not looked at after they
//      are free: its goroutine may have gone on.
//   3. No channel is declared twice: its lock would be taken twice for a picture.
//   4. A stuck set stays stuck, so what is said is still true when it is read.
// Locking: the graph's lock, then the channels' in the order of their addresses, as select does. No
// operation of a channel takes the first.
//
// Rejected: searching all memory for pointers to a channel (the heap is full of structures that
// hold one, and nothing tells whose they are: hardly anything would ever be found); taking whoever
// has used a channel so far for all who ever will (accuses goroutines whose partner is just late).
#include "engine/runtime/wait_graph.h"

#include <algorithm>
#include <map>

#include "engine/check.h"
#include "engine/runtime/channel_access.h"
#include "engine/runtime/dump.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

namespace {

struct WaitGraph {
  ThreadMutex lock;
  std::vector<DeclaredChannel*> channels;  // guarded by lock
};

WaitGraph& graph() {
  static auto* const all = new WaitGraph;  // never destroyed: threads may outlive main()
  return *all;
}

/// A Waiter in a queue, as it was when the picture was taken.
struct SeenWait {
  const G* g;
  const DeclaredChannel* in;
  uint32_t places;  // queues in which the same wait has a Waiter
};

/// All waits of one goroutine.
struct Candidate {
  std::vector<const DeclaredChannel*> in;
  uint32_t places = 0;
};

using Candidates = std::map<const G*, Candidate>;

template <typename Visit>
void for_each_waiter(ChannelCore& channel, Visit visit) {
  for (WaitQueue* queue : {&ChannelAccess::senders(channel), &ChannelAccess::receivers(channel)})
    for (const Waiter* waiter = queue->first(); waiter != nullptr; waiter = waiter->next)
      visit(*waiter);
}

// REQUIRES: the lock of the graph. How many waiters there are may change until all locks are held:
// then the picture is taken again with more room.
std::vector<SeenWait> take_picture(const std::vector<DeclaredChannel*>& channels,
                                   const Scheduler& scheduler) {
  std::vector<SeenWait> seen;
  for (size_t room = 64;; room *= 4) {
    seen.clear();
    seen.reserve(room);
    size_t found = 0;
    for (const DeclaredChannel* declared : channels) ChannelAccess::lock(*declared->channel).lock();
    for (const DeclaredChannel* declared : channels) {
      for_each_waiter(*declared->channel, [&](const Waiter& waiter) {
        if (waiter.g == nullptr || waiter.g->scheduler != &scheduler) return;
        const Claim* const claim = waiter.claim;
        if (claim != nullptr &&
            (claim->is_limited || claim->winner.load(std::memory_order_acquire) != nullptr))
          return;
        if (++found <= room)
          seen.push_back({waiter.g, declared, claim == nullptr ? 1 : claim->places});
      });
    }
    for (const DeclaredChannel* declared : channels)
      ChannelAccess::lock(*declared->channel).unlock();
    if (found <= room) return seen;
  }
}

// Those who wait in declared channels only, all of whose users have come.
Candidates find_candidates(const std::vector<SeenWait>& seen) {
  Candidates candidates;
  for (const SeenWait& wait : seen) {
    Candidate& candidate = candidates[wait.g];
    candidate.in.push_back(wait.in);
    candidate.places = wait.places;
  }
  std::erase_if(candidates, [](const auto& entry) {
    const Candidate& candidate = entry.second;
    return candidate.in.size() != candidate.places ||
           std::any_of(candidate.in.begin(), candidate.in.end(),
                       [](const DeclaredChannel* in) { return in->begun < in->expected; });
  });
  return candidates;
}

void keep_stuck(Candidates& candidates) {
  const auto can_act = [&](const G* user) { return !candidates.contains(user); };
  const auto can_be_woken = [&](const DeclaredChannel* in) {
    return std::any_of(in->users.begin(), in->users.end(), can_act);
  };
  for (bool again = true; again;) {
    again = std::erase_if(candidates, [&](const auto& entry) {
              return std::any_of(entry.second.in.begin(), entry.second.in.end(), can_be_woken);
            }) != 0;
  }
}

}  // namespace

void declare(DeclaredChannel& declared) {
  bool is_twice = false;
  {
    const Guard guard(graph().lock);
    is_twice = std::any_of(
        graph().channels.begin(), graph().channels.end(),
        [&](const DeclaredChannel* other) { return other->channel == declared.channel; });
    graph().channels.push_back(&declared);
  }
  // Not under the lock, which the report takes.
  LEAT_CHECK(!is_twice, "a channel was given to a second ChannelUsers");
}

void withdraw(DeclaredChannel& declared) {
  const Guard guard(graph().lock);
  std::erase(graph().channels, &declared);
}

void begin_use(DeclaredChannel& declared) {
  const G* g = current_g();
  LEAT_CHECK(g != nullptr, "a ChannelUse belongs on a goroutine");
  const Guard guard(graph().lock);
  ++declared.begun;
  declared.users.push_back(g);
}

void end_use(DeclaredChannel& declared) {
  const Guard guard(graph().lock);
  const auto mine = std::find(declared.users.begin(), declared.users.end(), current_g());
  if (mine != declared.users.end()) declared.users.erase(mine);
}

std::vector<GoroutineInfo> find_stuck(const Scheduler& scheduler) {
  std::vector<GoroutineInfo> stuck;
  const Guard guard(graph().lock);
  std::vector<DeclaredChannel*> channels = graph().channels;
  std::sort(channels.begin(), channels.end(),
            [](const auto* a, const auto* b) { return std::less<>()(a->channel, b->channel); });
  Candidates candidates = find_candidates(take_picture(channels, scheduler));
  keep_stuck(candidates);
  for (const auto& [g, candidate] : candidates) stuck.push_back(describe(*g));
  std::sort(stuck.begin(), stuck.end(),
            [](const GoroutineInfo& a, const GoroutineInfo& b) { return a.id < b.id; });
  return stuck;
}

}  // namespace leat::runtime
