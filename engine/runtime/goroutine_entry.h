// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The first and last code on every goroutine's stack.
#pragma once

namespace leat::runtime {

/// Runs the goroutine that owns the current stack to its end and leaves it for ever.
[[noreturn]] void goroutine_entry();

}  // namespace leat::runtime
