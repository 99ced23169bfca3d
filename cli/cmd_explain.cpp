// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/lineage.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/reference/error_pages.h"
#include "cli/run_pipeline.h"
#include "engine/codes/command.h"

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

/// The codes that lie nearest to `text`, as `E0301 (there is no such column)`.
std::string nearest_codes(std::string_view text) {
  constexpr size_t kShown = 4;
  constexpr int kFar = 10000;  // codes of another hundred are about something else
  std::vector<std::pair<int, std::string>> near;
  const int wanted = std::atoi(std::string(text.substr(1)).c_str());
  for (const CodeInfo& info : all_codes()) {
    const int number = static_cast<int>(info.code);
    const bool is_kindred = number / 100 == wanted / 100;
    near.emplace_back(std::abs(number - wanted) + (is_kindred ? 0 : kFar),
                      fmt::format("{} ({})", to_string(info.code), info.title));
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  near.resize(std::min(kShown, near.size()));
  std::vector<std::string> shown;
  for (auto& [distance, name] : near) shown.push_back(std::move(name));
  return fmt::format("the nearest are {}", fmt::join(shown, ", "));
}

/// The page of a code.
int explain_code(const ExplainArguments& arguments) {
  const std::optional<Code> number = parse_code(arguments.file);
  if (!number) {
    return usage_error(code::kUnknownCode, arguments.answer(),
                       fmt::format("there is no code {}", arguments.file),
                       fmt::format("{}; a file of that name is './{}'",
                                   nearest_codes(arguments.file), arguments.file));
  }
  const std::string_view page = error_page(*number);
  if (arguments.json) {
    const auto title =
        std::find_if(all_codes().begin(), all_codes().end(), [&](const CodeInfo& one) {
          return one.code == *number;
        })->title;
    print_envelope(arguments.answer(),
                   {.ok = true,
                    .result = {{"code", to_string(*number)}, {"title", title}, {"page", page}},
                    .errors = {},
                    .warnings = {}});
  } else {
    print(page);
  }
  return kDone;
}

int explain(const ExplainArguments& arguments) {
  if (looks_like_code(arguments.file)) return explain_code(arguments);
  if (arguments.analyzes) return analyze(arguments);
  const std::expected<Loaded, int> loaded = load(arguments, LoadFor::kLook);
  if (!loaded) return loaded.error();
  if (arguments.shows_lineage) return show_lineage(arguments, loaded->pipeline);
  const std::string text =
      pipelines::to_text(loaded->plan, loaded->pipeline, plan_format(arguments.format));
  if (arguments.json) {
    print_envelope(
        arguments.answer(),
        {.ok = true, .result = {{"plan", text}}, .errors = {}, .warnings = loaded->warnings});
  } else {
    print(arguments.logger().redacted(text));
  }
  return kDone;
}

}  // namespace

Action define_explain(CLI::App& app) {
  auto arguments = std::make_shared<ExplainArguments>();
  arguments->dry_run = true;
  app.add_option(
         "FILE", arguments->file,
         "The pipeline; - reads it from standard input. Or the code of a message, such as E0301")
      ->required();
  add_pipeline_options(app, *arguments);
  add_online_argument(app, *arguments);
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
