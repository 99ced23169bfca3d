// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/signals.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <ctime>
#include <mutex>
#include <string>
#include <system_error>

#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "engine/codes/machine.h"
#include "engine/exhausted.h"
#include "operators/output/output_transaction.h"
#include "operators/plugin/host.h"
#include "pipelines/text/diagnostic.h"

namespace leat::cli {
namespace {

constexpr time_t kGraceSeconds = 1;

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGXCPU);  // the soft limit; the hard one kills
  // Under nohup it is ignored, and is to stay so.
  struct sigaction hangup = {};
  if (sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
    sigaddset(&set, SIGHUP);
  return set;
}

using Clock = std::chrono::steady_clock;

std::optional<Clock::time_point> deadline_of(std::optional<std::chrono::milliseconds> timeout) {
  if (!timeout) return std::nullopt;
  return Clock::now() + *timeout;
}

[[noreturn]] void end_late(const Log& log) {
  const std::string late = "the run took longer than --timeout";
  log.write({LogLevel::kError, "run_failed", late},
            "leat: " + late + pipelines::code_mark(code::kInterrupted) + "\n",
            {{"code", to_string(code::kInterrupted)}});
  _exit(kTimeout);
}

/// `start` makes a thread.
template <typename Start>
void try_start(Start&& start) {
  try {
    start();
  } catch (const std::system_error&) {
    exhausted("cannot start another thread: raise the limit of threads (ulimit -u)");
  }
}

}  // namespace

SignalGuard::SignalGuard(pipelines::RunControl& control, Log log,
                         std::optional<std::chrono::milliseconds> timeout)
    : control_(control), log_(log), deadline_(deadline_of(timeout)) {
  // A handler and not the default: process 1 of a container has none.
  struct sigaction end = {};
  end.sa_handler = [](int signal) { _exit(kSignalBase + signal); };
  const sigset_t set = stop_signals();
  for (int signal = 1; signal < NSIG; ++signal) {
    if (sigismember(&set, signal) == 1) sigaction(signal, &end, nullptr);
  }
  if (getpid() == 1) std::signal(SIGCHLD, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), not of the process
  if (deadline_)
    try_start([this] {
      loading_ = std::jthread([this](const std::stop_token& stop) { end_when_late(stop); });
    });
}

void SignalGuard::end_when_late(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, *deadline_, [] { return false; });
  if (!stop.stop_requested()) end_late(log_);
}

void SignalGuard::loaded() {
  if (!loading_.joinable()) return;
  loading_.request_stop();
  loading_.join();
}

void SignalGuard::watch() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  try_start([this] { thread_ = std::thread([this] { wait_for_signals(); }); });
}

SignalGuard::~SignalGuard() {
  if (!thread_.joinable()) return;
  ended_.store(true);
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

int SignalGuard::wait_for_first() const {
  const sigset_t set = stop_signals();
  int signal = 0;
  if (!deadline_) {
    sigwait(&set, &signal);
    return signal;
  }
  constexpr int64_t kNanosPerSecond = 1'000'000'000;
  // A debugger may interrupt it; then it waits anew.
  do {
    const int64_t left =
        std::max<int64_t>(0, std::chrono::nanoseconds(*deadline_ - Clock::now()).count());
    const timespec wait{left / kNanosPerSecond, left % kNanosPerSecond};
    signal = sigtimedwait(&set, nullptr, &wait);
  } while (signal < 0 && errno == EINTR);
  return std::max(signal, 0);
}

void SignalGuard::wait_for_signals() {
  const sigset_t set = stop_signals();
  const int signal = wait_for_first();
  if (ended_.load()) return;
  received_.store(signal);
  timed_out_.store(signal == 0);
  if (signal != 0) {
    const std::string message = "stopping (press Ctrl-C again to force)";
    log_.write({LogLevel::kInfo, "stopping", message}, "leat: " + message + "\n",
               {{"signal", strsignal(signal)}});
  }
  control_.cancel();
  // A second signal, the end of the run, or neither in time. A run that commits, or has
  // committed, is let finish: its outputs are new, and its exit code must say so.
  const timespec grace{kGraceSeconds, 0};
  sigtimedwait(&set, nullptr, &grace);
  if (!ended_.load() && io::abandon_outputs()) {
    for (const std::string& call : plugin::active_calls()) {
      const std::string although = "stopped, although " + call;
      log_.write({LogLevel::kWarning, "stopped", although},
                 "leat: " + although + pipelines::code_mark(code::kInterrupted) + "\n",
                 {{"code", to_string(code::kInterrupted)}});
    }
    if (signal == 0) end_late(log_);
    _exit(kSignalBase + signal);
  }
}

}  // namespace leat::cli
