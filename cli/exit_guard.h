// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// exit() belongs to main: called by anybody else, it would end a run in the middle with whatever
// code it was given, and 0 says that all went well.
#pragma once

#include "cli/log.h"

namespace leat::cli {

/// While one exists, exit() and quick_exit() end the process with code 1, after an error that names
/// the calls of plugins that had not returned. The newest one's log is used. THREADS: made and
/// destroyed by main.
class ExitGuard {
 public:
  explicit ExitGuard(Log log);
  ~ExitGuard();
  ExitGuard(const ExitGuard&) = delete;
  ExitGuard& operator=(const ExitGuard&) = delete;

 private:
  const Log log_;
  const Log* const before_;
};

}  // namespace leat::cli
