// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a goroutine's stack has a first frame under which there is nothing to return or unwind
// to.
//
// Invariants:
//   1. No exception passes goroutine_entry(): one that leaves the goroutine's function is a panic
//      and ends the process with exit code 2, once, whatever other goroutines do.
//   2. The function object runs where its G has it. It, and then the goroutine's own values
//      (engine/g_local.h), are destroyed on the goroutine, before its end is visible.
// Locking: one flag decides which of several panics is reported.
//
// Rejected: carrying the exception to Runtime::run (the goroutines that wait for this one would
// never be woken: whoever wants errors to travel sends them as values).
#include "engine/runtime/goroutine_entry.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "engine/g_local.h"
#include "engine/runtime/dump.h"
#include "engine/runtime/g.h"
#include "engine/runtime/park.h"
#include "engine/runtime/sim.h"
#include "engine/runtime/stack.h"

namespace leat::runtime {

namespace {

[[noreturn]] void die_of_panic(G* g, const char* what) {
  static std::atomic<bool> reported{false};
  while (reported.exchange(true)) pause();  // the first one ends the process
  std::fprintf(stderr, "panic: %s\n\n", what);
  print_goroutine(stderr, describe(*g));
  std::fflush(stderr);
  std::_Exit(2);
}

void run_function(G* g) {
  try {
    g->function();
    g->function = nullptr;
    const StackBase stack = stack_base(__builtin_frame_address(0), g->stack_class);
    if (stack_locals(stack, g->stack_class) != nullptr) destroy_locals();
  } catch (const std::exception& e) {
    die_of_panic(g, e.what());
  } catch (...) {
    die_of_panic(g, "an exception that is not a std::exception");
  }
}

}  // namespace

// TSan sees no call here that never returns: its handle of the stack is used again.
LEAT_NO_TSAN void goroutine_entry() {
  G* g = current_g();
#ifdef LEAT_SIM
  if (g == nullptr) sim::thread_entry();
#endif
  arrive(g);
  run_function(g);
  exit(g);
}

}  // namespace leat::runtime
