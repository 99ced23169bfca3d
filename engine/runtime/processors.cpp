// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the number of Ps changes while thieves, sysmon and reports walk over them.
//
// Invariants:
//   1. A P is never moved or freed before its scheduler: size_ is raised after the entry is
//      written, so every index below size() is good for ever.
//   2. Ps that are not needed stay, as spares, and are used again before a new one is made: there
//      are never more than the most tokens plus the most ghosts at any one time.
// Memory order: size_ release after the entry, acquire before it is read.
//
// Rejected: a new array for each number of processors (as Go's, which stops the world for it); an
// array of the largest size (3 MB touched by every program).
#include "engine/runtime/processors.h"

namespace leat::runtime {

P* Processors::add(Scheduler* scheduler) {
  const uint32_t i = size_.load(std::memory_order_relaxed);
  if (i == kMax) return nullptr;
  table_[i] = std::make_unique<P>();
  P* p = table_[i].get();
  p->id = i;
  p->scheduler = scheduler;
  size_.store(i + 1, std::memory_order_release);
  return p;
}

}  // namespace leat::runtime
