// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads rows from files of JSON that are no JSON lines: lists, documents, values one after another.
// Where the records stand is settled while binding, as the columns are.
#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/input_choice.h"
#include "operators/json/json_document_decoder.h"
#include "operators/json/json_sniffer.h"
#include "operators/json/json_source.h"
#include "operators/json/json_splitter.h"
#include "operators/operator.h"

namespace leat {

namespace {

constexpr OptionDef kReadJsonOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc = "File, pattern (`data/*.json`, `data/**/*.json`) or list of these; "
            "`a.tar.gz::2025/*` are members of an archive, tar or zip; `-` and `stdin` read "
            "standard input (a file of that name is `./stdin`). The files of a pattern are read "
            "in the order of their names."},
    {.name = "records",
     .doc = "Where the records stand in each value: `$.data.items[*]` are the elements of the list "
            "`items` in the object `data`; `[3]` is one element, from 0, `[\"odd name\"]` a field, "
            "`$` the value itself. Left out: the elements of a list, `$[*]`, and values that are "
            "no lists as they are; but `$` if the file begins with two lists, the first of which "
            "does not begin with an object, or with one that is a row of `columns`."},
    {.name = "document",
     .type = OptionType::kBoolean,
     .doc = "Each file holds exactly one value: none, or more behind it, is an error.",
     .default_text = "false"},
    io::kJsonColumnsOption,
    io::kJsonTypesOption,
    io::kUnknownFieldsOption,
    {.name = "duplicate_keys",
     .type = OptionType::kChoice,
     .doc = "What becomes of a field that stands twice in one object: an error of its row, or the "
            "`first` or `last` one stays. Left out: `last` with `document`, as most readers of "
            "documents do, else `error`.",
     .choices = io::kDuplicateKeysChoices},
    io::kJsonSampleOption,
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

class ReadJson final : public io::FileSource {
 public:
  ReadJson(io::Inputs inputs, io::JsonDocuments documents, io::SplitterOptions splitting,
           io::JsonFormat format, io::SourceExtras extras)
      : FileSource(std::move(inputs), std::move(extras)),
        documents_(std::move(documents)),
        splitting_(splitting),
        format_(std::move(format)) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    return io::make_json_splitter(inputs_, documents_, context.memory, splitting_);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return extras_.wrap(io::make_json_document_decoder(format_, context), context);
  }

 private:
  io::JsonDocuments documents_;
  io::SplitterOptions splitting_;
  io::JsonFormat format_;
};

class Documents final : public io::JsonKind {
 public:
  void prepare(const OptionValues& options, const io::TextEncoding& encoding,
               const io::Inputs* inputs, io::JsonFormat& format,
               Diagnostics& diagnostics) override {
    const bool one = options.flag("document");
    documents_.values = one ? io::JsonValues::kOne : io::JsonValues::kMany;
    const std::string keys = options.has("duplicate_keys") ? options.text("duplicate_keys")
                             : one                         ? "last"
                                                           : "error";
    format.duplicates = keys == "last"    ? io::DuplicateKeys::kLast
                        : keys == "first" ? io::DuplicateKeys::kFirst
                                          : io::DuplicateKeys::kError;
    format.records = io::JsonRecords::kValues;
    // All of a mixture of values can be declared only so.
    if (format.known && format.known->size() == 1 &&
        (*format.known)[0] == Field{std::string(io::kValueColumn), kJsonType})
      format.records = io::JsonRecords::kAsValue;
    const bool rows = format.known && !format.known->find(io::kValueColumn);
    read_path(options, encoding, inputs, rows ? io::ListRecords::kRows : io::ListRecords::kNone,
              diagnostics);
  }

