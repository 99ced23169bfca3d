// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Runs the program under test in a process of its own.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace leat::test {

struct CliOptions {
  std::string directory = ".";           ///< Where the program runs.
  std::string input;                     ///< What it reads from standard input.
  std::vector<std::string> environment;  ///< `NAME=value`, besides the environment of the test.
  std::function<void(pid_t)> meanwhile = {};  ///< Called once the program was started.
};

struct CliRun {
  int exit_code = -1;  ///< As a shell reports it: 128 + number when a signal ended the program.
  std::string out;
  std::string err;
};

/// Runs `leat ARGUMENTS...` and waits for its end. The program is the one that LEAT_BINARY names,
/// else the `leat` beside the test program. A program that cannot be started fails the test.
/// THREADS: any, outside goroutines.
CliRun run_cli(const std::vector<std::string>& arguments, const CliOptions& options = {});

}  // namespace leat::test
