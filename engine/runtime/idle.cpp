// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: wake enough threads that no runnable goroutine waits beside an idle P, and not one more:
// a needless wake-up costs microseconds and a context switch of the kernel.
//
// An M is *spinning* while it searches with a P but without work. Submitters wake somebody only if
// nobody spins; a spinner that finds work wakes the next one, so wake-ups form a chain that ends
// when a search fails.
//
// Invariants:
//   1. Submit: publish the G in a queue; full fence; then read idle_ps and spinning_ms
//      (wants_wake_up).
//   2. Park of a spinner: release the P (idle_ps up); spinning_ms down; full fence; look at all
//      queues once more; if there is something and an idle P, take the P, spin again
//      (Scheduler::recheck). By 1 and 2 either the submitter sees no spinner and wakes one, or the
//      last spinner sees the work (each half alone loses wake-ups).
//   3. Park of an M that never spun (the number of spinners is limited): a submitter which saw no
//      idle P has set need_spinning, before reading idle_ps a second time; the M raises idle_ps,
//      then reads need_spinning, and spins if it is set. The same two-sided pattern on the pair
//      (need_spinning, idle_ps).
//   4. need_spinning is cleared only by who becomes a spinner, before its search: work published
//      before the flag was read as set is seen by that search.
//   5. The last look reads the global queue first, then the rings; what moves from there to a ring
//      is counted in the global queue until it is in the ring (GlobalQueue::take). Its mover wakes
//      nobody: nothing new has been submitted.
//   6. idle P => its queue is empty, and nobody pushes to it.
// Memory order: all seq_cst. The cost is on the submitter's side only a load or two, because the
// exchange of run_next is the fence.
//
// Rejected: Go's wakep(), which takes the scheduler lock on every submission while all Ps are busy
// to set needspinning (invariant 3 does without); waking one thread per submission (a storm: most
// find nothing); Tokio's silent LIFO slot (a stage that sends a batch and computes on would keep
// the receiver waiting).
#include "engine/runtime/idle.h"

namespace leat::runtime {

void Idle::push_p(P* p) {
  p->next_idle = ps_;
  ps_ = p;
  idle_ps_.fetch_add(1, std::memory_order_seq_cst);
}

P* Idle::pop_p() {
  P* p = ps_;
  if (p == nullptr) return nullptr;
  ps_ = p->next_idle;
  idle_ps_.fetch_sub(1, std::memory_order_seq_cst);
  return p;
}

void Idle::push_m(M* m) {
  m->next_idle = ms_;
  ms_ = m;
  idle_ms_.fetch_add(1, std::memory_order_seq_cst);
}

M* Idle::pop_m() {
  M* m = ms_;
  if (m == nullptr) return nullptr;
  ms_ = m->next_idle;
  idle_ms_.fetch_sub(1, std::memory_order_seq_cst);
  return m;
}

}  // namespace leat::runtime
