// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Panics: mistakes in the use of a channel that Go answers with panic(). They are exceptions; one
// that leaves its goroutine ends the process.
#pragma once

#include <stdexcept>

namespace leat {

/// Base of all panics.
struct Panic : std::logic_error {
  using std::logic_error::logic_error;
};

/// send() on a channel that is closed, or is closed while the sender waits.
struct ChannelClosed : Panic {
  using Panic::Panic;
};

/// close() of a channel that is closed.
struct ChannelClosedTwice : Panic {
  using Panic::Panic;
};

[[noreturn, gnu::cold]] void panic_send_on_closed();
[[noreturn, gnu::cold]] void panic_close_of_closed();

}  // namespace leat
