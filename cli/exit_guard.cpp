// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: code of a plugin, or of a library it uses, calls exit(0) for an error; the shell and the
// scheduler of a cluster would read that as success, though rows are missing and no output
// appeared.
//
// How: a handler of atexit looks whether main has still a guard. It ends the process itself, with
// _exit, since destructors of globals would run beside lanes that still work.
//
// Not covered: _exit(), which asks nobody.
#include "cli/exit_guard.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "engine/codes/plugin.h"
#include "operators/output/output_transaction.h"
#include "operators/plugin/host.h"
#include "pipelines/text/diagnostic.h"

namespace leat::cli {
namespace {

std::atomic<const Log*> log_of_guard{nullptr};

void end_unfinished() {
  const Log* const log = log_of_guard.exchange(nullptr);
  if (log == nullptr) return;
  static_cast<void>(io::abandon_outputs());
  const std::vector<std::string> calls = plugin::active_calls();
  constexpr std::string_view kMessage = "exit() was called in the middle of the work";
  std::string text =
      "leat: " + std::string(kMessage) + pipelines::code_mark(code::kPluginContract) + "\n";
  for (const std::string& call : calls) text += "  " + call + "\n";
  text += "  hint: a plugin that cannot go on returns an error; it never ends the process\n";
  log->write({LogLevel::kError, "exit_called", kMessage}, text,
             {{"code", to_string(code::kPluginContract)}, {"calls", calls}});
  _exit(kFailed);
}

}  // namespace

ExitGuard::ExitGuard(Log log) : log_(log), before_(log_of_guard.exchange(&log_)) {
  static const bool registered =
      std::atexit(end_unfinished) == 0 && std::at_quick_exit(end_unfinished) == 0;
  static_cast<void>(registered);
}

ExitGuard::~ExitGuard() { log_of_guard.store(before_); }

}  // namespace leat::cli
