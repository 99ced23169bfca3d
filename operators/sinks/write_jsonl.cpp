// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Writes rows as JSON lines: lanes encode, the committer puts the parts in order.
#include "operators/json/json_encoder.h"
#include "operators/operator.h"
#include "operators/targets/file_sink.h"

namespace leat {

namespace {

constexpr OptionDef kWriteJsonlOptions[] = {
    io::kTargetsOption,  io::kIfExistOption,     io::kCompressionOption,
    io::kLevelOption,    io::kPathColumnsOption, io::kMaxRowsOption,
    io::kMaxBytesOption, io::kMaxOpenOption,     io::kManifestOption,
};

class WriteJsonl final : public Sink {
 public:
  explicit WriteJsonl(io::FileTarget target) : target_(std::move(target)) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<io::FormatEncoder<io::JsonEncoder>>(
        target_, context, io::JsonEncoder(*target_.schema, context.memory));
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    return io::make_file_committer(target_, context);
  }

 private:
  io::FileTarget target_;
};

std::optional<BoundOperator> bind_write_jsonl(const OptionValues& options,
                                              const BindContext& context) {
  std::optional<io::FileTarget> target =
      io::read_targets(options, context.input(), context.diagnostics);
  if (!target) return std::nullopt;
  target->style.frame.keys = io::keys_of(*target->schema);
  io::check_appending(*target, options, context.diagnostics);
  BoundOperator bound;
  io::describe_target(*target, options, bound);
  bound.species = std::make_unique<WriteJsonl>(std::move(*target));
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
as the same value, decimals with all their digits. Dates, timestamps (`2026-01-31T10:00:00.5`, instants
with a `Z`) and intervals are strings, binary is a string `\x00ff`, lists are arrays, structs are objects,
and json values stand as they are. JSON has no NaN and no infinity: a row with one is a bad row, which `on_error` deals
with.

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
    .example = R"(- write_jsonl: out/rejects.jsonl
)",
    .main_option = "path",
    .options = kWriteJsonlOptions,
    .bind = bind_write_jsonl,
};

}  // namespace leat
