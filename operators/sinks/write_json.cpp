// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Writes rows as one JSON array: lanes encode elements that begin with what separates them, and the
// committer, which puts the parts in order, leaves out the first separator.
#include "operators/json/json_encoder.h"
#include "operators/operator.h"
#include "operators/output/file_sink.h"

namespace leat {

namespace {

constexpr OptionDef kOptions[] = {
    io::kTargetOption,
    {.name = "pretty",
     .type = OptionType::kBoolean,
     .doc = "A line for each value, two blanks a level, instead of one for each row.",
     .default_text = "false"},
    io::kIfExistsOption,
    io::kCompressionOption,
    io::kLevelOption,
};

class WriteJson final : public Sink {
 public:
  WriteJson(io::FileTarget target, io::JsonLayout layout, SchemaRef schema)
      : target_(std::move(target)), layout_(layout), schema_(std::move(schema)) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<io::FormatEncoder<io::JsonEncoder>>(
        context, io::JsonEncoder(*schema_, context.memory, layout_));
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    return io::make_file_committer(target_, context);
  }

 private:
  io::FileTarget target_;
  io::JsonLayout layout_;
  SchemaRef schema_;
};

std::optional<BoundOperator> bind(const OptionValues& options, const BindContext& context) {
  std::optional<io::FileTarget> target = io::read_target(options, context.diagnostics);
  if (!io::has_columns(*context.input(), options, context.diagnostics) || !target)
    return std::nullopt;
  target->header = "[";
  target->footer = "\n]\n";
  target->separator_bytes = 1;  // the comma of io::kJsonBetween
  const auto layout = options.flag("pretty") ? io::JsonLayout::kPretty : io::JsonLayout::kArray;
  BoundOperator bound;
  bound.target = io::target_of(options);
  bound.memory_minimum = io::sink_memory(*target);
  bound.species = std::make_unique<WriteJson>(std::move(*target), layout, context.input());
  bound.equations = io::sink_equations();
  return bound;
}

}  // namespace

extern const OperatorDef operator_write_json{
    .name = "write_json",
    .kind = OperatorKind::kSink,
    .summary = "Writes rows as one JSON array of objects.",
    .doc = R"(The file appears when the whole run has succeeded; until then an existing
file stays as it is.

Each row is an object, an element of the array, with all columns, in order; values are written as `write_jsonl` does.
Without rows the array is empty. A row with NaN or an infinity, for which JSON has no word, is a bad row, which
`on_error` deals with. Values of type json stand as they are, without their line breaks, also under `pretty`.

A `path` that ends with `.gz` or `.zst` is compressed, in parallel, as gzip members or zstd frames of 1 MiB of text,
which all tools read as one file.

A `path` that is a pipe or a device is written as the rows come.)",
    .example = R"(- write_json: out/orders.json
- write_json: { path: out/report.json, pretty: true })",
    .main_option = "path",
    .options = kOptions,
    .bind = bind,
};

}  // namespace leat
