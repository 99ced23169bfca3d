// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from the sheets of xlsx workbooks. Where the table stands and what its columns are is
// settled while binding; what is done with the cells is shared with CSV (row_decoder.h).
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/csv/column_options.h"
#include "operators/csv/csv_options.h"
#include "operators/csv/csv_union.h"
#include "operators/data/cell_place.h"
#include "operators/input/findings.h"
#include "operators/input/source_options.h"
#include "operators/input_choice.h"
#include "operators/json/json_source.h"
#include "operators/operator.h"
#include "operators/xlsx/sheet_sample.h"

namespace leat {

namespace {

constexpr std::string_view kDuplicateNames[] = {"error", "number"};

constexpr OptionDef kReadXlsxOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc = "File, pattern (`data/*.xlsx`, `data/**/*.xlsx`) or list of these. The files of a "
            "pattern are read in the order of their names; their tables must have the same "
            "columns."},
    {.name = "sheet",
     .doc = "The name of the sheet, or its number, from 1. Left out: the first one."},
    {.name = "range",
     .doc =
         "Where the table stands: `B3:H20`, `B3:H` (to the last row that is used), `A:C`, `3:20`, "
         "or `B3`, which is all from there on. What lies outside is left out. Left out: the whole "
         "sheet; then a value beside the columns of the header is an error of its row."},
    {.name = "header",
     .type = OptionType::kBoolean,
     .doc = "Does the first row with a value hold the names of the columns? Without a header "
            "columns are named by `columns`, or column1, column2 and so on.",
     .default_text = "true"},
    {.name = "columns",
     .type = OptionType::kTree,
     .doc = "Names and types of the columns to read; others are left out. A mapping says more of "
            "cells that hold text: `{ type: date, format: '%d.%m.%Y' }`, as in `read_csv`."},
    {.name = "types",
     .type = OptionType::kTree,
     .doc = "Types of some columns; those of the others are guessed. Not together with `columns`."},
    {.name = "nulls",
     .type = OptionType::kTextList,
     .doc = "Texts that stand for NULL, besides cells that are empty. `#N/A` and the like may be "
            "among them, else such a cell is an error of its row."},
    {.name = "duplicate_names",
     .type = OptionType::kChoice,
     .doc = "What it is that a name stands twice in the header: an error, or the second `x` is "
            "`x_2` (`number`).",
     .default_text = "error",
     .choices = kDuplicateNames},
    {.name = "sample",
     .type = OptionType::kInteger,
     .doc = "How many rows to guess types from.",
     .default_text = "1000",
     .minimum = 1,
     .maximum = 1'000'000},
    io::kFileColumnOption,
    {.name = "row_column",
     .doc = "Name of a further column that holds the number of the row in its sheet, as "
            "spreadsheet programs show it."},
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

class ReadXlsx final : public io::FileSource, public io::Findings {
 public:
  ReadXlsx(io::Inputs inputs, std::shared_ptr<const io::SheetTable> table,
           io::SplitterOptions splitting, io::SourceExtras extras,
           std::vector<std::pair<std::string, std::string>> found)
      : FileSource(std::move(inputs), std::move(extras)),
        table_(std::move(table)),
        splitting_(std::move(splitting)),
        found_(std::move(found)) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    return io::make_sheet_splitter(inputs_, table_, context.memory, splitting_);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return extras_.wrap(io::make_sheet_decoder(table_, context), context);
  }
  const std::vector<std::pair<std::string, std::string>>& found() const override { return found_; }

 private:
  std::shared_ptr<const io::SheetTable> table_;
  io::SplitterOptions splitting_;
  std::vector<std::pair<std::string, std::string>> found_;
};

class XlsxBinder {
 public:
  XlsxBinder(const OptionValues& options, const BindContext& context)
      : options_(options), context_(context), diagnostics_(context.diagnostics) {}

  std::optional<BoundOperator> bind() {
    const size_t errors_before = diagnostics_.count();
    read_reading();
    read_declared("columns");
    read_declared("types");
    if (options_.has("columns") && options_.has("types")) {
      diagnostics_.error(code::kOptionsExclude, options_.span("types"),
                         "'types' and 'columns' exclude each other", "give the types in 'columns'");
    }
    auto splitting = io::read_chunk_options(options_, diagnostics_);
    auto extras = io::SourceExtras::read(options_, "row_column", diagnostics_);
    const auto choice = read_input_choice(options_, context_, options_.has("columns"));
    const bool options_are_valid = diagnostics_.count() == errors_before;
    auto inputs = io::read_inputs(options_, context_, choice.value_or(io::InputChoice()));
    if (inputs && extras && choice) extras->read_paths(options_, *inputs, *choice, diagnostics_);
    if (!options_are_valid) return std::nullopt;
    if (inputs) sample(*inputs);
    // Declared columns are known whatever is wrong with the files.
    if (diagnostics_.count() > errors_before && !options_.has("columns")) return std::nullopt;
    const size_t file_errors = diagnostics_.count();
    choose_columns();
    if (diagnostics_.count() > file_errors) return std::nullopt;

    BoundOperator bound;
    bound.output =
        extras->extend(table_.format.schema, context_.projection, options_, diagnostics_);
    if (diagnostics_.count() > file_errors) return std::nullopt;
    splitting->count_rows = extras->numbers_rows();
    bound.memory_minimum =
        2 * splitting->chunk_bytes + io::sheet_memory(table_.format.columns.size());
    if (inputs) io::describe_inputs(options_, *inputs, bound);
    bound.equations = {
        Equation({Counter::kRead}, {Counter::kOut, Counter::kSkipped, Counter::kRejected})};
    bound.species =
        std::make_unique<ReadXlsx>(std::move(inputs).value_or(io::Inputs{}),
                                   std::make_shared<const io::SheetTable>(std::move(table_)),
                                   std::move(*splitting), std::move(*extras), std::move(found_));
    return bound;
  }

