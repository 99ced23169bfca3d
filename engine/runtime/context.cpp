// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: switch between C++ stacks in a few nanoseconds, on whatever OS thread, without confusing
// sanitizers, unwinders or debuggers. Boost.Context's raw fcontext does the switch; only this file
// knows it.
//
// Invariants:
//   1. The stack pointer of the context that was left is known only after the jump: the arriving
//      side stores it (in arrive_from). A context is therefore never published by itself, only by
//      whoever runs after it.
//   2. Nothing here reads thread-local storage, and no function here is inlined into code that
//      does.
//   3. fcontext saves the callee-saved registers, MXCSR and the x87 control word. errno and the
//      exception state are saved with the goroutine (engine/runtime/park.cpp).
//   4. The two TSan/ASan announcements stand directly around the jump.
// Memory order: none of its own; the run queues order the accesses to a saved context.
//
// Rejected: boost::context::fiber (it neither swaps the exception state in 1.81 nor can it tell
// sanitizers without being rebuilt on ucontext, 50 times slower, and it ends fibers by an exception
// that `catch (...)` swallows); hand-written assembly (a nanosecond cheaper, one more thing per
// architecture).
#include "engine/runtime/context.h"

#include <pthread.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

#include <boost/context/detail/fcontext.hpp>

#include "engine/check.h"
#include "engine/runtime/goroutine_entry.h"
#include "engine/runtime/thread_sync.h"

namespace leat::runtime {

namespace {

namespace fcontext = boost::context::detail;

// What the arriving side must do for the context it came from.
LEAT_NO_TSAN inline void arrive_from(fcontext::transfer_t transfer,
                                     [[maybe_unused]] void* my_fake_stack) {
  static_cast<Context*>(transfer.data)->sp = transfer.fctx;
#if LEAT_ASAN
  __sanitizer_finish_switch_fiber(my_fake_stack, nullptr, nullptr);
#endif
}

LEAT_NO_TSAN inline void announce_leaving([[maybe_unused]] Context& from,
                                          [[maybe_unused]] Context& to,
                                          [[maybe_unused]] bool for_ever) {
#if LEAT_ASAN
  __sanitizer_start_switch_fiber(for_ever ? nullptr : &from.fake_stack, to.bottom, to.bytes);
#endif
#if LEAT_TSAN
  __tsan_switch_to_fiber(to.fiber, 0);
#endif
}

// The outermost frame of every goroutine. Tells unwinders that there is no caller.
LEAT_NO_TSAN void first_frame(fcontext::transfer_t transfer) {
#if defined(__x86_64__)
  asm volatile(".cfi_undefined rip");
#elif defined(__aarch64__)
  asm volatile(".cfi_undefined x30");
#endif
  arrive_from(transfer, nullptr);
  goroutine_entry();
}

#if LEAT_TSAN
// TSan's handles of stacks. Making one costs a millisecond, so they are used again.
struct Fibers {
  SpinLock lock;
  std::vector<void*> free;

  void* take() {
    const Guard guard(lock);
    if (free.empty()) return __tsan_create_fiber(0);
    void* fiber = free.back();
    free.pop_back();
    return fiber;
  }
  void give(void* fiber) {
    const Guard guard(lock);
    free.push_back(fiber);
  }
};

Fibers& fibers() {
  static Fibers* const all = new Fibers;
  return *all;
}
#endif

}  // namespace

void create_context(Context& context, char* stack_low, size_t stack_bytes) {
  // The top words belong to own_stack(); 16 bytes keep the alignment of the ABI.
  constexpr size_t kReservedTop = 16;
  context.sp = fcontext::make_fcontext(stack_low + stack_bytes - kReservedTop,
                                       stack_bytes - kReservedTop, first_frame);
#if LEAT_ASAN
  context.fake_stack = nullptr;
  context.bottom = stack_low;
  context.bytes = stack_bytes;
#endif
#if LEAT_TSAN
  context.fiber = fibers().take();
#endif
}

void destroy_context([[maybe_unused]] Context& context) {
  context.sp = nullptr;
#if LEAT_TSAN
  fibers().give(context.fiber);
  context.fiber = nullptr;
#endif
}

void adopt_thread_context([[maybe_unused]] Context& context) {
#if LEAT_ASAN
  pthread_attr_t attributes;
  LEAT_CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0, "the thread's stack is unknown");
  void* low = nullptr;
  size_t bytes = 0;
  pthread_attr_getstack(&attributes, &low, &bytes);
  pthread_attr_destroy(&attributes);
  context.bottom = low;
  context.bytes = bytes;
#endif
#if LEAT_TSAN
  context.fiber = __tsan_get_current_fiber();
#endif
}

[[gnu::noinline]] LEAT_NO_TSAN void switch_context(Context& from, Context& to) {
  announce_leaving(from, to, false);
  const fcontext::transfer_t transfer = fcontext::jump_fcontext(to.sp, &from);
#if LEAT_ASAN
  arrive_from(transfer, from.fake_stack);
#else
  arrive_from(transfer, nullptr);
#endif
}

[[gnu::noinline]] LEAT_NO_TSAN void leave_context(Context& from, Context& to) {
  announce_leaving(from, to, true);
  fcontext::jump_fcontext(to.sp, &from);
  std::abort();
}

}  // namespace leat::runtime
