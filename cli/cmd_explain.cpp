// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/lineage.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/run_pipeline.h"

namespace leat::cli {
namespace {

struct ExplainArguments : RunArguments {
  std::string format = "text";
  bool shows_lineage = false;
};

pipelines::PlanFormat plan_format(const std::string& name) {
  if (name == "dot") return pipelines::PlanFormat::kDot;
  return name == "mermaid" ? pipelines::PlanFormat::kMermaid : pipelines::PlanFormat::kText;
}

/// Runs everything, and publishes nothing.
int analyze(const ExplainArguments& arguments) {
  PipelineRun done = run_pipeline(arguments);
  if (arguments.json) print_envelope(arguments.answer(), std::move(done.envelope));
  return done.exit_code;
}

int show_lineage(const ExplainArguments& arguments, const pipelines::Pipeline& pipeline) {
  const std::vector<SinkLineage> sinks = lineage_of(pipeline);
  if (arguments.json) {
    print_envelope(
        arguments.answer(),
        {.ok = true, .result = {{"lineage", lineage_json(sinks)}}, .errors = {}, .warnings = {}});
  } else {
    print(arguments.logger().redacted(lineage_text(sinks)));
  }
  return kDone;
}

int explain(const ExplainArguments& arguments) {
  if (arguments.analyzes) return analyze(arguments);
  const std::expected<Loaded, int> loaded = load(arguments, LoadFor::kLook);
  if (!loaded) return loaded.error();
  if (arguments.shows_lineage) return show_lineage(arguments, loaded->pipeline);
  const std::string text =
      pipelines::to_text(loaded->plan, loaded->pipeline, plan_format(arguments.format));
  if (arguments.json) {
    print_envelope(arguments.answer(),
                   {.ok = true, .result = {{"plan", text}}, .errors = {}, .warnings = {}});
  } else {
    print(arguments.logger().redacted(text));
  }
  return kDone;
}

}  // namespace

Action define_explain(CLI::App& app) {
  auto arguments = std::make_shared<ExplainArguments>();
  arguments->dry_run = true;
  add_pipeline_arguments(app, *arguments);
  CLI::Option* const format =
      app.add_option("--format", arguments->format, "How to print the graph: text, dot or mermaid")
          ->check(CLI::IsMember({"text", "dot", "mermaid"}));
  app.add_flag("--analyze", arguments->analyzes,
               "Run everything and publish nothing, and show where the time went, by stage")
      ->excludes(format);
  app.add_flag("--lineage", arguments->shows_lineage,
               "Show from which columns of sources the columns of each output come")
      ->excludes(format)
      ->excludes("--analyze");
  return [arguments] { return explain(*arguments); };
}

}  // namespace leat::cli
