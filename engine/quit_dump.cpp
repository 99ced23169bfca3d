// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A signal handler may not print goroutines: that allocates and takes locks. It writes to an
// eventfd, on which a thread of its own waits, which works although every thread of the runtime is
// stuck.
#include "engine/quit_dump.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "engine/check.h"
#include "engine/exhausted.h"
#include "engine/runtime/dump.h"

namespace leat {

namespace {

// Added to the eventfd: by the handler, and by the destructor.
constexpr uint64_t kQuit = 1;
constexpr uint64_t kEnd = uint64_t{1} << 32;

std::atomic<int> event_file{-1};

void add(uint64_t value) {
  const int errno_before = errno;
  static_cast<void>(!write(event_file.load(), &value, sizeof value));
  errno = errno_before;
}

void watch(const Runtime& runtime, const std::function<void()>& before_end) {
  uint64_t value = 0;
  while (read(event_file.load(), &value, sizeof value) != sizeof value) {
  }
  if (value % kEnd == 0) return;
  std::fputs("SIGQUIT: quit\n\n", stderr);
  for (const GoroutineInfo& goroutine : runtime.goroutines())
    runtime::print_goroutine(stderr, goroutine);
  runtime::print_stuck(stderr, runtime.stuck());
  std::fflush(stderr);
  if (before_end) before_end();
  std::fflush(stdout);
  std::fflush(stderr);
  std::_Exit(2);
}

}  // namespace

QuitDump::QuitDump(const Runtime& runtime, std::function<void()> before_end) {
  LEAT_CHECK(event_file.load() == -1, "there is a QuitDump already");
  event_file = eventfd(0, EFD_CLOEXEC);
  LEAT_CHECK(event_file.load() != -1, "no file descriptor for an eventfd");
  try {
    watcher_ =
        std::thread([&runtime, before_end = std::move(before_end)] { watch(runtime, before_end); });
  } catch (const std::system_error&) {
    exhausted("cannot start another thread: raise the limit of threads (ulimit -u)");
  }
  struct sigaction ours = {};
  ours.sa_handler = [](int) { add(kQuit); };
  ours.sa_flags = SA_RESTART | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  sigaction(SIGQUIT, &ours, &before_);
}

QuitDump::~QuitDump() {
  sigaction(SIGQUIT, &before_, nullptr);
  add(kEnd);
  watcher_.join();
  close(event_file.exchange(-1));
}

}  // namespace leat
