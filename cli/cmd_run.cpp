// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/duration.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "cli/metrics.h"
#include "cli/output.h"
#include "cli/run_pipeline.h"
#include "cli/side_file.h"
#include "engine/codes/command.h"
#include "pipelines/text/diagnostic.h"

namespace leat::cli {
namespace {

struct RunCommand : RunArguments {
  std::vector<std::string> files;
  std::string timeout_text;
  std::string heartbeat_text;
  std::string report_file;
  std::string metrics_file;
  std::string trace_file;
};

/// Opens `path` unless it is empty; nullopt after saying why it cannot be written.
std::optional<std::vector<SideFile>> open_side_file(const RunCommand& arguments,
                                                    const std::string& path) {
  std::vector<SideFile> files;
  if (path.empty()) return files;
  Result<SideFile> file = SideFile::open(path);
  if (!file) {
    usage_error(file.error().number, arguments.answer(), file.error().message, file.error().hint);
    return std::nullopt;
  }
  files.push_back(std::move(*file));
  return files;
}

/// kFailed, after saying so, when `file` could not be written; else `code`.
int write_side_file(const RunCommand& arguments, std::vector<SideFile>& file,
                    const std::string& text, int code) {
  if (file.empty()) return code;
  const Status written = file.front().write(text);
  if (written) return code;
  const std::string& message = written.error().message;
  const Code number = written.error().number;
  arguments.logger().write({LogLevel::kError, "report_lost", message},
                           "leat: " + message + pipelines::code_mark(number) + "\n",
                           {{"code", to_string(number)}});
  return std::max<int>(code, kFailed);
}

/// Of several runs: one document whose result is the list of theirs.
Envelope united(std::vector<Envelope> all) {
  if (all.size() == 1) return std::move(all.front());
  using Json = nlohmann::ordered_json;
  Envelope out{
      .ok = true, .result = Json::array(), .errors = Json::array(), .warnings = Json::array()};
  for (Envelope& one : all) {
    out.ok &= one.ok;
    out.result.push_back(std::move(one.result));
    for (Json& error : one.errors) out.errors.push_back(std::move(error));
    for (Json& warning : one.warnings) out.warnings.push_back(std::move(warning));
  }
  return out;
}

/// A file for ui.perfetto.dev or chrome://tracing.
std::string trace_text(std::span<const NamedReport> runs) {
  std::string text;
  for (const NamedReport& run : runs) {
    if (!text.empty() && !run.report.trace.empty()) text += ",\n";
    text += run.report.trace;
  }
  return "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[" + text + "]}\n";
}

int run(RunCommand arguments) {
  const auto take_duration = [&](std::string_view option, const std::string& text, auto& duration) {
    if (text.empty()) return true;
    duration = parse_duration(text);
    if (duration) return true;
    usage_error(code::kArgumentValue, arguments.answer(),
                fmt::format("{} '{}' is not a duration", option, text),
                "write one like 90s, 10m or 1h30m");
    return false;
  };
  if (!take_duration("--timeout", arguments.timeout_text, arguments.timeout)) return kUsage;
  if (!take_duration("--heartbeat", arguments.heartbeat_text, arguments.heartbeat)) return kUsage;
  for (const std::string& path :
       {arguments.report_file, arguments.metrics_file, arguments.trace_file}) {
    if (!path.empty()) arguments.side_files.push_back(path);
  }
  arguments.is_only = arguments.files.size() == 1;
  auto report_file = open_side_file(arguments, arguments.report_file);
  if (!report_file) return kUsage;
  auto metrics_file = open_side_file(arguments, arguments.metrics_file);
  if (!metrics_file) return kUsage;
  auto trace_file = open_side_file(arguments, arguments.trace_file);
  if (!trace_file) return kUsage;
  arguments.traces = !trace_file->empty();
  int code = kDone;
  std::vector<Envelope> envelopes;
  std::vector<NamedReport> reports;
  for (const std::string& file : arguments.files) {
    arguments.file = file;
    PipelineRun done = run_pipeline(arguments);
    code = std::max(code, done.exit_code);
    envelopes.push_back(std::move(done.envelope));
    if (done.report) reports.push_back(std::move(*done.report));
    arguments.trace_process += 2;
    if (done.stop) break;
  }
  const nlohmann::ordered_json document = to_json(arguments.answer(), united(std::move(envelopes)));
  if (arguments.json) print_json(document);
  code = write_side_file(arguments, *report_file, json_line(document), code);
  code = write_side_file(arguments, *metrics_file, metrics_text(reports), code);
  return write_side_file(arguments, *trace_file, trace_text(reports), code);
}

}  // namespace

Action define_run(CLI::App& app) {
  auto arguments = std::make_shared<RunCommand>();
  app.add_option("FILE", arguments->files,
                 "Pipelines, run one after another; - reads one from standard input")
      ->required();
  add_pipeline_options(app, *arguments);
  app.add_option("--limit", arguments->portion.source_limit, "Read the first N rows of each source")
      ->check(not_a_count);
  app.add_option("--to", arguments->portion.to,
                 "Run only what STAGE needs and show its rows; no sink is written");
  app.add_flag("--full-refresh", arguments->full_refresh,
               "Sources with 'incremental' read all files, as in the first run");
  app.add_flag("--dry-run", arguments->dry_run,
               "Do everything but publish: no output changes, and what would be written is listed");
  app.add_option("--timeout", arguments->timeout_text,
                 "Stop a run that takes longer, e.g. 90s or 1h30m (exit code 124)");
  app.add_option("--heartbeat", arguments->heartbeat_text,
                 "Log the progress so often (default: 10s under --log json; on a terminal one line "
                 "is kept up to date instead)");
  app.add_option("--report-json", arguments->report_file,
                 "Write the report to a file, as --json prints it");
  app.add_option("--metrics", arguments->metrics_file,
                 "Write the figures of the run to a file, for Prometheus");
  app.add_option("--trace", arguments->trace_file,
                 "Write which stage each processor worked for, and when, to a file for "
                 "ui.perfetto.dev; of long runs the end");
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
