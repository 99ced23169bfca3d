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
#include "operators/targets/file_sink.h"
#include "operators/text/shown_rows.h"
#include "operators/text/table_text.h"
#include "operators/text/terminal_text.h"
#include "operators/text/text_buffer.h"
#include "operators/text/value_format.h"

namespace leat {

namespace {

constexpr std::string_view kFormats[] = {"table", "vertical", "markdown", "csv",
                                         "json",  "html",     "latex"};

constexpr OptionDef kShowOptions[] = {
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
    {.name = "title", .doc = "A line to print above the rows."},
    {.name = "format",
     .type = OptionType::kChoice,
     .doc = "How to print the rows: as an aligned table, each row as a list of its values, or as "
            "Markdown, CSV, JSON, HTML or LaTeX. Only the first two cut long values.",
     .default_text = "table",
     .choices = kFormats},
};

constexpr size_t kMemoryMinimum = size_t{1} << 20;

struct View {
  size_t rows = 0;
  size_t width = 0;
  std::string title;
  io::RowFormat format = io::RowFormat::kTable;
};

/// A text as a field of CSV. An empty one is told apart from NULL by its quotes.
std::string csv_field(std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos)
    return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

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
    if (io::is_cut(view_.format)) return put_text(io::fit_cell(scratch_.text(), view_.width));
    const bool is_csv = view_.format == io::RowFormat::kCsv && column.is_valid(row);
    return is_csv ? put_text(csv_field(scratch_.text())) : put_text(scratch_.text());
  }

  Status put_text(std::string_view cell) {
    LEAT_TRY(put_number(cell.size()));
    return out_.append(cell);
  }

  // The text of the value to scratch_; of long text no more than can be shown.
  Status put_value(const Column& column, size_t row) {
    const bool is_json = view_.format == io::RowFormat::kJson;
    if (!column.is_valid(row)) return scratch_.append(null_text());
    const Type& type = column.type();
    if (is_json) return json_.write(column, row, scratch_);
    if (io::is_fixed_text(type)) {
      scratch_.advance(io::format_fixed(column, row, scratch_.cursor()));
      return {};
    }
    if (!type.is_view()) return json_.write(column, row, scratch_);
    const std::string_view text = column.view_at(row);
    if (!type.is(TypeId::kBinary)) return scratch_.append(text);
    const std::string_view head = io::is_cut(view_.format) ? text.substr(0, view_.width) : text;
    LEAT_TRY(scratch_.ensure(2 + 2 * head.size()));
    scratch_.advance(io::format_binary(head, scratch_.cursor()));
    return {};
  }

  std::string_view null_text() const {
    if (view_.format == io::RowFormat::kJson) return "null";
    return view_.format == io::RowFormat::kCsv ? "" : "NULL";
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
    return fail(write_code(-result), ErrorCode::kIo,
                fmt::format("cannot write '<stdout>': {}", errno_text(-result)));
  }

  Status commit(uint64_t) override { return {}; }
  void abort() noexcept override { parts_.clear(); }

 private:
  std::string table() const {
    io::ShownRows shown{schema_, {}};
    for (const BufferRef& part : parts_) {
      CellReader reader(part);
      for (uint32_t rows = reader.number(); rows > 0 && shown.rows.size() < view_.rows; --rows) {
        std::vector<std::string> cells;
        for (size_t i = 0; i < schema_->size(); ++i) cells.push_back(reader.cell());
        shown.rows.push_back(std::move(cells));
      }
    }
    const uint64_t more = total_ - shown.rows.size();
    std::string text = view_.title.empty() ? "" : view_.title + "\n";
    text += io::format_rows(view_.format, std::move(shown), view_.width,
                            io::terminal_width(context_.tables));
    if (!io::is_cut(view_.format)) return text;
    if (total_ == 0) text += "no rows\n";
    if (more > 0) text += fmt::format("... and {} more {}\n", more, more == 1 ? "row" : "rows");
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

std::optional<BoundOperator> bind_show(const OptionValues& options, const BindContext& context) {
  if (!io::has_columns(*context.input(), options, context.diagnostics)) return std::nullopt;
  View view;
  view.rows = static_cast<size_t>(options.integer("rows"));
  view.width = static_cast<size_t>(options.integer("width"));
  if (options.has("title")) view.title = options.text("title");
  const auto format = std::find(std::begin(kFormats), std::end(kFormats), options.text("format"));
  view.format = static_cast<io::RowFormat>(format - std::begin(kFormats));
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
    .summary = "Prints the first rows as a table, or in another format.",
    .doc = R"(The table goes to standard output when the run has succeeded, and says how
many rows there are beyond those shown. On a terminal, columns in the middle of a table that would be too wide give way
to `…`. The second line holds the types of the columns. Values wider than
`width` are cut and end with `…`; control characters are shown escaped; NULL is `NULL`.)",
    .example = R"(- show: 5
)",
    .main_option = "rows",
    .options = kShowOptions,
    .bind = bind_show,
};

}  // namespace leat
