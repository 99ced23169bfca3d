// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/data_file.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/reference/describe.h"
#include "cli/report.h"
#include "engine/codes/command.h"
#include "operators/operator.h"
#include "operators/text/table_text.h"

namespace leat::cli {
namespace {

constexpr int64_t kSampleRows = 1000;
constexpr size_t kExamplesMax = 3;
constexpr size_t kExampleBytesMax = 24;
constexpr size_t kNameWidthMax = 40;

/// Why a column has its type: what stands in it.
struct Evidence {
  size_t values = 0;
  size_t nulls = 0;
  std::vector<std::string> examples;  ///< Different ones.
};

Evidence evidence_of(const nlohmann::ordered_json& rows, const std::string& column) {
  Evidence evidence;
  for (const nlohmann::ordered_json& row : rows) {
    const nlohmann::ordered_json& value = row[column];
    if (value.is_null()) {
      ++evidence.nulls;
      continue;
    }
    ++evidence.values;
    std::string text =
        value.is_string()
            ? value.get<std::string>()
            : value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    text = io::fit_cell(text, kExampleBytesMax + 1);
    const bool fits = text.size() <= kExampleBytesMax && evidence.examples.size() < kExamplesMax;
    const auto& known = evidence.examples;
    if (fits && std::find(known.begin(), known.end(), text) == known.end())
      evidence.examples.push_back(std::move(text));
  }
  return evidence;
}

std::string reason(const Evidence& evidence) {
  if (evidence.values == 0) return evidence.nulls == 0 ? "no rows" : "only NULL";
  std::string text = grouped(evidence.values) + (evidence.values == 1 ? " value" : " values");
  if (evidence.nulls > 0) text += fmt::format(", {} NULL", grouped(evidence.nulls));
  if (!evidence.examples.empty())
    text += fmt::format(", such as {}", fmt::join(evidence.examples, ", "));
  return text;
}

/// What is read as what, for people.
std::string schema_text(const std::string& file, const ShownRows& shown) {
  std::string text = fmt::format("{}: {} with {} columns; types are inferred from the first rows\n",
                                 file, reader_of(file), shown.schema.size());
  size_t names = 0;
  size_t types = 0;
  for (const Field& field : shown.schema.fields()) {
    names = std::max(names, io::fit_cell(field.name, kNameWidthMax).size());
    types = std::max(types, to_string(field.type).size());
  }
  for (const Field& field : shown.schema.fields())
    text += fmt::format("  {:{}}  {:{}}  {}\n", io::fit_cell(field.name, kNameWidthMax), names,
                        to_string(field.type), types, reason(evidence_of(shown.rows, field.name)));
  if (const auto found = written_options(file, shown.found); !found.empty())
    text += fmt::format("  found: {}\n", fmt::join(found, ", "));
  return text + "\nTo freeze them, write:\n\n" + reader_stage(file, &shown.schema, shown.found);
}

nlohmann::ordered_json schema_result(const std::string& file, const ShownRows& shown) {
  nlohmann::ordered_json columns = schema_json(shown.schema);
  for (nlohmann::ordered_json& column : columns) {
    const Evidence evidence = evidence_of(shown.rows, column["name"]);
    column["sampled"] = {
        {"values", evidence.values}, {"nulls", evidence.nulls}, {"examples", evidence.examples}};
  }
  return {{"file", file},
          {"operator", reader_of(file)},
          {"columns", std::move(columns)},
          {"stage", reader_stage(file, &shown.schema, shown.found)}};
}

struct SchemaArguments : RunArguments {
  bool json_schema = false;
};

int show_schema(SchemaArguments arguments) {
  if (arguments.json_schema) {
    print_json(pipeline_schema(builtin_operators()));
    return kDone;
  }
  if (arguments.file.empty())
    return usage_error(code::kUsage, arguments.answer(), "a data file is missing",
                       "write `leat schema FILE`");
  if (is_pipeline_file(arguments.file)) {
    return usage_error(
        code::kFileKind, arguments.answer(),
        fmt::format("'{}' is a pipeline, not a data file", arguments.file),
        fmt::format("`leat peek {} STAGE` shows the columns of a stage", arguments.file));
  }
  arguments.portion.to = "";
  arguments.portion.rows_shown = kSampleRows;
  arguments.portion.source_limit = kSampleRows;
  const auto shown = collect_rows(arguments, reader_pipeline(arguments.file));
  if (!shown) return print_mistakes(arguments.answer(), shown.error());
  if (arguments.json) {
    print_envelope(arguments.answer(), {.ok = true,
                                        .result = schema_result(arguments.file, *shown),
                                        .errors = {},
                                        .warnings = {}});
  } else {
    print(schema_text(arguments.file, *shown));
  }
  return kDone;
}

}  // namespace

Action define_schema(CLI::App& app) {
  auto arguments = std::make_shared<SchemaArguments>();
  app.add_option("FILE", arguments->file, "A data file");
  add_pipeline_options(app, *arguments);
  app.add_flag("--json-schema", arguments->json_schema,
               "Print the JSON Schema of pipeline files, for editors");
  return [arguments] { return show_schema(*arguments); };
}

}  // namespace leat::cli
