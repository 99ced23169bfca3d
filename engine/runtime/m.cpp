// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: an M must always know whether it holds a P, and goroutines must find the P through it.
//
// Invariants:
//   1. m->p == p and p->m == m and p->word is kRunning or kGhost, or none of the three. Only
//      take_p, drop_p, drop_p_as_spare and the blocking calls (engine/runtime/handoff.cpp) change
//      that.
//   2. Without a P an M runs only the scheduler's parking code or a blocking call.
//   3. All plain fields belong to the M's own thread; next_p and spinning are set by who wakes it,
//      before the note.
// Memory order: m->p and p->m are relaxed; the word of the P orders its contents.
//
// Rejected: finding the M by a thread-local variable (a compiler may keep its address over a switch
// of stacks).
#include "engine/runtime/m.h"

#include "engine/check.h"

namespace leat::runtime {

void M::take_p(P* given) {
  LEAT_CHECK(p.load(std::memory_order_relaxed) == nullptr, "an M took a second P");
  given->word.idle_to_running();
  given->m.store(this, std::memory_order_relaxed);
  p.store(given, std::memory_order_relaxed);
}

namespace {

P* unlink(M* m) {
  P* dropped = m->p.load(std::memory_order_relaxed);
  LEAT_CHECK(dropped != nullptr, "an M dropped a P that it did not have");
  m->p.store(nullptr, std::memory_order_relaxed);
  dropped->m.store(nullptr, std::memory_order_relaxed);
  return dropped;
}

}  // namespace

void M::record(TraceKind kind, const G* g, uint8_t argument) {
  const P* held = p.load(std::memory_order_relaxed);
  trace->add({trace_ticks(), g != nullptr ? g->id.get() : 0, g != nullptr ? g->name.get() : nullptr,
              kind, argument, static_cast<uint16_t>(held != nullptr ? held->id : 0)});
}

P* M::drop_p() {
  P* dropped = unlink(this);
  dropped->word.running_to_idle();
  return dropped;
}

P* M::drop_p_as_spare() {
  P* dropped = unlink(this);
  dropped->word.is_ghost() ? dropped->word.ghost_to_spare() : dropped->word.running_to_spare();
  return dropped;
}

}  // namespace leat::runtime
