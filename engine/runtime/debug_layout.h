// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What engine/gdb/leat_gdb.py needs to know to find goroutines in a process or a core file, also
// in one without debug information.
#pragma once

#include <cstdint>

namespace leat::runtime {

struct Scheduler;

/// Makes the goroutines of `scheduler` findable. THREADS: any.
void add_to_debugger(Scheduler& scheduler);
void remove_from_debugger(Scheduler& scheduler);

}  // namespace leat::runtime

/// The script reads this by its symbol, `leat_debug`. Offsets are in bytes; names say which.
/// Extend it at the end only, and raise `version`.
struct LeatDebug {
  uint64_t version;
  leat::runtime::Scheduler* schedulers[8];  ///< Null: a free entry.
  // In a Scheduler: the pointers to the first slab of goroutines and behind the last.
  uint64_t scheduler_slabs;
  // In a slab.
  uint64_t slab_bytes, slab_memory, slab_used;
  // In a G.
  uint64_t g_bytes, g_sp, g_id, g_status, g_wait_reason, g_name, g_waits_for, g_created_at;
  // Texts of the statuses and wait reasons.
  const char* const* statuses;
  uint64_t status_count;
  const char* const* wait_reasons;
  uint64_t wait_reason_count;
};

extern "C" LeatDebug leat_debug;
