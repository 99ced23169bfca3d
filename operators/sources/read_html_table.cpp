// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from a table of HTML pages. Columns, types and faults are as in sources of JSON.
#include <charconv>

#include <fmt/format.h>

#include "engine/codes/option.h"
#include "operators/html/html_library.h"
#include "operators/html/html_tables.h"
#include "operators/input_choice.h"
#include "operators/json/json_source.h"
#include "operators/operator.h"

namespace leat {

namespace {

constexpr OptionDef kReadHtmlTableOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc = "File, pattern (`pages/*.html`) or list of these; `-` and `stdin` read standard input "
            "(a file of that name is `./stdin`). The files of a pattern are read in the order of "
            "their names."},
    {.name = "table",
     .doc = "Which table of the page: its number, from 1 in the order of their first tags, or its "
            "`id`, or its caption.",
     .default_text = "1"},
    {.name = "header",
     .type = OptionType::kBoolean,
     .doc = "Does the table begin with the names of its columns: in `<thead>`, in rows of `<th>` "
            "only, or else in the first row? Without a header columns are called column1, column2 "
            "and so on.",
     .default_text = "true"},
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

std::optional<BoundOperator> bind_read_html_table(const OptionValues& options,
                                                  const BindContext& context) {
  io::HtmlTableChoice choice{.number = 0, .name = options.text("table")};
  choice.header = options.flag("header");
  const char* const end = choice.name.data() + choice.name.size();
  if (std::from_chars(choice.name.data(), end, choice.number).ptr != end) choice.number = 0;
  const bool is_named = !choice.name.empty() && choice.name != "0";
  if (!is_named) {
    context.diagnostics.error(code::kOptionValue, options.span("table"), "there is no such table",
                              "tables are numbered from 1");
  }
  if (const auto library = io::load_html_library(); !library) {
    context.diagnostics.error(library.error().number, options.stage(), library.error().message,
                              library.error().hint);
    return std::nullopt;
  }
  io::TreeKind html(io::make_html_format(std::move(choice)));
  const auto files = read_input_choice(options, context, options.has("columns"));
  if (!is_named || !files) return std::nullopt;
  return io::bind_json_source(options, context, "row_column", html, *files);
}

}  // namespace

extern const OperatorDef operator_read_html_table{
    .name = "read_html_table",
    .kind = OperatorKind::kSource,
    .summary = "Reads rows from a table of HTML pages.",
    .doc =
        R"(Pages are read as browsers do, with tags that are missing. Each row of the table is a row; a cell that
spans several rows or columns has its text in each of these places. Names of columns are what stands above them in
the head, joined by a blank where it has several rows; the second `x` is `x_2`. The text of a cell is what is shown,
with single blanks; an empty cell is NULL, a row of empty cells is left out, and tables in a cell are tables of
their own.

Types are guessed from the first rows as in CSV; declared columns take the texts of their type. A value that does
not fit, and a cell to the right of the header, are errors of their row, which `on_error` deals with. The table is
held in memory; a page without it fails the run.)",
    .example = R"(- read_html_table: pages/population.html
- read_html_table: { path: "pages/*.html", table: Population, types: { year: int64 } })",
    .main_option = "path",
    .options = kReadHtmlTableOptions,
    .bind = bind_read_html_table,
};

}  // namespace leat
