// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: one thread must sleep until a file is ready or the earliest timer is due, to the
// microsecond, and wake up at once when somebody sets an earlier one.
//
// A file is registered once, edge triggered, in both directions. Readiness is a hint: who waits
// tries the system call again, and waits again if it would still block.
//
// Invariants:
//   1. interrupt() is never lost: the eventfd stays readable until a wait() has seen it.
//   2. interrupted_ is cleared after the eventfd was read, so of many interrupts one writes. One
//      that comes in between finds the flag still set and writes nothing: the wait() that reads the
//      eventfd is just returning, and its caller looks at all timers again.
//   3. An edge between "would block" and the wait is not lost: it sets `ready`, which wait_ready()
//      reads under the lock under which it queues.
//   4. An event that was fetched before its file was closed may hit the PollFile's next file: which
//      then looks ready once too often, see above. The memory is never freed meanwhile.
//   5. Who waits for a file that was closed meanwhile does not queue for the PollFile's next one:
//      close() raises the generation, which he has read before he tried.
//   6. waiters_ is raised before and lowered after the wait by who waits, so events_pending() is
//      true as long as somebody does; raised before he looks for a poller (Scheduler::watch_files),
//      as a timer is set before its setter looks.
// Locking: one lock per file; lock_ for their list. Memory order: interrupted_ is seq_cst; the
// caller's look at the timers comes after its clearing.
//
// Rejected: a futex with a timeout (cannot wait for files as well); a timerfd (a system call to set
// it, and one to read it); epoll_wait alone (its milliseconds).
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "engine/check.h"
#include "engine/exhausted.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/netpoll.h"
#include "engine/runtime/sanitizer.h"
#include "engine/runtime/timers.h"
#include "engine/runtime/waiter.h"

namespace leat::runtime {

namespace {

constexpr int kEventsMax = 128;

// epoll_wait() counts in milliseconds; kernels before 5.11 have no other.
int wait_in_milliseconds(int epoll, epoll_event* events, int64_t timeout_ns) {
  if (timeout_ns == kNever) return epoll_wait(epoll, events, kEventsMax, -1);
  constexpr int64_t kLongest = 1'000'000;
  const int64_t rounded_up = timeout_ns / kMillisecond + (timeout_ns % kMillisecond != 0);
  return epoll_wait(epoll, events, kEventsMax, static_cast<int>(std::min(rounded_up, kLongest)));
}

int wait_for_events(int epoll, epoll_event* events, int64_t timeout_ns) {
  const timespec timeout{timeout_ns / kSecond, timeout_ns % kSecond};
  const int count =
      epoll_pwait2(epoll, events, kEventsMax, timeout_ns == kNever ? nullptr : &timeout, nullptr);
  if (count >= 0 || errno == EINTR) return count;
  return wait_in_milliseconds(epoll, events, timeout_ns);
}

void note_event(PollFile& file, uint32_t events, WakeList& wakes) {
  constexpr uint32_t kFailed = EPOLLERR | EPOLLHUP;
  const bool happened[2] = {(events & (EPOLLIN | EPOLLRDHUP | kFailed)) != 0,
                            (events & (EPOLLOUT | kFailed)) != 0};
  taken_from_kernel(&file);
  const Guard guard(file.lock);
  for (size_t side = 0; side < 2; ++side) {
    if (!happened[side]) continue;
    bool any = false;  // they may all be over, by time or a scope
    while (Waiter* const waiter = file.waiters[side].pop()) {
      wakes.push(waiter);
      any = true;
    }
    if (!any) file.ready[side] = true;
  }
}

[[noreturn]] void die_without_descriptors(int error) {
  char message[160];
  std::snprintf(message, sizeof(message),
                "cannot create the network poller (%s): raise the limit of open files (ulimit -n)",
                std::strerror(error));
  exhausted(message);
}

}  // namespace

Netpoll::Netpoll()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      interrupt_event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (epoll_ < 0 || interrupt_event_ < 0) die_without_descriptors(errno);
  epoll_event event{};
  event.events = EPOLLIN;
  LEAT_CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, interrupt_event_, &event) == 0,
             "the poller cannot be interrupted");
}

Netpoll::~Netpoll() {
  ::close(interrupt_event_);
  ::close(epoll_);
}

void Netpoll::interrupt() {
  if (interrupted_.exchange(true, std::memory_order_seq_cst)) return;
  const uint64_t one = 1;
  LEAT_CHECK(write(interrupt_event_, &one, sizeof one) == sizeof one,
             "the poller cannot be interrupted");
}

void Netpoll::wait(int64_t timeout_ns, WakeList& wakes) {
  epoll_event events[kEventsMax];
  const int count = wait_for_events(epoll_, events, timeout_ns);
  for (int i = 0; i < count; ++i) {
    uint64_t interrupts = 0;
    if (events[i].data.ptr != nullptr) {
      note_event(*static_cast<PollFile*>(events[i].data.ptr), events[i].events, wakes);
    } else if (read(interrupt_event_, &interrupts, sizeof interrupts) == sizeof interrupts) {
      interrupted_.store(false, std::memory_order_seq_cst);
    }
  }
}

void Netpoll::collect(WakeList& wakes) {
  epoll_event events[kEventsMax];
  const int count = epoll_wait(epoll_, events, kEventsMax, 0);
  for (int i = 0; i < count; ++i)
    if (events[i].data.ptr != nullptr)
      note_event(*static_cast<PollFile*>(events[i].data.ptr), events[i].events, wakes);
}

// -------- files

PollFile* Netpoll::take_file() {
  const Guard guard(lock_);
  PollFile* file = free_;
  if (file == nullptr) return files_.emplace_back(std::make_unique<PollFile>()).get();
  free_ = file->next_free;
  return file;
}

PollFile* Netpoll::open(int fd) {
  PollFile* file = take_file();
  {
    const Guard guard(file->lock);
    file->closed = false;
    file->ready[0] = file->ready[1] = false;
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = file;
  handed_to_kernel(file);
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0) return file;
  const int error = errno;
  {
    const Guard guard(lock_);
    file->next_free = free_;
    free_ = file;
  }
  errno = error;
  return nullptr;
}

void Netpoll::close(PollFile* file, int fd) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  WakeList wakes;
  {
    const Guard guard(file->lock);
    file->closed = true;
    file->generation.fetch_add(1, std::memory_order_seq_cst);
    for (WaitQueue& waiters : file->waiters) wakes.take_all(waiters);
  }
  wakes.wake_all();
  const Guard guard(lock_);
  file->next_free = free_;
  free_ = file;
}

WaitEnd Netpoll::wait_ready(PollFile* file, IoSide side, uint64_t generation,
                            const WaitLimits& limits) {
  const auto i = static_cast<size_t>(side);
  file->lock.lock();
  if (file->generation.load(std::memory_order_relaxed) != generation) {
    file->lock.unlock();
    return WaitEnd::kServed;
  }
  if (file->closed || file->ready[i]) {
    file->ready[i] = false;
    file->lock.unlock();
    return WaitEnd::kServed;
  }
  Waiter waiter;
  return wait_limited(file->waiters[i], file->lock, waiter, limits, WaitReason::kIo);
}

}  // namespace leat::runtime
