// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "cli/output.h"
#include "operators/plugin/host.h"
#include "pipelines/verify/verify_plugin.h"

namespace leat::cli {
namespace {

using Outcome = pipelines::PluginCheck::Outcome;

struct PluginArguments {
  std::string action;
  std::vector<std::string> files;
  int64_t timeout_seconds = 60;
  bool json = false;
};

std::string_view word_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk: return "ok";
    case Outcome::kFailed: return "FAILED";
    case Outcome::kSkipped: return "skipped";
  }
  return "";
}

/// Prints checks as they come, and ends the process when none comes for too long: a plugin that
/// does not return cannot be stopped otherwise.
class Progress {
 public:
  explicit Progress(const PluginArguments& arguments)
      : arguments_(arguments), watchdog_([this](const std::stop_token& stop) { watch(stop); }) {}

  void add(pipelines::PluginCheck check) {
    const std::lock_guard lock(mutex_);
    note(std::move(check));
    came_.notify_one();
  }
  /// Ends the output; the exit code.
  int finish() {
    const std::lock_guard lock(mutex_);
    return conclude();
  }

 private:
  // REQUIRES of note and conclude: mutex_ is held.
  void note(pipelines::PluginCheck check) {
    ++counts_[static_cast<size_t>(check.outcome)];
    if (arguments_.json) {
      checks_.push_back(
          {{"check", check.what}, {"outcome", word_of(check.outcome)}, {"detail", check.detail}});
      return;
    }
    print(fmt::format("{:<8} {}\n", word_of(check.outcome), check.what));
    if (!check.detail.empty()) print(fmt::format("         {}\n", check.detail));
    std::fflush(stdout);
  }
  int conclude() {
    const bool ok = counts_[1] == 0;
    if (arguments_.json) {
      print_envelope(Answer{.command = "plugin", .json = true},
                     {.ok = ok, .result = {{"checks", checks_}}, .errors = {}, .warnings = {}});
    } else {
      print(fmt::format("{} ok, {} failed, {} skipped\n", counts_[0], counts_[1], counts_[2]));
    }
    std::fflush(stdout);
    return ok ? kDone : kFailed;
  }

  void watch(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      const size_t before = counts_[0] + counts_[1] + counts_[2];
      const bool changed =
          came_.wait_for(lock, stop, std::chrono::seconds(arguments_.timeout_seconds),
                         [&] { return counts_[0] + counts_[1] + counts_[2] != before; });
      if (changed || stop.stop_requested()) continue;
      const std::vector<std::string> calls = plugin::active_calls();
      note({calls.empty() ? "the next check" : calls.front(), Outcome::kFailed,
            fmt::format("it took longer than {} seconds (--timeout)", arguments_.timeout_seconds)});
      _exit(conclude());
    }
  }

  const PluginArguments& arguments_;
  std::mutex mutex_;
  std::condition_variable_any came_;
  nlohmann::ordered_json checks_ = nlohmann::ordered_json::array();
  size_t counts_[3] = {0, 0, 0};
  std::jthread watchdog_;
};

int run(const PluginArguments& arguments) {
  std::vector<std::string> files = arguments.files;
  for (std::string& file : files) {
    // A file of a command line is a file, also without a slash.
    if (!file.contains('/') && access(file.c_str(), F_OK) == 0) file = "./" + file;
  }
  const auto plugins = load_plugins(files, Answer{.command = "plugin", .json = arguments.json});
  if (!plugins)
    return print_mistakes(Answer{.command = "plugin", .json = arguments.json}, plugins.error());
  Progress progress(arguments);
  pipelines::verify_plugins(**plugins,
                            [&](pipelines::PluginCheck check) { progress.add(std::move(check)); });
  return progress.finish();
}

}  // namespace

Action define_plugin(CLI::App& app) {
  auto arguments = std::make_shared<PluginArguments>();
  app.add_option("ACTION", arguments->action, "verify: try whether plugins keep the contract")
      ->required()
      ->check(CLI::IsMember({"verify"}));
  app.add_option("FILE", arguments->files, "Shared objects")->required();
  app.add_option("--timeout", arguments->timeout_seconds,
                 "A check that takes longer has failed; seconds (default: 60)")
      ->check(CLI::Range(1, 86400));
  app.add_flag("--json", arguments->json, "Print JSON");
  return [arguments] { return run(*arguments); };
}

}  // namespace leat::cli
