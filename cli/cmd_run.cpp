// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/exit_guard.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/sandbox_mode.h"
#include "cli/signals.h"
#include "pipelines/run/run.h"
#include "pipelines/text/diagnostic.h"

namespace leat::cli {
namespace {

struct RunArguments : PipelineArguments {
  std::string threads = "mpg";
  bool quiet = false;
};

/// REQUIRES: one of the names that the option accepts.
ThreadModel thread_model(const std::string& name) {
  if (name == "kernel") return ThreadModel::kKernel;
  return name == "user" ? ThreadModel::kUser : ThreadModel::kMpg;
}

int exit_code(const pipelines::Pipeline& pipeline, const pipelines::RunReport& report, int signal) {
  if (report.error && report.outputs.are_changed) return kChanged;
  if (report.error && report.error->code == ErrorCode::kCancelled && signal != 0)
    return kSignalBase + signal;
  if (report.error) return kFailed;
  return report.rejected > 0 && !pipeline.max_rejects ? kRejected : kDone;
}

void print_report(const RunArguments& arguments, const Loaded& loaded,
                  const pipelines::RunReport& report) {
  if (arguments.json) {
    nlohmann::ordered_json json = report_json(loaded.pipeline, report);
    if (report.error) json["outputs"] = report.outputs.text;
    if (report.error) json["error"] = pipelines::to_json(loaded.document.get(), *report.error);
    print_json(json);
    return;
  }
  const Log log = arguments.logger();
  nlohmann::ordered_json fields = report_json(loaded.pipeline, report);
  if (report.error) {
    fields["outputs"] = report.outputs.text;
    fields["error"] = pipelines::to_json(loaded.document.get(), *report.error);
    log.write(
        {LogLevel::kError, "run_failed", report.error->message},
        pipelines::render(loaded.document.get(), *report.error) +
            fmt::format("{}: the run failed; {}\n", loaded.pipeline.name, report.outputs.text),
        fields);
    return;
  }
  if (!arguments.quiet)
    log.write({LogLevel::kInfo, "run_done", "every row is accounted for"},
              ledger_text(loaded.pipeline, report), fields);
  if (report.rejected > 0 && !loaded.pipeline.max_rejects) {
    const std::string message =
        fmt::format("{} and no max_rejects is declared (exit code {})",
                    report.rejected == 1 ? "1 row was rejected"
                                         : grouped(report.rejected) + " rows were rejected",
                    static_cast<int>(kRejected));
    log.write({LogLevel::kWarning, "rows_rejected", message},
              fmt::format("{}: {}\n", loaded.pipeline.name, message),
              {{"pipeline", loaded.pipeline.name}, {"rejected", report.rejected}});
  }
}

/// Under `--json` standard output is one JSON document: rows cannot go there as well.
Diagnostics outputs_in_the_way(const pipelines::Pipeline& pipeline) {
  Diagnostics found;
  for (const pipelines::Stage& stage : pipeline.stages) {
    const std::optional<SourceText>& target = stage.bound->target;
    if (!target || (target->text() != "-" && target->text() != "/dev/stdout")) continue;
    found.error(target->span(),
                "standard output gets the report of --json, so no rows can go there",
                "write a file, or have the report on standard error: --log json instead of --json");
  }
  return found;
}

int run(const RunArguments& arguments) {
  pipelines::RunControl control;
  SignalGuard signals(control, arguments.logger());
  const ExitGuard guard(arguments.logger());
  const std::expected<Loaded, int> loaded = load(arguments);
  if (!loaded) return loaded.error();
  if (arguments.json) {
    const Diagnostics found = outputs_in_the_way(loaded->pipeline);
    if (!found.ok()) return report_mistakes(arguments, *loaded->document, found);
  }
  if (const Status entered = enter_sandbox_of(arguments, loaded->pipeline); !entered)
    return usage_error(arguments.json, arguments.logger(), entered.error().message,
                       entered.error().hint);
  signals.watch();
  pipelines::RunOptions options;
  options.tables = arguments.json ? STDERR_FILENO : STDOUT_FILENO;
  options.control = &control;
  options.threads = thread_model(arguments.threads);
  options.dumps_on_quit = true;
  options.on_note = [log = arguments.logger()](std::string_view from, std::string_view message) {
    const std::string_view event = from == "leat" ? "note" : "plugin_log";
    log.write({LogLevel::kInfo, event, message}, fmt::format("{}: {}\n", from, message),
              {{"from", from}});
  };
  const pipelines::RunReport report = pipelines::run(loaded->pipeline, loaded->plan, options);
  std::fflush(stdout);
  print_report(arguments, *loaded, report);
  return exit_code(loaded->pipeline, report, signals.received());
}

}  // namespace

Action define_run(CLI::App& app) {
  auto arguments = std::make_shared<RunArguments>();
  add_pipeline_arguments(app, *arguments);
  app.add_option("--threads", arguments->threads,
                 "How goroutines use threads: mpg (as Go), kernel (one each), user (all on one)")
      ->check(CLI::IsMember({"mpg", "kernel", "user"}));
  app.add_option("--sandbox", arguments->sandbox,
                 "Give up all files but the pipeline's, programs and sockets: on (default, where "
                 "the kernel can), off, require. The file may ask for more, not for less")
      ->check(CLI::IsMember({"on", "off", "require"}));
  app.add_flag("-q,--quiet", arguments->quiet, "Print no ledger when all went well");
  return [arguments] { return run(*arguments); };
}

}  // namespace leat::cli
