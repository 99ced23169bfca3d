// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: bound all that is under way in a segment, in its lanes and in what waits behind them for
// its order, without any stage having to wait for another.
//
// Invariants
// 1. A split is under way while somebody holds its ticket: the lane that works on it, and every
//    message that left the lane. As many tickets are out as the channel holds elements.
// 2. Only the segment's head waits for a credit, and it holds no ticket of its own inputs then.
// 3. In a run that has failed a split may never end for those who wait for its order, and what waits
//    behind it keeps its tickets. The ticket of the split itself is given back after the failure is
//    known, so a head that waits is woken once more and must look then.
//
// Rejected: counting bytes (what a batch holds is shared, so they would be counted several times or
// not at all); a bound for each edge (an ordered reader could then wait for a split that waits for
// room).
#include "pipelines/run/credits.h"

#include "engine/mutant.h"

namespace leat::pipelines {

SplitTicket Credits::acquire() {
  slots_.send('t');
  return SplitTicket(this, [](void* credits) {
    char slot = 0;
    static_cast<Credits*>(credits)->slots_.try_recv(slot);
  });
}

bool Credits::drain(const std::function<bool()>& is_wanted) {
  std::vector<SplitTicket> all(slots_.capacity());
  for (SplitTicket& ticket : all) {
    ticket = acquire();
    if (!is_wanted() && !LEAT_MUTANT("failed_runs_are_drained")) return false;
  }
  return true;
}

}  // namespace leat::pipelines
