// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a G is touched by its own code, by the M that runs it, by whoever wakes it and by
// reports; each field needs one owner at each moment.
//
// Invariants:
//   1. status names the owner (see GStatus). Only the owner writes, and hands over by putting the G
//      into a list or by switching context; both order all plain fields.
//   2. A G is in at most one list, through `next`: a run queue slot, the global queue, or a free
//      list. A parked G is in none of them; the Waiter on its stack is in the object's list.
//   3. `m` is set before each switch to the G and read by its own code only, so it is right
//      whenever its code runs. It is cleared before the commit of a switch away: a G that is
//      resumed while it is set has not been saved yet.
// Memory order: status is relaxed, see 1.
//
// Rejected: a compare-and-swap on each transition as in Go (there a garbage collector may hold the
// status; here nobody competes with the owner, and three of them would double the price of a
// channel hop); the G at the top of its stack (then a queued goroutine costs a page).
#include "engine/runtime/g.h"

namespace leat::runtime {

const char* to_string(GStatus status) {
  switch (status) {
    case GStatus::kDead: return "dead";
    case GStatus::kRunnable: return "runnable";
    case GStatus::kRunning: return "running";
    case GStatus::kBlocking: return "blocking call";
    case GStatus::kWaiting: return "waiting";
  }
  return "?";
}

const char* to_string(WaitReason reason) {
  switch (reason) {
    case WaitReason::kNone: return "nothing";
    case WaitReason::kChannelSend: return "channel send";
    case WaitReason::kChannelReceive: return "channel receive";
    case WaitReason::kWaitGroup: return "wait group";
    case WaitReason::kMutex: return "mutex";
    case WaitReason::kEvent: return "event";
    case WaitReason::kSleep: return "sleep";
    case WaitReason::kSelect: return "select";
    case WaitReason::kSelectNoCases: return "select (no cases)";
    case WaitReason::kIo: return "IO wait";
  }
  return "?";
}

}  // namespace leat::runtime
