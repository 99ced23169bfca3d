// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The scheduler of one Runtime: all its Ps, Ms and Gs, and the decisions about them. Its functions
// are defined in the file of their mechanism: scheduler.cpp (what runs next), workers.cpp (Ms
// start, sleep, wake), park.cpp (goroutines leave and come back), handoff.cpp (blocking calls),
// tokens.cpp (how many run), ghosts.cpp (goroutines that never give way), poll.cpp (timers and
// I/O), locked_threads.cpp, bound_threads.cpp, sysmon.cpp, deadlock.cpp, lifecycle.cpp (start and
// stop).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/runtime.h"
#include "engine/runtime/g_pool.h"
#include "engine/runtime/global_queue.h"
#include "engine/runtime/hogs.h"
#include "engine/runtime/idle.h"
#include "engine/runtime/m.h"
#include "engine/runtime/netpoll.h"
#include "engine/runtime/p.h"
#include "engine/runtime/processors.h"

namespace leat::runtime {

struct Scheduler : std::enable_shared_from_this<Scheduler> {
  explicit Scheduler(const RuntimeConfig& runtime_config);
  ~Scheduler();

  // -------- state

  const RuntimeConfig config;
  std::atomic<uint32_t> procs;  // tokens that should exist: GOMAXPROCS; changed under lock
  Processors ps;

  Idle idle;

  // Changed under lock, read by anyone.
  std::atomic<uint32_t> tokens{0};   // Ps which hold one
  std::atomic<uint32_t> surplus{0};  // tokens that are to be given back: tokens - procs, or 0
  std::atomic<uint32_t> ghosts{0};
  std::atomic<bool> solo{false};  // one token and no ghost: nobody else could take work

  alignas(128) ThreadMutex lock;
  GlobalQueue global;                  // GUARDED BY lock
  P* spares = nullptr;                 // GUARDED BY lock; linked by next_idle
  std::vector<std::unique_ptr<M>> ms;  // GUARDED BY lock
  bool sysmon_sleeps = false;          // GUARDED BY lock
  bool deadlock_reported = false;      // GUARDED BY lock
  uint64_t bound_alive = 0;            // GUARDED BY lock; goroutines that own a thread
  int64_t bound_waiting = 0;           // GUARDED BY lock; those of them which are parked
  std::vector<M*> bound_free;          // GUARDED BY lock; whose thread has ended
  uint32_t locked_waiting = 0;         // GUARDED BY lock; Ms that wait with their locked goroutine
  std::vector<M*> ended_ms;            // GUARDED BY lock; whose thread ended with a locked one
  M* poller = nullptr;                 // GUARDED BY lock; waits in `netpoll`

  std::atomic<int64_t> poll_until_ns{0};    // when the poller wakes up by itself; 0: nobody polls
  int64_t files_collected_ns = 0;           // sysmon only
  std::atomic<int64_t> sysmon_until_ns{0};  // when sysmon looks again; 0: it is looking
  Netpoll netpoll;
#ifdef LEAT_SIM
  Note sim_poll_note;  // the poller sleeps here
#endif

  std::atomic<bool> procs_are_fixed{false};  // by set_procs()
  int64_t procs_updated_ns = 0;              // sysmon only
  std::atomic<bool> stopping{false};
  std::atomic<uint32_t> threads{0};  // alive, sysmon included; a futex word for shutdown
  std::atomic<uint64_t> next_goroutine_id{1};
  std::atomic<uint64_t> created_outside{0};  // goroutines created, and ended, without a P
  std::atomic<uint64_t> exited_outside{0};
  Trace trace;
  const uint64_t seed;
  const int64_t started_ns;
  std::atomic<uint32_t> clock_ms{0};          // since then; as old as sysmon's last look
  int64_t schedtrace_at_ns = 0;               // sysmon only; when the next line is due
  Counter preemptions, hand_offs, demotions;  // sysmon only
  Hogs hogs;                                  // sysmon only
  int64_t quota_asked_ns = 0;                 // sysmon only; 0: never
  bool quota_binds = false;                   // sysmon only
  std::optional<pthread_t> sysmon_thread;     // GUARDED BY lock; to be joined
  bool joined = false;  // GUARDED BY lock; threads that come later are detached
  Note sysmon_note;
  Note main_returned;
  GPool goroutines;

  // -------- lifecycle.cpp

