// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// kill -QUIT (or Ctrl-\ on a terminal) makes a program print all its goroutines and end, as a Go
// program does. Opt-in: signals belong to the program.
#pragma once

#include <csignal>
#include <functional>
#include <thread>

#include "engine/runtime.h"

namespace leat {

/// While it exists, SIGQUIT prints every goroutine of `runtime` on stderr, then those of them that
/// wait for ever (Runtime::stuck), calls `before_end` and ends the process with code 2. REQUIRES:
/// made and destroyed inside runtime.run(); one at a time in a process.
class QuitDump {
 public:
  explicit QuitDump(const Runtime& runtime, std::function<void()> before_end = {});
  /// SIGQUIT means again what it meant before.
  ~QuitDump();
  QuitDump(const QuitDump&) = delete;
  QuitDump& operator=(const QuitDump&) = delete;

 private:
  struct sigaction before_ = {};
  std::thread watcher_;
};

}  // namespace leat