 private:
  void read_reading() {
    if (options_.has("sheet")) reading_.sheet = options_.text("sheet");
    reading_.header = options_.flag("header");
    std::vector<std::string> nulls;
    for (const SourceText& word : options_.list("nulls")) nulls.push_back(word.text());
    reading_.nulls = io::NullWords(nulls);
    table_.format.nulls = reading_.nulls;
    table_.format.shape.dialect = {.delimiter = 0, .quote = 0};
    if (!options_.has("range")) return;
    const auto range = io::parse_cell_range(options_.text("range"));
    if (range) {
      reading_.range = *range;
    } else {
      diagnostics_.error(range.error().number, options_.span("range"), range.error().message,
                         range.error().hint);
    }
  }

  void read_declared(std::string_view option) {
    for (io::DeclaredColumn& column : io::read_declared_columns(
             options_.find(option), io::PlainColumn::kType, io::FieldFormat(), diagnostics_))
      declared_.push_back(std::move(column));
  }

  /// What is wrong with a file as a whole is a mistake at `path`, a sheet that is not there at
  /// `sheet`.
  void report(const Error& error) {
    const bool of_sheet = error.code == ErrorCode::kInvalid;
    const std::string place = error.data ? place_text(*error.data) + ": " : "";
    diagnostics_.error(error.number, options_.span(of_sheet ? "sheet" : "path"),
                       place + error.message, error.hint);
  }

  void sample(const io::Inputs& inputs) {
    const auto wanted = static_cast<size_t>(options_.integer("sample"));
    const bool declares = options_.has("columns");
    size_t rows = 0;
    std::string first;  // the file that said what the columns are
    for (const auto& input : inputs) {
      const size_t rest = declares ? 1 : wanted - std::min(wanted, rows);
      auto shown = io::sample_sheet(input, reading_, rest, sniffers_);
      if (!shown) {
        report(shown.error());
        continue;
      }
      rows += shown->rows;
      table_.layouts.resize(input->index + 1);
      table_.layouts[input->index] = shown->layout;
      if (shown->columns == 0) continue;
      if (first.empty()) {
        first = input->name;
        header_ = shown->names;
        width_ = shown->columns;
        tell(*shown);
      } else if (shown->names != header_) {
        differ(input->name, *shown, first);
      } else if (!reading_.header) {
        width_ = std::max(width_, shown->columns);
      }
    }
    if (!inputs.empty()) table_.layouts.resize(inputs.back()->index + 1);
    if (width_ == 0 && !declares && diagnostics_.count() == 0) {
      diagnostics_.error(code::kNoColumnsKnown, options_.span("path"),
                         fmt::format("{} {} no values in the range, so the columns are not known",
                                     io::names_of(inputs), inputs.size() == 1 ? "has" : "have"),
                         "name another 'sheet' or 'range'");
    }
  }

  void tell(const io::SheetSample& shown) {
    if (!options_.has("sheet")) found_.emplace_back("sheet", shown.layout.sheet);
    if (options_.has("range")) return;
    const uint64_t first = shown.layout.first_column;
    const uint32_t row = shown.layout.header_row;
    found_.emplace_back(
        "range", fmt::format("{}{}:{}", column_letters(first), row == 0 ? "" : std::to_string(row),
                             column_letters(first + shown.columns - 1)));
  }

  void differ(const std::string& file, const io::SheetSample& shown, const std::string& first) {
    size_t at = 0;
    while (at < header_.size() && at < shown.names.size() && header_[at] == shown.names[at]) ++at;
    const auto name = [&](const std::vector<std::string>& names) {
      return at < names.size() ? fmt::format("'{}'", names[at]) : std::string("nothing");
    };
    diagnostics_.error(code::kHeader, options_.span("path"),
                       fmt::format("the header of '{}' differs from that of '{}': column {} is {}, "
                                   "not {}",
                                   file, first, at + 1, name(shown.names), name(header_)),
                       "read files with other columns in a stage of their own, and bring the rows "
                       "together with 'union'");
  }

