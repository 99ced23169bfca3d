// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The thread model `kernel`: a goroutine that owns its OS thread. Called by the functions of park.h
// and handoff.h when the caller's M has no P.
#pragma once

#include "engine/runtime/park.h"

namespace leat::runtime {

/// park() for a goroutine that owns its thread. SUSPENDS
void park_thread(G* g, WaitReason reason, const char* waits_for, Commit commit, void* argument);

/// ready() for one.
void ready_thread(G* g);

/// exit() for one.
[[noreturn]] void exit_thread(G* g);

}  // namespace leat::runtime
