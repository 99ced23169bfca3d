// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/signals.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <string>
#include <system_error>

#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "engine/exhausted.h"
#include "operators/output/output_transaction.h"
#include "operators/plugin/host.h"

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

}  // namespace

SignalGuard::SignalGuard(pipelines::RunControl& control, Log log,
                         std::optional<std::chrono::milliseconds> timeout)
    : control_(control), log_(log), timeout_(timeout) {
  // A handler and not the default: process 1 of a container has none.
  struct sigaction end = {};
  end.sa_handler = [](int signal) { _exit(kSignalBase + signal); };
  const sigset_t set = stop_signals();
  for (int signal = 1; signal < NSIG; ++signal) {
    if (sigismember(&set, signal) == 1) sigaction(signal, &end, nullptr);
  }
  if (getpid() == 1) std::signal(SIGCHLD, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), not of the process
}

void SignalGuard::watch() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  try {
    thread_ = std::thread([this] { wait_for_signals(); });
  } catch (const std::system_error&) {
    exhausted("cannot start another thread: raise the limit of threads (ulimit -u)");
  }
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
  if (!timeout_) {
    sigwait(&set, &signal);
    return signal;
  }
  constexpr int64_t kNanosPerMilli = 1'000'000;
  const timespec wait{timeout_->count() / 1000, timeout_->count() % 1000 * kNanosPerMilli};
  // A debugger may interrupt it; then it waits anew.
  do {
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
      log_.write({LogLevel::kWarning, "stopped", although}, "leat: " + although + "\n");
    }
    if (signal == 0) {
      const std::string late = "the run took longer than --timeout";
      log_.write({LogLevel::kError, "run_failed", late}, "leat: " + late + "\n");
    }
    _exit(signal == 0 ? kTimeout : kSignalBase + signal);
  }
}

}  // namespace leat::cli
