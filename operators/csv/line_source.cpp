// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: logs and files of fixed widths are lines whose fields stand where a format says; all
// else about them, from splits to rejects, is that of CSV.
//
// Invariants:
//  1. Row n of a split is its n-th line with text; every such line is a row or a fault.
//  2. Fields are views of the chunk: a text column copies nothing.
//
// Not chosen: `read_lines` with `parse` behind it inside (places of faults would be those of the
// line, not of the field).
#include "operators/csv/line_source.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "operators/csv/csv_splitter.h"
#include "operators/input/line_splitter.h"
#include "operators/input/text_beginning.h"
#include "operators/input_choice.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

constexpr size_t kTableBytes = size_t{1} << 20;
constexpr size_t kRowsMin = 64;

/// How many rows a table of fields has, so that it stays small however many fields there are.
size_t rows_per_table(size_t fields) {
  return std::clamp(kTableBytes / (2 * sizeof(uint32_t) * fields), kRowsMin, kBatchRowsMax);
}

/// In a line, field n stands behind ends[2n] and before ends[2n + 1].
class LineTableDecoder final : public Decoder {
 public:
  LineTableDecoder(std::shared_ptr<const LineShape> shape, std::shared_ptr<const CsvFormat> format,
                   const LaneContext& context)
      : shape_(std::move(shape)),
        context_(context),
        rows_(std::move(format), context),
        fields_(shape_->fields()),
        rows_max_(rows_per_table(fields_.size())) {}

  Status decode(const Split& split, Output& output) override {
    rows_.begin(split, make_line_origin(split, EmptyLines::kAreIgnored), nullptr, output);
    const bool valid = simdjson::validate_utf8(split.bytes());
    const size_t stride = 2 * fields_.size();
    size_t rows = 0;
    const auto emit = [&]() -> Status {
      context_.ledger.add(Counter::kRead, rows);
      const CsvRows table{split.chunk->as<char>(), table_->as<uint32_t>(), stride, rows};
      rows = 0;
      return rows_.emit(table);
    };
    for (LineWalker walker(split.bytes()); walker.next();) {
      if (walker.line().empty()) continue;
      if (!table_) {
        LEAT_TRY_ASSIGN(table_, context_.memory.allocate(rows_max_ * stride * sizeof(uint32_t)));
      }
      auto* const out = table_->mutable_as<uint32_t>() + rows * stride;
      take(split, walker, valid, static_cast<uint32_t>(rows), out);
      if (++rows == rows_max_) LEAT_TRY(emit());
    }
    return rows > 0 ? emit() : Status();
  }

 private:
  /// Writes where the fields of the line stand, or notes what is wrong with it.
  void take(const Split& split, const LineWalker& walker, bool valid, uint32_t row, uint32_t* out) {
    const std::string_view line = walker.line();
    std::optional<LineFault> fault;
    if (!valid && !simdjson::validate_utf8(line)) {
      const size_t bad = first_invalid_utf8(line);
      fault = LineFault{
          code::kBadRecord, bad,
          fmt::format("the byte 0x{:02X} is not valid UTF-8", static_cast<uint8_t>(line[bad])),
          std::string(kEncodingHint)};
    } else {
      fault = shape_->take(line, fields_.data());
    }
    const char* const chunk = split.chunk->as<char>();
    const auto before = static_cast<uint32_t>(line.data() - chunk) - 1;
    for (const std::string_view field : fields_) {
      const bool absent = fault || field.data() == nullptr;
      const uint32_t begin = absent ? before : static_cast<uint32_t>(field.data() - chunk) - 1;
      *out++ = begin;
      *out++ = absent ? begin : begin + 1 + static_cast<uint32_t>(field.size());
    }
    if (!fault) return;
    Error error(fault->number, ErrorCode::kData, std::move(fault->message), std::move(fault->hint));
    error.data = rows_.places().at(walker.begin() + fault->position);
    rows_.records().push_back({row, std::move(error)});
  }

  const std::shared_ptr<const LineShape> shape_;
  const LaneContext context_;
  RowDecoder rows_;
  std::vector<std::string_view> fields_;  // of a line
  const size_t rows_max_;
  BufferRef table_;
};

