// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from small tables in YAML. Columns, types and faults are as in sources of JSON.
#include "operators/input_choice.h"
#include "operators/json/json_path.h"
#include "operators/json/json_source.h"
#include "operators/operator.h"
#include "operators/tree/yaml_records.h"

namespace leat {

namespace {

constexpr OptionDef kReadYamlOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc =
         "File, pattern (`data/*.yaml`, `data/**/*.yaml`) or list of these; `-` and `stdin` read "
         "standard input (a file of that name is `./stdin`). The files of a pattern are read in "
         "the order of their names."},
    {.name = "records",
     .doc =
         "Where the mappings stand that are rows: `$.data.items[*]` are the elements of the list "
         "`items` in the mapping `data`. Left out: the elements of a list, or a mapping itself."},
    io::kJsonColumnsOption,
    io::kJsonTypesOption,
    io::kUnknownFieldsOption,
    io::kJsonSampleOption,
    io::kTreeEncodingOption,
    io::kRoundOption,
    io::kFileColumnOption,
    {.name = "row_column", .doc = io::kRowColumnDoc},
    io::kInvalidUtf8Option,
    io::kMaxRecordOption,
    io::kChunkOption,
    io::kMaxExpansionOption,
    kExcludeOption,
    kNewerThanOption,
    kIfMissingOption,
    io::kFolderColumnsOption,
    io::kFilesFromOption,
    io::kIncrementalOption,
    io::kFullRefreshOption,
};

std::optional<BoundOperator> bind_read_yaml(const OptionValues& options,
                                            const BindContext& context) {
  const size_t errors_before = context.diagnostics.count();
  io::JsonPath path = io::JsonPath::lists_or_values();
  if (options.has("records")) {
    auto written = io::parse_json_path(options.text("records"));
    if (written) {
      path = std::move(*written);
    } else {
      context.diagnostics.error(written.error().number, options.span("records"),
                                written.error().message, written.error().hint);
    }
  }
  io::TreeKind yaml(io::make_yaml_format(std::move(path)));
  const auto choice = read_input_choice(options, context, options.has("columns"));
  if (context.diagnostics.count() > errors_before) return std::nullopt;
  return io::bind_json_source(options, context, "row_column", yaml,
                              choice.value_or(io::InputChoice()));
}

}  // namespace

extern const OperatorDef operator_read_yaml{
    .name = "read_yaml",
    .kind = OperatorKind::kSource,
    .summary = "Reads rows from small tables in YAML files.",
    .doc =
        R"(Each mapping that `records` leads to is a row, in each document of a file; without `records` a file is a
list of mappings, or one. Their keys are the columns.

Types are guessed from the first rows as in CSV: `007` stays text, and what stands in quotes is text. `null`, `~` and
nothing are NULL. Lists and mappings in rows are lists and structs; what is one here and a value there is json. Anchors,
aliases and `<<` mean what they mean in pipelines; tags are refused.

A value that does not fit its column's type is an error of its row, which `on_error` deals with. What is not YAML, a key
that is written twice, values nested more than 64 deep, more than a million values (those that aliases repeat included),
and `records` that lead to nothing end the run. A file is read as a whole: `max_record` is the longest that is accepted.
Files packed with gzip, zstd, lz4, bzip2 or xz are unpacked.)",
    .example = R"(- read_yaml: data/countries.yaml
- read_yaml:
    path: config.yaml
    records: $.regions[*]
    columns: { code: utf8, rate: float64 })",
    .main_option = "path",
    .options = kReadYamlOptions,
    .bind = bind_read_yaml,
};

}  // namespace leat
