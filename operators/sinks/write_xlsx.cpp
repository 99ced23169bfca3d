// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Writes rows to an xlsx workbook: lanes encode the rows' XML, the committer numbers the rows and
// puts the archive together.
#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/option.h"
#include "operators/operator.h"
#include "operators/targets/file_sink.h"
#include "operators/xlsx/cell_range.h"
#include "operators/xlsx/xlsx_encoder.h"
#include "operators/xlsx/xlsx_file.h"

namespace leat {

namespace {

constexpr OptionDef kWriteXlsxOptions[] = {
    io::kTargetsOption,
    {.name = "sheet", .doc = "The name of the sheet.", .default_text = "Sheet1"},
    {.name = "header",
     .type = OptionType::kBoolean,
     .doc = "Write the names of the columns as the first row; also when there are no rows.",
     .default_text = "true"},
    {.name = "level",
     .type = OptionType::kInteger,
     .doc = "How hard to compress.",
     .default_text = "6",
     .minimum = 1,
     .maximum = 9},
    io::kIfExistsOption,
    io::kPathColumnsOption,
    io::kMaxRowsOption,
    io::kMaxBytesOption,
    io::kMaxOpenOption,
    io::kManifestOption,
};

class WriteXlsx final : public Sink {
 public:
  explicit WriteXlsx(io::FileTarget target) : target_(std::move(target)) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<io::FormatEncoder<io::XlsxEncoder>>(
        target_, context, io::XlsxEncoder(*target_.schema, context.memory));
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    return io::make_file_committer(target_, context);
  }

 private:
  io::FileTarget target_;
};

void check_sizes(const io::FileTarget& target, const OptionValues& options,
                 Diagnostics& diagnostics) {
  if (target.schema->size() > io::kSheetColumnsMax) {
    diagnostics.error(code::kNotWritable, options.stage(),
                      fmt::format("there are {} columns, and a sheet can hold {}",
                                  target.schema->size(), io::kSheetColumnsMax),
                      "choose some with 'select', or write CSV");
  }
  const uint64_t rows_max = io::kSheetRowsMax - (options.flag("header") ? 1 : 0);
  if (target.max_rows > rows_max) {
    diagnostics.error(
        code::kOptionValue, options.span(io::kMaxRowsOption.name),
        fmt::format("'max_rows' is {}, and a sheet can hold {}", target.max_rows, rows_max),
        fmt::format("set 'max_rows: {}', or less", rows_max));
  }
}

std::optional<BoundOperator> bind_write_xlsx(const OptionValues& options,
                                             const BindContext& context) {
  Diagnostics& diagnostics = context.diagnostics;
  const size_t errors_before = diagnostics.count();
  std::optional<io::FileTarget> target =
      io::read_targets(options, context.input(), diagnostics, io::TargetForm::kContainer);
  const std::string sheet = options.text("sheet");
  if (std::string mistake = io::sheet_name_mistake(sheet); !mistake.empty())
    diagnostics.error(code::kOptionValue, options.span("sheet"), std::move(mistake));
  if (target) check_sizes(*target, options, diagnostics);
  if (!target || diagnostics.count() > errors_before) return std::nullopt;
  target->style.frame.header = io::kSheetBegin;
  if (options.flag("header")) target->style.frame.header += io::xlsx_header(*target->schema);
  target->style.frame.footer = io::kSheetEnd;
  target->style.container = [sheet, level = static_cast<int>(options.integer("level"))](
                                io::StagedFile& file, MemoryAccount& memory) {
    return std::make_unique<io::XlsxFile>(sheet, level, file, memory);
  };
  BoundOperator bound;
  io::describe_target(*target, options, bound);
  bound.species = std::make_unique<WriteXlsx>(std::move(*target));
  return bound;
}

}  // namespace

extern const OperatorDef operator_write_xlsx{
    .name = "write_xlsx",
    .kind = OperatorKind::kSink,
    .summary = "Writes rows to a sheet of an xlsx workbook.",
    .doc = R"(The file appears when the whole run has succeeded; until then an existing
file stays as it is. It is a workbook with one sheet; the same rows give the same bytes, whenever and on however many
processors they are written.

Numbers and booleans become cells of that kind; dates and timestamps numbers in a format of dates. What a
spreadsheet would change is written as text, which `read_xlsx` reads back: integers and decimals of more than 15
digits, times finer than a millisecond or outside of 1900-03-01 to 9999-12-31, instants (timestamptz) with their
`Z`, NaN and infinities. Lists, structs and json values are JSON text. Text is never a formula, whatever it begins
with. NULL is an empty cell.

A text of more than 32,767 characters makes its row a bad one, which `on_error` deals with; more than 16,384 columns
are a mistake, and more than 1,048,576 rows, with the header, fail the run: `max_rows` and a `{part}` in the path
write several files. `{column}` in the path writes a file for each value, as `write_csv` does.)",
    .example = R"(- write_xlsx: out/report.xlsx
- write_xlsx: { path: "out/{country}.xlsx", sheet: Sales })",
    .main_option = "path",
    .options = kWriteXlsxOptions,
    .bind = bind_write_xlsx,
};

}  // namespace leat
