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
#include "cli/run_pipeline.h"
#include "engine/codes/command.h"

namespace leat::cli {
namespace {

struct PeekArguments : RunArguments {
  std::string stage;
  int64_t rows = 10;
};

/// Of a data file the first rows are read; of a pipeline all that the stage needs, for its counts.
int peek(PeekArguments arguments) {
  const bool is_data = !is_pipeline_file(arguments.file);
  if (is_data && !arguments.stage.empty()) {
    return usage_error(code::kFileKind, arguments.answer(),
                       "a data file has no stages, '" + arguments.stage + "' is one too many",
                       "write `leat peek FILE`");
  }
  arguments.portion.to = arguments.stage;
  arguments.portion.rows_shown = arguments.rows;
  if (is_data && !arguments.portion.source_limit) arguments.portion.source_limit = arguments.rows;
  arguments.quiet |= is_data;
  const auto document = is_data ? reader_pipeline(arguments.file) : nullptr;
  if (!arguments.json) return run_pipeline(arguments, document).exit_code;
  const auto shown = collect_rows(arguments, document);
  if (!shown) return print_mistakes(arguments.answer(), shown.error());
  // Rows are data: they are shown as `show` prints them.
  print_envelope(Answer{.command = arguments.command, .json = true},
                 {.ok = true,
                  .result = {{"columns", schema_json(shown->schema)}, {"rows", shown->rows}},
                  .errors = {},
                  .warnings = {}});
  return kDone;
}

}  // namespace

Action define_peek(CLI::App& app) {
  auto arguments = std::make_shared<PeekArguments>();
  app.add_option("FILE", arguments->file,
                 "A pipeline (.yaml, or - for standard input) or a data file")
      ->required();
  app.add_option("STAGE", arguments->stage,
                 "The stage of the pipeline, or a port of it such as NAME.rejects (default: the "
                 "last)");
  add_pipeline_options(app, *arguments);
  app.add_option("-n,--rows", arguments->rows, "How many rows to show")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  app.add_option("--limit", arguments->portion.source_limit, "Read the first N rows of each source")
      ->check(not_a_count);
  app.add_option("--format", arguments->portion.format,
                 "How to print the rows: table, vertical, markdown, csv, json, html or latex")
      ->check(CLI::IsMember({"table", "vertical", "markdown", "csv", "json", "html", "latex"}));
  return [arguments] { return peek(*arguments); };
}

}  // namespace leat::cli