class LineSource final : public FileSource {
 public:
  LineSource(Inputs inputs, SplitterOptions splitting, uint64_t skip_lines,
             std::shared_ptr<const LineShape> shape, CsvFormat format, SourceExtras extras)
      : FileSource(std::move(inputs), std::move(extras)),
        splitting_(std::move(splitting)),
        skip_lines_(skip_lines),
        shape_(std::move(shape)),
        format_(std::make_shared<const CsvFormat>(std::move(format))) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    // Lines are CSV without quotes; of more than one column, so that empty ones are no rows.
    const CsvDialect lines{.delimiter = 0, .quote = 0};
    auto finder = std::make_unique<CsvFinder>(
        lines, CsvPreamble{.skip_lines = skip_lines_, .header = false}, 2);
    return std::make_unique<RecordSplitter>(inputs_, std::move(finder), context.memory, splitting_);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return extras_.wrap(std::make_unique<LineTableDecoder>(shape_, format_, context), context);
  }

 private:
  SplitterOptions splitting_;
  uint64_t skip_lines_;
  std::shared_ptr<const LineShape> shape_;
  std::shared_ptr<const CsvFormat> format_;
};

}  // namespace

void sample_lines(const Inputs& inputs, const LineFormat& format, size_t rows,
                  std::vector<TypeSniffer>& columns) {
  std::vector<std::string_view> fields(format.shape->fields());
  columns.resize(fields.size());
  for (const auto& input : inputs) {
    auto beginning =
        TextBeginning::open(*input, format.reading.encoding, format.reading.preamble.footer_lines);
    if (!beginning || !beginning->grow()) return;
    // A line of less than 500 bytes for each row; more are rarely needed to tell a type.
    while (beginning->may_grow() && beginning->text().size() < 500 * rows) {
      if (!beginning->grow()) return;
    }
    uint64_t skip = format.reading.preamble.skip_lines;
    for (LineWalker walker(beginning->text()); rows > 0 && walker.next();) {
      const bool cut = walker.begin() + walker.line().size() >= beginning->text().size();
      if (cut && !beginning->complete()) break;
      if (skip > 0) {
        --skip;
        continue;
      }
      if (walker.line().empty() || format.shape->take(walker.line(), fields.data())) continue;
      --rows;
      for (size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].data() != nullptr) sample_csv_field(fields[i], format.reading, columns[i]);
      }
    }
  }
}

LineSourceBinder::LineSourceBinder(const OptionValues& options, const BindContext& context)
    : options_(options), context_(context) {
  splitting_ = read_splitter_options(options, context.diagnostics);
  extras_ = SourceExtras::read(options, "row_column", context.diagnostics);
  const auto choice = read_input_choice(options, context, true);
  inputs_ = read_inputs(options, context, choice.value_or(InputChoice()));
  if (inputs_ && extras_ && choice)
    extras_->read_paths(options, *inputs_, *choice, context.diagnostics);
}

std::optional<BoundOperator> LineSourceBinder::bind(LineFormat format) {
  if (!splitting_ || !extras_) return std::nullopt;
  const size_t errors_before = context_.diagnostics.count();
  const size_t fields = format.shape->fields();
  CsvFormat table;
  table.shape.dialect = format.reading.dialect;
  table.nulls = format.reading.nulls;
  std::vector<Field> wanted;
  const auto& projection = context_.projection;
  for (CsvColumn& column : format.columns) {
    if (projection &&
        std::find(projection->begin(), projection->end(), column.field.name) == projection->end())
      continue;
    wanted.push_back(column.field);
    column.position = 2 * column.position + 1;
    table.columns.push_back(std::move(column));
  }
  table.schema = std::make_shared<const Schema>(std::move(wanted));
  BoundOperator bound;
  bound.output = extras_->extend(table.schema, projection, options_, context_.diagnostics);
  if (context_.diagnostics.count() > errors_before) return std::nullopt;
  splitting_->count_rows = extras_->numbers_rows();
  splitting_->footer_lines = format.reading.preamble.footer_lines;
  const size_t table_bytes = rows_per_table(fields) * 2 * fields * sizeof(uint32_t);
  bound.memory_minimum = 2 * splitting_->chunk_bytes + table_bytes +
                         (table.columns.size() + 2) * kBatchRowsMax * sizeof(Utf8View);
  if (inputs_) describe_inputs(options_, *inputs_, bound);
  bound.equations = {
      Equation({Counter::kRead}, {Counter::kOut, Counter::kSkipped, Counter::kRejected})};
  bound.species =
      std::make_unique<LineSource>(std::move(inputs_).value_or(Inputs{}), std::move(*splitting_),
                                   format.reading.preamble.skip_lines, std::move(format.shape),
                                   std::move(table), std::move(*extras_));
  return bound;
}

}  // namespace leat::io
