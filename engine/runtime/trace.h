// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The event trace: what the scheduler did and when, to be looked at in Perfetto.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/runtime/clock.h"
#include "engine/runtime/thread_sync.h"

namespace leat::runtime {

enum class TraceKind : uint8_t {
  kCreate,   ///< A goroutine was created.
  kStart,    ///< It runs on this thread from now on ...
  kStop,     ///< ... until it gives way,
  kBlock,    ///< or waits (argument: WaitReason),
  kExit,     ///< or ends.
  kUnblock,  ///< It was made runnable by what runs on this thread.
  kSyscall,  ///< It begins a blocking call ...
  kReturn,   ///< ... and has its processor again,
  kRequeue,  ///< or finds none and has to queue.
  kSteal,    ///< The thread took goroutines of another processor.
  kHandOff,  ///< sysmon gave the processor of a blocked goroutine away,
  kPreempt,  ///< asked a goroutine to give way,
  kGhost,    ///< took the token of one that did not.
};

struct TraceEvent {
  uint64_t ticks = 0;
  uint64_t goroutine = 0;      ///< Its id; 0: none.
  const char* name = nullptr;  ///< Of the goroutine; interned.
  TraceKind kind = TraceKind::kCreate;
  uint8_t argument = 0;
  uint16_t processor = 0;
};

/// The clock of the trace: the fastest counter there is. Ticks of different threads can be
/// compared.
inline uint64_t trace_ticks() {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  uint64_t ticks;
  asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#endif
}

/// The newest events of one thread. One writer at a time; readers at any time.
class TraceBuffer {
 public:
  /// Keeps at least `events`, rounded up to a power of two.
  explicit TraceBuffer(size_t events);

  void add(const TraceEvent& event) {
    const uint64_t count = count_.load(std::memory_order_relaxed);
    Slot& slot = slots_[count & mask_];
    slot[0].store(event.ticks, std::memory_order_relaxed);
    slot[1].store(event.goroutine, std::memory_order_relaxed);
    slot[2].store(reinterpret_cast<uintptr_t>(event.name), std::memory_order_relaxed);
    slot[3].store(static_cast<uint64_t>(event.kind) | uint64_t{event.argument} << 8 |
                      uint64_t{event.processor} << 16,
                  std::memory_order_relaxed);
    count_.store(count + 1, std::memory_order_release);
  }

  /// The events that are still there, oldest first. THREADS: any.
  std::vector<TraceEvent> events() const;

 private:
  using Slot = std::array<std::atomic<uint64_t>, 4>;

  const uint64_t mask_;
  const std::unique_ptr<Slot[]> slots_;
  std::atomic<uint64_t> count_{0};
};

/// All buffers of one scheduler.
class Trace {
 public:
  /// `events`: kept for each thread; 0: tracing is off.
  explicit Trace(size_t events);

  /// A buffer for one thread, or null if tracing is off. THREADS: any.
  TraceBuffer* add_thread(std::string name);
  /// For threads without a buffer of their own. THREADS: any.
  void add_shared(const TraceEvent& event);
  bool is_on() const { return shared_ != nullptr; }

  /// Everything as entries of `traceEvents` in the format of chrome://tracing, which Perfetto
  /// opens, with commas between them: as process `process` what each thread did, and as the next
  /// one which goroutine each processor ran. `title` begins the names of both. THREADS: any.
  std::string entries(uint32_t process, const std::string& title) const;

 private:
  struct Thread {
    std::string name;
    std::unique_ptr<TraceBuffer> buffer;
  };

  const size_t events_;
  const uint64_t first_ticks_;
  const int64_t first_ns_;
  mutable ThreadMutex lock_;
  std::vector<Thread> threads_;  // guarded by lock_
  TraceBuffer* shared_ = nullptr;
};

}  // namespace leat::runtime
