// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Writes rows as one JSON array: lanes encode elements that begin with what separates them, and the
// committer, which puts the parts in order, leaves out the first separator.
#include "operators/json/json_encoder.h"
#include "operators/operator.h"
#include "operators/targets/file_sink.h"

namespace leat {

namespace {

constexpr OptionDef kWriteJsonOptions[] = {
    io::kTargetsOption,
    {.name = "pretty",
     .type = OptionType::kBoolean,
     .doc = "A line for each value, two blanks a level, instead of one for each row.",
     .default_text = "false"},
    io::kIfExistOption,
    io::kCompressionOption,
    io::kLevelOption,
    io::kPathColumnsOption,
    io::kMaxRowsOption,
    io::kMaxBytesOption,
    io::kMaxOpenOption,
    io::kManifestOption,
};

class WriteJson final : public Sink {
 public:
  WriteJson(io::FileTarget target, io::JsonLayout layout)
      : target_(std::move(target)), layout_(layout) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<io::FormatEncoder<io::JsonEncoder>>(
        target_, context, io::JsonEncoder(*target_.schema, context.memory, layout_));
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    return io::make_file_committer(target_, context);
  }

 private:
  io::FileTarget target_;
  io::JsonLayout layout_;
};

std::optional<BoundOperator> bind_write_json(const OptionValues& options,
                                             const BindContext& context) {
  std::optional<io::FileTarget> target =
      io::read_targets(options, context.input(), context.diagnostics);
  if (!target) return std::nullopt;
  target->style.frame = {.header = "[", .footer = "\n]\n", .keys = io::keys_of(*target->schema)};
  target->style.separator_bytes = 1;  // the comma of io::kJsonBetween
  io::check_appending(*target, options, context.diagnostics);
  const auto layout = options.flag("pretty") ? io::JsonLayout::kPretty : io::JsonLayout::kArray;
  BoundOperator bound;
  io::describe_target(*target, options, bound);
  bound.species = std::make_unique<WriteJson>(std::move(*target), layout);
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

A `path` that ends with `.gz`, `.zst`, `.lz4`, `.bz2` or `.xz` is compressed, in parallel, in parts of 1 MB of text,
which all tools read as one file.

A `path` with `{column}` in it writes a file for each combination of the values of these columns, as
`out/{country}/{day}.csv`. They stay in the rows, unless they are in folders `name={column}` or `path_columns` says
otherwise. In names made of values, control characters, `/ \ : * ? " < > | % =`, a leading full stop and blanks at
the ends become `%XX`; NULL is `__NULL__`, the empty text `__EMPTY__`; a row whose name would have more than 255 bytes
is a bad row. With `{part}` and `max_rows` or `max_bytes` the rows of each name go to parts, counted from 0; `{part:05}`
has at least five digits. All files appear together, or none. Files of an earlier run that this one does not write stay.
A brace that is meant is written twice.

A `path` that is a pipe or a device is written as the rows come.)",
    .example = R"(- write_json: out/orders.json
- write_json: { path: out/report.json, pretty: true })",
    .main_option = "path",
    .options = kWriteJsonOptions,
    .bind = bind_write_json,
};

}  // namespace leat
