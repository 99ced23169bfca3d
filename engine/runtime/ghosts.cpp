// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a goroutine computes, or blocks its thread in a library's system call, and never calls
// the engine. It does not know that its M holds a P, so the P cannot be taken from it: its code may
// be using the P at this very instruction. What waits behind it must run all the same.
//
// The answer: take the right to run, not the data. sysmon takes the *token* of the P; the P stays
// with its owner, as a *ghost*, and a spare P with the token goes to another M. The goroutine goes
// on as a plain OS thread which the kernel schedules beside the others. At its next scheduling
// point it leaves for g0, where the ghost takes a token again, if one lies idle, or is given up.
//
// Two steps: after 10 ms sysmon asks (the preempt bit; whoever calls the engine at all gives way
// then), 1 ms later it takes the token, if the word has not changed. It does so only if something
// waits in the P's queue or the global one, or a timer is late, and no P is idle and nobody
// searches: a lone hog costs nothing.
//
// Invariants:
//   1. The data of a P has one owner from take_p() to drop_p(), whatever its token does. The worst
//      race is one more running thread until the next scheduling point.
//   2. Tokens are conserved: demote() moves one from the ghost to a spare, settle_ghost() from an
//      idle P to the ghost; both are one step under Scheduler::lock.
//   3. Nothing is stranded in a ghost's queue. sysmon: word becomes kGhost, fence in all threads,
//      evacuate. Owner: push, then read the word, and if it is kGhost evacuate (published(),
//      put_local(), found_work()). Either the owner sees the ghost or sysmon sees the push; the
//      owner pays one load, because the fence is on sysmon's side only.
//   4. A ghost that finds no token has published its goroutine under the lock before; going idle
//      looks at the global queue under the same lock. So the goroutine is not left beside an idle P
//      (tests/model checks 2, 3 and 4, and that each wrong order fails).
//   5. At most ghosts_max() at a time: each is one more thread that competes for the processors.
//      Under a CPU quota, which more threads use up sooner for everybody, one.
// Memory order: the word's CAS is seq_cst; fence_all_threads() pairs with the compiler's order of
// push and load.
//
// Rejected: a signal that switches the goroutine away (its frame may be inside malloc or hold a
// lock, and would go on on another thread); bracketing every use of a P by a CAS so that it can
// really be taken (5 to 8 ns per call of the engine); lowering the thread's priority (cannot be
// raised again without privileges).
#include <algorithm>

#include "engine/mutant.h"
#include "engine/procs.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

namespace {

bool is_quota_binding() {
  const std::optional<double> quota = cpu_quota("");
  return quota && *quota < affinity_count();
}

}  // namespace

uint32_t Scheduler::ghosts_max() {
  if (config.ghosts_max >= 0) return std::min(static_cast<uint32_t>(config.ghosts_max), kGhostsMax);
  const int64_t now = now_ns();
  if (quota_asked_ns == 0 || now - quota_asked_ns > kSecond) {
    quota_asked_ns = now;
    quota_binds = is_quota_binding();
  }
  return quota_binds ? 1 : std::min(2 * procs.load(), kGhostsMax);
}

bool Scheduler::is_in_the_way(const P& p) {
  if (config.model != ThreadModel::kMpg) return false;
  const bool work_waits = !p.queue.empty() || global.size() != 0 || earliest_timer() <= now_ns();
  if (!work_waits) return false;
  return idle.idle_ps() + idle.spinning_ms() == 0;
}

bool Scheduler::demote(P& p, uint64_t word) {
  const uint32_t max = ghosts_max();
  P* heir = nullptr;
  {
    const Guard guard(lock);
    if (stopping.load(std::memory_order_relaxed) || idle.idle_ps() != 0) return false;
    const uint32_t now = ghosts.load(std::memory_order_relaxed);
    if (now < max) heir = take_spare();
    if (heir == nullptr) return false;
    if (!p.word.running_to_ghost(word)) {
      push_spare(heir);
      return false;
    }
    heir->word.spare_to_idle();
    ghosts.store(now + 1, std::memory_order_seq_cst);
    tokens_changed();
  }
  demotions.add();
  shared_event(TraceKind::kGhost, p.running.get(), p);
  if (!LEAT_MUTANT("ghost_keeps_queue")) {
    fence_all_threads();
    evacuate(p);
  }
  start_m(heir, false);
  return true;
}

void Scheduler::evacuate(P& p) {
  G* first = nullptr;
  G* last = nullptr;
  uint32_t count = 0;
  for (G* g = p.queue.pop_next(); g != nullptr || (g = p.queue.take()) != nullptr; g = nullptr) {
    first == nullptr ? first = g : last->next = g;
    last = g;
    ++count;
  }
  if (count != 0) {
    last->next = nullptr;
    const Guard guard(lock);
    global.push_chain(first, last, count);
  }
  full_fence();
  if (idle.wants_wake_up()) wake_one();
}

bool Scheduler::settle_ghost(M* m) {
  P* p = m->p.load(std::memory_order_relaxed);
  evacuate(*p);
  const Guard guard(lock);
  ghosts.store(ghosts.load(std::memory_order_relaxed) - 1, std::memory_order_seq_cst);
  P* giver = stopping.load(std::memory_order_relaxed) ? nullptr : take_idle_p();
  if (giver != nullptr) {
    giver->word.idle_to_spare();
    push_spare(giver);
    p->word.ghost_to_running();
  } else {
    push_spare(m->drop_p_as_spare());
  }
  tokens_changed();
  return giver != nullptr;
}

}  // namespace leat::runtime
