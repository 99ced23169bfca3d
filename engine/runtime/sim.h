// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The seam between the runtime and the machine: points at which the simulation build (LEAT_SIM) may
// let another thread go on. In all other builds point() is nothing.
#pragma once

#ifndef LEAT_SIM

namespace leat::runtime::sim {
inline constexpr bool kSimulated = false;
/// Between two accesses to what threads share.
inline void point() {}
}  // namespace leat::runtime::sim

#else

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <functional>

namespace leat::runtime::sim {

inline constexpr bool kSimulated = true;

/// Here another virtual thread may go on. Not while a function-local static is initialised.
void point();

/// Begins a run of the scheduler: all choices from here on follow from `seed` (0: LEAT_SEED of the
/// environment, else a random one). Returns the seed. If threads of an earlier run are left, they
/// and the clock go on.
uint64_t begin(uint64_t seed);

/// Does no thread of this run stand still now and then? Then what comes late was sent late.
bool is_calm();

/// What the choices so far add up to: two runs with equal fingerprints took the same steps.
uint64_t fingerprint();
/// Points passed since begin().
uint64_t steps();

/// A virtual thread; the number names it for join().
pthread_t start_thread(std::function<void()> body);
void join(pthread_t thread);

// What thread_sync.h and clock.h ask of the machine.
int64_t now_ns();
void nap(int64_t duration_ns);
void give_processor();
bool wait_for_word(const std::atomic<uint32_t>& word, uint32_t expected, int64_t timeout_ns);
void wake_word(const std::atomic<uint32_t>& word, int count);

/// The first frame of a virtual thread.
[[noreturn]] void thread_entry();

}  // namespace leat::runtime::sim

#endif
