// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The two ends of a blocking call; engine/blocking.h is their public face.
#pragma once

#include "engine/runtime/g.h"

namespace leat::runtime {

/// From here on the calling goroutine owns no processor: it may block its thread, and may not
/// suspend.
void enter_blocking(G* g);

/// Takes a processor again: its old one if nobody took it, else another, else waits in the global
/// queue. SUSPENDS
void exit_blocking(G* g);

}  // namespace leat::runtime
