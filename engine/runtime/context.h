// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A place where execution can go on: a saved stack pointer, and what sanitizers must know about the
// stack under it.
#pragma once

#include <cstddef>

#include "engine/runtime/sanitizer.h"

namespace leat::runtime {

struct Context {
  void* sp = nullptr;  ///< Null until created; meaningless while running.
#if LEAT_ASAN
  void* fake_stack = nullptr;
  const void* bottom = nullptr;
  size_t bytes = 0;
#endif
#if LEAT_TSAN
  void* fiber = nullptr;
#endif
};

/// Prepares `context` to start in runtime::goroutine_entry() on the given stack.
void create_context(Context& context, char* stack_low, size_t stack_bytes);

/// Tells sanitizers that nothing will switch to `context` again. REQUIRES: it is not running.
void destroy_context(Context& context);

/// Makes `context` stand for the calling OS thread's own stack (an M's g0). Call on that thread.
void adopt_thread_context(Context& context);

/// Saves the running context into `from` and goes on at `to`. Returns when somebody switches to
/// `from`, perhaps on another OS thread. Until then `from` may not be published: see
/// engine/runtime/park.h.
void switch_context(Context& from, Context& to);

/// Like switch_context, but the stack under `from` will never run again.
[[noreturn]] void leave_context(Context& from, Context& to);

}  // namespace leat::runtime