  /// The names of all columns of the table. Reports those that stand twice.
  std::vector<std::string> settled_names() {
    std::vector<std::string> names = header_;
    names.resize(width_);
    for (size_t i = 0; i < names.size(); ++i) {
      if (names[i].empty()) names[i] = fmt::format("column{}", i + 1);
    }
    if (options_.text("duplicate_names") == "number") return io::number_names(names);
    std::set<std::string> seen;
    for (const std::string& name : names) {
      if (seen.insert(name).second) continue;
      diagnostics_.error(code::kHeader, options_.span("path"),
                         fmt::format("the header has the column '{}' twice", name),
                         "set 'duplicate_names: number' to read both");
    }
    return names;
  }

  void choose_columns() {
    const bool declares = options_.has("columns");
    table_.range = reading_.range;
    if (!reading_.header && declares) width_ = std::max(width_, declared_.size());
    table_.names = settled_names();
    std::vector<std::pair<size_t, io::CsvColumn>> columns;
    if (!declares) {
      for (size_t i = 0; i < width_; ++i) {
        const Type type = i < sniffers_.size() ? sniffers_[i].type(false) : kUtf8Type;
        columns.push_back({i, {{table_.names[i], type, true}, 0, true, {}}});
      }
    }
    for (size_t i = 0; i < declared_.size(); ++i) {
      const io::DeclaredColumn& declared = declared_[i];
      std::optional<size_t> place = i;
      if (!declares || reading_.header) place = find(declared, declares);
      if (!place) continue;
      io::CsvColumn column{{declared.name.text(), declared.type}, 0, true, declared.format};
      if (declares) {
        table_.names[*place] = declared.name.text();
        columns.emplace_back(*place, std::move(column));
      } else {
        columns[*place].second = std::move(column);
      }
    }
    std::stable_sort(columns.begin(), columns.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Field> fields;
    const auto& projection = context_.projection;
    for (auto& [place, column] : columns) {
      const std::string& name = column.field.name;
      if (projection &&
          std::find(projection->begin(), projection->end(), name) == projection->end())
        continue;
      fields.push_back(column.field);
      column.position = 2 * table_.format.columns.size() + 1;
      table_.columns.push_back(place);
      table_.format.columns.push_back(std::move(column));
    }
    table_.format.schema = std::make_shared<const Schema>(std::move(fields));
  }

  /// Where a declared column stands. Without any file it is where it was declared.
  std::optional<size_t> find(const io::DeclaredColumn& declared, bool declares) {
    const std::string& name = declared.name.text();
    const auto found = std::find(table_.names.begin(), table_.names.end(), name);
    if (found != table_.names.end()) return static_cast<size_t>(found - table_.names.begin());
    if (width_ == 0 || (declares && header_.empty())) {
      table_.names.push_back(name);
      return table_.names.size() - 1;
    }
    diagnostics_.error(code::kUnknownColumn, declared.name.span(),
                       header_.empty() ? fmt::format("there is no column '{}'", name)
                                       : fmt::format("the header has no column '{}'", name),
                       did_you_mean(name, table_.names));
    return std::nullopt;
  }

  const OptionValues& options_;
  const BindContext& context_;
  Diagnostics& diagnostics_;
  io::SheetReading reading_;
  io::SheetTable table_;
  std::vector<io::DeclaredColumn> declared_;
  std::vector<io::TypeSniffer> sniffers_;
  std::vector<std::string> header_;
  size_t width_ = 0;  // columns of the table; 0: no file shows one
  std::vector<std::pair<std::string, std::string>> found_;
};

std::optional<BoundOperator> bind_read_xlsx(const OptionValues& options,
                                            const BindContext& context) {
  return XlsxBinder(options, context).bind();
}

}  // namespace

extern const OperatorDef operator_read_xlsx{
    .name = "read_xlsx",
    .kind = OperatorKind::kSource,
    .summary = "Reads rows from a sheet of xlsx workbooks.",
    .doc =
        R"(Reads one sheet of each workbook, as a stream: it may have any length, only the texts that the
workbook keeps apart from its sheets are held in memory. The rows of a large sheet are decoded in parallel. A row
without a value in the table is left out.

A number is a date or a timestamp if the format of its cell shows one, in the system of 1900 or of 1904 as the
workbook says; times are rounded to the millisecond, which is what spreadsheets hold, and times without a date are
text such as `10:30:00`. Formulas are read by the value they had when the workbook was saved. Types that are not
declared are guessed from the first rows, as in `read_csv`; a column with texts that look like numbers stays text,
unless they have more than the 15 digits that a number can have in a spreadsheet. Decimals take numbers with the 15
digits that are shown.

A value that does not fit its column's type, an error such as `#N/A`, a formula that was saved without a value and a
value beside the table are errors of that row, which `on_error` deals with; messages name the cell, as
`book.xlsx:Sales!B7`. A file that is no workbook, a sheet that is not there and one that is damaged fail the run.
Files are read from anywhere in them, so a workbook cannot come from standard input.)",
    .example = R"(- read_xlsx: data/book.xlsx
- read_xlsx:
    path: data/book.xlsx
    sheet: Sales
    range: B3:H
    columns: { day: date, product: utf8, amount: 'decimal(12,2)' })",
    .main_option = "path",
    .options = kReadXlsxOptions,
    .bind = bind_read_xlsx,
};

}  // namespace leat
