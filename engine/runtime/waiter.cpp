// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: channels and locks should not care whether a goroutine or an ordinary thread waits in
// them, nor whether it waits in other places as well (select, deadlines, cancellation).
//
// Invariants:
//   1. A Waiter is in a queue only while its owner sleeps (or is about to, holding the lock); who
//      takes it out with pop() owes exactly one wake().
//   2. After wake() the Waiter may be gone.
//   3. A wait in several places has one Waiter in each and one Claim for all. Whoever wins the
//      claim ends the wait; a queue drops the Waiters of waits that are over, and their owner
//      removes the rest before it returns.
// Locking: the object's SpinLock. A goroutine releases it as the commit of its park; a thread may
// release it first, because its note keeps a wake-up that comes early.
// Memory order: Claim::winner is acq_rel: the winner's CAS comes after all that its owner did
// before it queued; the owner reads the winner after it was woken.
//
// Rejected: allocating waiters (Go's sudog: its stacks move, ours do not); a claim in every wait (a
// compare-and-swap on each hop of a channel, for the few that wait in two places).
#include "engine/runtime/waiter.h"

#include "engine/mutant.h"

namespace leat::runtime {

bool Claim::win(Waiter* waiter) {
  Waiter* nobody = nullptr;
  sim::point();
  if (winner.compare_exchange_strong(nobody, waiter, std::memory_order_acq_rel)) return true;
  return LEAT_MUTANT("claim_won_twice");
}

void WakeList::wake_all() {
  while (Waiter* waiter = pop()) wake(waiter);
}

void wait_and_unlock(Waiter& waiter, SpinLock& lock, WaitReason reason, const char* waits_for) {
  if (G* g = current_g()) {
    waiter.g = g;
    park(g, reason, waits_for, unlock_commit, &lock);
  } else {
    lock.unlock();
    waiter.note.wait();
  }
}

void wake(Waiter* waiter) {
  if (G* g = waiter->g)
    ready(g);
  else
    (waiter->claim != nullptr ? waiter->claim->note : waiter->note).wake();
}

}  // namespace leat::runtime
