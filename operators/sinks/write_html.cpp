// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Writes rows as an HTML table: lanes encode, the committer puts the parts between head and foot.
#include "operators/html/html_encoder.h"
#include "operators/operator.h"
#include "operators/targets/file_sink.h"

namespace leat {

namespace {

constexpr OptionDef kWriteHtmlOptions[] = {
    io::kTargetsOption,
    {.name = "title", .doc = "The title of the page, and the caption of the table."},
    {.name = "document",
     .type = OptionType::kBoolean,
     .doc = "Write a whole page; `false`: the table alone, to be put into another one.",
     .default_text = "true"},
    io::kIfExistsOption,
    io::kCompressionOption,
    io::kLevelOption,
    io::kPathColumnsOption,
    io::kMaxRowsOption,
    io::kMaxBytesOption,
    io::kMaxOpenOption,
    io::kManifestOption,
};

class WriteHtml final : public Sink {
 public:
  explicit WriteHtml(io::FileTarget target) : target_(std::move(target)) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<io::FormatEncoder<io::HtmlEncoder>>(target_, context,
                                                                io::HtmlEncoder(context.memory));
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    return io::make_file_committer(target_, context);
  }

 private:
  io::FileTarget target_;
};

std::optional<BoundOperator> bind_write_html(const OptionValues& options,
                                             const BindContext& context) {
  std::optional<io::FileTarget> target =
      io::read_targets(options, context.input(), context.diagnostics);
  if (!target) return std::nullopt;
  const auto form = options.flag("document") ? io::HtmlForm::kDocument : io::HtmlForm::kTable;
  const std::string title = options.has("title") ? options.text("title") : "";
  target->style.frame.header = io::html_begin(*target->schema, form, title);
  target->style.frame.footer = io::html_end(form);
  BoundOperator bound;
  io::describe_target(*target, options, bound);
  bound.species = std::make_unique<WriteHtml>(std::move(*target));
  return bound;
}

}  // namespace

extern const OperatorDef operator_write_html{
    .name = "write_html",
    .kind = OperatorKind::kSink,
    .summary = "Writes rows as a table of an HTML page.",
    .doc = R"(The file appears when the whole run has succeeded; until then an existing
file stays as it is.

Everything that comes from the data is escaped: names of columns, values, the title. Values are written as `write_csv`
writes them, numbers stand to the right, NULL is an empty cell. The page has no styles of its own, nor scripts.

`{column}` and `{part}` in the path write many files, as `write_csv` does; a `path` that ends with `.gz` or `.zst` is
compressed.)",
    .example = R"(- write_html: { path: out/report.html, title: Revenue by country }
)",
    .main_option = "path",
    .options = kWriteHtmlOptions,
    .bind = bind_write_html,
};

}  // namespace leat
