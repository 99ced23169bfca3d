// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "cli/output.h"

namespace leat::cli {
namespace {

pipelines::PlanFormat plan_format(const std::string& name) {
  if (name == "dot") return pipelines::PlanFormat::kDot;
  return name == "mermaid" ? pipelines::PlanFormat::kMermaid : pipelines::PlanFormat::kText;
}

}  // namespace

Action define_explain(CLI::App& app) {
  auto arguments = std::make_shared<PipelineArguments>();
  auto format = std::make_shared<std::string>("text");
  add_pipeline_arguments(app, *arguments);
  app.add_option("--format", *format, "How to print the graph: text, dot or mermaid")
      ->check(CLI::IsMember({"text", "dot", "mermaid"}));
  return [arguments, format]() -> int {
    const std::expected<Loaded, int> loaded = load(*arguments, LoadFor::kLook);
    if (!loaded) return loaded.error();
    const std::string text =
        pipelines::to_text(loaded->plan, loaded->pipeline, plan_format(*format));
    if (arguments->json) {
      print_envelope(arguments->answer(),
                     {.ok = true, .result = {{"plan", text}}, .errors = {}, .warnings = {}});
    } else {
      print(arguments->logger().redacted(text));
    }
    return kDone;
  };
}

}  // namespace leat::cli
