// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from the elements of XML files that a path leads to. Columns, types and faults are as
// in sources of JSON.
#include "operators/input_choice.h"
#include "operators/json/json_source.h"
#include "operators/operator.h"
#include "operators/tree/xml_records.h"

namespace leat {

namespace {

constexpr OptionDef kReadXmlOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc = "File, pattern (`data/*.xml`, `data/**/*.xml`) or list of these; `-` and `stdin` read "
            "standard input (a file of that name is `./stdin`). The files of a pattern are read in "
            "the order of their names."},
    {.name = "records",
     .doc = "The elements that are rows: `/feed/entry` are the elements `entry` in the root "
            "`feed`, `*` is any name, `//entry` are those at any depth (none inside of another). "
            "Names are written without prefixes. Left out: all elements in the root, `/*/*`."},
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

std::optional<BoundOperator> bind_read_xml(const OptionValues& options,
                                           const BindContext& context) {
  const size_t errors_before = context.diagnostics.count();
  io::XmlPath path{{"*", "*"}};
  if (options.has("records")) {
    auto written = io::parse_xml_path(options.text("records"));
    if (written) {
      path = std::move(*written);
    } else {
      context.diagnostics.error(written.error().number, options.span("records"),
                                written.error().message, written.error().hint);
    }
  }
  io::TreeKind xml(io::make_xml_format(std::move(path)));
  const auto choice = read_input_choice(options, context, options.has("columns"));
  if (context.diagnostics.count() > errors_before) return std::nullopt;
  return io::bind_json_source(options, context, "row_column", xml,
                              choice.value_or(io::InputChoice()));
}

}  // namespace

extern const OperatorDef operator_read_xml{
    .name = "read_xml",
    .kind = OperatorKind::kSource,
    .summary = "Reads rows from the elements of XML files.",
    .doc =
        R"(Each element that `records` leads to is a row. Its attributes and the elements in it are the columns,
by their names without prefixes; a file of any length is read piece by piece.

An element with text only is a value, whose type is guessed from the first rows as in CSV: `007` stays text. An
empty one is NULL, and blanks around a text are left out unless the element has `xml:space="preserve"`. An element
with attributes or further elements is a struct; text beside these is its field `value`. Several elements of one
name (or an attribute of the same) are a list, and where the sample shows a list, one element is a list of one. With
more than 200 fields, or text here and elements there, it is json.

A value that does not fit its column's type is an error of its row, which `on_error` deals with. What is not XML, a
document that declares entities (they are not expanded, and nothing is fetched), and `records` that lead to nothing
end the run. Files packed with gzip, zstd, lz4, bzip2 or xz are unpacked.)",
    .example = R"(- read_xml: { path: data/feed.xml, records: /feed/entry }
- read_xml:
    path: "data/orders-*.xml.gz"
    records: //order
    columns: { id: int64, day: date, items: "list<struct<sku utf8, qty int64>>" })",
    .main_option = "path",
    .options = kReadXmlOptions,
    .bind = bind_read_xml,
};

}  // namespace leat
