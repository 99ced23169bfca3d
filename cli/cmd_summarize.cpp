// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/data_file.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/summary_pipeline.h"
#include "engine/codes/command.h"

namespace leat::cli {
namespace {

/// Once for the columns, once for their figures.
int summarize(RunArguments arguments) {
  if (is_pipeline_file(arguments.file)) {
    return usage_error(code::kFileKind, arguments.answer(),
                       "'" + arguments.file + "' is a pipeline, not a data file",
                       "write the rows of a stage to a file, and summarize that");
  }
  arguments.portion.to = "";
  arguments.portion.rows_shown = 0;
  arguments.portion.source_limit = 0;
  const auto columns = collect_rows(arguments, reader_pipeline(arguments.file));
  if (!columns) return print_mistakes(arguments.answer(), columns.error());
  const auto summary = std::make_shared<pipelines::Document>(
      pipelines::Document::made(arguments.file, summary_pipeline(arguments.file, columns->schema)));
  arguments.portion = {};
  arguments.portion.to = "";
  arguments.portion.rows_shown = kSummaryColumnsMax;
  arguments.quiet = true;
  if (!arguments.json) return run_pipeline(arguments, summary).exit_code;
  const auto shown = collect_rows(arguments, summary);
  if (!shown) return print_mistakes(arguments.answer(), shown.error());
  print_envelope(arguments.answer(),
                 {.ok = true, .result = {{"columns", shown->rows}}, .errors = {}, .warnings = {}});
  return kDone;
}

}  // namespace

Action define_summarize(CLI::App& app) {
  auto arguments = std::make_shared<RunArguments>();
  app.add_option("FILE", arguments->file, "A data file")->required();
  add_pipeline_options(app, *arguments);
  return [arguments] { return summarize(*arguments); };
}

}  // namespace leat::cli
