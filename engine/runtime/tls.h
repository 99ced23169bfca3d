// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The per-thread state that goroutines must carry with them when they move to another OS thread,
// and the only access to it. A compiler may keep the address of a thread-local variable over a
// context switch, after which it is another thread's: so each M fetches the addresses once, on its
// own stack, and goroutines reach them through their M.
#pragma once

// For functions that use errno by its name: they are compiled on their own, so that no caller keeps
// errno's address over a switch.
#if defined(__clang__)
#define LEAT_OWN_ERRNO [[gnu::noinline]]
#else
#define LEAT_OWN_ERRNO [[gnu::noinline, gnu::noipa]]
#endif

namespace leat::runtime {

/// What the C++ runtime library knows of exceptions in flight on a thread (__cxa_eh_globals of the
/// Itanium ABI).
struct EhGlobals {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

/// What a goroutine takes along from thread to thread.
struct ThreadState {
  void* caught = nullptr;     // of EhGlobals
  unsigned int uncaught = 0;  // of EhGlobals
  int errno_value = 0;
};

/// Where the calling OS thread keeps errno. REQUIRES: not on a goroutine stack.
int* thread_errno_slot();

/// Where the calling OS thread keeps its exception state. REQUIRES: not on a goroutine stack.
EhGlobals* thread_eh_slot();

}  // namespace leat::runtime
