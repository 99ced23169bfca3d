// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// System calls are made in functions of their own, never inlined: a goroutine may change its thread
// between two of them, and errno's address with it.
#include "engine/io.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "engine/cancel.h"
#include "engine/check.h"
#include "engine/codes/file.h"
#include "engine/codes/machine.h"
#include "engine/runtime/netpoll.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/tls.h"

namespace leat {

namespace {

using runtime::IoSide;

// Minus an errno, or what the call returned.
LEAT_OWN_ERRNO ssize_t try_read(int fd, void* into, size_t bytes) {
  const ssize_t count = ::read(fd, into, bytes);
  return count < 0 ? -errno : count;
}

LEAT_OWN_ERRNO ssize_t try_write(int fd, const void* from, size_t bytes) {
  ssize_t count = ::send(fd, from, bytes, MSG_NOSIGNAL);
  if (count < 0 && errno == ENOTSOCK) count = ::write(fd, from, bytes);
  return count < 0 ? -errno : count;
}

LEAT_OWN_ERRNO ssize_t try_accept(int fd) {
  const int accepted = ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return accepted < 0 ? -errno : accepted;
}

LEAT_OWN_ERRNO int begin_connect(int fd, const sockaddr& address, socklen_t bytes) {
  return ::connect(fd, &address, bytes) == 0 ? 0 : errno;
}

LEAT_OWN_ERRNO ssize_t connect_result(int fd) {
  int error = 0;
  socklen_t bytes = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) != 0) return -errno;
  if (error != 0) return -error;
  sockaddr_storage peer;
  bytes = sizeof peer;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &bytes) == 0) return 0;
  return errno == ENOTCONN ? -EAGAIN : -errno;
}

LEAT_OWN_ERRNO int open_socket(int family) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return fd < 0 ? -errno : fd;
}

// 0, or an errno.
LEAT_OWN_ERRNO int watch(int fd, runtime::Netpoll& netpoll, runtime::PollFile** file) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return errno;
  *file = netpoll.open(fd);
  return *file != nullptr ? 0 : errno;
}

std::unexpected<Error> io_error(const char* what, int error) {
  return fail(std::string_view(what) == "write" ? write_code(error) : read_code(error),
              ErrorCode::kIo, std::string("cannot ") + what + ": " + errno_text(error));
}

runtime::G* io_goroutine() {
  runtime::G* g = runtime::current_g();
  LEAT_CHECK(g != nullptr, "an IoFile belongs on a goroutine");
  return g;
}

}  // namespace

Result<IoFile> IoFile::adopt(int fd) {
  runtime::Netpoll& netpoll = io_goroutine()->scheduler->netpoll;
  runtime::PollFile* file = nullptr;
  if (const int error = watch(fd, netpoll, &file); error != 0) {
    ::close(fd);
    return io_error("watch the file", error);
  }
  return IoFile(fd, &netpoll, file);
}

IoFile::IoFile(IoFile&& other) noexcept
    : fd_(other.fd_.exchange(-1)), netpoll_(other.netpoll_), file_(other.file_) {}

IoFile& IoFile::operator=(IoFile&& other) noexcept {
  if (this == &other) return *this;
  close();
  fd_ = other.fd_.exchange(-1);
  netpoll_ = other.netpoll_;
  file_ = other.file_;
  return *this;
}

IoFile::~IoFile() { close(); }

void IoFile::close() {
  const int fd = fd_.exchange(-1, std::memory_order_seq_cst);
  if (fd < 0) return;
  // Whoever has read the number may be using it, in a call that does not block.
  while (file_->users.load(std::memory_order_seq_cst) != 0) runtime::give_processor();
  netpoll_->close(file_, fd);
  ::close(fd);
}

template <typename Attempt>
ssize_t IoFile::pinned(Attempt attempt) {
  file_->users.fetch_add(1, std::memory_order_seq_cst);
  const int fd = this->fd();
  const ssize_t result = fd < 0 ? -EBADF : attempt(fd);
  file_->users.fetch_sub(1, std::memory_order_seq_cst);
  return result;
}

template <typename Attempt>
Result<size_t> IoFile::repeat(IoSide side, const char* what, const IoLimits& limits,
                              Attempt attempt) {
  const runtime::WaitLimits wait{limits.scope, limits.deadline.time_since_epoch().count()};
  for (;;) {
    if (limits.scope != nullptr && limits.scope->is_cancelled())
      return fail(code::kInterrupted, ErrorCode::kCancelled,
                  std::string("cancelled before ") + what);
    // Before the file is looked at: if it is closed after that, this tells (wait_ready).
    const uint64_t generation = file_->generation.load(std::memory_order_seq_cst);
    const ssize_t result = pinned(attempt);
    if (fd() < 0)
      return fail(code::kCannotRead, ErrorCode::kIo,
                  std::string("cannot ") + what + ": it was closed");
    if (result >= 0) return static_cast<size_t>(result);
    if (result == -EINTR) continue;
    if (result != -EAGAIN) return io_error(what, static_cast<int>(-result));
    netpoll_->begin_waiting();
    io_goroutine()->scheduler->watch_files();
    const runtime::WaitEnd end = netpoll_->wait_ready(file_, side, generation, wait);
    netpoll_->end_waiting();
    switch (end) {
      case runtime::WaitEnd::kServed: break;
      case runtime::WaitEnd::kTimedOut:
        return fail(code::kInterrupted, ErrorCode::kCancelled,
                    std::string("the deadline passed, waiting to ") + what);
      case runtime::WaitEnd::kCancelled:
        return fail(code::kInterrupted, ErrorCode::kCancelled,
                    std::string("cancelled, waiting to ") + what);
    }
  }
}

Result<IoFile> IoFile::connect(const sockaddr& address, socklen_t bytes, IoLimits limits) {
  const int fd = open_socket(address.sa_family);
  if (fd < 0) return io_error("make a socket", -fd);
  LEAT_TRY_ASSIGN(IoFile file, adopt(fd));
  const int error = begin_connect(fd, address, bytes);
  if (error != 0 && error != EINPROGRESS) return io_error("connect", error);
  const Result<size_t> done = file.repeat(IoSide::kWrite, "connect", limits, connect_result);
  if (!done) return std::unexpected(done.error());
  return file;
}

Result<size_t> IoFile::read(std::span<std::byte> into, IoLimits limits) {
  return repeat(IoSide::kRead, "read", limits,
                [&](int fd) { return try_read(fd, into.data(), into.size()); });
}

Status IoFile::write(std::span<const std::byte> from, IoLimits limits) {
  while (!from.empty()) {
    LEAT_TRY_ASSIGN(const size_t written, repeat(IoSide::kWrite, "write", limits, [&](int fd) {
                      return try_write(fd, from.data(), from.size());
                    }));
    from = from.subspan(written);
  }
  return {};
}

Result<IoFile> IoFile::accept(IoLimits limits) {
  LEAT_TRY_ASSIGN(const size_t fd,
                  repeat(IoSide::kRead, "accept a connection", limits, try_accept));
  return adopt(static_cast<int>(fd));
}

}  // namespace leat
