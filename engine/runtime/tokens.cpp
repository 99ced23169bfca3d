// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: GOMAXPROCS changes while goroutines run that nobody can stop.
//
// A P is data (a queue, caches) and, in the states kIdle, kRunning and kBlocking, one token: the
// right to run. `procs` says how many tokens there should be. More: spares are given tokens and
// become idle Ps. Fewer: idle Ps lose theirs at once, the others at their next scheduling point
// (surrender). So nothing is ever stopped; a goroutine that never looks up keeps its token until
// sysmon takes it (ghosts.cpp).
//
// Invariants:
//   1. tokens == the number of Ps in kIdle, kRunning or kBlocking. surplus == max(0, tokens -
//      procs). solo == (tokens == 1 and no ghost). All change under Scheduler::lock.
//   2. Whoever gives up a token has emptied its queue into the global one: a spare has no work.
//   3. A new token comes with a wake-up: work that was published while `solo` kept publishers from
//      waking anybody is looked for after fence_all_threads(), so a publisher either saw that solo
//      has ended, or its work is seen.
//   4. A number that somebody chose (the configuration, the environment, set_procs) is never
//      overwritten by what the machine says; without one, sysmon asks once a second while it is
//      awake, which it is while anything runs.
// Locking: Scheduler::lock.
//
// Rejected: stopping the world as Go does for a new P array (native code cannot be stopped); a
// count of free tokens beside the idle list (an idle P is exactly that).
#include <algorithm>

#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

void Scheduler::push_spare(P* p) {
  p->next_idle = spares;
  spares = p;
}

P* Scheduler::take_spare() {
  P* p = spares;
  if (p == nullptr) {
    p = ps.add(this);
    if (p != nullptr) p->word.idle_to_spare();
    return p;
  }
  spares = p->next_idle;
  return p;
}

void Scheduler::tokens_changed() {
  const uint32_t have = tokens.load(std::memory_order_relaxed);
  const uint32_t wanted = procs.load(std::memory_order_relaxed);
  surplus.store(have > wanted ? have - wanted : 0, std::memory_order_seq_cst);
  solo.store(have == 1 && ghosts.load(std::memory_order_relaxed) == 0, std::memory_order_seq_cst);
}

void Scheduler::resize(uint32_t wanted) {
  {
    const Guard guard(lock);
    if (wanted == procs.load(std::memory_order_relaxed)) return;
    procs.store(wanted, std::memory_order_seq_cst);
    uint32_t have = tokens.load(std::memory_order_relaxed);
    for (P* p = nullptr; have < wanted && (p = take_spare()) != nullptr; ++have) {
      p->word.spare_to_idle();
      idle.push_p(p);
    }
    for (P* p = nullptr; have > wanted && (p = idle.pop_p()) != nullptr; --have) {
      p->word.idle_to_spare();
      push_spare(p);
    }
    tokens.store(have, std::memory_order_seq_cst);
    tokens_changed();
  }
  if (surplus.load(std::memory_order_seq_cst) != 0) {
    for (uint32_t i = 0, count = ps.size(); i < count; ++i)
      ps[i].word.request_preempt(ps[i].word.load());
    return;
  }
  fence_all_threads();
  if (has_queued_work()) wake_one();
}

void Scheduler::update_procs(int64_t now) {
  if (!config.procs_source || procs_are_fixed.load(std::memory_order_relaxed)) return;
  if (now - procs_updated_ns < kSecond) return;
  const bool is_first = procs_updated_ns == 0;  // it was just asked
  procs_updated_ns = now;
  if (is_first) return;
  const int wanted = config.procs_source();
  if (!procs_are_fixed.load()) resize(static_cast<uint32_t>(std::clamp(wanted, 1, kProcsMax)));
}

bool Scheduler::surrender(M* m) {
  P* p = m->p.load(std::memory_order_relaxed);
  evacuate(*p);
  const Guard guard(lock);
  if (surplus.load(std::memory_order_relaxed) == 0 || p->word.is_ghost()) return false;
  push_spare(m->drop_p_as_spare());
  tokens.store(tokens.load(std::memory_order_relaxed) - 1, std::memory_order_seq_cst);
  tokens_changed();
  return true;
}

}  // namespace leat::runtime
