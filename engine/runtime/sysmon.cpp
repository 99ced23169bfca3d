// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: nobody on a P can notice that its M sits in a system call, or that one goroutine has
// kept the P for long. A thread without a P looks from outside.
//
// Policy (Go's): sleep 20 us between looks; after 50 looks with nothing to do double the sleep, up
// to 10 ms; when all Ps are idle sleep until one is taken.
//   - A P in state kBlocking since the last look is taken from its M and handed over, unless
//     nothing waits for it (empty queue, and somebody idle or searching could take new work) and it
//     has been so for less than 10 ms. One that is found in another call each time has passed no
//     scheduling point all the same: it is taken when its `tick` has stood still for 10 ms and
//     something waits.
//   - A P whose `tick` stood still for 10 ms is asked to give way; if nothing has changed 1 ms
//     later, it may lose its token (ghosts.cpp).
//
// Invariants:
//   1. Every decision is a CAS of the word that was looked at: if the P moved on, nothing happens.
//   2. sysmon holds at most one P, and only between blocking_to_idle() and the end of hand_off();
//      meanwhile that P is in no idle list, so all_asleep() is false.
//   3. It sleeps without a time limit only while every token lies in an idle P and there is no
//      ghost (which it may have to name, hogs.cpp), and says so under Scheduler::lock, under which
//      take_idle_p() wakes it.
// Memory order: ticks are relaxed and may be a moment old: the worst case is one needless request.
//
// Rejected: a timer signal (a handler cannot switch stacks safely in C++); waking sysmon from every
// blocking call (a load of a shared line on that path).
#include <algorithm>

#include "engine/runtime/clock.h"
#include "engine/runtime/dump.h"
#include "engine/runtime/scheduler.h"

namespace leat::runtime {

namespace {

constexpr int64_t kSleepMin_ns = 20 * kMicrosecond;
constexpr int64_t kSleepMax_ns = 10 * kMillisecond;
constexpr int kIdleLooksBeforeBackOff = 50;
constexpr int64_t kSlice_ns = 10 * kMillisecond;
constexpr int64_t kSuspicious_ns = 2 * kMillisecond;
constexpr int64_t kGrace_ns = kMillisecond;  // from the request to the loss of the token

}  // namespace

// What was seen of a P, and since when it has not changed.
struct Scheduler::Observation {
  // No tick at first: a P that has not begun its first slice would else look as if it had run since
  // the beginning of time, and its first goroutine would be preempted at once.
  uint64_t tick = UINT64_MAX;
  int64_t tick_since = 0;
  uint64_t blocking_calls = 0;
  int64_t blocking_since = 0;
  uint64_t asked = 0;  // the word with the request
  int64_t asked_since = 0;
  int64_t used_ns = -1;  // CPU time of its thread when it became suspicious; negative: it is not
  bool is_reported = false;

