// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: bring a scheduler up, and take it down although goroutines may be parked, running or
// blocked for ever.
//
// Shutdown, in order: main's goroutine ends -> `stopping` is set -> every running P is asked to
// give way -> sleeping Ms and sysmon are woken -> each M leaves at its next scheduling point ->
// Runtime::run waits for the threads, but only kPatience for those that are inside user code -> the
// last reference to the Scheduler frees it.
//
// Invariants:
//   1. Every thread holds a reference to the Scheduler; one that comes back late finds it alive,
//      sees `stopping`, ends.
//   2. `stopping` is set before the requests, and never becomes false again. Only a P that runs can
//      be asked; `stopping` is read after a request is acknowledged, and by every M after it has
//      moved a P to kRunning, before the P's next goroutine runs: in find_runnable(), else in
//      handoff.cpp or wait_for_locked(). Both sides write first and read afterwards, so a P that is
//      taken, or taken back, at this moment is asked or asks itself (tests/model: stop_against_exit).
//   3. Goroutines that did not end are given up when the Scheduler is freed: their stacks are
//      reused without unwinding. Functions that never started are destroyed before, on whatever
//      thread drops the last reference: a late one's, if Runtime::run did not wait for it.
// Memory order: `stopping` seq_cst, and a fence before the words are read; sleepers check it under
// the lock.
//
// Rejected: unwinding parked goroutines by an exception (a `catch (...)` or a noexcept frame on the
// way makes it abort; owners are asked to wait instead); waiting for ever (one lost thread would
// hang the program at its end).
#include <pthread.h>
#include <signal.h>
#include <sys/random.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "engine/check.h"
#include "engine/exhausted.h"
#include "engine/fault.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/debug_layout.h"
#include "engine/runtime/dump.h"
#include "engine/runtime/fault.h"
#include "engine/runtime/names.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/sim.h"

namespace leat::runtime {

namespace {

constexpr int64_t kPatience_ns = 200 * kMillisecond;
constexpr size_t kThreadStackBytes = size_t{kSanitized ? 1024 : 256} << 10;
constexpr uint64_t kIdBatch = 16;

uint64_t seed_of(const RuntimeConfig& config) {
#ifdef LEAT_SIM
  return sim::begin(config.seed);
#endif
  if (config.seed != 0) return config.seed;
  uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
    seed = static_cast<uint64_t>(now_ns());
  return seed;
}

/// What a new thread is handed.
struct ThreadStart {
  std::shared_ptr<Scheduler> scheduler;
  std::move_only_function<void()> body;
};

[[maybe_unused]] void* run_thread_start(void* argument) {
  const std::unique_ptr<ThreadStart> start(static_cast<ThreadStart*>(argument));
  const SignalStack signal_stack;
  start->body();
  start->scheduler->thread_ends();
  return nullptr;
}

// Signals go to threads that the runtime did not make, except those that a thread causes itself.
[[maybe_unused]] sigset_t signals_to_block() {
  sigset_t set;
  sigfillset(&set);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF})
    sigdelset(&set, signal);
  return set;
}

}  // namespace

Scheduler::Scheduler(const RuntimeConfig& runtime_config)
    : config(runtime_config),
      procs(static_cast<uint32_t>(runtime_config.procs)),
      tokens(procs.load()),
      trace(runtime_config.trace_events),
      seed(seed_of(runtime_config)),
      started_ns(now_ns()) {
  while (ps.size() < procs) ps.add(this);
  for (uint32_t i = procs; i-- > 0;) idle.push_p(&ps[i]);
  tokens_changed();
  add_to_debugger(*this);
}

Scheduler::~Scheduler() {
  remove_from_debugger(*this);
  // First, since what these destroy may wake those that wait on the stacks. Those that started are
  // left alone, as all that their goroutines own.
  goroutines.for_each([](G& g) {
    if (g.has_stack())
      new (&g.function) std::move_only_function<void()>;
    else
      g.function = nullptr;
  });
  for (uint32_t i = 0; i < ps.size(); ++i) ps[i].stacks.clear();
  goroutines.for_each([](G& g) {
    if (!g.has_stack()) return;
    const StackBase stack = stack_base(g.context.sp, g.stack_class);
    destroy_context(g.context);
    release_stack(stack, g.stack_class);
  });
}

G* Scheduler::create_main(std::move_only_function<void()> main) {
  return create(nullptr, std::move(main), GoOptions{.stack = StackClass::kStage, .name = "main"},
                std::source_location::current());
}

void Scheduler::start(G* main) {
  report_faults();
  if (config.model != ThreadModel::kKernel)
    keep_thread(sysmon_thread, start_thread([this] { run_sysmon(); }));
  inject(main);
}

#ifdef LEAT_SIM

pthread_t Scheduler::start_thread(std::move_only_function<void()> body) {
  threads.fetch_add(1);
  auto start = std::make_shared<ThreadStart>(shared_from_this(), std::move(body));
  return sim::start_thread([start] {
    start->body();
    start->scheduler->thread_ends();
  });
}

void Scheduler::join_thread(pthread_t thread) { sim::join(thread); }
void Scheduler::detach_thread(pthread_t) {}

#else

void Scheduler::join_thread(pthread_t thread) { pthread_join(thread, nullptr); }
void Scheduler::detach_thread(pthread_t thread) { pthread_detach(thread); }

