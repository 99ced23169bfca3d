// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from CSV files. What a file is written like is settled while binding, from the
// options, the headers and a sample; io/csv_splitter.h and io/csv_decoder.h do the reading.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/csv/column_options.h"
#include "operators/csv/csv_decoder.h"
#include "operators/csv/csv_options.h"
#include "operators/csv/csv_sample.h"
#include "operators/csv/csv_splitter.h"
#include "operators/input/source_options.h"
#include "operators/input_choice.h"
#include "operators/operator.h"

namespace leat {

namespace {

constexpr std::string_view kRaggedChoices[] = {"error", "pad"};
constexpr std::string_view kValidateChoices[] = {"read", "all"};
constexpr std::string_view kDuplicateNamesChoices[] = {"error", "number", "last"};

constexpr OptionDef kOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc =
         "File, pattern (`data/*.csv`, `data/**/*.csv`) or list of these; `-` and `stdin` read "
         "standard "
         "input (a file of that name is `./stdin`). The files of a pattern are read in the order "
         "of their names, and all must have the same header.",
     .required = true},
    io::kDelimiterOption,
    io::kQuoteOption,
    io::kEscapeOption,
    io::kHeaderOption,
    {.name = "duplicate_names",
     .type = OptionType::kChoice,
     .doc = "What becomes of a name that stands twice in the header: an error; or `number`, by "
            "which the second `x` is called `x_2`, or by the next number that is free, also in "
            "`columns`; or the `last` column of the name is read, and no other.",
     .default_text = "error",
     .choices = kDuplicateNamesChoices},
    {.name = "columns",
     .type = OptionType::kTree,
     .doc = "Names and types of the columns to read; others are left out. Without a header: all "
            "columns, in order. Left out: all "
            "columns are read, and their types are guessed from a sample. A column is a type, or a "
            "mapping with a `type` and how its values are written: `format: '%d.%m.%Y'`, as in "
            "`strptime`, of dates and timestamps; `words: { ja: true, nein: false }`, in any case, "
            "of bool; of numbers `strip: '€%'`, characters that may stand around them, "
            "`decimal_separator` and `thousands_separator`."},
    {.name = "types",
     .type = OptionType::kTree,
     .doc = "Types of some columns, as in `columns`; those of the others are guessed. Not together "
            "with `columns`."},
    io::kTrimOption,
    io::kDecimalSeparatorOption,
    io::kThousandsSeparatorOption,
    io::kNullsOption,
    io::kCommentOption,
    io::kSkipOption,
    {.name = "ragged",
     .type = OptionType::kChoice,
     .doc = "What a record with too few fields is: an error, or one whose last fields are NULL. "
            "Too many are always an error.",
     .default_text = "error",
     .choices = kRaggedChoices},
    {.name = "sample",
     .type = OptionType::kInteger,
     .doc = "How many rows to guess types from.",
     .default_text = "1000",
     .minimum = 1,
     .maximum = 1'000'000},
    {.name = "validate",
     .type = OptionType::kChoice,
     .doc = "Check the values of the columns that the pipeline reads, or of all columns. Quotes, "
            "numbers of fields and UTF-8 are always "
            "checked.",
     .default_text = "read",
     .choices = kValidateChoices},
    io::kEncodingOption,
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
};

class ReadCsv final : public Source {
 public:
  ReadCsv(io::Inputs inputs, io::CsvPreamble preamble, io::SplitterOptions splitting,
          io::CsvFormat format, io::SourceExtras extras)
      : inputs_(std::move(inputs)),
        preamble_(std::move(preamble)),
        splitting_(splitting),
        format_(std::make_shared<const io::CsvFormat>(std::move(format))),
        extras_(std::move(extras)) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    auto finder =
        std::make_unique<io::CsvFinder>(format_->shape.dialect, preamble_, format_->shape.columns);
    return std::make_unique<io::RecordSplitter>(inputs_, std::move(finder), context.memory,
                                                splitting_);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return extras_.wrap(std::make_unique<io::CsvDecoder>(format_, context), context);
  }

 private:
  io::Inputs inputs_;
  io::CsvPreamble preamble_;
  io::SplitterOptions splitting_;
  std::shared_ptr<const io::CsvFormat> format_;
  io::SourceExtras extras_;
};

