// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Writes rows to a CSV file: lanes encode, the committer puts the parts in order behind the header.
#include <fmt/format.h>

#include "operators/csv/csv_encoder.h"
#include "operators/operator.h"
#include "operators/output/file_sink.h"

namespace leat {

namespace {

constexpr std::string_view kQuoteChoices[] = {"needed", "all"};

constexpr OptionDef kOptions[] = {
    io::kTargetOption,
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
    io::kIfExistsOption,
    io::kCompressionOption,
    io::kLevelOption,
};

class WriteCsv final : public Sink {
 public:
  WriteCsv(io::FileTarget target, io::CsvStyle style)
      : target_(std::move(target)), style_(std::move(style)) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<io::FormatEncoder<io::CsvEncoder>>(
        context, io::CsvEncoder(style_, context.memory));
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
    diagnostics.error(options.span("delimiter"),
                      "the delimiter cannot be a quote, a line break or NUL",
                      "choose another, as ',' or ';' or '\\t'");
    return std::nullopt;
  }
  if (style.null_text.find_first_of(std::string(special) + style.delimiter) != std::string::npos) {
    diagnostics.error(options.span("nulls"),
                      "the text for NULL contains a quote, a line break or the delimiter",
                      "choose a text without them, as '\\N'");
    return std::nullopt;
  }
  return style;
}

std::optional<BoundOperator> bind(const OptionValues& options, const BindContext& context) {
  std::optional<io::FileTarget> target = io::read_target(options, context.diagnostics);
  std::optional<io::CsvStyle> style = read_style(options, context.diagnostics);
  const bool writable = io::has_columns(*context.input(), options, context.diagnostics);
  if (!target || !style || !writable) return std::nullopt;
  if (options.flag("header")) target->header = io::csv_header(*context.input(), *style);
  BoundOperator bound;
  bound.target = io::target_of(options);
  bound.memory_minimum = io::sink_memory(*target);
  bound.species = std::make_unique<WriteCsv>(std::move(*target), std::move(*style));
  bound.equations = io::sink_equations();
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
UTF-8. Numbers are written with the digits that read back as the same value, timestamps in UTC as
`2026-01-31T10:00:00.5Z`, lists, structs and json values as JSON text.

A `path` that ends with `.gz` or `.zst` is compressed, in parallel, as gzip members or zstd frames of 1 MiB of text,
which all tools read as one file.

A `path` that is a pipe or a device is written as the rows come.)",
    .example = R"(- write_csv: out/orders.csv
)",
    .main_option = "path",
    .options = kOptions,
    .bind = bind,
};

}  // namespace leat