pthread_t Scheduler::start_thread(std::move_only_function<void()> body) {
  threads.fetch_add(1);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kThreadStackBytes);
  const sigset_t blocked = signals_to_block();
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  pthread_t thread;
  auto start = std::make_unique<ThreadStart>(shared_from_this(), std::move(body));
  const int error = pthread_create(&thread, &attributes, run_thread_start, start.get());
  if (error == 0) static_cast<void>(start.release());  // the thread's now
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    char message[128];
    std::snprintf(message, sizeof(message),
                  "cannot start another thread (%s): raise the limit of threads (ulimit -u)",
                  std::strerror(error));
    exhausted(message);
  }
  return thread;
}

#endif

void Scheduler::thread_ends() {
  if (threads.fetch_sub(1) == 1) futex_wake(threads, 1);
}

void Scheduler::request_stop() {
  stopping.store(true, std::memory_order_seq_cst);
  full_fence();  // invariant 2: loads of words only acquire
  for (uint32_t i = 0, count = ps.size(); i < count; ++i) {
    // Fails if the P changes state at this moment, or does not run: then its M reads `stopping`
    // when it has it again. A ghost needs no request.
    ps[i].word.request_preempt(ps[i].word.load());
  }
  if (config.model == ThreadModel::kKernel) wake_bound();
  const Guard guard(lock);
  while (M* m = idle.pop_m()) {
    m->next_p = nullptr;
    m->note.wake();
  }
  wake_locked();
  if (poller != nullptr) interrupt_poller();
  sysmon_sleeps = false;
  sysmon_note.wake();
  main_returned.wake();
}

void Scheduler::join() {
  const int64_t deadline_ns = now_ns() + kPatience_ns;
  for (uint32_t alive = threads.load(); alive != 0; alive = threads.load()) {
    const int64_t left_ns = deadline_ns - now_ns();
    if (left_ns <= 0) break;
    futex_wait(threads, alive, left_ns);
  }
  const bool all_ended = threads.load() == 0;
  const auto let_go = [&](std::optional<pthread_t> thread) {
    if (thread) all_ended ? join_thread(*thread) : detach_thread(*thread);
  };
  const Guard guard(lock);
  joined = true;
  let_go(sysmon_thread);
  for (const auto& m : ms) let_go(m->thread);
}

void Scheduler::keep_thread(std::optional<pthread_t>& place, pthread_t thread) {
  const Guard guard(lock);
  if (joined)
    detach_thread(thread);
  else
    place = thread;
}

// -------- goroutines

G* Scheduler::create(P* p, std::move_only_function<void()>&& function, const GoOptions& options,
                     const std::source_location& created_at) {
  G* g = p != nullptr ? goroutines.take(p) : goroutines.take_shared();
  g->function = std::move(function);
  g->saved = {};
  g->name.set(intern(options.name));
  g->stack_class = options.stack;
  g->created_at.set(created_at);
  g->scheduler = this;
  if (p == nullptr) {
    g->id.set(next_goroutine_id.fetch_add(1, std::memory_order_relaxed));
    created_outside.fetch_add(1, std::memory_order_relaxed);
  } else {
    if (p->next_goroutine_id == p->goroutine_id_end) {
      p->next_goroutine_id = next_goroutine_id.fetch_add(kIdBatch, std::memory_order_relaxed);
      p->goroutine_id_end = p->next_goroutine_id + kIdBatch;
    }
    g->id.set(p->next_goroutine_id++);
    p->created.add();
  }
  g->dead_to_runnable();
  if (p != nullptr) {
    if (M* m = p->m.load(std::memory_order_relaxed)) m->event(TraceKind::kCreate, g);
  }
  return g;
}

uint64_t Scheduler::alive() const {
  // Ends are read first: a goroutine that begins and ends between the two sums must not count as
  // minus one.
  uint64_t exited = exited_outside.load(std::memory_order_acquire);
  for (uint32_t i = 0, count = ps.size(); i < count; ++i) exited += ps[i].exited.get();
  uint64_t created = created_outside.load(std::memory_order_relaxed);
  for (uint32_t i = 0, count = ps.size(); i < count; ++i) created += ps[i].created.get();
  return created - exited;
}

RuntimeStats Scheduler::stats() {
  RuntimeStats stats;
  stats.procs = static_cast<int>(procs);
  stats.goroutines = alive();
  stats.goroutines_created = created_outside.load(std::memory_order_relaxed);
  for (uint32_t i = 0, count = ps.size(); i < count; ++i) {
    const P& p = ps[i];
    stats.goroutines_created += p.created.get();
    stats.switches += p.switches.get();
    stats.parks += p.parked.get();
    stats.steals += p.steals.get();
    stats.blocking_calls += p.blocking_calls.get();
    const PState state = p.word.state();
    if (state == PState::kSpare || state == PState::kGhost) continue;
    stats.run_queues.push_back(p.queue.ring_size() + (p.queue.next() != nullptr ? 1 : 0));
  }
  stats.preemptions = preemptions.get();
  stats.hand_offs = hand_offs.get();
  stats.demotions = demotions.get();
  stats.tokens = tokens.load();
  stats.ghosts = ghosts.load();
  stats.idle_procs = idle.idle_ps();
  stats.idle_threads = idle.idle_ms();
  stats.spinning_threads = idle.spinning_ms();
  stats.global_queue = global.size();
  const Guard guard(lock);
  stats.threads = static_cast<uint32_t>(ms.size() - ended_ms.size());
  return stats;
}

std::vector<GoroutineInfo> Scheduler::list_goroutines() {
  std::vector<GoroutineInfo> result;
  goroutines.for_each([&](const G& g) {
    if (g.status.get() != GStatus::kDead) result.push_back(describe(g));
  });
  std::sort(result.begin(), result.end(),
            [](const GoroutineInfo& a, const GoroutineInfo& b) { return a.id < b.id; });
  return result;
}

}  // namespace leat::runtime
