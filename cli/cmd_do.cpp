// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/one_liner.h"
#include "cli/output.h"
#include "cli/run_pipeline.h"

namespace leat::cli {
namespace {

struct DoArguments : RunArguments {
  std::string text;
};

int run_text(const DoArguments& arguments) {
  Result<std::string> pipeline = pipeline_of_line(arguments.text);
  if (!pipeline)
    return usage_error(pipeline.error().number, arguments.answer(), pipeline.error().message,
                       pipeline.error().hint);
  PipelineRun done =
      run_pipeline(arguments, std::make_shared<pipelines::Document>("do", std::move(*pipeline)));
  if (arguments.json) print_envelope(arguments.answer(), std::move(done.envelope));
  return done.exit_code;
}

}  // namespace

Action define_do(CLI::App& app) {
  auto arguments = std::make_shared<DoArguments>();
  arguments->quiet = true;
  app.add_option("STAGES", arguments->text,
                 "Stages parted by ' | ', such as 'read_csv: a.csv | filter: x > 1 | show'")
      ->required();
  add_pipeline_options(app, *arguments);
  app.add_flag("--ledger{false}", arguments->quiet, "Print the ledger, as run does");
  return [arguments] { return run_text(*arguments); };
}

}  // namespace leat::cli
