// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/run_pipeline.h"
#include "operators/data/memory.h"
#include "operators/expr/constant_value.h"
#include "operators/json/json_encoder.h"
#include "operators/text/text_buffer.h"
#include "operators/text/value_format.h"

namespace leat::cli {
namespace {

constexpr size_t kValueBytesMax = size_t{1} << 30;

struct EvalArguments : PipelineArguments {
  std::string expression;
};

/// The value as JSON.
Result<std::string> json_of(const Column& column) {
  if (!column.is_valid(0)) return "null";
  MemoryBudget budget(kValueBytesMax);
  io::TextBuffer text(budget.open_account("eval"));
  LEAT_TRY(text.start(io::kScalarTextBytes));
  LEAT_TRY(io::JsonWriter(io::NonFinite::kQuote).write(column, 0, text));
  return std::string(text.text());
}

int eval(const EvalArguments& arguments) {
  const Answer answer = arguments.answer();
  const pipelines::Document document("expression", arguments.expression);
  const auto options = load_options(arguments, LoadFor::kRun);
  if (!options) return print_mistakes(answer, options.error());
  expr::Environment environment;
  environment.now = options->now;
  environment.functions = options->plugins->functions();
  Diagnostics diagnostics;
  const SourceText source(arguments.expression,
                          {0, static_cast<uint32_t>(arguments.expression.size())}, {{0, 0}});
  const ColumnRef value = expr::compile_constant(source, Schema(), environment, diagnostics);
  if (value == nullptr)
    return print_mistakes(answer, mistakes_in(arguments, document, diagnostics));
  const Result<std::string> text = json_of(*value);
  if (!text)
    return usage_error(text.error().number, answer, text.error().message, text.error().hint);
  const auto json = nlohmann::ordered_json::parse(*text, nullptr, false);
  if (arguments.json) {
    print_envelope(answer, {.ok = true,
                            .result = {{"type", to_string(value->type())}, {"value", json}},
                            .errors = {},
                            .warnings = {}});
  } else {
    print(fmt::format("{}\n", json.is_string() ? json.get<std::string>()
                              : json.is_null() ? "NULL"
                                               : *text));
  }
  return kDone;
}

}  // namespace

Action define_eval(CLI::App& app) {
  auto arguments = std::make_shared<EvalArguments>();
  arguments->command = app.get_name();
  app.add_option("EXPRESSION", arguments->expression, "An expression without columns")->required();
  app.add_option("--now", arguments->now, "What now() is (default: the time of the command)");
  add_plugin_argument(app, arguments->plugins);
  app.add_flag("--json", arguments->json, "Print type and value as JSON");
  add_color_argument(app, arguments->color);
  return [arguments] { return eval(*arguments); };
}

}  // namespace leat::cli