  std::vector<Field> guess(const OptionValues& options, const io::TextEncoding& encoding,
                           const io::Inputs& inputs, io::JsonFormat& format,
                           Diagnostics& diagnostics) override {
    io::JsonShape records;
    io::JsonSample all;
    const auto wanted = static_cast<size_t>(options.integer("sample"));
    for (const auto& input : inputs) {
      if (all.rows >= wanted) break;
      auto sample = io::sample_json(*input, encoding, documents_, wanted - all.rows, records);
      if (!sample) {
        io::report_unreadable(sample.error(), options, diagnostics);
        return {};
      }
      all.rows += sample->rows;
      all.has_values |= sample->has_values;
      all.has_nulls |= sample->has_nulls;
      if (!all.fault) all.fault = std::move(sample->fault);
    }
    // A null has no fields: with one, records are values.
    const bool mixed = all.has_nulls && records.are_objects();
    if (records.are_objects() && !mixed) return records.fields();
    // Nothing else is known of the file than that it cannot be read.
    if (all.fault) {
      const TextPlace& place = *all.fault->data;
      diagnostics.error(
          code::kBadJson, options.span("path"),
          fmt::format("{}:{}:{}: {}", place.file, place.line, place.column, all.fault->message));
      return {};
    }
    if (!all.has_values) {
      diagnostics.error(code::kNoColumnsKnown, options.span("path"),
                        fmt::format("{} {} empty, so the columns are not known",
                                    io::names_of(inputs), inputs.size() == 1 ? "is" : "are"),
                        "name them in 'columns'");
      return {};
    }
    format.records = io::JsonRecords::kAsValue;
    return {{std::string(io::kValueColumn), mixed ? kJsonType : records.type()}};
  }

  std::unique_ptr<Source> make(io::Inputs inputs, io::SplitterOptions splitting,
                               io::JsonFormat format, io::SourceExtras extras) override {
    return std::make_unique<ReadJson>(std::move(inputs), std::move(documents_), splitting,
                                      std::move(format), std::move(extras));
  }

 private:
  void read_path(const OptionValues& options, const io::TextEncoding& encoding,
                 const io::Inputs* inputs, io::ListRecords lists, Diagnostics& diagnostics) {
    io::JsonPath path = io::JsonPath::lists_or_values();
    if (options.has("records")) {
      auto written = io::parse_json_path(options.text("records"));
      if (!written) {
        diagnostics.error(written.error().number, options.span("records"), written.error().message,
                          written.error().hint);
      } else {
        path = std::move(*written);
      }
    } else if (inputs != nullptr) {
      for (const auto& input : *inputs) {
        auto guessed = io::guess_records(*input, encoding, lists);
        if (!guessed) {
          io::report_unreadable(guessed.error(), options, diagnostics);
          break;
        }
        if (!*guessed) continue;
        path = std::move(**guessed);
        break;
      }
    }
    documents_.path = std::make_shared<const io::JsonPath>(std::move(path));
  }

  io::JsonDocuments documents_;
};

std::optional<BoundOperator> bind_read_json(const OptionValues& options,
                                            const BindContext& context) {
  Documents documents;
  const auto choice = read_input_choice(options, context, options.has("columns"));
  return io::bind_json_source(options, context, "row_column", documents,
                              choice.value_or(io::InputChoice()));
}

}  // namespace

extern const OperatorDef operator_read_json{
    .name = "read_json",
    .kind = OperatorKind::kSource,
    .summary = "Reads rows from files of JSON: lists, documents, values one after another.",
    .doc = R"(A file holds any number of JSON values (RFC 8259), on one line or on many. Records are
the elements of lists, the values that are no lists, or what `records` leads to. A list of any length is read piece by
piece, and its elements are decoded in parallel; one element may be as long as `max_record`.

The fields of records that are objects are the columns, with the types, guesses and messages of `read_jsonl`. Records
that are no objects (numbers, strings, lists, null) become a column `value`; if the sample has objects too, or objects
without fields only, all records are its values, of type json. `columns: { value: json }` asks for the same. A null
is NULL there. If `columns` are declared and `value` is none of them, a list is a row: it has their values in order, as
in `[1, "x"]` with `columns: { a: int64, b: utf8 }`.

A record that is not JSON, or does not fit the columns, is an error of its row, which `on_error` deals with. What is
wrong between records, a file that ends too early, and `records` that lead to nothing end the run: where the next
record begins is not known then. An empty list is no mistake.

Files of JSON lines are read as well; `read_jsonl` reads them faster, and goes on behind any broken line.)",
    .example = R"(- read_json: data/orders.json
- read_json:
    path: "data/pages-*.json.gz"
    records: $.data.items[*]
    columns: { id: int64, at: timestamp, tags: list<utf8> }
- read_json: { path: config.json, document: true })",
    .main_option = "path",
    .options = kReadJsonOptions,
    .bind = bind_read_json,
};

}  // namespace leat
