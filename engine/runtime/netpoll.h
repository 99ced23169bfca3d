// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where an M without work waits for the world: until a file is ready, until a moment, or until
// somebody interrupts it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/runtime/limited_wait.h"
#include "engine/runtime/thread_sync.h"
#include "engine/runtime/waiter.h"

namespace leat::runtime {

enum class IoSide : uint8_t { kRead, kWrite };

/// What the poller knows of one open file. Its memory lives as long as the Netpoll and is used
/// again for other files.
struct PollFile {
  SpinLock lock;
  std::atomic<int> users{0};            // system calls going on
  std::atomic<uint64_t> generation{0};  // of files it has stood for; written under lock
  bool closed = true;                   // GUARDED BY lock
  bool ready[2] = {};             // GUARDED BY lock; by IoSide: something happened since last asked
  WaitQueue waiters[2];           // GUARDED BY lock
  PollFile* next_free = nullptr;  // GUARDED BY Netpoll::lock_
};

class Netpoll {
 public:
  /// Ends the process with a message if the system has no file descriptors left.
  Netpoll();
  ~Netpoll();
  Netpoll(const Netpoll&) = delete;
  Netpoll& operator=(const Netpoll&) = delete;

  /// Waits until something is ready or interrupt() is called, at most `timeout_ns` (0: does not
  /// wait; kNever: for ever). REQUIRES: one thread at a time waits.
  void wait(int64_t timeout_ns, WakeList& wakes);

  /// What wait() would find now; leaves interrupts alone. THREADS: any.
  void collect(WakeList& wakes);

  /// Begins to watch `fd`, which must not block. Null: the system refuses it, see errno.
  PollFile* open(int fd);
  /// Ends it and wakes who waits. REQUIRES: `fd` is still open.
  void close(PollFile* file, int fd);
  /// Waits until `file` may be ready: the caller must try, and wait again if it is not.
  /// `generation` is that of `file` before the caller tried. kServed: it may be, or it was closed.
  /// SUSPENDS
  WaitEnd wait_ready(PollFile* file, IoSide side, uint64_t generation, const WaitLimits& limits);

  /// Around wait_ready() and Scheduler::watch_files().
  void begin_waiting() { waiters_.fetch_add(1, std::memory_order_seq_cst); }
  void end_waiting() { waiters_.fetch_sub(1, std::memory_order_seq_cst); }
  /// Waits for files that have begun and not ended. THREADS: any.
  size_t waiters() const { return waiters_.load(std::memory_order_seq_cst); }

  /// Ends the wait() that is going on, or the next one. THREADS: any.
  void interrupt();

 private:
  PollFile* take_file();

  SpinLock lock_;
  std::vector<std::unique_ptr<PollFile>> files_;  // GUARDED BY lock_
  PollFile* free_ = nullptr;                      // GUARDED BY lock_
  std::atomic<size_t> waiters_{0};
  int epoll_ = -1;
  int interrupt_event_ = -1;
  std::atomic<bool> interrupted_{false};
};

}  // namespace leat::runtime