  /// Goroutine 1; its end is that of the run. REQUIRES: no other has been created.
  G* create_main(std::move_only_function<void()> main);
  /// Starts sysmon and the first M, which runs `main`.
  void start(G* main);
  /// Asks every M to leave at its next scheduling point. THREADS: any.
  void request_stop();
  /// After request_stop: waits a moment for the threads. Those still inside user code go on by
  /// themselves.
  void join();
  /// Starts an OS thread of the runtime. All signals but the synchronous ones are blocked in it.
  /// It holds a reference to the Scheduler from before it exists: one that starts late finds it
  /// alive.
  pthread_t start_thread(std::move_only_function<void()> body);
  /// Stores it in `place` for join(). What came too late for that is detached.
  void keep_thread(std::optional<pthread_t>& place, pthread_t thread);
  /// The last act of such a thread.
  void thread_ends();
  static void join_thread(pthread_t thread);
  static void detach_thread(pthread_t thread);

  // -------- scheduler.cpp: on g0

  /// Runs goroutines on `m` until the scheduler stops. REQUIRES: m owns a P.
  void run_goroutines(M* m);

  /// Adds at the tail of p's ring; half of a full ring moves to the global queue. REQUIRES: the
  /// caller owns p.
  void put_local(P* p, G* g);
  /// Appends to the global queue. THREADS: any.
  void put_global(G* g);

  // -------- workers.cpp

  /// The body of an M's thread.
  void run_thread(M* m);
  /// Wakes one M to search for work, if there is an idle P and nobody searches. THREADS: any.
  void wake_one();
  /// To be called after work was published by `p`, the owner of a P; `fenced`: by a seq_cst
  /// read-modify-write.
  void published(P* p, bool fenced) {
    if (p->word.is_ghost()) [[unlikely]]
      return evacuate(*p);
    if (solo.load(std::memory_order_relaxed)) return;
    if (!fenced) full_fence();
    if (idle.wants_wake_up()) wake_one();
  }
  /// Gives `p` (idle, not in the list) to a sleeping M or a new one.
  void start_m(P* p, bool spinning);
  /// Puts `m`, which has no P, to sleep until it is given one. False: stop.
  bool stop_m(M* m);
  /// An idle P, or null. REQUIRES: lock.
  P* take_idle_p();
  /// The rest of stop_m(): `m` is in the idle list.
  bool wait_for_p(M* m);
  /// Makes `g` (runnable, without a thread of its own) run although the caller owns no P. THREADS:
  /// any.
  void inject(G* g);

  // -------- poll.cpp

  /// Sets `timer` on `p`, which the caller owns, or anywhere if that is null. It may have fired,
  /// and be gone, when this returns.
  void arm(TimerNode& timer, P* p);
  /// The two halves of arm(), for who holds locks: the first takes but that of a heap, and says
  /// whether the second is needed. `p_will_search`: the caller goes on in find_runnable(), which
  /// will look at its timers before it sleeps.
  bool add_timer(TimerNode& timer, P* p);
  void timer_was_added(int64_t when_ns, P* p, bool p_will_search);
  /// Fires the due timers of `owner`, for the owner of `p`. True: p's queue got something.
  bool run_timers(P& owner, P* p);
  /// Makes goroutines runnable on `p`, which the caller owns. True: there were some.
  bool ready_all(WakeList& wakes, P* p);
  /// kNever if there is none. THREADS: any.
  int64_t earliest_timer() const;
  /// Can something happen that no goroutine does? REQUIRES: lock.
  bool events_pending() const;
  /// For sysmon: how long to sleep instead of `nap_ns`, so as to see the next timer come due.
  int64_t nap_before_timer(int64_t nap_ns);
  /// To be called by who has stopped polling, searching or waking a searcher: if nobody does any
  /// more, makes sysmon look in time for the next timer. THREADS: any.
  void leave_timers_to_sysmon();
  /// To be called before a goroutine waits for a file. THREADS: any.
  void watch_files();
  /// If nobody polls: makes goroutines whose files are ready runnable, on `p`, which the caller
  /// owns, or in the global queue if that is null. True: there were some.
  bool collect_files(P* p);
  /// For sysmon: asks Ps whose timers are late to give way, or fires these, collects files. True:
  /// there were some.
  bool prod_late_timers(int64_t now);
  /// Ends wait_for_events(), or the next one. THREADS: any.
  void interrupt_poller();
  /// `m`, the poller, waits until it has a P. False: stop.
  bool poll(M* m);

  // -------- handoff.cpp

  /// Finds something to do for a P that was taken from its M: an M if there is work, else the idle
  /// list.
  void hand_off(P* p);

  // -------- tokens.cpp

