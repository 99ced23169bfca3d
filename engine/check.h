// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Assertions about our own code. A failed check is a bug in leat, never a fault of the user's data:
// it prints the condition, its place and what is known of the goroutines, and aborts. For faults of
// the world see engine/error.h.
#pragma once

namespace leat {

/// Prints the message and aborts the process. THREADS: any.
[[noreturn, gnu::cold, gnu::noinline]] void check_failed(const char* condition, const char* file,
                                                         int line, const char* message);

}  // namespace leat

/// Always on: at boundaries and state edges.
#define LEAT_CHECK(condition, message)               \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::leat::check_failed(#condition, __FILE__, __LINE__, (message)))

/// For hot paths: compiled only into builds with LEAT_DCHECKS (all but release and bench).
#ifdef LEAT_DCHECKS
#define LEAT_DCHECK(condition, message) LEAT_CHECK(condition, message)
#else
#define LEAT_DCHECK(condition, message) static_cast<void>(sizeof((condition) ? 1 : 0))
#endif
