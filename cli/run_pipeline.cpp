// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/run_pipeline.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/analysis.h"
#include "cli/exit_code.h"
#include "cli/exit_guard.h"
#include "cli/progress_line.h"
#include "cli/report.h"
#include "cli/sandbox_mode.h"
#include "cli/signals.h"
#include "engine/codes/command.h"
#include "engine/codes/data.h"
#include "operators/input/findings.h"
#include "operators/text/terminal_text.h"
#include "pipelines/run/run.h"
#include "pipelines/text/diagnostic.h"

namespace leat::cli {
namespace {

using Json = nlohmann::ordered_json;

/// REQUIRES: one of the names that the option accepts.
ThreadModel thread_model(const std::string& name) {
  if (name == "kernel") return ThreadModel::kKernel;
  return name == "user" ? ThreadModel::kUser : ThreadModel::kMpg;
}

int exit_code(const pipelines::Pipeline& pipeline, const pipelines::RunReport& report,
              const SignalGuard& signals) {
  if (report.error && report.outputs.are_changed) return kChanged;
  if (report.error && report.error->code == ErrorCode::kCancelled) {
    if (signals.timed_out()) return kTimeout;
    if (signals.received() != 0) return kSignalBase + signals.received();
  }
  if (report.error) return kFailed;
  return report.rejected > 0 && !pipeline.max_rejects ? kRejected : kDone;
}

std::string rejects_message(const pipelines::RunReport& report) {
  return fmt::format("{} and no max_rejects is declared (exit code {})",
                     report.rejected == 1 ? "1 row was rejected"
                                          : grouped(report.rejected) + " rows were rejected",
                     static_cast<int>(kRejected));
}

/// What the run warns of, for `--json`; null: nothing.
Json warnings_of(const Loaded& loaded, const pipelines::RunReport& report) {
  Json warnings = loaded.warnings;
  for (const Error& warning : report.warnings)
    warnings.push_back(Json(pipelines::to_json(loaded.document.get(), warning)));
  if (!report.error && report.rejected > 0 && !loaded.pipeline.max_rejects)
    warnings.push_back(
        {{"code", to_string(code::kRowsRejected)}, {"message", rejects_message(report)}});
  return warnings;
}

void print_warnings(const Log& log, const Loaded& loaded, const pipelines::RunReport& report) {
  for (const Error& warning : report.warnings) {
    log.write({LogLevel::kWarning, "expectation_broken", warning.message},
              pipelines::render_warning(*loaded.document, warning),
              {{"pipeline", loaded.pipeline.name},
               {"warning", pipelines::to_json(loaded.document.get(), warning)}});
  }
}

Envelope envelope_of(const RunArguments& arguments, const Loaded& loaded,
                     const pipelines::RunReport& report) {
  Envelope envelope{.ok = !report.error.has_value(),
                    .result = arguments.analyzes
                                  ? analysis_json(loaded.pipeline, loaded.plan, report)
                                  : report_json(loaded.pipeline, report),
                    .errors = {},
                    .warnings = warnings_of(loaded, report)};
  if (report.error) {
    envelope.result["outputs"] = report.outputs.text;
    envelope.errors = Json::array({pipelines::to_json(loaded.document.get(), *report.error)});
  }
  return envelope;
}

void print_report(const RunArguments& arguments, const Loaded& loaded,
                  const pipelines::RunReport& report) {
  const Log log = arguments.logger();
  Json fields = report_json(loaded.pipeline, report);
  print_warnings(log, loaded, report);
  if (report.error) {
    fields["outputs"] = report.outputs.text;
    fields["error"] = pipelines::to_json(loaded.document.get(), *report.error);
    return log.write(
        {LogLevel::kError, "run_failed", report.error->message},
        pipelines::render(loaded.document.get(), *report.error) +
            fmt::format("{}: the run failed; {}\n", loaded.pipeline.name, report.outputs.text),
        fields);
  }
  const size_t width = io::terminal_width(STDERR_FILENO);
  if (arguments.analyzes) {
    print(log.redacted(
        analysis_text(loaded.pipeline, loaded.plan, report, io::terminal_width(STDOUT_FILENO))));
  } else if (arguments.dry_run) {
    fields["dry_run"] = true;
    log.write({LogLevel::kInfo, "run_done", "nothing was published (--dry-run)"},
              ledger_text(loaded.pipeline, report, width) + outputs_text(report) +
                  "  nothing was published (--dry-run)\n",
              fields);
  } else if (!arguments.quiet) {
    log.write({LogLevel::kInfo, "run_done", "every row is accounted for"},
              ledger_text(loaded.pipeline, report, width), fields);
  }
  if (report.rejected > 0 && !loaded.pipeline.max_rejects) {
    const std::string message = rejects_message(report);
    log.write({LogLevel::kWarning, "rows_rejected", message},
              fmt::format("{}: {}{}\n", loaded.pipeline.name, message,
                          pipelines::code_mark(code::kRowsRejected)),
              {{"code", to_string(code::kRowsRejected)},
               {"pipeline", loaded.pipeline.name},
               {"rejected", report.rejected}});
  }
}

bool is_stdout(std::string_view path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

/// Under `--json` standard output is one JSON document: rows cannot go there as well.
Diagnostics outputs_in_the_way(const pipelines::Pipeline& pipeline) {
  Diagnostics found;
  for (const pipelines::Stage& stage : pipeline.stages) {
    const std::optional<SourceText>& target = stage.bound->target;
    if (!target || !is_stdout(target->text())) continue;
    found.error(code::kStdoutTaken, target->span(),
                "standard output gets the report of --json, so no rows can go there",
                "write a file, or have the report on standard error: --log json instead of --json");
  }
  return found;
}

constexpr std::chrono::milliseconds kHeartbeat{10'000};
constexpr std::chrono::milliseconds kFirstProgress{500};
constexpr std::chrono::milliseconds kProgress{200};
constexpr size_t kTraceEvents = size_t{1} << 16;  // of each thread: 2 MiB

/// May a line of progress be written over on standard error?
bool has_progress_line(const RunArguments& arguments, const pipelines::Pipeline& pipeline) {
  const char* const terminal = std::getenv("TERM");
  if (arguments.quiet || isatty(STDERR_FILENO) != 1 || terminal == nullptr ||
      std::string_view(terminal) == "dumb")
    return false;
  const bool rows_in_the_way =
      isatty(STDOUT_FILENO) == 1 &&
      std::any_of(pipeline.stages.begin(), pipeline.stages.end(), [](const auto& stage) {
        return stage.bound->target && is_stdout(stage.bound->target->text());
      });
  return !rows_in_the_way;
}

/// `line` outlives the run.
pipelines::ProgressOptions progress_options(const RunArguments& arguments,
                                            const pipelines::Pipeline& pipeline,
                                            ProgressLine& line) {
  const Log log = arguments.logger();
  const std::string name = log.redacted(pipeline.name);
  if (!arguments.heartbeat && !log.is_json()) {
    if (!has_progress_line(arguments, pipeline)) return {};
    return {.first = kFirstProgress,
            .every = kProgress,
            .tell = [name, &line](const auto& progress) { line.show(name, progress); },
            .ended = [&line] { line.clear(); }};
  }
  const std::chrono::milliseconds every = arguments.heartbeat.value_or(kHeartbeat);
  const auto tell = [name, log](const pipelines::RunProgress& progress) {
    const std::string text = progress_text(name, progress, std::string::npos);
    log.write({LogLevel::kInfo, "heartbeat", text}, text + "\n", progress_json(name, progress));
  };
  return {.first = every, .every = every, .tell = tell, .ended = {}};
}

pipelines::RunOptions run_options(const RunArguments& arguments,
                                  const pipelines::Pipeline& pipeline,
                                  const pipelines::RunControl& control, ProgressLine& line) {
  pipelines::RunOptions options;
  options.progress = progress_options(arguments, pipeline, line);
  options.tables = arguments.json ? STDERR_FILENO : STDOUT_FILENO;
  if (arguments.tables >= 0) options.tables = arguments.tables;
  options.control = &control;
  options.threads = thread_model(arguments.threads);
  options.dumps_on_quit = true;
  options.is_measured = arguments.analyzes;
  if (arguments.traces) options.trace_events = kTraceEvents;
  options.trace_process = arguments.trace_process;
  options.publish = arguments.dry_run ? io::Publish::kNo : io::Publish::kYes;
  options.on_note = [log = arguments.logger(), &line](std::string_view from,
                                                      std::string_view message) {
    line.clear();
    const std::string_view event = from == "leat" ? "note" : "plugin_log";
    log.write({LogLevel::kInfo, event, message}, fmt::format("{}: {}\n", from, message),
              {{"from", from}});
  };
  return options;
}

int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

/// The names in `named` as they may be shown.
NamedReport redacted(NamedReport named, const Log& log) {
  named.pipeline = log.redacted(std::move(named.pipeline));
  named.report.trace = log.redacted(std::move(named.report.trace));
  for (pipelines::StageReport& stage : named.report.stages)
    stage.name = log.redacted(std::move(stage.name));
  for (io::OutputFile& file : named.report.outputs.files) {
    file.target = log.redacted(std::move(file.target));
    file.pattern = log.redacted(std::move(file.pattern));
  }
  return named;
}

/// As many files as the system lets us: each folder of outputs is held open.
void open_as_many_files_as_may_be() {
  struct rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// A pipeline that was not run.
PipelineRun refused(const Mistakes& mistakes) {
  return {.exit_code = mistakes.exit_code,
          .envelope = {.ok = false,
                       .result = mistakes.result,
                       .errors = mistakes.errors,
                       .warnings = {}},
          .report = {}};
}

}  // namespace

PipelineRun run_pipeline(const RunArguments& arguments,
                         std::shared_ptr<pipelines::Document> document) {
  pipelines::RunControl control;
  SignalGuard signals(control, arguments.logger(), arguments.timeout);
  const ExitGuard guard(arguments.logger());
  const std::expected<Loaded, Mistakes> loaded =
      try_load(arguments, LoadFor::kRun, std::move(document),
               {.enter =
                    [&](const pipelines::Pipeline& pipeline) {
                      return enter_sandbox_of(arguments, pipeline, SandboxFor::kThread);
                    },
                .control = &control});
  if (!loaded) return refused(loaded.error());
  if (arguments.json) {
    const Diagnostics found = outputs_in_the_way(loaded->pipeline);
    if (!found.ok()) return refused(mistakes_in(arguments, *loaded->document, found));
  }
  signals.loaded();
  open_as_many_files_as_may_be();
  if (const Status entered = enter_sandbox_of(arguments, loaded->pipeline); !entered)
    return refused(usage_mistake(entered.error().number, arguments.answer(),
                                 entered.error().message, entered.error().hint));
  signals.watch();
  PipelineRun done;
  ProgressLine line(STDERR_FILENO);
  NamedReport named{
      .pipeline = loaded->pipeline.name,
      .report = pipelines::run(loaded->pipeline, loaded->plan,
                               run_options(arguments, loaded->pipeline, control, line)),
      .ended_at_us = now_us()};
  std::fflush(stdout);
  pipelines::RunReport& report = named.report;
  if (signals.timed_out() && report.error && report.error->code == ErrorCode::kCancelled)
    report.error->message = "the run took longer than --timeout";
  done.exit_code = exit_code(loaded->pipeline, report, signals);
  done.envelope = envelope_of(arguments, *loaded, report);
  done.stop = signals.received() != 0;
  if (!arguments.json) print_report(arguments, *loaded, report);
  if (arguments.portion.to) done.shown_schema = *loaded->pipeline.stages.back().inputs.front();
  if (const io::Findings* const findings = io::findings_of(*loaded->pipeline.stages.front().bound))
    done.found = findings->found();
  done.report = redacted(std::move(named), arguments.logger());
  return done;
}

}  // namespace leat::cli
