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
#include <stop_token>
#include <thread>

#include "cli/log.h"
#include "pipelines/run/segment.h"

namespace leat::cli {

/// Make one before any other thread exists. Until watch() a signal ends the process at once, with
/// the code of that signal, and so does the end of the timeout: nothing has been made yet.
class SignalGuard {
 public:
  /// With `timeout`, its end is as a signal. It counts from here: a source that is looked at while
  /// the pipeline is loaded may be a pipe that gives nothing.
  SignalGuard(pipelines::RunControl& control, Log log,
              std::optional<std::chrono::milliseconds> timeout = {});
  /// What had to be loaded is. From here to watch() the caller's thread is the only one.
  void loaded();
  /// From now on signals are blocked for all threads and taken by one that waits for them, and for
  /// the timeout. Its thread is the first one besides main's. REQUIRES: loaded().
  void watch();
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

  /// The signal that came first, or 0.
  int received() const { return received_.load(); }
  bool timed_out() const { return timed_out_.load(); }

 private:
  void wait_for_signals();
  void end_when_late(const std::stop_token& stop);
  /// The first signal; 0 when the time is over.
  int wait_for_first() const;

  pipelines::RunControl& control_;
  const Log log_;
  const std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::atomic<int> received_{0};
  std::atomic<bool> timed_out_{false};
  std::atomic<bool> ended_{false};
  std::thread thread_;
  std::jthread loading_;  // ends the process when loading takes too long; only with a deadline
};

}  // namespace leat::cli
