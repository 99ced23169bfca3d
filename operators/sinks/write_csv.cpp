// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Writes rows to a CSV file: lanes encode, the committer puts the parts in order behind the header.
#include <fmt/format.h>

#include "engine/codes/option.h"
#include "operators/csv/csv_encoder.h"
#include "operators/operator.h"
#include "operators/targets/file_sink.h"

namespace leat {

namespace {

constexpr std::string_view kQuoteChoices[] = {"needed", "all"};

constexpr OptionDef kWriteCsvOptions[] = {
    io::kTargetsOption,
    {.name = "delimiter",
     .type = OptionType::kCharacter,
     .doc = "Character between fields.",
     .default_text = ","},
    {.name = "header",
     .type = OptionType::kBoolean,
     .doc = "Write the names of the columns as the first line; also when there are no rows.",
     .default_text = "true"},
    {.name = "quotes",
     .type = OptionType::kChoice,
     .doc = "Put in quotes only the fields that need them, or all but NULL.",
     .default_text = "needed",
     .choices = kQuoteChoices},
    {.name = "nulls",
     .doc = "Text for NULL, written without quotes. Values that read the same are put in quotes."},
    io::kIfExistOption,
    io::kCompressionOption,
    io::kLevelOption,
    io::kPathColumnsOption,
    io::kMaxRowsOption,
    io::kMaxBytesOption,
    io::kMaxOpenOption,
    io::kManifestOption,
};

class WriteCsv final : public Sink {
 public:
  WriteCsv(io::FileTarget target, io::CsvStyle style)
      : target_(std::move(target)), style_(std::move(style)) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<io::FormatEncoder<io::CsvEncoder>>(
        target_, context, io::CsvEncoder(style_, context.memory));
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    return io::make_file_committer(target_, context);
  }

 private:
  io::FileTarget target_;
  io::CsvStyle style_;
};

std::optional<io::CsvStyle> read_style(const OptionValues& options, Diagnostics& diagnostics) {
  io::CsvStyle style;
  style.delimiter = options.character("delimiter");
  style.quotes = options.text("quotes") == "all" ? io::CsvQuotes::kAll : io::CsvQuotes::kNeeded;
  if (options.has("nulls")) style.null_text = options.text("nulls");
  const std::string_view special("\"\r\n\0", 4);
  if (special.find(style.delimiter) != std::string_view::npos) {
    diagnostics.error(code::kBadCharacter, options.span("delimiter"),
                      "the delimiter cannot be a quote, a line break or NUL",
                      "choose another, as ',' or ';' or '\\t'");
    return std::nullopt;
  }
  if (style.null_text.find_first_of(std::string(special) + style.delimiter) != std::string::npos) {
    diagnostics.error(code::kBadCharacter, options.span("nulls"),
                      "the text for NULL contains a quote, a line break or the delimiter",
                      "choose a text without them, as '\\N'");
    return std::nullopt;
  }
  return style;
}

std::optional<BoundOperator> bind_write_csv(const OptionValues& options,
                                            const BindContext& context) {
  std::optional<io::FileTarget> target =
      io::read_targets(options, context.input(), context.diagnostics);
  std::optional<io::CsvStyle> style = read_style(options, context.diagnostics);
  if (!target || !style) return std::nullopt;
  if (options.flag("header")) target->style.frame.header = io::csv_header(*target->schema, *style);
  io::check_appending(*target, options, context.diagnostics);
  BoundOperator bound;
  io::describe_target(*target, options, bound);
  bound.species = std::make_unique<WriteCsv>(std::move(*target), std::move(*style));
  return bound;
}

}  // namespace

extern const OperatorDef operator_write_csv{
    .name = "write_csv",
    .kind = OperatorKind::kSink,
    .summary = "Writes rows to a CSV file.",
    .doc = R"(The file appears when the whole run has succeeded; until then an existing
file stays as it is.

A field is put in quotes when it contains the delimiter, a quote or a line break, when it is the empty
string, and when it reads like NULL. NULL is written without quotes, so it is told apart from the empty
string; a NULL that is the only column of its row is an empty line. Lines end with a line feed, text is
UTF-8. Numbers are written with the digits that read back as the same value, timestamps as
`2026-01-31T10:00:00.5`, instants (timestamptz) in UTC as `2026-01-31T10:00:00.5Z`, lists, structs and
json values as JSON text.

A `path` that ends with `.gz`, `.zst`, `.lz4`, `.bz2` or `.xz` is compressed, in parallel, in parts of 1 MB of text,
which all tools read as one file.

A `path` with `{column}` in it writes a file for each combination of the values of these columns, as
`out/{country}/{day}.csv`. They stay in the rows, unless they are in folders `name={column}` or `path_columns` says
otherwise. In names made of values, control characters, `/ \ : * ? " < > | % =`, a leading full stop and blanks at
the ends become `%XX`; NULL is `__NULL__`, the empty text `__EMPTY__`; a row whose name would have more than 255 bytes
is a bad row. With `{part}` and `max_rows` or `max_bytes` the rows of each name go to parts, counted from 0; `{part:05}`
has at least five digits. All files appear together, or none. Files of an earlier run that this one does not write stay.
A brace that is meant is written twice.

A `path` that is a pipe or a device is written as the rows come.)",
    .example = R"(- write_csv: out/orders.csv
)",
    .main_option = "path",
    .options = kWriteCsvOptions,
    .bind = bind_write_csv,
};

}  // namespace leat
