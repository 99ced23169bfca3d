// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The two ends of lock_os_thread(); engine/go.h is their public face.
#pragma once

#include "engine/runtime/g.h"

namespace leat::runtime {

/// From here on `g`, the caller, stays on its M, which runs nothing else. May be nested. Under the
/// thread models `kernel` (it has a thread of its own) and `user` (there is only one) it does
/// nothing.
void lock_thread(G* g);

/// Takes back one lock_thread(); does nothing if there is none.
void unlock_thread(G* g);

/// `g`, which is locked to `m`, ends: the thread ends with it. On the goroutine.
void retire_with(G* g, M* m);

}  // namespace leat::runtime
