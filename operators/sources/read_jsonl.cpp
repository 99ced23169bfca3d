// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from files of JSON lines. Columns are settled while binding, from the options and a
// sample; json_decoder.h does the reading.
#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/input/line_splitter.h"
#include "operators/input_choice.h"
#include "operators/json/json_decoder.h"
#include "operators/json/json_sniffer.h"
#include "operators/json/json_source.h"
#include "operators/operator.h"

namespace leat {

namespace {

constexpr OptionDef kReadJsonlOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc = "File, pattern (`data/*.jsonl`, `data/**/*.jsonl`) or list of these; "
            "`a.tar.gz::2025/*` are members of an archive, tar or zip; `-` and `stdin` read "
            "standard input (a file of that name is `./stdin`). The files of a pattern are read "
            "in the order of their names."},
    io::kJsonColumnsOption,
    io::kJsonTypesOption,
    io::kUnknownFieldsOption,
    io::kJsonSampleOption,
    io::kEncodingOption,
    io::kRoundOption,
    io::kFileColumnOption,
    {.name = "line_column", .doc = io::kLineColumnDoc},
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

class ReadJsonl final : public io::FileSource {
 public:
  ReadJsonl(io::Inputs inputs, io::SplitterOptions splitting, io::JsonFormat format,
            io::SourceExtras extras)
      : FileSource(std::move(inputs), std::move(extras)),
        splitting_(splitting),
        format_(std::move(format)) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    return io::make_line_splitter(inputs_, context.memory, splitting_);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return extras_.wrap(io::make_json_decoder(format_, context), context);
  }

 private:
  io::SplitterOptions splitting_;
  io::JsonFormat format_;
};

class JsonLines final : public io::JsonKind {
 public:
  void prepare(const OptionValues&, const io::TextEncoding&, const io::Inputs*, io::JsonFormat&,
               Diagnostics&) override {}

  std::vector<Field> guess(const OptionValues& options, const io::TextEncoding& encoding,
                           const io::Inputs& inputs, io::JsonFormat&,
                           Diagnostics& diagnostics) override {
    io::JsonShape records;
    const auto wanted = static_cast<size_t>(options.integer("sample"));
    size_t rows = 0;
    for (const auto& input : inputs) {
      if (rows >= wanted) break;
      const Result<size_t> shown = io::sample_jsonl(*input, encoding, wanted - rows, records);
      if (!shown) {
        io::report_unreadable(shown.error(), options, diagnostics);
        return {};
      }
      rows += *shown;
    }
    std::vector<Field> fields = records.fields();
    if (!fields.empty()) return fields;
    const std::string files = io::names_of(inputs);
    diagnostics.error(
        code::kNoColumnsKnown, options.span("path"),
        rows == 0 ? fmt::format("{} {} empty, so the columns are not known", files,
                                inputs.size() == 1 ? "is" : "are")
                  : fmt::format("no object with fields is among the first lines of {}", files),
        rows == 0 ? "name them in 'columns'"
                  : "each line should hold one JSON object; 'read_json' reads other JSON");
    return {};
  }

  std::unique_ptr<Source> make(io::Inputs inputs, io::SplitterOptions splitting,
                               io::JsonFormat format, io::SourceExtras extras) override {
    return std::make_unique<ReadJsonl>(std::move(inputs), splitting, std::move(format),
                                       std::move(extras));
  }
};

std::optional<BoundOperator> bind_read_jsonl(const OptionValues& options,
                                             const BindContext& context) {
  JsonLines lines;
  const auto choice = read_input_choice(options, context, options.has("columns"));
  return io::bind_json_source(options, context, "line_column", lines,
                              choice.value_or(io::InputChoice()));
}

}  // namespace

extern const OperatorDef operator_read_jsonl{
    .name = "read_jsonl",
    .kind = OperatorKind::kSource,
    .summary = "Reads rows from files of JSON lines.",
    .doc = R"(Each line holds one JSON object (RFC 8259), whose fields are the columns.
Lines of white space are left out, so is a byte order mark. A field that is missing or null is NULL.

Types that are not declared are guessed from the first rows: bool, int64, float64, utf8, lists and structs
of these; a field with values of several kinds, or with null only, is json, and so is one with numbers whose digits
float64 does not have. Declared types can also be date, timestamp (strings, as in `2026-01-31T10:00:00`),
timestamptz (with an offset or `Z`), time, interval, uuid, inet (all of them strings),
decimal (numbers, or strings that hold one; no digit may be
lost) and binary (strings as `\x00ff`).

All of a line is checked, also fields that nobody reads. A line that is not JSON or not UTF-8, a value
that does not fit its type (`1.5` as int64, a number too large or too small for float64), a column that stands twice in
one object, nesting beyond 1024 levels and unknown fields are errors of that row, which `on_error` deals
with.)",
    .example = R"(- read_jsonl: data/orders.jsonl
- read_jsonl:
    path: "data/events-*.jsonl"
    columns:
      id: int64
      at: timestamp
      address: struct<city utf8, zip utf8>
      tags: list<utf8>)",
    .main_option = "path",
    .options = kReadJsonlOptions,
    .bind = bind_read_jsonl,
};

}  // namespace leat
