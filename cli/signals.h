// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// SIGINT, SIGTERM, SIGHUP and SIGXCPU while a pipeline runs: the first asks the run to stop in
// order; if it has not after a second (a stage may wait for a pipe that gives nothing), or with the
// second signal, the process ends at once. Either way outputs are untouched, and nothing is left
// beside them. Once the run has decided to replace them it is let finish.
//
// As process 1 of a container leat is also the parent of processes whose own parents ended: the
// kernel is asked to take their remains away. A plugin that waits for processes it starts needs an
// init above leat (`docker run --init`).
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "cli/log.h"
#include "pipelines/run/segment.h"

namespace leat::cli {

/// Make one before any other thread exists. Until watch() a signal ends the process at once, with
/// the code of that signal: nothing has been made yet.
class SignalGuard {
 public:
  /// With `timeout`, its end is as a signal.
  SignalGuard(pipelines::RunControl& control, Log log,
              std::optional<std::chrono::milliseconds> timeout = {});
  /// From now on signals are blocked for all threads and taken by one that waits for them, and for
  /// the timeout. Its thread is the first one besides main's.
  void watch();
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

  /// The signal that came first, or 0.
  int received() const { return received_.load(); }
  bool timed_out() const { return timed_out_.load(); }

 private:
  void wait_for_signals();
  /// The first signal; 0 when the time is over.
  int wait_for_first() const;

  pipelines::RunControl& control_;
  const Log log_;
  const std::optional<std::chrono::milliseconds> timeout_;
  std::atomic<int> received_{0};
  std::atomic<bool> timed_out_{false};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace leat::cli