/// `names` with a number behind those that stood before.
std::vector<std::string> number_names(const std::vector<std::string>& names) {
  std::set<std::string> taken(names.begin(), names.end());
  std::set<std::string> seen;
  std::vector<std::string> numbered;
  for (const std::string& name : names) {
    numbered.push_back(name);
    if (seen.insert(name).second) continue;
    for (size_t number = 2; !taken.insert(numbered.back()).second; ++number)
      numbered.back() = fmt::format("{}_{}", name, number);
  }
  return numbered;
}

/// Turns options and what the files show into a bound source; reports all mistakes it can find.
class CsvBinder {
 public:
  CsvBinder(const OptionValues& options, const BindContext& context)
      : options_(options), context_(context), diagnostics_(context.diagnostics) {}

  std::optional<BoundOperator> bind() {
    const size_t errors_before = diagnostics_.count();
    reading_ = io::read_csv_reading(options_, diagnostics_);
    format_.shape.ragged = options_.text("ragged") == "pad" ? io::Ragged::kPad : io::Ragged::kError;
    read_declared("columns");
    read_declared("types");
    if (options_.has("columns") && options_.find("columns")->kind == OptionNode::Kind::kMap &&
        options_.find("columns")->entries.empty()) {
      diagnostics_.error(options_.span("columns"), "'columns' names no column",
                         "leave it out to read all columns");
    }
    if (options_.has("columns") && options_.has("types")) {
      diagnostics_.error(options_.span("types"), "'types' and 'columns' exclude each other",
                         "give the types in 'columns'");
    }
    auto splitting = io::read_splitter_options(options_, diagnostics_);
    auto extras = io::SourceExtras::read(options_, "row_column", diagnostics_);
    const auto choice = read_input_choice(options_, context_, options_.has("columns"));
    const bool options_are_valid = diagnostics_.count() == errors_before;
    auto inputs = io::read_inputs(options_, context_, choice.value_or(io::InputChoice()));
    if (!options_are_valid) return std::nullopt;
    splitting->count_rows = extras->numbers_rows();
    reading_.preamble.replace_invalid_utf8 = extras->replaces_invalid_utf8();
    reading_.encoding = splitting->encoding;
    if (inputs) sample(*inputs);
    // Declared columns are known whatever is wrong with the files.
    if (diagnostics_.count() > errors_before && !options_.has("columns")) return std::nullopt;
    const size_t file_errors = diagnostics_.count();
    choose_columns();
    format_.shape.dialect = reading_.dialect;
    format_.nulls = reading_.nulls;
    if (diagnostics_.count() > file_errors) return std::nullopt;

    BoundOperator bound;
    bound.output = extras->extend(format_.schema, context_.projection, options_, diagnostics_);
    if (diagnostics_.count() > file_errors) return std::nullopt;
    bound.memory_minimum = 2 * splitting->chunk_bytes +
                           (format_.columns.size() + 2) * kBatchRowsMax * sizeof(Utf8View);
    bound.reads_stdin = inputs && io::reads_stdin(*inputs);
    if (inputs) bound.files = io::file_names(*inputs);
    bound.equations = {
        Equation({Counter::kRead}, {Counter::kOut, Counter::kSkipped, Counter::kRejected})};
    bound.species = std::make_unique<ReadCsv>(std::move(inputs).value_or(io::Inputs{}),
                                              std::move(reading_.preamble), *splitting,
                                              std::move(format_), std::move(*extras));
    return bound;
  }

 private:
  void read_declared(std::string_view option) {
    for (io::DeclaredColumn& column : io::read_declared_columns(
             options_.find(option), io::PlainColumn::kType, reading_.format, diagnostics_)) {
      for (const auto& [word, truth] : column.format.words) {
        if (!reading_.nulls.contains(word)) continue;
        diagnostics_.error(column.name.span(),
                           fmt::format("the word '{}' of column '{}' is one of 'nulls' as well",
                                       word, column.name.text()),
                           "remove it from one of the two");
      }
      declared_.push_back(std::move(column));
    }
  }

