// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The only file of leat that throws. Callers hold no lock.
#include "engine/panic.h"

namespace leat {

void panic_send_on_closed() { throw ChannelClosed("send on closed channel"); }

void panic_close_of_closed() { throw ChannelClosedTwice("close of closed channel"); }

}  // namespace leat
