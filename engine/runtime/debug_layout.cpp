// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: gdb shows the stacks of threads. Parked goroutines are on none of them, and release
// builds have no debug information that says how a G looks.
//
// Invariants:
//   1. leat_debug is right from the first scheduler on: its offsets are measured in that scheduler
//      and its main goroutine's slab, not written down.
//   2. Its entries point at schedulers that exist. The ninth at a time is not shown.
// Locking: one lock for the entries; the debugger reads while everything stands still.
//
// Rejected: reading debug information in the script (release builds and most core files have none);
// calling functions of the program from gdb (impossible in a core file).
#include "engine/runtime/debug_layout.h"

#include <iterator>

#include "engine/runtime/scheduler.h"
#include "engine/runtime/thread_sync.h"

extern "C" {
LeatDebug leat_debug{};
}

namespace leat::runtime {

namespace {

constinit ThreadMutex lock;

template <typename Outer, typename Inner>
uint64_t offset_in(const Outer& outer, const Inner& inner) {
  return static_cast<uint64_t>(reinterpret_cast<const char*>(&inner) -
                               reinterpret_cast<const char*>(&outer));
}

constexpr GStatus kLastStatus = GStatus::kWaiting;
constexpr int kWaitReasonsMax = 64;

const char* statuses[static_cast<size_t>(kLastStatus) + 1];
const char* wait_reasons[kWaitReasonsMax];

void describe_goroutines() {
  const G g;
  leat_debug.g_bytes = sizeof(G);
  leat_debug.g_sp = offset_in(g, g.context.sp);
  leat_debug.g_id = offset_in(g, g.id);
  leat_debug.g_status = offset_in(g, g.status);
  leat_debug.g_wait_reason = offset_in(g, g.wait_reason);
  leat_debug.g_name = offset_in(g, g.name);
  leat_debug.g_waits_for = offset_in(g, g.waits_for);
  leat_debug.g_created_at = offset_in(g, g.created_at);
  for (size_t i = 0; i < std::size(statuses); ++i) statuses[i] = to_string(static_cast<GStatus>(i));
  for (size_t i = 0; i < kWaitReasonsMax; ++i)
    wait_reasons[i] = to_string(static_cast<WaitReason>(i));
  leat_debug.statuses = statuses;
  leat_debug.status_count = std::size(statuses);
  leat_debug.wait_reasons = wait_reasons;
  leat_debug.wait_reason_count = kWaitReasonsMax;
}

}  // namespace

void add_to_debugger(Scheduler& scheduler) {
  const Guard guard(lock);
  if (leat_debug.version == 0) {
    describe_goroutines();
    const GPool::DebugLayout layout = scheduler.goroutines.debug_layout();
    leat_debug.scheduler_slabs = offset_in(scheduler, scheduler.goroutines) + layout.slabs;
    leat_debug.slab_bytes = layout.slab_bytes;
    leat_debug.slab_memory = layout.slab_memory;
    leat_debug.slab_used = layout.slab_used;
    leat_debug.version = 1;
  }
  for (Scheduler*& entry : leat_debug.schedulers) {
    if (entry != nullptr) continue;
    entry = &scheduler;
    return;
  }
}

void remove_from_debugger(Scheduler& scheduler) {
  const Guard guard(lock);
  for (Scheduler*& entry : leat_debug.schedulers)
    if (entry == &scheduler) entry = nullptr;
}

}  // namespace leat::runtime
