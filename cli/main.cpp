// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/exit_guard.h"
#include "cli/output.h"
#include "engine/codes/command.h"
#include "engine/exhausted.h"
#include "engine/fault.h"
#include "operators/diagnostic.h"
#include "operators/output/output_transaction.h"
#include "pipelines/text/diagnostic.h"

namespace leat::cli {
namespace {

/// The names that could stand where `app` found something else.
std::vector<std::string> known_names(const CLI::App& app) {
  std::vector<std::string> names;
  if (app.get_subcommands().empty()) {
    for (const Command& command : commands()) names.emplace_back(command.name);
    return names;
  }
  for (const CLI::Option* const option : app.get_subcommands().front()->get_options()) {
    names.push_back(option->get_name());
  }
  return names;
}

bool is_command(std::string_view word) {
  return std::any_of(commands().begin(), commands().end(),
                     [word](const Command& command) { return command.name == word; });
}

bool is_pipeline_file(std::string_view word) {
  return word.ends_with(".yaml") || word.ends_with(".yml");
}

int unknown_command(const CLI::App& app, const std::string& word) {
  const std::string near = is_pipeline_file(word) ? "did you mean `leat run " + word + "`?"
                                                  : did_you_mean(word, known_names(app));
  const std::string message = fmt::format("there is no command '{}'", word);
  std::string text =
      fmt::format("leat: {}{}\n", message, pipelines::code_mark(code::kUnknownCommand));
  if (!near.empty()) text += fmt::format("  hint: {}\n", near);
  Log(LogFormat::kText).write({LogLevel::kError, "usage", message}, text + "  see `leat --help`\n");
  return kUsage;
}

/// CLI11 says what is missing, not what was meant.
int wrong_usage(const CLI::App& app, const CLI::ParseError& error, bool log_is_of_environment) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
    return checked_output(app.exit(error));
  std::string message = error.what();
  if (message.starts_with("--log:") && log_is_of_environment) message.replace(0, 5, "LEAT_LOG");
  std::string near;
  Code number = code::kUsage;
  std::string help = "leat --help";
  if (!app.get_subcommands().empty()) {
    help = "leat " + app.get_subcommands().front()->get_name() + " --help";
    for (const std::string& extra : app.remaining(true)) {
      if (!extra.starts_with('-')) continue;
      message = "there is no option '" + extra + "'";
      number = code::kUnknownFlag;
      near = did_you_mean(extra, known_names(app));
      if (near == fmt::format("did you mean '{}'?", extra))
        near = fmt::format("write it behind the command: leat {} {}",
                           app.get_subcommands().front()->get_name(), extra);
    }
  }
  std::string text = fmt::format("leat: {}{}\n", message, pipelines::code_mark(number));
  if (!near.empty()) text += fmt::format("  hint: {}\n", near);
  Log(LogFormat::kText)
      .write({LogLevel::kError, "usage", message}, text + fmt::format("  see `{}`\n", help));
  return kUsage;
}

/// More than end_outputs() waits for a commit.
constexpr time_t kEndSeconds = 15;

/// A descriptor that is closed would be given to the first file that is opened, and messages would
/// be written into it. What takes its place can neither be read, if it was for reading, nor
/// written.
void hold_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

/// The system gives no more: staged outputs are removed, or said to be in place.
void end_exhausted() {
  // The thread may hold what is asked for below, where it was when memory ended.
  timer_t timer{};
  sigevent kill{};
  kill.sigev_notify = SIGEV_SIGNAL;
  kill.sigev_signo = SIGKILL;
  const itimerspec limit{{}, {kEndSeconds, 0}};
  if (::timer_create(CLOCK_MONOTONIC, &kill, &timer) == 0)
    ::timer_settime(timer, 0, &limit, nullptr);
  const bool unchanged = io::abandon_outputs();
  if (!unchanged) io::end_outputs();
  const std::string_view message =
      unchanged ? "  no output was changed\n" : "  outputs were changed before that\n";
  std::fwrite(message.data(), 1, message.size(), stderr);
  _exit(unchanged ? kFailed : kChanged);
}

int main_of(int argc, char** argv) {
  hold_standard_descriptors();
  on_exhausted(end_exhausted);
  std::set_new_handler([] { exhausted("the system gives no more memory (see ulimit -v)"); });
  CLI::App app("leat runs data pipelines declared in YAML", "leat");
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, Action>> actions;
  for (const Command& command : commands()) {
    CLI::App* const subcommand =
        app.add_subcommand(std::string(command.name), std::string(command.summary));
    actions.emplace_back(subcommand, command.define(*subcommand));
  }
  app.set_version_flag("-V,--version", "leat " LEAT_VERSION);
  // Before CLI11 looks at what follows: a `--help` behind it would be answered.
  if (const std::string word = argc > 1 ? argv[1] : "";
      !word.empty() && !word.starts_with('-') && !is_command(word))
    return unknown_command(app, word);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool gives_log = std::any_of(argv + 1, argv + argc, [](const char* argument) {
      return std::string_view(argument).starts_with("--log");
    });
    return wrong_usage(app, error, !gives_log);
  }
  report_faults();
  const ExitGuard guard{Log(LogFormat::kText)};
  for (const auto& [subcommand, action] : actions) {
    if (subcommand->parsed()) return checked_output(action());
  }
  return kUsage;
}

}  // namespace
}  // namespace leat::cli

int main(int argc, char** argv) { return leat::cli::main_of(argc, argv); }
