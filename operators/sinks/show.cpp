// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Prints the first rows as a table. Encoders turn the first rows of each batch into cells; the
// committer keeps the first of these and prints them when all sinks are prepared: a run that fails
// before shows nothing, and one that cannot show them changes no output.
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "operators/json/json_encoder.h"
#include "operators/operator.h"
#include "operators/output/file_calls.h"
#include "operators/output/file_sink.h"
#include "operators/text/table_text.h"
#include "operators/text/text_buffer.h"
#include "operators/text/value_format.h"

namespace leat {

namespace {

constexpr OptionDef kOptions[] = {
    {.name = "rows",
     .type = OptionType::kInteger,
     .doc = "How many rows to show.",
     .default_text = "20",
     .minimum = 0,
     .maximum = 100'000},
    {.name = "width",
     .type = OptionType::kInteger,
     .doc = "Terminal columns that one value may take; longer values are cut.",
     .default_text = "40",
     .minimum = 4,
     .maximum = 10'000},
    {.name = "title", .doc = "A line to print above the table."},
};

constexpr size_t kMemoryMinimum = size_t{1} << 20;

struct View {
  size_t rows = 0;
  size_t width = 0;
  std::string title;
};

/// A part is its number of rows, then their cells: each a length and that many bytes. Numbers are
/// uint32_t.
class CellEncoder final : public Encoder {
 public:
  CellEncoder(const View& view, const LaneContext& context)
      : view_(view), ledger_(context.ledger), out_(context.memory), scratch_(context.memory) {}

  Result<BufferRef> encode(const Batch& batch) override {
    const size_t rows = std::min(batch.rows(), view_.rows);
    LEAT_TRY(out_.start(64 + rows * batch.columns().size() * 16));
    LEAT_TRY(put_number(rows));
    for (size_t i = 0; i < rows; ++i) {
      for (const ColumnRef& column : batch.columns())
        LEAT_TRY(put_cell(*column, batch.selection()[i]));
    }
    ledger_.add(Counter::kWritten, batch.rows());
    return out_.finish();
  }

 private:
  Status put_number(size_t number) {
    const auto value = static_cast<uint32_t>(number);
    char bytes[sizeof(value)];
    std::memcpy(bytes, &value, sizeof(value));
    return out_.append({bytes, sizeof(bytes)});
  }

  Status put_cell(const Column& column, size_t row) {
    LEAT_TRY(scratch_.start(io::kScalarTextBytes));
    LEAT_TRY(put_value(column, row));
    const std::string cell = io::fit_cell(scratch_.text(), view_.width);
    LEAT_TRY(put_number(cell.size()));
    return out_.append(cell);
  }

  // The text of the value to scratch_; of long text no more than can be shown.
  Status put_value(const Column& column, size_t row) {
    if (!column.is_valid(row)) return scratch_.append("NULL");
    const Type& type = column.type();
    if (io::is_fixed_text(type)) {
      scratch_.advance(io::format_fixed(column, row, scratch_.cursor()));
      return {};
    }
    if (!type.is_view()) return json_.write(column, row, scratch_);
    const std::string_view text = column.view_at(row);
    if (!type.is(TypeId::kBinary)) return scratch_.append(text);
    const std::string_view head = text.substr(0, view_.width);
    LEAT_TRY(scratch_.ensure(2 + 2 * head.size()));
    scratch_.advance(io::format_binary(head, scratch_.cursor()));
    return {};
  }

  View view_;
  Ledger& ledger_;
  io::TextBuffer out_;
  io::TextBuffer scratch_;
  io::JsonWriter json_{io::NonFinite::kQuote};
};

/// Reads the parts back.
class CellReader {
 public:
  explicit CellReader(const BufferRef& part) : at_(part->as<char>()) {}

  uint32_t number() {
    uint32_t value = 0;
    std::memcpy(&value, at_, sizeof(value));
    at_ += sizeof(value);
    return value;
  }
  std::string cell() {
    const uint32_t length = number();
    std::string text(at_, length);
    at_ += length;
    return text;
  }

 private:
  const char* at_;
};

class TablePrinter final : public Committer {
 public:
  TablePrinter(View view, SchemaRef schema, const StageContext& context)
      : view_(std::move(view)), schema_(std::move(schema)), context_(context) {}

  Status open() override { return {}; }

  Status write(const BufferRef& bytes, uint64_t rows) override {
    if (kept_ < view_.rows) {
      parts_.push_back(bytes);
      kept_ += CellReader(bytes).number();
    }
    total_ += rows;
    context_.ledger.add(Counter::kCommitted, rows);
    return {};
  }

  Status prepare(uint64_t) override { return {}; }

  Status announce() override {
    const std::string text = table();
    const int result = io::FileCalls().write(context_.tables, text, "<stdout>");
    if (result == 0 || result == -EPIPE) return {};  // whoever closed the pipe has seen enough
    return fail(ErrorCode::kIo, fmt::format("cannot write '<stdout>': {}", errno_text(-result)));
  }

  Status commit(uint64_t) override { return {}; }
  void abort() noexcept override { parts_.clear(); }

 private:
  std::string table() const {
    io::TableText table(*schema_, view_.width);
    size_t shown = 0;
    for (const BufferRef& part : parts_) {
      CellReader reader(part);
      for (uint32_t rows = reader.number(); rows > 0 && shown < view_.rows; --rows, ++shown) {
        std::vector<std::string> cells;
        for (size_t i = 0; i < schema_->size(); ++i) cells.push_back(reader.cell());
        table.add_row(std::move(cells));
      }
    }
    std::string text = view_.title.empty() ? "" : view_.title + "\n";
    text += table.text();
    if (total_ == 0) text += "no rows\n";
    if (total_ > shown)
      text +=
          fmt::format("... and {} more {}\n", total_ - shown, total_ - shown == 1 ? "row" : "rows");
    return text;
  }

  View view_;
  SchemaRef schema_;
  StageContext context_;
  std::vector<BufferRef> parts_;
  size_t kept_ = 0;
  uint64_t total_ = 0;
};

class Show final : public Sink {
 public:
  Show(View view, SchemaRef schema) : view_(std::move(view)), schema_(std::move(schema)) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<CellEncoder>(view_, context);
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    return std::make_unique<TablePrinter>(view_, schema_, context);
  }

 private:
  View view_;
  SchemaRef schema_;
};

std::optional<BoundOperator> bind(const OptionValues& options, const BindContext& context) {
  if (!io::has_columns(*context.input(), options, context.diagnostics)) return std::nullopt;
  View view;
  view.rows = static_cast<size_t>(options.integer("rows"));
  view.width = static_cast<size_t>(options.integer("width"));
  if (options.has("title")) view.title = options.text("title");
  BoundOperator bound;
  bound.species = std::make_unique<Show>(std::move(view), context.input());
  bound.equations = io::sink_equations();
  bound.memory_minimum = kMemoryMinimum;
  return bound;
}

}  // namespace

extern const OperatorDef operator_show{
    .name = "show",
    .kind = OperatorKind::kSink,
    .summary = "Prints the first rows as a table.",
    .doc = R"(The table goes to standard output when the run has succeeded, and says how
many rows there are beyond those shown. The second line holds the types of the columns. Values wider than
`width` are cut and end with `…`; control characters are shown escaped; NULL is `NULL`.)",
    .example = R"(- show: 5
)",
    .main_option = "rows",
    .options = kOptions,
    .bind = bind,
};

}  // namespace leat