  /// Looks into the files: the first with a header says what all headers must be, and the first
  /// rows what types there are.
  void sample(const io::Inputs& inputs) {
    const bool guess = !options_.has("columns");
    auto wanted = static_cast<size_t>(options_.integer("sample"));
    if (!guess) wanted = 1;
    size_t rows = 0;
    for (const auto& input : inputs) {
      const bool needs_rows = rows < wanted;
      if (!needs_rows && !reading_.preamble.header) break;
      const auto shown =
          io::sample_csv(*input, reading_, needs_rows ? wanted - rows : 0, sniffers_);
      if (!shown) {
        const Error& error = shown.error();
        diagnostics_.error(options_.span("path"),
                           error.data
                               ? fmt::format("{}:{}:{}: {}", error.data->file, error.data->line,
                                             error.data->column, error.message)
                               : error.message,
                           error.hint);
        return;
      }
      rows += shown->rows;
      if (shown->fields > 0 && fields_ == 0) fields_ = shown->fields;
      if (shown->names.empty()) continue;
      if (reading_.preamble.names_from.empty()) {
        reading_.preamble.names = shown->names;
        reading_.preamble.names_from = input->name;
      } else if (auto difference =
                     io::describe_header_difference(reading_.preamble, shown->names, input->name);
                 !difference.empty()) {
        diagnostics_.error(options_.span("path"), std::move(difference),
                           "read files with different headers in stages of their own");
        return;
      }
    }
    if (fields_ == 0 && !options_.has("columns")) {
      diagnostics_.error(
          options_.span("path"),
          inputs.size() == 1
              ? fmt::format("'{}' is empty, so its columns are not known", inputs[0]->name)
              : "all files are empty, so their columns are not known",
          "name them in 'columns'");
    }
  }

  /// Reports names of the header that stand twice, unless they become others or only the last one
  /// is meant.
  void settle_names() {
    names_ = reading_.preamble.names;
    const std::string policy = options_.text("duplicate_names");
    takes_last_ = policy == "last";
    if (policy == "number" && !LEAT_MUTANT("names_stay_twice")) names_ = number_names(names_);
    std::set<std::string> names;
    for (const std::string& name : names_) {
      if (names.insert(name).second || takes_last_) continue;
      if (options_.has("columns") && !is_declared(name)) continue;
      diagnostics_.error(options_.span("path"),
                         fmt::format("the header of '{}' has the column '{}' twice",
                                     reading_.preamble.names_from, name),
                         "set 'duplicate_names: number' to read both, or 'last'");
    }
  }

  /// The columns of the files, then those of them that are decoded.
  void choose_columns() {
    settle_names();
    std::vector<io::CsvColumn> columns =
        options_.has("columns") ? declared_columns() : guessed_columns();
    format_.shape.columns = fields_ > 0 ? fields_ : columns.size();
    std::vector<Field> fields;
    const bool check_all = options_.text("validate") == "all";
    for (io::CsvColumn& column : columns) {
      const auto& projection = context_.projection;
      column.wanted = !projection || std::find(projection->begin(), projection->end(),
                                               column.field.name) != projection->end();
      if (column.wanted) fields.push_back(column.field);
      if (column.wanted || check_all) format_.columns.push_back(std::move(column));
    }
    format_.schema = std::make_shared<const Schema>(std::move(fields));
  }

  std::vector<io::CsvColumn> declared_columns() {
    std::vector<io::CsvColumn> columns;
    if (reading_.preamble.names.empty()) {
      for (const io::DeclaredColumn& declared : declared_)
        columns.push_back(
            {{declared.name.text(), declared.type}, columns.size(), true, declared.format});
      if (fields_ > 0 && fields_ != columns.size()) {
        diagnostics_.error(options_.span("columns"),
                           fmt::format("'columns' names {} columns, the first record has {} fields",
                                       columns.size(), fields_),
                           "name all columns, in the order of the file");
      }
      // Files that are empty now may have a header when they are read.
      reading_.preamble.names_from = "columns";
      for (const io::DeclaredColumn& declared : declared_)
        reading_.preamble.names.push_back(declared.name.text());
      settle_names();
      return columns;
    }
    for (const io::DeclaredColumn& declared : declared_) {
      if (const auto position = find_in_header(declared))
        columns.push_back(
            {{declared.name.text(), declared.type}, *position, true, declared.format});
    }
    std::sort(columns.begin(), columns.end(),
              [](const auto& a, const auto& b) { return a.position < b.position; });
    return columns;
  }