  /// GOMAXPROCS from now on. Returns at once; surplus Ps are given back at scheduling points.
  /// THREADS: any.
  void resize(uint32_t wanted);
  /// Gives the P of `m` back if there are too many tokens: then true, and `m` has none. On g0.
  bool surrender(M* m);
  /// Asks RuntimeConfig::procs_source, if there is one and its time has come. sysmon only.
  void update_procs(int64_t now);
  /// A P without a token and an owner; null if there are as many as there may be. REQUIRES: lock.
  P* take_spare();
  /// REQUIRES: lock; p is kSpare.
  void push_spare(P* p);
  /// To be called when one of them changed. REQUIRES: lock.
  void tokens_changed();

  // -------- ghosts.cpp

  /// Does something wait that only the processor of `p` could do?
  bool is_in_the_way(const P& p);
  /// Takes the token of `p`, whose owner has not reacted to the request in `word`, and gives it to
  /// another P. False: `p` has moved on, or there are too many ghosts. sysmon only.
  bool demote(P& p, uint64_t word);
  /// The P of `m` is a ghost: takes a token for it, or drops it (then false). On g0.
  bool settle_ghost(M* m);
  /// Moves what is queued at `p` to the global queue and wakes somebody for it. THREADS: any.
  void evacuate(P& p);
  uint32_t ghosts_max();

  // -------- locked_threads.cpp

  /// The goroutine of `m`, which is locked to it, has left: passes the P on and sleeps until `m` is
  /// given one for it. False: `m` ends.
  bool wait_for_locked(M* m);
  /// Gives the P of `m`, which found `g`, to the M that `g` is locked to.
  void hand_to_locked(M* m, G* g);
  /// Wakes the Ms that wait so, to end them. REQUIRES: lock; stopping.
  void wake_locked();
  /// An M whose thread has ended, for a new one; null if there is none. REQUIRES: lock.
  M* take_ended_m();

  // -------- bound_threads.cpp: thread model `kernel`

  /// Starts an OS thread for `g` (runnable).
  void start_bound(G* g);
  /// The body of that thread.
  void run_bound(M* m);
  /// Wakes all parked goroutines, to end their threads. REQUIRES: stopping.
  void wake_bound();

  // -------- sysmon.cpp

  void run_sysmon();
  struct Observation;
  /// What a look at a P led to.
  enum class Look : uint8_t { kNothing, kTaken, kSoonAgain };
  Look retake(P& p, Observation& seen, int64_t now);
  Look look_at_running(P& p, uint64_t word, Observation& seen, int64_t now);
  Look look_at_blocking(P& p, uint64_t word, Observation& seen, int64_t now);
  void report_hog(const P& p, Observation& seen, int64_t now, bool has_lost_token);

  /// clock_ms = now.
  void set_clock(int64_t now);
  /// Records an event that is not of an M's thread. THREADS: any.
  void shared_event(TraceKind kind, const G* g, const P& p);

  // -------- schedtrace.cpp

  std::string schedtrace_line(int64_t now);
  /// Prints one if that was asked for and it is time. sysmon only.
  void print_schedtrace(int64_t now);

  // -------- deadlock.cpp

  /// Can nothing ever happen again? REQUIRES: lock.
  bool all_asleep() const;
  /// Prints (or hands out) every goroutine and ends the process with code 2. REQUIRES: lock is not
  /// held.
  [[noreturn]] void die_of_deadlock();

  // -------- goroutines

  /// A runnable goroutine. `p`: owned by the caller, or null.
  G* create(P* p, std::move_only_function<void()>&& function, const GoOptions& options,
            const std::source_location& created_at);
  uint64_t alive() const;
  RuntimeStats stats();
  std::vector<GoroutineInfo> list_goroutines();

 private:
  G* find_runnable(M* m, bool* inherits_slice);
  bool keep_p(M* m);
  G* take_from_global(P* p, uint32_t max);
  G* steal(M* m);
  G* steal_pass(M* m);
  G* steal_run_next(M* m);
  void execute(M* m, G* g, bool inherits_slice);
  bool sleep_until_work(M* m);
  bool recheck(M* m);
  bool has_queued_work();
  G* steal_timers(M* m);
  enum class AfterPoll : uint8_t { kPollAgain, kHasP, kSleep, kStop };
  void wait_for_events(int64_t timeout_ns, WakeList& wakes);
  AfterPoll end_poll(M* m, WakeList& wakes);
  void push_all(WakeList& wakes);
  bool ready_anywhere(WakeList& wakes);
  bool is_ours(const G* g) const;
  void found_work(M* m);
  bool pass_p_on(M* m);
  void retire(M* m);
};

}  // namespace leat::runtime
