// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads the lines of text files as rows of one column.
#include <algorithm>

#include <fmt/format.h>
#include <simdjson.h>

#include "engine/codes/data.h"
#include "engine/codes/option.h"
#include "operators/grok_pattern.h"
#include "operators/input/line_splitter.h"
#include "operators/input/source_options.h"
#include "operators/input_choice.h"
#include "operators/operator.h"
#include "operators/text/block.h"
#include "operators/text/utf8.h"
#include "operators/text/view_store.h"

namespace leat {

namespace {

constexpr OptionDef kReadLinesOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc = "File, pattern (`logs/*.log`, `logs/**/*.log`) or list of these; `a.tar.gz::2025/*` "
            "are members of an archive, tar or zip; `-` and `stdin` read standard input (a file "
            "of that name is `./stdin`). The files of a pattern are read in the order of their "
            "names."},
    {.name = "column", .doc = "Name of the column that holds the line.", .default_text = "line"},
    {.name = "starts_with",
     .doc = "A pattern, as in `parse`, that the first line of each record begins with: the lines "
            "behind it that do not are part of the record, line breaks and all. What stands before "
            "the first such line is a record, too. `line_column` then counts records."},
    kPatternsOption,
    io::kEncodingOption,
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

/// Lines to views into the chunk. Row n of a split is its n-th line, empty or not.
class LineDecoder final : public Decoder {
 public:
  LineDecoder(SchemaRef schema, io::RecordStartRef start, const LaneContext& context)
      : schema_(std::move(schema)), start_(std::move(start)), context_(context) {}

  Status decode(const io::Split& split, Output& output) override {
    const RowOriginRef origin = io::make_line_origin(split, io::EmptyLines::kAreRows, start_);
    const bool valid = simdjson::validate_utf8(split.bytes());
    uint64_t first_row = 0;
    for (size_t position = split.begin; position < split.end;) {
      LEAT_TRY_ASSIGN(const size_t rows,
                      start_ ? take_records(split, position) : take_lines(split, position));
      context_.ledger.add(Counter::kRead,
                          start_ ? rows : count_lines(split, batch_begin_, position));
      RowPlaces ids{Ordinal(split.index, first_row), {}, origin};
      std::vector<ColumnRef> columns;
      if (schema_->size() > 0) columns.push_back(make_column(split, rows));
      const Batch batch(schema_, std::move(columns), rows, std::move(ids));
      LEAT_TRY(valid ? output.emit(batch) : emit_valid(split, batch, output));
      first_row += rows;
    }
    return {};
  }

 private:
  /// Makes views of the next lines, from `position` on, and moves it behind them; returns how many
  /// there are.
  Result<size_t> take_lines(const io::Split& split, size_t& position) {
    batch_begin_ = position;
    LEAT_TRY_ASSIGN(views_, context_.memory.allocate(kBatchRowsMax * sizeof(Utf8View)));
    auto* const out = views_->mutable_as<Utf8View>();
    const auto* const bytes = split.chunk->data();
    size_t rows = 0;
    size_t begin = position;
    const auto add = [&](size_t end, bool terminated) {
      size_t text_end = end;
      if (terminated && text_end > begin && bytes[text_end - 1] == '\r') --text_end;
      io::store_view(split.chunk->as<char>() + begin, static_cast<uint32_t>(text_end - begin), 0,
                     static_cast<uint32_t>(begin), out + rows++);
      begin = end + 1;
    };
    for (size_t block = position; block < split.end; block += io::kBlockBytes) {
      const size_t length = std::min(io::kBlockBytes, split.end - block);
      uint64_t newlines = io::Block(bytes + block).equal('\n') & io::low_bits(length);
      for (; newlines != 0 && rows < kBatchRowsMax; newlines &= newlines - 1)
        add(block + static_cast<size_t>(std::countr_zero(newlines)), true);
      if (rows == kBatchRowsMax) break;
    }
    if (begin < split.end && rows < kBatchRowsMax) add(split.end, false);
    position = std::min<size_t>(begin, split.end);
    return rows;
  }

  /// The same for records of several lines.
  Result<size_t> take_records(const io::Split& split, size_t& position) {
    batch_begin_ = position;
    LEAT_TRY_ASSIGN(views_, context_.memory.allocate(kBatchRowsMax * sizeof(Utf8View)));
    auto* const out = views_->mutable_as<Utf8View>();
    size_t rows = 0;
    io::LineWalker records(split.bytes().substr(position - split.begin), start_.get());
    while (rows < kBatchRowsMax && records.next()) {
      const size_t begin = batch_begin_ + records.begin();
      io::store_view(split.chunk->as<char>() + begin, static_cast<uint32_t>(records.line().size()),
                     0, static_cast<uint32_t>(begin), out + rows++);
      position = batch_begin_ + records.next_begin();
    }
    return rows;
  }

  /// The number of lines in [begin, end), by its line feeds.
  static uint64_t count_lines(const io::Split& split, size_t begin, size_t end) {
    const auto* const bytes = split.chunk->data();
    return io::count_newlines(bytes + begin, bytes + end) + (bytes[end - 1] != '\n');
  }

  ColumnRef make_column(const io::Split& split, size_t rows) {
    Column::Parts parts;
    views_->set_size(rows * sizeof(Utf8View));
    parts.values = std::move(views_);
    parts.data.push_back(split.chunk);
    return std::make_shared<Column>(kUtf8Type, rows, std::move(parts));
  }

