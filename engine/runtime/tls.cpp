// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: errno and the exception state live in thread-local storage, goroutines do not live on
// one thread.
//
// Invariants:
//   1. This is the only file that may name thread-local storage; no function here is called on a
//      goroutine stack.
//   2. The functions are never inlined, so no caller can keep an address computed by one.
// Locking: none; each thread reads its own addresses.
//
// Rejected: reading errno and __cxa_get_globals() around each switch (both are declared const, so
// compilers fold two calls into one across the switch: the new thread would be handed the old
// thread's address); replacing __cxa_get_globals by our own (works until a second library does the
// same).
#include "engine/runtime/tls.h"

#include <cxxabi.h>

#include <cerrno>

namespace leat::runtime {

[[gnu::noinline]] int* thread_errno_slot() {
  asm volatile("" ::: "memory");
  return &errno;
}

[[gnu::noinline]] EhGlobals* thread_eh_slot() {
  asm volatile("" ::: "memory");
  return reinterpret_cast<EhGlobals*>(abi::__cxa_get_globals());
}

}  // namespace leat::runtime
