// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// G: a goroutine. Its stack is elsewhere and bound only from its first run to its exit, so a queued
// or dead G costs these 128 bytes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <source_location>

#include "engine/check.h"
#include "engine/runtime/context.h"
#include "engine/runtime/tls.h"
#include "engine/stack_class.h"

namespace leat::runtime {

struct M;
struct Scheduler;

/// Whether a G may run on any M.
enum class ThreadTie : uint8_t {
  kNone,
  kOwnsThread,  ///< Thread model `kernel`: its M runs nothing else and has no P.
  kLocked,      ///< By lock_os_thread(): `m` stays its M, which runs nothing else.
};

/// Who owns a G, and who may change it.
enum class GStatus : uint8_t {
  kDead,      ///< In a free list, or being prepared by its creator.
  kRunnable,  ///< In exactly one run queue (or in the hands of who takes it out or puts it in). Not
              ///< executing.
  kRunning,   ///< On an M with a P. Owned by itself.
  kBlocking,  ///< On an M, inside blocking(): it may run, but owns no P.
  kWaiting,   ///< Parked. Owned by whoever took it out of the list it waits in.
};

/// Why a G waits; printed in reports.
enum class WaitReason : uint8_t {
  kNone,
  kChannelSend,
  kChannelReceive,
  kWaitGroup,
  kMutex,
  kEvent,
  kSleep,
  kSelect,
  kSelectNoCases,
  kIo,
};

const char* to_string(GStatus status);
const char* to_string(WaitReason reason);

/// A field with one writer at a time, which reports may read at any moment.
template <typename T>
class Shown {
 public:
  Shown() = default;
  explicit Shown(T value) : value_(value) {}
  T get() const { return value_.load(std::memory_order_relaxed); }
  void set(T value) { value_.store(value, std::memory_order_relaxed); }

 private:
  std::atomic<T> value_{};
};

struct alignas(64) G {
  // What a switch touches.
  Context context;             // where it goes on; sp is null while no stack is bound
  std::atomic<M*> m{nullptr};  // who runs it; set by the M before each switch to it
  G* next = nullptr;           // link of the one list it is in
  ThreadState saved;           // while it does not run
  Shown<GStatus> status{GStatus::kDead};
  Shown<WaitReason> wait_reason{WaitReason::kNone};
  StackClass stack_class = StackClass::kSmall;
  Shown<ThreadTie> tie{ThreadTie::kNone};
  Shown<uint32_t> waiting_since_ms;  // of its scheduler's clock, while it waits
  Scheduler* scheduler = nullptr;    // its waker looks for it here
  Shown<const char*> waits_for;      // interned name of what it waits for

  // What its creation and its end touch.
  std::move_only_function<void()> function;
  Shown<uint64_t> id;
  Shown<const char*> name;  // interned
  Shown<std::source_location> created_at;

  bool has_stack() const { return context.sp != nullptr; }
  bool owns_thread() const { return tie.get() == ThreadTie::kOwnsThread; }
  bool is_locked() const { return tie.get() == ThreadTie::kLocked; }

  // The legal transitions. Each is made by the one owner that GStatus names, so a plain store is
  // enough: the list that the G passes through orders it. Reports read the status at any time and
  // may be a moment late.
  void dead_to_runnable() { move(GStatus::kDead, GStatus::kRunnable); }
  void runnable_to_running(M* runner) {
    LEAT_DCHECK(m.load(std::memory_order_relaxed) == nullptr || tie.get() != ThreadTie::kNone,
                "a goroutine was resumed before its context was saved");
    m.store(runner, std::memory_order_relaxed);
    move(GStatus::kRunnable, GStatus::kRunning);
  }
  void running_to_runnable() { move(GStatus::kRunning, GStatus::kRunnable); }
  void running_to_waiting(WaitReason reason, const char* object_name) {
    wait_reason.set(reason);
    waits_for.set(object_name);
    move(GStatus::kRunning, GStatus::kWaiting);
  }
  void waiting_to_runnable() { move(GStatus::kWaiting, GStatus::kRunnable); }
  void running_to_blocking() { move(GStatus::kRunning, GStatus::kBlocking); }
  void blocking_to_running() { move(GStatus::kBlocking, GStatus::kRunning); }
  void blocking_to_runnable() { move(GStatus::kBlocking, GStatus::kRunnable); }
  void running_to_dead() { move(GStatus::kRunning, GStatus::kDead); }

 private:
  void move([[maybe_unused]] GStatus from, GStatus to) {
    LEAT_DCHECK(status.get() == from, "a goroutine changed state out of turn");
    status.set(to);
  }
};

static_assert(kSanitized || sizeof(G) == 128, "a million queued goroutines are 128 MB");

}  // namespace leat::runtime
