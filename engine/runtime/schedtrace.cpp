// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: see from outside, while it runs, whether the scheduler has too little or too much to do.
//
// One line per period on stderr, in the format of Go's GODEBUG=schedtrace, so that what reads those
// reads ours; our own fields (ghosts) come last.
//
// Invariants:
//   1. Nothing stops for a line: its numbers are a moment apart.
//   2. sysmon prints it, also while everything is idle, and never more often than asked.
// Locking: that of stats().
//
// Rejected: a line per processor and thread (Go's scheddetail): the dump of goroutines and the
// event trace say more.
#include <cstdio>
#include <string>

#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

namespace {

template <typename Number>
void add_list(std::string& line, const std::vector<Number>& numbers) {
  line += '[';
  for (const Number number : numbers) line += ' ' + std::to_string(number);
  line += " ]";
}

}  // namespace

std::string Scheduler::schedtrace_line(int64_t now) {
  const RuntimeStats stats = this->stats();
  std::vector<uint64_t> ticks;
  for (uint32_t i = 0, count = ps.size(); i < count; ++i) {
    const PState state = ps[i].word.state();
    if (state != PState::kSpare && state != PState::kGhost) ticks.push_back(ps[i].tick.get());
  }
  std::string line = "SCHED " + std::to_string((now - started_ns) / kMillisecond) + "ms:";
  const auto add = [&](const char* name, uint64_t value) {
    line += ' ';
    line += name;
    line += '=' + std::to_string(value);
  };
  add("gomaxprocs", static_cast<uint64_t>(stats.procs));
  add("idleprocs", stats.idle_procs);
  add("threads", threads.load());
  add("spinningthreads", stats.spinning_threads);
  add("needspinning", idle.need_spinning() ? 1 : 0);
  add("idlethreads", stats.idle_threads);
  add("runqueue", stats.global_queue);
  line += ' ';
  add_list(line, stats.run_queues);
  line += " schedticks=";
  add_list(line, ticks);
  add("goroutines", stats.goroutines);
  add("ghosts", stats.ghosts);
  return line + '\n';
}

void Scheduler::print_schedtrace(int64_t now) {
  if (config.schedtrace_ms <= 0 || now < schedtrace_at_ns) return;
  schedtrace_at_ns = now + config.schedtrace_ms * kMillisecond;
  std::fputs(schedtrace_line(now).c_str(), stderr);
}

}  // namespace leat::runtime