  /// Hands the lines that are not UTF-8 to the policy and emits the others; those before a line
  /// that stops the stage first.
  Status emit_valid(const io::Split& split, const Batch& batch, Output& output) {
    LEAT_TRY_ASSIGN(BufferRef kept, context_.memory.allocate(batch.length() * sizeof(uint32_t)));
    auto* const out = kept->mutable_as<uint32_t>();
    size_t count = 0;
    Status status;
    io::PlaceCursor places(split);
    io::LineWalker lines(split.bytes().substr(batch_begin_ - split.begin), start_.get());
    for (uint32_t row = 0; row < batch.length() && status; ++row) {
      lines.next();
      const size_t bad = simdjson::validate_utf8(lines.line())
                             ? lines.line().size()
                             : io::first_invalid_utf8(lines.line());
      if (bad == lines.line().size()) {
        out[count++] = row;
        continue;
      }
      Error error(code::kBadEncoding, ErrorCode::kData,
                  fmt::format("the byte 0x{:02X} is not valid UTF-8",
                              static_cast<uint8_t>(lines.line()[bad])),
                  std::string(io::kEncodingHint));
      error.data = places.at(batch_begin_ - split.begin + lines.begin() + bad);
      status = context_.faults.record(batch.places().origin, batch.places()[row], std::move(error));
    }
    LEAT_TRY(output.emit(batch.with_selection(Selection(std::move(kept), count))));
    return status;
  }

  const SchemaRef schema_;
  const io::RecordStartRef start_;  // null: each line is a record
  const LaneContext context_;
  BufferRef views_;
  size_t batch_begin_ = 0;  // of the lines taken last, in the chunk
};

class ReadLines final : public io::FileSource {
 public:
  ReadLines(io::Inputs inputs, io::SplitterOptions splitting, SchemaRef schema,
            io::RecordStartRef start, io::SourceExtras extras)
      : FileSource(std::move(inputs), std::move(extras)),
        splitting_(splitting),
        schema_(std::move(schema)),
        start_(std::move(start)) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    if (start_) {
      return std::make_unique<io::RecordSplitter>(
          inputs_, std::make_unique<io::RecordStartFinder>(start_), context.memory, splitting_);
    }
    return io::make_line_splitter(inputs_, context.memory, splitting_);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return extras_.wrap(std::make_unique<LineDecoder>(schema_, start_, context), context);
  }

 private:
  io::SplitterOptions splitting_;
  SchemaRef schema_;
  io::RecordStartRef start_;
};

/// What `starts_with` says; null if it is left out, or after reporting that it is no pattern.
io::RecordStartRef read_start(const OptionValues& options, Diagnostics& diagnostics) {
  if (!options.has("starts_with")) return nullptr;
  const GrokPattern grok =
      expand_grok(options.source("starts_with"), options.named("patterns"), diagnostics);
  auto pattern = compile_grok(grok.regex);
  if (pattern) return std::make_shared<const io::RecordStart>(std::move(*pattern));
  diagnostics.error(pattern.error().number, options.span("starts_with"), pattern.error().message,
                    pattern.error().hint);
  return nullptr;
}

std::optional<BoundOperator> bind_read_lines(const OptionValues& options,
                                             const BindContext& context) {
  const size_t errors_before = context.diagnostics.count();
  auto splitting = io::read_splitter_options(options, context.diagnostics);
  auto extras = io::SourceExtras::read(options, "line_column", context.diagnostics);
  const io::RecordStartRef start = read_start(options, context.diagnostics);
  const std::string column = options.text("column");
  if (column.empty())
    context.diagnostics.error(code::kNameMissing, options.span("column"),
                              "the column needs a name");
  const auto choice = read_input_choice(options, context, true);
  const bool options_are_valid = context.diagnostics.count() == errors_before;
  auto inputs = io::read_inputs(options, context, choice.value_or(io::InputChoice()));
  if (inputs && extras && choice)
    extras->read_paths(options, *inputs, *choice, context.diagnostics);
  if (!options_are_valid) return std::nullopt;
  // The column is known whatever is wrong with the files.
  const size_t file_errors = context.diagnostics.count();
  splitting->count_rows = extras->numbers_rows();
  const auto& projection = context.projection;
  std::vector<Field> fields;
  if (!projection || std::find(projection->begin(), projection->end(), column) != projection->end())
    fields.push_back({column, kUtf8Type});
  const auto schema = std::make_shared<const Schema>(std::move(fields));
  BoundOperator bound;
  bound.output = extras->extend(schema, projection, options, context.diagnostics);
  if (context.diagnostics.count() > file_errors) return std::nullopt;
  if (inputs) io::describe_inputs(options, *inputs, bound);
  bound.equations = {
      Equation({Counter::kRead}, {Counter::kOut, Counter::kSkipped, Counter::kRejected})};
  bound.memory_minimum = 2 * splitting->chunk_bytes + 3 * kBatchRowsMax * sizeof(Utf8View);
  bound.species = std::make_unique<ReadLines>(std::move(inputs).value_or(io::Inputs{}), *splitting,
                                              schema, start, std::move(*extras));
  return bound;
}

}  // namespace

extern const OperatorDef operator_read_lines{
    .name = "read_lines",
    .kind = OperatorKind::kSource,
    .summary = "Reads the lines of text files.",
    .doc =
        R"(Each line is a row with one text column. Lines end with LF or CRLF, or with CR in files whose first 64 KiB
have no LF; line ends are not part of the text, and the last line may lack one. A byte order mark is left out. Text must
be UTF-8; a line that is not is an error of that row, which `on_error` deals with. Files packed with gzip, zstd, lz4,
bzip2 or xz are unpacked.

With `starts_with` a record may have several lines, as a message with its stack trace has; its place is its first line.

Use `parse` to take the lines apart.)",
    .example = R"(- read_lines: "logs/*.log"
- read_lines: { path: app.log, starts_with: '%{TIMESTAMP_ISO8601} ' }
)",
    .main_option = "path",
    .options = kReadLinesOptions,
    .bind = bind_read_lines,
};

}  // namespace leat