  std::vector<io::CsvColumn> guessed_columns() {
    std::vector<io::CsvColumn> columns;
    for (size_t i = 0; i < fields_; ++i) {
      std::string name = names_.empty() ? fmt::format("column{}", i + 1) : names_[i];
      const bool rounds = reading_.format.finer_times == io::FinerTimes::kRound;
      const Type type = i < sniffers_.size() ? sniffers_[i].type(rounds) : kUtf8Type;
      columns.push_back({{std::move(name), type, true}, i, true, reading_.format});
    }
    if (reading_.preamble.names.empty()) {
      for (const io::CsvColumn& column : columns) made_up_names_.push_back(column.field.name);
    }
    for (const io::DeclaredColumn& declared : declared_) {
      const auto position = find_in_header(declared);
      if (!position) continue;
      columns[*position].field = {declared.name.text(), declared.type};
      columns[*position].format = declared.format;
    }
    if (takes_last_) {
      std::erase_if(columns, [&](const io::CsvColumn& column) {
        return find_name(names_, column.field.name) != column.position;
      });
    }
    return columns;
  }

  bool is_declared(const std::string& name) const {
    return std::any_of(declared_.begin(), declared_.end(), [&](const io::DeclaredColumn& declared) {
      return declared.name.text() == name;
    });
  }

  /// Where `name` stands in `names`, the last time if that is meant.
  std::optional<size_t> find_name(const std::vector<std::string>& names,
                                  const std::string& name) const {
    std::optional<size_t> found;
    for (size_t i = 0; i < names.size() && (!found || takes_last_); ++i)
      if (names[i] == name) found = i;
    return found;
  }

  std::optional<size_t> find_in_header(const io::DeclaredColumn& declared) {
    const std::vector<std::string>& names = names_.empty() ? made_up_names_ : names_;
    if (const auto found = find_name(names, declared.name.text())) return found;
    diagnostics_.error(declared.name.span(),
                       names_.empty()
                           ? fmt::format("there is no column '{}'", declared.name.text())
                           : fmt::format("the header of '{}' has no column '{}'",
                                         reading_.preamble.names_from, declared.name.text()),
                       did_you_mean(declared.name.text(), names));
    return std::nullopt;
  }

  const OptionValues& options_;
  const BindContext& context_;
  Diagnostics& diagnostics_;
  io::CsvFormat format_;
  io::CsvReading reading_;
  std::vector<std::string> names_;          // of the header, as columns are called
  bool takes_last_ = false;                 // of columns with the same name
  std::vector<std::string> made_up_names_;  // made up for columns without a header
  std::vector<io::DeclaredColumn> declared_;
  std::vector<io::TypeSniffer> sniffers_;
  size_t fields_ = 0;  // of a record, 0 if no file shows one
};

std::optional<BoundOperator> bind(const OptionValues& options, const BindContext& context) {
  return CsvBinder(options, context).bind();
}

}  // namespace

extern const OperatorDef operator_read_csv{
    .name = "read_csv",
    .kind = OperatorKind::kSource,
    .summary = "Reads rows from CSV files.",
    .doc =
        R"(Reads files in the format of RFC 4180: fields in quotes may hold delimiters, line breaks and doubled quotes.
Line breaks may be LF or CRLF, or CR in files whose first 64 KiB have no LF; a byte order mark is left out, text must be
UTF-8. Lines without any text are left out, except in files of one column, where they are empty fields. Files packed
with gzip, zstd, lz4, bzip2 or xz are unpacked.

Types that are not declared are guessed from the first rows, cautiously: `00123` stays text, and so do numbers whose
digits a float64 would change. A value that does not fit its column's type, a record with a wrong number of fields, text
after a closing quote and invalid UTF-8 are errors of that row, which `on_error` deals with. A quote that is never
closed takes the rest of the file with it: that fails the run whatever `on_error` says.)",
    .example = R"(- read_csv: data/orders.csv
- read_csv:
    path: "data/measurements-*.csv"
    delimiter: ";"
    header: false
    columns:
      station: utf8
      temperature: float64)",
    .main_option = "path",
    .options = kOptions,
    .bind = bind,
};

}  // namespace leat
