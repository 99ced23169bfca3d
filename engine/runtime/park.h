// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How a goroutine leaves its thread and comes back: the only code that switches away from a
// goroutine's stack.
#pragma once

#include "engine/runtime/m.h"

namespace leat::runtime {

/// Every so many time slices the global queue is served before the local one.
inline constexpr uint64_t kGlobalQueueInterval = 61;

/// Suspends `g`, the caller, until ready(g). `commit` runs once the context of `g` is saved, and
/// must be what makes `g` visible to wakers (usually: it unlocks); it may not fail. SUSPENDS
void park(G* g, WaitReason reason, const char* waits_for, Commit commit, void* argument);

/// A Commit that releases the SpinLock `lock`.
bool unlock_commit(M* m, G* left, void* lock);

/// Makes `g`, which is parked and in no list any more, runnable: next on the caller's processor if
/// the caller is a goroutine of the same scheduler, else somewhere. REQUIRES: no SpinLock held that
/// `g` may want. THREADS: any.
void ready(G* g);

/// Lets others run. `g` is the caller. SUSPENDS
void yield(G* g);

/// Gives way if that was asked for. `g` is the caller. SUSPENDS
void checkpoint(G* g);

/// Ends `g`, the caller.
[[noreturn]] void exit(G* g);

/// The second half of every switch to a goroutine; `g` is the caller. For its first run
/// goroutine_entry() calls it.
void arrive(G* g);

/// Makes sure that `g` has a stack to run on. REQUIRES: the caller owns `p`.
void bind_stack(P* p, G* g);

/// Leaves `g`, the caller, for the stack of its M; `commit` decides there what becomes of it.
/// Returns when `g` runs again, perhaps on another M.
void leave_to_g0(G* g, Commit commit, void* argument);

}  // namespace leat::runtime
