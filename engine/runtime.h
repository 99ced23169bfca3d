// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Starting goroutines from an ordinary thread, and looking at them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <source_location>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/go.h"

namespace leat {

namespace runtime {
struct Scheduler;
}

/// How goroutines are put on OS threads. Programs behave the same under each.
enum class ThreadModel : uint8_t {
  kMpg,     ///< Go's: many goroutines on a few threads, idle processors steal work.
  kKernel,  ///< One OS thread per goroutine; the kernel schedules them all.
  kUser,    ///< All goroutines on one OS thread; a blocking call stops them all.
};

/// What is known of one goroutine. Text fields live as long as the process.
struct GoroutineInfo {
  uint64_t id = 0;             ///< 1 is the main goroutine.
  const char* name = "";       ///< GoOptions::name, or "".
  const char* state = "";      ///< "runnable", "waiting", ...
  const char* waits_in = "";   ///< "channel send", ...; "" unless it waits.
  const char* waits_for = "";  ///< Name of the channel or other object, if it has one.
  uint64_t waits_ms = 0;       ///< For how long; 0 unless it waits. Some ms late.
  bool is_locked = false;      ///< To its OS thread, by lock_os_thread().
  std::source_location created_at;
};

/// Every goroutine of a runtime in which nothing can ever happen again.
struct DeadlockReport {
  std::vector<GoroutineInfo> goroutines;  ///< By id.
};

/// A goroutine that kept its processor for long while others waited.
struct HogReport {
  GoroutineInfo goroutine;
  int64_t ran_ms = 0;
  /// It goes on as a thread of its own, and others have its processor. False: too many do so
  /// already, others wait.
  bool has_lost_token = false;
};

struct RuntimeConfig {
  /// Goroutines that run at the same time. 0: GOMAXPROCS of the environment, else what
  /// `procs_source` says.
  int procs = 0;
  /// If neither `procs` nor the environment decides: asked for a number at the beginning and then
  /// about once a second, so that a changed limit takes effect, until set_procs() is called. Empty:
  /// what the machine allows (MachineLimits in engine/procs.h). THREADS: one of the runtime, which
  /// must not be kept waiting.
  std::function<int()> procs_source = {};
  ThreadModel model = ThreadModel::kMpg;
  /// Goroutines that may go on beside the others after they kept their processor for 11 ms without
  /// calling the engine (thread model kMpg). Negative: twice as many as processors, 64 at most; one
  /// if a CPU quota binds. Never more than 64.
  int ghosts_max = -1;
  /// Decides the order of stealing; 0 takes a random one.
  uint64_t seed = 0;
  /// Threads outside the runtime may wake goroutines (through channels): then "all are asleep" is
  /// no deadlock.
  bool foreign_wakeups = false;
  /// Prints a line about the scheduler on stderr every so many ms, in the format of Go's
  /// schedtrace. 0: LEAT_SCHEDTRACE of the environment, else never.
  int schedtrace_ms = 0;
  /// Events kept for each thread for write_trace(), 32 bytes each; the newest replace the oldest.
  /// 0: none are recorded.
  size_t trace_events = 0;
  /// Called instead of printing the report when all goroutines are asleep; then the process exits
  /// with code 2.
  std::function<void(const DeadlockReport&)> on_deadlock = {};
  /// Called instead of printing one line on stderr, once for each place where such goroutines are
  /// created; on a thread of the runtime, which must not be kept waiting.
  std::function<void(const HogReport&)> on_hog = {};
};

/// A snapshot; numbers of different fields may be a moment apart.
struct RuntimeStats {
  int procs = 0;
  uint64_t goroutines = 0;  ///< Alive now, the main goroutine included.
  uint64_t goroutines_created = 0;
  uint64_t switches = 0;     ///< Goroutines begun or resumed.
  uint64_t parks = 0;        ///< Goroutines that went to wait for something.
  uint64_t steals = 0;       ///< Successful looks into another processor's queue.
  uint64_t preemptions = 0;  ///< Requests to give way after 10 ms.
  uint64_t hand_offs = 0;    ///< Processors taken from goroutines in blocking calls.
  uint64_t demotions = 0;    ///< Tokens taken from goroutines that did not give way.
  uint32_t tokens = 0;       ///< Goroutines that may run at once: procs, a moment after a change.
  uint32_t ghosts = 0;       ///< Goroutines that run beside them, without one.
  uint64_t blocking_calls = 0;
  uint32_t threads = 0;  ///< OS threads that run goroutines.
  uint32_t idle_threads = 0;
  uint32_t spinning_threads = 0;  ///< Threads that look for work.
  uint32_t idle_procs = 0;
  uint32_t global_queue = 0;         ///< Length of the shared run queue.
  std::vector<uint32_t> run_queues;  ///< Length of each processor's run queue.
};

/// Runs goroutines. THREADS: one thread at a time calls run(); everything else may be called by any
/// thread meanwhile.
class Runtime {
 public:
  explicit Runtime(RuntimeConfig config);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// Runs `main` as goroutine 1 and returns when it returns. Goroutines still alive then never run
  /// again (as in Go), and their stacks are not unwound: wait for those that own something. The
  /// functions of those which never started are destroyed with the runtime or when it runs again,
  /// or on a thread of the runtime that is still alive then. A
  /// goroutine that is inside a long computation or a blocking call at that time goes on until its
  /// next scheduling point; run() waits for it only a moment. May be called again afterwards.
  /// REQUIRES: not on a goroutine. ERRORS: an exception that leaves a goroutine, and a deadlock,
  /// end the process with exit code 2.
  void run(std::move_only_function<void()> main);

  /// Starts a goroutine from outside. REQUIRES: run() is active. THREADS: any but goroutines of
  /// this runtime.
  void go(std::move_only_function<void()> function, GoOptions options = {},
          std::source_location created_at = std::source_location::current());

  /// Of the run that is active, or else the last one.
  RuntimeStats stats() const;

  /// Writes what was recorded of the active run, or else the last one, as a file for
  /// ui.perfetto.dev or chrome://tracing. ERRORS: kIo; kInvalid without
  /// RuntimeConfig::trace_events.
  Status write_trace(const std::string& path) const;
  /// The same for who puts several runs into one file: entries of its list `traceEvents`, with
  /// commas between them, as processes number `process` and `process` + 1. Empty without
  /// RuntimeConfig::trace_events.
  std::string trace_entries(uint32_t process, const std::string& title) const;

  /// Every goroutine that is alive, by id. A moment old.
  std::vector<GoroutineInfo> goroutines() const;

  /// Those of them that wait for one another for ever, as far as channels tell whose they are
  /// (engine/channel_users.h). THREADS: any.
  std::vector<GoroutineInfo> stuck() const;

  /// Goroutines that may run at the same time. THREADS: any.
  int procs() const;

  /// Changes that number, now and for later runs, and stops updates from
  /// RuntimeConfig::procs_source. Nothing is stopped for it: with fewer processors than before,
  /// goroutines go on until their next scheduling point. REQUIRES: 1 <= count <= kProcsMax. Without
  /// effect under the models kKernel and kUser. THREADS: any.
  void set_procs(int count);

 private:
  /// Of the run that is active, or else the last one; null before the first.
  std::shared_ptr<runtime::Scheduler> scheduler() const;
  /// Makes it have as many processors as was last asked for.
  void resize(runtime::Scheduler& scheduler) const;

  RuntimeConfig config_;
  std::shared_ptr<runtime::Scheduler> scheduler_;
};

}  // namespace leat
