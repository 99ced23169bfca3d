// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sockets, pipes and eventfds whose waits park the goroutine instead of blocking its thread. For
// files on disk, which are always "ready", use blocking().
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <cstddef>
#include <span>

#include "engine/error.h"
#include "engine/time.h"

namespace leat {

class CancelScope;

namespace runtime {
class Netpoll;
struct PollFile;
enum class IoSide : uint8_t;
}  // namespace runtime

/// What ends a wait for a file besides its being ready.
struct IoLimits {
  CancelScope* scope = nullptr;
  Clock::time_point deadline = Clock::time_point::max();
};

/// An open file that the network poller watches. REQUIRES: on goroutines of the run in which it was
/// made. THREADS: one goroutine may read while another writes; close() may come from a third.
/// ERRORS of all calls: kIo, the text of the system; kCancelled, the scope was cancelled or the
/// deadline has passed; kIo "closed" if close() came first.
class IoFile {
 public:
  /// Takes over `fd`, whatever the outcome, and makes it non-blocking.
  static Result<IoFile> adopt(int fd);
  /// A TCP connection. SUSPENDS
  static Result<IoFile> connect(const sockaddr& address, socklen_t bytes, IoLimits limits = {});

  IoFile(IoFile&& other) noexcept;
  IoFile& operator=(IoFile&& other) noexcept;
  ~IoFile();

  /// Some bytes; 0 at the end. SUSPENDS until there are any.
  Result<size_t> read(std::span<std::byte> into, IoLimits limits = {});
  /// All of `from`. After an error some may have been written. SUSPENDS
  Status write(std::span<const std::byte> from, IoLimits limits = {});
  /// The next connection of a listening socket. SUSPENDS
  Result<IoFile> accept(IoLimits limits = {});

  /// Ends waits that are going on. REQUIRES: who waited has returned before it is destroyed.
  void close();

  int fd() const { return fd_.load(std::memory_order_seq_cst); }

 private:
  IoFile(int fd, runtime::Netpoll* netpoll, runtime::PollFile* file)
      : fd_(fd), netpoll_(netpoll), file_(file) {}

  // Repeats `attempt` (of a descriptor: a count, or minus an errno) until it would not block.
  template <typename Attempt>
  ssize_t pinned(Attempt attempt);
  template <typename Attempt>
  Result<size_t> repeat(runtime::IoSide side, const char* what, const IoLimits& limits,
                        Attempt attempt);

  std::atomic<int> fd_{-1};
  runtime::Netpoll* netpoll_ = nullptr;
  runtime::PollFile* file_ = nullptr;
};

}  // namespace leat
