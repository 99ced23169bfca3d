// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Writes rows as JSON lines: lanes encode, the committer puts the parts in order.
#include "operators/json/json_encoder.h"
#include "operators/operator.h"
#include "operators/output/file_sink.h"

namespace leat {

namespace {

constexpr OptionDef kOptions[] = {
    io::kTargetOption,
    io::kIfExistsOption,
    io::kCompressionOption,
    io::kLevelOption,
};

class WriteJsonl final : public Sink {
 public:
  WriteJsonl(io::FileTarget target, SchemaRef schema)
      : target_(std::move(target)), schema_(std::move(schema)) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<io::FormatEncoder<io::JsonEncoder>>(
        context, io::JsonEncoder(*schema_, context.memory));
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    return io::make_file_committer(target_, context);
  }

 private:
  io::FileTarget target_;
  SchemaRef schema_;
};

std::optional<BoundOperator> bind(const OptionValues& options, const BindContext& context) {
  std::optional<io::FileTarget> target = io::read_target(options, context.diagnostics);
  if (!io::has_columns(*context.input(), options, context.diagnostics) || !target)
    return std::nullopt;
  BoundOperator bound;
  bound.target = io::target_of(options);
  bound.memory_minimum = io::sink_memory(*target);
  bound.species = std::make_unique<WriteJsonl>(std::move(*target), context.input());
  bound.equations = io::sink_equations();
  return bound;
}

}  // namespace

extern const OperatorDef operator_write_jsonl{
    .name = "write_jsonl",
    .kind = OperatorKind::kSink,
    .summary = "Writes rows as JSON lines: one object for each row.",
    .doc = R"(The file appears when the whole run has succeeded; until then an existing
file stays as it is.

Every line has all columns, in order; NULL is `null`. Numbers are written with the digits that read back
as the same value, decimals with all their digits. Dates, timestamps (`2026-01-31T10:00:00.5Z`) and
intervals are strings, binary is a string `\x00ff`, lists are arrays, structs are objects, and json values
stand as they are. JSON has no NaN and no infinity: a row with one is a bad row, which `on_error` deals
with.

A `path` that ends with `.gz` or `.zst` is compressed, in parallel, as gzip members or zstd frames of 1 MiB of text,
which all tools read as one file.

A `path` that is a pipe or a device is written as the rows come.)",
    .example = R"(- write_jsonl: out/rejects.jsonl
)",
    .main_option = "path",
    .options = kOptions,
    .bind = bind,
};

}  // namespace leat
