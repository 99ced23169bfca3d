// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which sanitizer this translation unit is compiled with, and the hooks that tell it about
// goroutine stacks. GCC and clang announce themselves differently; nothing outside this file looks
// at their macros.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAT_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define LEAT_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(LEAT_ASAN)
#define LEAT_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__) && !defined(LEAT_TSAN)
#define LEAT_TSAN 1
#endif
#ifndef LEAT_ASAN
#define LEAT_ASAN 0
#endif
#ifndef LEAT_TSAN
#define LEAT_TSAN 0
#endif

#if LEAT_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if LEAT_TSAN
extern "C" {
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#define LEAT_NO_TSAN __attribute__((no_sanitize("thread")))
#else
#define LEAT_NO_TSAN
#endif

namespace leat::runtime {

/// Sanitizers make every frame larger and every thread slower.
inline constexpr bool kSanitized = LEAT_ASAN || LEAT_TSAN;
inline constexpr bool kThreadSanitized = LEAT_TSAN;

/// Tell ThreadSanitizer that what happened before the one happens before the other, where the
/// kernel carries `address` from thread to thread by a system call that it does not know.
inline void handed_to_kernel([[maybe_unused]] void* address) {
#if LEAT_TSAN
  __tsan_release(address);
#endif
}
inline void taken_from_kernel([[maybe_unused]] void* address) {
#if LEAT_TSAN
  __tsan_acquire(address);
#endif
}

}  // namespace leat::runtime
