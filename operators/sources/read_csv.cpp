// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from CSV files. What a file is written like is settled while binding, from the
// options, the headers and a sample; io/csv_splitter.h and io/csv_decoder.h do the reading.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/csv/column_options.h"
#include "operators/csv/csv_decoder.h"
#include "operators/csv/csv_dialect_sniffer.h"
#include "operators/csv/csv_options.h"
#include "operators/csv/csv_sample.h"
#include "operators/csv/csv_splitter.h"
#include "operators/csv/csv_union.h"
#include "operators/expr/binding/column_name.h"
#include "operators/input/findings.h"
#include "operators/input/source_options.h"
#include "operators/input_choice.h"
#include "operators/operator.h"
#include "operators/text/unsplit_header.h"

namespace leat {

namespace {

constexpr std::string_view kRaggedChoices[] = {"error", "pad", "truncate", "both"};
constexpr std::string_view kEmptyNamesChoices[] = {"number", "error", "drop"};
constexpr std::string_view kValidateChoices[] = {"read", "all"};
constexpr std::string_view kDuplicateNamesChoices[] = {"error", "number", "last"};

constexpr OptionDef kReadCsvOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc = "File, pattern (`data/*.csv`, `data/**/*.csv`) or list of these; `a.tar.gz::2025/*` "
            "are members of an archive, tar or zip; `-` and `stdin` read standard input (a file "
            "of that name is `./stdin`). The files of a pattern are read in the order of their "
            "names; `columns_by` says what becomes of headers that differ."},
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
    {.name = "empty_names",
     .type = OptionType::kChoice,
     .doc = "What becomes of a column whose name in the header is empty: `number` calls the third "
            "column `column3`; it is an error; or `drop` leaves the column out.",
     .default_text = "number",
     .choices = kEmptyNamesChoices},
    {.name = "columns",
     .type = OptionType::kTree,
     .doc = "Names and types of the columns to read; others are left out. A name means the column "
            "of that name, else the only one that differs in case. Without a header: all "
            "columns, in order. Left out: all "
            "columns are read, and their types are guessed from a sample. A column is a type, or a "
            "mapping with a `type` and how its values are written: `format: '%d.%m.%Y'`, as in "
            "`strptime`, of dates and timestamps; `timezone: Europe/Berlin`, of timestamptz: where "
            "clocks show the times that name no zone, by the rules of `at time zone`; `words: { "
            "ja: true, nein: false }`, in any case, "
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
    io::kFooterOption,
    io::kColumnsByOption,
    {.name = "ragged",
     .type = OptionType::kChoice,
     .doc =
         "What becomes of a record with another number of fields: an error; `pad` gives one "
         "with too few NULL for the last of them; `truncate` ignores the last fields of one with "
         "too many; `both` does either.",
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
    io::kFolderColumnsOption,
    io::kFilesFromOption,
    io::kIncrementalOption,
    io::kFullRefreshOption,
};

/// Options that were found out, with their values.
using FoundOptions = std::vector<std::pair<std::string, std::string>>;

class ReadCsv final : public io::FileSource, public io::Findings {
 public:
  ReadCsv(io::Inputs inputs, io::CsvReading reading, FoundOptions found,
          io::SplitterOptions splitting, io::CsvFormat format, io::SourceExtras extras)
      : FileSource(std::move(inputs), std::move(extras)),
        preamble_(std::move(reading.preamble)),
        found_(std::move(found)),
        splitting_(std::move(splitting)),
        format_(std::make_shared<const io::CsvFormat>(std::move(format))) {}

  const FoundOptions& found() const override { return found_; }

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
  io::CsvPreamble preamble_;
  FoundOptions found_;
  io::SplitterOptions splitting_;
  std::shared_ptr<const io::CsvFormat> format_;
};

/// Turns options and what the files show into a bound source; reports all mistakes it can find.
class CsvBinder {
 public:
  CsvBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        diagnostics_(context.diagnostics),
        columns_by_(io::read_columns_by(options)),
        takes_last_(options.text("duplicate_names") == "last"),
        union_(columns_by_) {}

  std::optional<BoundOperator> bind() {
    const size_t errors_before = diagnostics_.count();
    reading_ = io::read_csv_reading(options_, diagnostics_);
    const std::string ragged = options_.text("ragged");
    format_.shape.ragged = {.pads = ragged == "pad" || ragged == "both",
                            .truncates = ragged == "truncate" || ragged == "both"};
    auto splitting = io::read_splitter_options(options_, diagnostics_);
    auto extras = io::SourceExtras::read(options_, "row_column", diagnostics_);
    const auto choice = read_input_choice(options_, context_, options_.has("columns"));
    const bool files_are_known = diagnostics_.count() == errors_before;
    auto inputs = io::read_inputs(options_, context_, choice.value_or(io::InputChoice()));
    if (inputs && extras && choice) extras->read_paths(options_, *inputs, *choice, diagnostics_);
    if (files_are_known) {
      splitting->count_rows = extras->numbers_rows();
      splitting->footer_lines = reading_.preamble.footer_lines;
      reading_.preamble.replace_invalid_utf8 = extras->replaces_invalid_utf8();
      reading_.encoding = splitting->encoding;
      if (inputs && reading_.open) io::sniff_csv_dialect(*inputs, reading_);
    }
    if (!read_columns(extras ? &*extras : nullptr) || !files_are_known) return std::nullopt;
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
    if (inputs) io::describe_inputs(options_, *inputs, bound);
    bound.equations = {
        Equation({Counter::kRead}, {Counter::kOut, Counter::kSkipped, Counter::kRejected})};
    FoundOptions found = inputs ? find_options(*inputs) : FoundOptions();
    bound.species = std::make_unique<ReadCsv>(std::move(inputs).value_or(io::Inputs{}),
                                              std::move(reading_), std::move(found), *splitting,
                                              std::move(format_), std::move(*extras));
    return bound;
  }

 private:
  /// What was found out of the files besides their columns: how the first one is encoded that is
  /// not in UTF-8, and the dialect.
  FoundOptions find_options(const io::Inputs& inputs) const {
    FoundOptions found = io::found_options(reading_);
    for (size_t i = 0; reading_.encoding.is_auto() && i < inputs.size(); ++i) {
      std::string name = io::find_encoding(*inputs[i]);
      if (name.empty() || LEAT_MUTANT("encoding_is_not_found")) continue;
      found.emplace_back("encoding", std::move(name));
      break;
    }
    return found;
  }

  /// Reads what is declared, beside what is said and was found of the files. What is of the paths
  /// `extras` gets, unless that is null. Returns false after reporting.
  bool read_columns(io::SourceExtras* extras) {
    const size_t errors_before = diagnostics_.count();
    read_declared("columns", extras);
    read_declared("types", extras);
    if (const OptionNode* const columns = options_.find("columns");
        columns != nullptr && columns->kind == OptionNode::Kind::kMap && columns->entries.empty()) {
      diagnostics_.error(code::kOptionEmpty, columns->span, "'columns' names no column",
                         "leave it out to read all columns");
    }
    if (options_.has("columns") && options_.has("types")) {
      diagnostics_.error(code::kOptionsExclude, options_.span("types"),
                         "'types' and 'columns' exclude each other", "give the types in 'columns'");
    }
    if (columns_by_ == io::ColumnsBy::kName && !reading_.preamble.header) {
      diagnostics_.error(code::kOptionsExclude, options_.span("columns_by"),
                         "columns have no names without a header",
                         options_.has("header")
                             ? "write 'columns_by: position', or leave out 'header: false'"
                             : "none was found: write 'columns_by: position', or 'header: true'");
    }
    return diagnostics_.count() == errors_before;
  }

  void read_declared(std::string_view option, io::SourceExtras* extras) {
    for (io::DeclaredColumn& column : io::read_declared_columns(
             options_.find(option), io::PlainColumn::kType, reading_.format, diagnostics_)) {
      for (const auto& [word, truth] : column.format.words) {
        if (!reading_.nulls.contains(word)) continue;
        diagnostics_.error(code::kColumnDeclaration, column.name.span(),
                           fmt::format("the word '{}' of column '{}' is one of 'nulls' as well",
                                       word, column.name.text()),
                           "remove it from one of the two");
      }
      if (extras == nullptr || !extras->declare(column.name.text(), column.type))
        declared_.push_back(std::move(column));
    }
  }

  /// Looks into the files: what columns there are, and of what types.
  void sample(const io::Inputs& inputs) {
    const bool found =
        columns_by_ == io::ColumnsBy::kStrict ? sample_alike(inputs) : sample_each(inputs);
    if (found && fields_ == 0 && !options_.has("columns")) {
      diagnostics_.error(
          code::kNoColumnsKnown, options_.span("path"),
          inputs.size() == 1
              ? fmt::format("'{}' is empty, so its columns are not known", inputs[0]->name)
              : "all files are empty, so their columns are not known",
          "name them in 'columns'");
    }
  }

  /// How many rows to look at.
  size_t sample_rows() const {
    return options_.has("columns") ? 1 : static_cast<size_t>(options_.integer("sample"));
  }

  /// nullopt after reporting.
  std::optional<io::CsvSample> look_into(const io::Input& input, size_t rows,
                                         std::vector<io::TypeSniffer>& sniffers) {
    auto shown = io::sample_csv(input, reading_, rows, sniffers);
    if (shown) return check_names(input, *shown) ? std::optional(std::move(*shown)) : std::nullopt;
    const Error& error = shown.error();
    diagnostics_.error(error.number, options_.span("path"),
                       error.data ? fmt::format("{}:{}:{}: {}", error.data->file, error.data->line,
                                                error.data->column, error.message)
                                  : error.message,
                       error.hint);
    return std::nullopt;
  }

  /// Deals with names that are empty. Returns false after reporting.
  bool check_names(const io::Input& input, const io::CsvSample& shown) {
    const std::string policy = options_.text("empty_names");
    for (const size_t position : shown.nameless) {
      if (policy == "error" && !options_.has("columns")) {
        diagnostics_.error(
            code::kHeader, options_.span("path"),
            fmt::format("the header of '{}' has no name for column {}", input.name, position + 1),
            "set 'empty_names: number' to read it as column" + std::to_string(position + 1) +
                ", or 'drop' to leave it out");
        return false;
      }
      if (policy == "drop") dropped_.insert(shown.names[position]);
    }
    return true;
  }

  /// The first file with a header says what all headers must be, and the first rows what types
  /// there are. Returns false after reporting.
  bool sample_alike(const io::Inputs& inputs) {
    const size_t wanted = sample_rows();
    size_t rows = 0;
    for (const auto& input : inputs) {
      if (rows >= wanted && !reading_.preamble.header) break;
      const auto shown = look_into(*input, rows < wanted ? wanted - rows : 0, sniffers_);
      if (!shown) return false;
      rows += shown->rows;
      if (shown->fields > 0 && fields_ == 0) fields_ = shown->fields;
      if (shown->names.empty()) continue;
      if (reading_.preamble.names_from.empty()) {
        reading_.preamble.names = shown->names;
        reading_.preamble.names_from = input->name;
      } else if (auto difference =
                     io::describe_header_difference(reading_.preamble, shown->names, input->name);
                 !difference.empty()) {
        diagnostics_.error(code::kHeader, options_.span("path"), std::move(difference),
                           std::string(io::kDifferentHeadersHint));
        return false;
      }
    }
    names_ = settled(reading_.preamble.names, reading_.preamble.names_from);
    return true;
  }

  /// Files whose columns differ. Returns false after reporting.
  bool sample_each(const io::Inputs& inputs) {
    const bool by_name = columns_by_ == io::ColumnsBy::kName;
    const size_t errors_before = diagnostics_.count();
    for (const auto& input : inputs) {
      io::CsvFileColumns file;
      const auto shown = look_into(*input, sample_rows(), file.sniffers);
      if (!shown) continue;
      file.header = shown->names;
      file.names = by_name ? settled(shown->names, input->name) : shown->names;
      file.fields = shown->fields;
      if (by_name && file.names.empty()) file.fields = 0;
      if (reading_.preamble.names_from.empty() && !file.names.empty())
        reading_.preamble.names_from = input->name;
      union_.add(std::move(file));
    }
    if (diagnostics_.count() > errors_before) return false;
    names_ = by_name ? union_.names() : settled(union_.names(), reading_.preamble.names_from);
    sniffers_ = union_.sniffers();
    fields_ = union_.columns();
    reading_.preamble.headers = union_.headers();
    return true;
  }

  /// The names of columns under the header of `file`. Reports those that stand twice, unless they
  /// become others or only the last one is meant.
  std::vector<std::string> settled(const std::vector<std::string>& header,
                                   const std::string& file) {
    const bool numbers = options_.text("duplicate_names") == "number";
    std::vector<std::string> settled =
        numbers && !LEAT_MUTANT("names_stay_twice") ? io::number_names(header) : header;
    std::set<std::string> names;
    for (const std::string& name : settled) {
      if (names.insert(name).second || takes_last_) continue;
      if (options_.has("columns") && !is_declared(name)) continue;
      diagnostics_.error(
          code::kHeader, options_.span("path"),
          columns_by_ == io::ColumnsBy::kPosition
              ? fmt::format("two positions have the name '{}'", name)
              : fmt::format("the header of '{}' has the column '{}' twice", file, name),
          "set 'duplicate_names: number' to read both, or 'last'");
    }
    return settled;
  }

  /// The columns of the files, then those of them that are decoded.
  void choose_columns() {
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
    if (columns_by_ != io::ColumnsBy::kStrict) format_.layouts = union_.layouts(format_.columns);
  }

  std::vector<io::CsvColumn> declared_columns() {
    std::vector<io::CsvColumn> columns;
    if (names_.empty()) {
      for (const io::DeclaredColumn& declared : declared_)
        columns.push_back(
            {{declared.name.text(), declared.type}, columns.size(), true, declared.format});
      if (fields_ > 0 && fields_ != columns.size()) {
        diagnostics_.error(code::kHeader, options_.span("columns"),
                           fmt::format("'columns' names {} columns, the first record has {} fields",
                                       columns.size(), fields_),
                           "name all columns, in the order of the file");
      }
      // Files that are empty now may have a header when they are read.
      reading_.preamble.names_from = "columns";
      for (const io::DeclaredColumn& declared : declared_)
        reading_.preamble.names.push_back(declared.name.text());
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
    if (names_.empty()) {
      for (const io::CsvColumn& column : columns) made_up_names_.push_back(column.field.name);
    }
    for (const io::DeclaredColumn& declared : declared_) {
      const auto position = find_in_header(declared);
      if (!position) continue;
      columns[*position].field = {columns[*position].field.name, declared.type};
      columns[*position].format = declared.format;
    }
    std::erase_if(
        columns, [&](const io::CsvColumn& column) { return dropped_.contains(column.field.name); });
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

  /// Where `name` stands in `names`, the last time if that is meant, or else the only one that
  /// differs in case.
  std::optional<size_t> find_name(const std::vector<std::string>& names,
                                  const std::string& name) const {
    std::optional<size_t> found;
    for (size_t i = 0; i < names.size() && (!found || takes_last_); ++i)
      if (names[i] == name) found = i;
    if (found) return found;
    std::vector<Field> fields;
    for (const std::string& candidate : names) fields.push_back({candidate, kUtf8Type});
    return expr::find_column(Schema(std::move(fields)), name);
  }

  std::optional<size_t> find_in_header(const io::DeclaredColumn& declared) {
    const std::vector<std::string>& names = names_.empty() ? made_up_names_ : names_;
    if (const auto found = find_name(names, declared.name.text())) return found;
    std::string hint = io::unsplit_header_hint(names);
    if (hint.empty()) hint = did_you_mean(declared.name.text(), names);
    diagnostics_.error(code::kUnknownColumn, declared.name.span(),
                       names_.empty() ? fmt::format("there is no column '{}'", declared.name.text())
                       : columns_by_ == io::ColumnsBy::kStrict
                           ? fmt::format("the header of '{}' has no column '{}'",
                                         reading_.preamble.names_from, declared.name.text())
                           : fmt::format("no file has a column '{}'", declared.name.text()),
                       std::move(hint));
    return std::nullopt;
  }

  const OptionValues& options_;
  const BindContext& context_;
  Diagnostics& diagnostics_;
  const io::ColumnsBy columns_by_;
  const bool takes_last_;  // of columns with the same name
  io::CsvFormat format_;
  io::CsvReading reading_;
  io::CsvUnion union_;                      // of files that may differ
  std::vector<std::string> names_;          // of the header, as columns are called
  std::set<std::string> dropped_;           // of columns without a name that are left out
  std::vector<std::string> made_up_names_;  // made up for columns without a header
  std::vector<io::DeclaredColumn> declared_;
  std::vector<io::TypeSniffer> sniffers_;
  size_t fields_ = 0;  // of a record, 0 if no file shows one
};

std::optional<BoundOperator> bind_read_csv(const OptionValues& options,
                                           const BindContext& context) {
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
    .options = kReadCsvOptions,
    .bind = bind_read_csv,
};

}  // namespace leat
