// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: some libraries keep state in thread-local storage, or the kernel in the thread
// (namespaces, priorities). Code that uses them must stay on one thread, which nobody else may use,
// although its goroutine parks and is woken like any other.
//
// A locked goroutine leaves its stack through g0 only. Its M then passes its P on, queue and all,
// and sleeps. The goroutine is queued and found like others; whoever finds it cannot run it and
// gives his P to the M that can. If the goroutine ends while it is locked the thread ends too, for
// nobody knows what was done to it.
//
// Invariants:
//   1. g->is_locked() if and only if m->locked == g, m being g->m; then g->m stays set while g does
//      not run. Only g's own code changes that, and only while it runs on m. When g ends locked,
//      m->locked still names it until the M has retired: so m goes through g0 once more.
//   2. While m->locked is set m runs no other goroutine: choose_next() and run_goroutines() see to
//      it. It is never in the idle list, nor the poller.
//   3. hand_to_locked() sets next_p and wakes the note in this order, once for each time that g was
//      made runnable; it may come before m sleeps, even before m has passed its own P on. The note
//      keeps it, and m takes next_p only after it has dropped what it had.
//   4. waits_locked (and the count of it) says under Scheduler::lock that m has no P, none was given
//      to it, and it sleeps: for deadlock detection. An M that has ended counts like a sleeping one.
//   5. A P on its way to a locked M is kIdle and in no list, as in workers.cpp invariant 3.
//   6. A P that comes by way of next_p may have been kIdle when shutdown asked all that ran, so m
//      reads `stopping` once it has it (invariant 2 of lifecycle.cpp).
//   7. The structure of an M whose thread has ended is used for the next thread, after the old one
//      was joined; so a program that ends locked goroutines for ever has as many as live at once.
// Locking: Scheduler::lock for next_p, waits_locked and the list of ended Ms.
//
// Rejected: a queue of its own for each locked M (the goroutine would lose its place among the
// others, and thieves could not see it wait); keeping the thread of a goroutine that ended locked.
#include "engine/runtime/locked_threads.h"

#include <utility>

#include "engine/runtime/scheduler.h"

namespace leat::runtime {

void lock_thread(G* g) {
  if (g->scheduler->config.model != ThreadModel::kMpg) return;
  M* m = g->m.load(std::memory_order_relaxed);
  m->locked = g;
  ++m->lock_count;
  g->tie.set(ThreadTie::kLocked);
}

void unlock_thread(G* g) {
  if (!g->is_locked()) return;
  M* m = g->m.load(std::memory_order_relaxed);
  if (--m->lock_count != 0) return;
  m->locked = nullptr;
  g->tie.set(ThreadTie::kNone);
}

void retire_with(G* g, M* m) {
  m->lock_count = 0;
  m->retires = true;
  g->tie.set(ThreadTie::kNone);
}

// Gives away the P of `m`, if it has one. False: stop.
bool Scheduler::pass_p_on(M* m) {
  while (P* p = m->p.load(std::memory_order_relaxed)) {
    if (!keep_p(m)) return true;  // it was a ghost or one too many
    if (stopping.load(std::memory_order_seq_cst)) return false;
    {
      const Guard guard(lock);
      if (p->word.is_ghost() || surplus.load(std::memory_order_relaxed) != 0) continue;
      m->drop_p();
    }
    hand_off(p);
  }
  return true;
}

bool Scheduler::wait_for_locked(M* m) {
  if (!pass_p_on(m)) return false;
  if (m->retires) {
    retire(m);
    return false;
  }
  bool deadlock = false;
  {
    const Guard guard(lock);
    if (stopping.load(std::memory_order_relaxed)) return false;
    if (m->next_p == nullptr) {
      m->waits_locked = true;
      ++locked_waiting;
      deadlock = all_asleep();
      deadlock_reported |= deadlock;
    }
  }
  if (deadlock) die_of_deadlock();
  return wait_for_p(m) && !stopping.load(std::memory_order_seq_cst);
}

void Scheduler::hand_to_locked(M* m, G* g) {
  M* owner = g->m.load(std::memory_order_relaxed);
  {
    const Guard guard(lock);
    // find_runnable() will settle that first. At the end the owner may have been woken for it
    // already, and look for a P at this moment (wake_locked).
    if (stopping.load(std::memory_order_relaxed) ||
        m->p.load(std::memory_order_relaxed)->word.is_ghost()) {
      global.push(g);
      return;
    }
    owner->next_p = m->drop_p();
    if (std::exchange(owner->waits_locked, false)) --locked_waiting;
  }
  owner->note.wake();
}

void Scheduler::wake_locked() {
  for (const auto& m : ms) {
    if (!std::exchange(m->waits_locked, false)) continue;
    --locked_waiting;
    m->note.wake();
  }
}

// The last act of `m`, which has no P, before its thread ends.
void Scheduler::retire(M* m) {
  m->locked = nullptr;
  m->retires = false;
  bool deadlock = false;
  {
    const Guard guard(lock);
    ended_ms.push_back(m);
    deadlock = all_asleep();
    deadlock_reported |= deadlock;
  }
  if (deadlock) die_of_deadlock();
}

M* Scheduler::take_ended_m() {
  if (ended_ms.empty() || !ended_ms.back()->thread) return nullptr;
  M* m = ended_ms.back();
  ended_ms.pop_back();
  return m;
}

}  // namespace leat::runtime
