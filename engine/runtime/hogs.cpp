// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: whoever wrote a goroutine that never gives way must hear of it: its name, where it was
// created. On a crowded machine the kernel may take a thread's processor for longer than a time
// slice; that goroutine must not be blamed.
//
// Invariants:
//   1. Named is who has computed for kComputed_ns since sysmon became suspicious, or sleeps in the
//      kernel. sysmon asks again at each look as long as the goroutine does not give way, so a real
//      hog is named at last, however slowly its thread runs.
//   2. One report for each place of creation and kind, kReportsMax at most: a stage that is slow
//      for each of a million rows is one line. Counters have the rest.
// Locking: none; sysmon alone. The M's clock and thread id are set before it takes its first P.
//
// Rejected: naming everyone who loses a token (on a crowded machine mostly the innocent); a sample
// of the hog's stack by a signal (interrupts system calls of code that does not expect it).
#include "engine/runtime/hogs.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "engine/runtime/clock.h"

namespace leat::runtime {

namespace {

constexpr int64_t kComputed_ns = 5 * kMillisecond;
constexpr size_t kReportsMax = 64;

void print_report(const HogReport& report, uint32_t others) {
  const GoroutineInfo& g = report.goroutine;
  std::fprintf(stderr,
               "leat: goroutine %llu%s%s%s (created at %s:%u) has kept its processor for %lld ms ",
               static_cast<unsigned long long>(g.id), *g.name ? " '" : "", g.name,
               *g.name ? "'" : "", g.created_at.file_name(),
               static_cast<unsigned>(g.created_at.line()), static_cast<long long>(report.ran_ms));
  if (report.has_lost_token)
    std::fputs(
        "and goes on beside the others: call checkpoint() in its loop, or put blocking() around "
        "what it waits for\n",
        stderr);
  else
    std::fprintf(stderr,
                 "while others wait, and %u such goroutines (the limit) go on beside them: call "
                 "checkpoint() in its loop\n",
                 static_cast<unsigned>(others));
}

}  // namespace

#ifdef LEAT_SIM

int64_t cpu_time_ns(const M&) { return now_ns(); }  // a virtual thread always has its processor
bool is_blocked(const M&) { return false; }

#else

int64_t cpu_time_ns(const M& m) {
  timespec used{};
  if (m.thread_id.get() == 0 || clock_gettime(m.cpu_clock.get(), &used) != 0) return 0;
  return int64_t{used.tv_sec} * kSecond + used.tv_nsec;
}

// From /proc/self/task/ID/stat: `ID (name) STATE ...`.
bool is_blocked(const M& m) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", m.thread_id.get());
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[256];
  const ssize_t bytes = read(file, text, sizeof text - 1);
  close(file);
  if (bytes <= 0) return false;
  text[bytes] = '\0';
  const char* const state = std::strrchr(text, ')');
  return state != nullptr &&
         (std::strncmp(state, ") S", 3) == 0 || std::strncmp(state, ") D", 3) == 0);
}

#endif

bool Hogs::is_hog(const M& m, int64_t used_ns) {
  return cpu_time_ns(m) - used_ns >= kComputed_ns || is_blocked(m);
}

void Hogs::report(const HogReport& report, const std::function<void(const HogReport&)>& on_hog,
                  uint32_t others) {
  const std::source_location& place = report.goroutine.created_at;
  const uint64_t kind = uint64_t{place.line()} * 2 + (report.has_lost_token ? 1 : 0);
  if (named_.size() >= kReportsMax || !named_.emplace(place.file_name(), kind).second) return;
  on_hog ? on_hog(report) : print_report(report, others);
}

}  // namespace leat::runtime
