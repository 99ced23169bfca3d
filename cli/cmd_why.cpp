// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/why_report.h"
#include "operators/text/terminal_text.h"
#include "pipelines/run/found_values.h"
#include "pipelines/text/diagnostic.h"
#include "pipelines/tracing/trace.h"

namespace leat::cli {
namespace {

struct WhyArguments : PipelineArguments {
  pipelines::TraceQuestion question;
};

int why(const WhyArguments& arguments) {
  const Answer answer = arguments.answer();
  // The options keep the plugins that the pipeline names, which its resolved text does not.
  auto options = load_options(arguments, LoadFor::kRun);
  if (!options) return print_mistakes(answer, options.error());
  Result<pipelines::Document> read = pipelines::Document::read(arguments.file);
  if (!read)
    return usage_error(read.error().number, answer, read.error().message, read.error().hint);
  const auto document = std::make_shared<pipelines::Document>(std::move(*read));
  std::string text;
  options->resolved = &text;
  Diagnostics diagnostics;
  auto plan = plan_options(arguments, {});
  if (!plan) return print_mistakes(answer, plan.error());
  const auto pipeline = pipelines::load_with_first_passes(
      document, *options, {[&](const pipelines::Settings&) { return *plan; }}, diagnostics);
  if (!pipeline)
    return usage_error(pipeline.error().number, answer, pipeline.error().message,
                       pipeline.error().hint);
  if (!*pipeline) return print_mistakes(answer, mistakes_in(arguments, *document, diagnostics));
  plan = plan_options(arguments, (*pipeline)->settings);
  if (!plan) return print_mistakes(answer, plan.error());
  const Result<pipelines::Trace> trace =
      pipelines::trace(document->file(), text, *options, *plan, arguments.question);
  if (!trace) {
    if (trace.error().code == ErrorCode::kInvalid)
      return usage_error(trace.error().number, answer, trace.error().message, trace.error().hint);
    Mistakes mistakes =
        usage_mistake(trace.error().number, answer, trace.error().message, trace.error().hint);
    mistakes.exit_code = kFailed;
    return print_mistakes(answer, std::move(mistakes));
  }
  if (arguments.json) {
    print_envelope(answer, {.ok = true, .result = why_json(*trace), .errors = {}, .warnings = {}});
  } else {
    print(arguments.logger().redacted(
        why_text(*trace, arguments.question, io::terminal_width(STDOUT_FILENO))));
  }
  return trace->matches == 0 ? kFailed : kDone;
}

}  // namespace

Action define_why(CLI::App& app) {
  auto arguments = std::make_shared<WhyArguments>();
  add_pipeline_arguments(app, *arguments);
  app.add_option("--where", arguments->question.where,
                 "Which rows: a condition on columns of a source, or of --at")
      ->required();
  app.add_option("--at", arguments->question.at,
                 "The stage whose rows are looked for (default: each source with these columns)");
  app.add_option("-n,--rows", arguments->question.rows, "How many rows to follow")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  return [arguments] { return why(*arguments); };
}

}  // namespace leat::cli