  bool begins_slice(const P& p, int64_t now);
};

void Scheduler::set_clock(int64_t now) {
  clock_ms.store(static_cast<uint32_t>((now - started_ns) / kMillisecond),
                 std::memory_order_relaxed);
}

void Scheduler::shared_event(TraceKind kind, const G* g, const P& p) {
  if (!trace.is_on()) return;
  trace.add_shared({trace_ticks(), g != nullptr ? g->id.get() : 0,
                    g != nullptr ? g->name.get() : nullptr, kind, 0, static_cast<uint16_t>(p.id)});
}

// True: it is not the slice that was seen at the last look.
bool Scheduler::Observation::begins_slice(const P& p, int64_t now) {
  if (tick == p.tick.get()) return false;
  tick = p.tick.get();
  tick_since = now;
  used_ns = -1;
  is_reported = false;
  return true;
}

Scheduler::Look Scheduler::look_at_running(P& p, uint64_t word, Observation& seen, int64_t now) {
  if (seen.begins_slice(p, now)) return Look::kNothing;
  const M* m = p.m.load(std::memory_order_relaxed);
  if (seen.used_ns < 0 && m != nullptr && now - seen.tick_since >= kSuspicious_ns)
    seen.used_ns = cpu_time_ns(*m);
  if (now - seen.tick_since < kSlice_ns) return Look::kNothing;
  if (p.word.request_preempt(word)) {
    preemptions.add();
    shared_event(TraceKind::kPreempt, p.running.get(), p);
    word = p.word.load();
  }
  if (seen.asked != word) {
    seen.asked = word;
    seen.asked_since = now;
  }
  if (now - seen.asked_since < kGrace_ns) return Look::kSoonAgain;
  if (!is_in_the_way(p)) return Look::kNothing;
  if (demote(p, word)) return Look::kTaken;
  report_hog(p, seen, now, false);
  return Look::kNothing;
}

void Scheduler::report_hog(const P& p, Observation& seen, int64_t now, bool has_lost_token) {
  const M* m = p.m.load(std::memory_order_relaxed);
  const G* g = p.running.get();
  if (seen.is_reported || m == nullptr || g == nullptr || !Hogs::is_hog(*m, seen.used_ns)) return;
  seen.is_reported = has_lost_token;
  hogs.report({describe(*g), (now - seen.tick_since) / kMillisecond, has_lost_token}, config.on_hog,
              ghosts.load());
}

Scheduler::Look Scheduler::look_at_blocking(P& p, uint64_t word, Observation& seen, int64_t now) {
  seen.begins_slice(p, now);
  seen.used_ns = -1;
  const bool work_waits = !p.queue.empty() || global.size() != 0;
  if (seen.blocking_calls != p.blocking_calls.get()) {
    seen.blocking_calls = p.blocking_calls.get();
    seen.blocking_since = now;
    if (!work_waits || now - seen.tick_since < kSlice_ns) return Look::kNothing;
  } else if (!work_waits && idle.spinning_ms() + idle.idle_ps() > 0 &&
             now - seen.blocking_since < kSlice_ns) {
    seen.tick_since = now;  // nobody missed the processor so far
    return Look::kNothing;
  }
  if (!p.word.blocking_to_idle(word)) return Look::kNothing;
  p.m.store(nullptr, std::memory_order_relaxed);
  hand_offs.add();
  shared_event(TraceKind::kHandOff, p.running.get(), p);
  hand_off(&p);
  return Look::kTaken;
}

Scheduler::Look Scheduler::retake(P& p, Observation& seen, int64_t now) {
  const uint64_t word = p.word.load();
  switch (PWord::state_of(word)) {
    case PState::kIdle:
    case PState::kSpare: return Look::kNothing;
    case PState::kGhost: report_hog(p, seen, now, true); return Look::kNothing;
    case PState::kRunning: return look_at_running(p, word, seen, now);
    case PState::kBlocking: return look_at_blocking(p, word, seen, now);
  }
  return Look::kNothing;
}

void Scheduler::run_sysmon() {
  std::vector<Observation> seen;
  int64_t sleep_ns = kSleepMin_ns;
  int idle_looks = 0;
  bool soon_again = false;
  while (!stopping.load(std::memory_order_seq_cst)) {
    if (idle_looks == 0)
      sleep_ns = kSleepMin_ns;
    else if (idle_looks > kIdleLooksBeforeBackOff)
      sleep_ns = std::min(sleep_ns * 2, kSleepMax_ns);
    sysmon_note.wait_for(nap_before_timer(soon_again ? std::min(sleep_ns, kGrace_ns) : sleep_ns));
    bool all_idle;
    {
      const Guard guard(lock);
      all_idle = idle.idle_ps() == tokens.load(std::memory_order_relaxed) && ghosts.load() == 0 &&
                 !stopping.load(std::memory_order_relaxed);
      sysmon_sleeps = all_idle;
    }
    if (all_idle) {
      if (config.schedtrace_ms > 0)
        sysmon_note.wait_for(config.schedtrace_ms * kMillisecond);
      else
        sysmon_note.wait();
      idle_looks = 0;
      print_schedtrace(now_ns());
      continue;
    }
    const int64_t now = now_ns();
    set_clock(now);
    print_schedtrace(now);
    bool did_something = prod_late_timers(now);
    soon_again = false;
    update_procs(now);
    seen.resize(ps.size());
    for (uint32_t i = 0; i < seen.size(); ++i) {
      const Look look = retake(ps[i], seen[i], now);
      did_something |= look == Look::kTaken;
      soon_again |= look == Look::kSoonAgain;
    }
    idle_looks = did_something ? 0 : idle_looks + 1;
  }
}

}  // namespace leat::runtime
