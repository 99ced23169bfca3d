// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: what a pipeline makes of a few rows, compared with what was said that it should, on the
// way that a run takes.
//
// A test is a portion of the pipeline, as `--to` has it, with several targets at once; each target
// is captured in the place of a sink. So sinks are never opened, and what no target needs is not
// run. A test that expects a failure runs all of it, with captures for sinks.
//
// Invariants:
//  1. Whatever is wrong with the test itself (a stage, a column, a value that is none of its type)
//     is found before it runs.
//  2. Cells that are expected get the type of their column, and are written as those that are found.
//
// Rejected: running sinks into a folder of their own (tests would depend on formats of files).
#include "pipelines/testing/trial.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "engine/codes/expression.h"
#include "engine/mutant.h"
#include "operators/expr/column_items.h"
#include "operators/inline_rows.h"
#include "pipelines/run/cuts.h"
#include "pipelines/run/found_values.h"
#include "pipelines/text/correction.h"
#include "pipelines/text/diagnostic.h"

namespace leat::pipelines {
namespace {

/// What the cells of a test may take.
constexpr size_t kCellsMemory = size_t{256} << 20;

bool is_nested(const Type& type) {
  return type.is(TypeId::kList) || type.is(TypeId::kStruct) || type.is(TypeId::kJson);
}

/// JSON without blanks.
std::string compacted(const std::string& text) {
  const auto value = nlohmann::ordered_json::parse(text, nullptr, false);
  return value.is_discarded() ? text : value.dump();
}

/// `text` as a scalar of YAML in brackets.
std::string yaml_text(const std::string& text) {
  const bool plain = !text.empty() && text != "null" && text != "true" && text != "false" &&
                     text.front() != '-' && text.front() != '.' && text.back() != ':' &&
                     std::all_of(text.begin(), text.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '/' ||
                              c == '-' || c == ':';
                     });
  if (plain) return text;
  return text.find('\n') == std::string::npos ? yaml_quoted(text) : nlohmann::json(text).dump();
}

/// A value of JSON as YAML that means the same for a column of its type.
std::string yaml_of(const std::string& json) {
  if (json.empty() || json.front() != '"') return json;
  return yaml_text(nlohmann::json::parse(json).get<std::string>());
}

/// The parameters of a command line, and those of the test, which win.
std::vector<std::pair<std::string, std::string>> params_of(const TestCase& test,
                                                           const LoadOptions& options) {
  std::vector<std::pair<std::string, std::string>> params = test.params;
  for (const auto& param : options.params) {
    const bool given = std::any_of(test.params.begin(), test.params.end(),
                                   [&](const auto& other) { return other.first == param.first; });
    if (!given) params.push_back(param);
  }
  return params;
}

}  // namespace

std::optional<Trial> Trial::make(const TestCase& test, const Document& test_document,
                                 std::shared_ptr<Document> pipeline, const TrialOptions& options,
                                 Diagnostics& of_test, Diagnostics& of_pipeline) {
  LoadOptions load_options = options.load;
  load_options.params = params_of(test, options.load);
  if (test.now) load_options.now = *test.now;
  load_options.given = Given{test.given, &of_test};
  load_options.portion = {};
  for (const ExpectedRows& expected : test.expected)
    load_options.portion.targets.push_back(expected.target);
  load_options.portion.sinks = test.expected.empty();
  Trial trial(test, test_document);
  Result<std::optional<Pipeline>> loaded =
      load_with_first_passes(pipeline, std::move(load_options),
                             {[&](const Settings&) { return options.plan; }}, of_pipeline);
  if (!loaded) {
    const Error& error = loaded.error();
    of_pipeline.error(error.number, error.pipeline.value_or(Span{}), error.message, error.hint);
  }
  if (!loaded || !*loaded) return std::nullopt;
  trial.pipeline_ = std::move(*loaded);
  trial.find_targets(of_test);
  if (!of_test.ok()) return std::nullopt;
  return trial;
}

/// Captures take the places of the stages that stand for targets.
void Trial::find_targets(Diagnostics& of_test) {
  const size_t count = test_.expected.empty() ? pipeline_->stages.size() : test_.expected.size();
  for (size_t i = 0; i < count; ++i) {
    for (Stage& stage : pipeline_->stages) {
      if (stage.name != target_name(i)) continue;
      Target target{test_.expected.empty() ? nullptr : &test_.expected[i],
                    std::make_unique<CapturedRows>(),
                    {}};
      target.captured->schema = stage.inputs.front();
      stage.bound->species = make_capture(*target.captured);
      if (target.expected != nullptr) read_wanted(target, of_test);
      targets_.push_back(std::move(target));
    }
  }
}

void Trial::read_wanted(Target& target, Diagnostics& of_test) {
  const ExpectedRows& expected = *target.expected;
  if (expected.count) return;
  const Schema& schema = *target.captured->schema;
  std::vector<std::string> names;
  for (const Field& field : schema.fields()) names.push_back(field.name);
  const size_t before = of_test.count();
  for (const OptionNode& row : expected.rows.items) {
    for (const OptionEntry& entry : row.entries) {
      if (expr::find_column(schema, entry.name.text())) continue;
      std::string hint = did_you_mean(entry.name.text(), names);
      if (hint.empty()) hint = fmt::format("its columns are '{}'", fmt::join(names, "', '"));
      of_test.error(
          code::kUnknownColumn, entry.name.span(),
          fmt::format("'{}' has no column '{}'", expected.target.text(), entry.name.text()), hint);
    }
  }
  const auto rows = read_inline_rows(expected.rows, of_test);
  if (!rows || of_test.count() != before) return;
  target.wanted.rows.resize(rows->rows);
  MemoryBudget budget(kCellsMemory);
  MemoryAccount& memory = budget.open_account("expected");
  for (const InlineColumn& column : rows->columns) {
    const size_t number = *expr::find_column(schema, column.name);
    const Type& type = schema[number].type;
    const ColumnRef values =
        is_nested(type) ? nullptr
                        : cast_cells(column, type, pipeline_->environment, memory, of_test);
    if (!is_nested(type) && values == nullptr) continue;
    for (size_t row = 0; row < rows->rows; ++row) {
      const auto& entries = expected.rows.items[row].entries;
      const bool named = std::any_of(entries.begin(), entries.end(), [&](const OptionEntry& entry) {
        return entry.name.text() == column.name;
      });
      if (!named) continue;
      std::string value = "null";
      if (is_nested(type) && column.cells[row]) {
        value = compacted(*column.cells[row]);
      } else if (!is_nested(type)) {
        Result<std::string> text = captured_value(*values, row, memory);
        if (text) value = std::move(*text);
      }
      target.wanted.rows[row].push_back({number, std::move(value)});
    }
  }
}

Result<TrialResult> Trial::run(const TrialOptions& options) {
  cut_diamonds(*pipeline_);
  LEAT_TRY_ASSIGN(const Plan plan, make_plan(*pipeline_, options.plan));
  RunOptions run_options;
  run_options.publish = io::Publish::kNo;
  const RunReport report = pipelines::run(*pipeline_, plan, run_options);
  TrialResult result;
  result.seconds = report.seconds;
  if (report.error || test_.fails) {
    judge_failure(report, result);
  } else {
    judge_rows(result);
  }
  result.passed = result.problem.empty();
  return result;
}

void Trial::judge_failure(const RunReport& report, TrialResult& result) const {
  if (!report.error) {
    result.problem = "the run was expected to fail, and did not\n";
    return;
  }
  const std::string rendered = render(pipeline_->document.get(), *report.error);
  if (!test_.fails) {
    result.problem = "the run failed:\n" + rendered;
    return;
  }
  const std::string& code = test_.fails->text();
  if (code == "true" || LEAT_MUTANT("fails_takes_any_code")) return;
  const std::optional<Code> number = parse_code(code);
  if (number ? number == report.error->number : code == code_name(report.error->code)) return;
  result.problem =
      fmt::format("the run failed with the code {} ('{}') in place of '{}':\n{}",
                  to_string(report.error->number), code_name(report.error->code), code, rendered);
}

void Trial::judge_rows(TrialResult& result) const {
  for (const Target& target : targets_) {
    const ExpectedRows& expected = *target.expected;
    FoundRows found{{}, target.captured->rows};
    const Schema& schema = *target.captured->schema;
    for (const Field& field : schema.fields()) found.columns.push_back(field.name);
    for (auto& row : found.rows) {
      for (size_t i = 0; i < row.size(); ++i) {
        if (is_nested(schema[i].type)) row[i] = compacted(row[i]);
      }
    }
    std::string problem;
    if (expected.count) {
      if (*expected.count != found.rows.size()) {
        problem = fmt::format("{} row{} expected, {} found\n", *expected.count,
                              *expected.count == 1 ? "" : "s", found.rows.size());
      }
    } else {
      problem = difference(found, target.wanted, test_.unordered);
    }
    if (problem.empty()) continue;
    result.problem += fmt::format("{}: {}", expected.target.text(), problem);
    result.updates.push_back(update_of(target));
  }
}

TestUpdate Trial::update_of(const Target& target) const {
  const ExpectedRows& expected = *target.expected;
  const CapturedRows& captured = *target.captured;
  if (expected.count) return {expected.count_span, std::to_string(captured.rows.size())};
  const Schema& schema = *captured.schema;
  std::vector<size_t> columns;
  for (const OptionNode& row : expected.rows.items) {
    for (const OptionEntry& entry : row.entries) {
      const size_t column = *expr::find_column(schema, entry.name.text());
      if (std::find(columns.begin(), columns.end(), column) == columns.end())
        columns.push_back(column);
    }
  }
  for (size_t i = 0; columns.size() < schema.size() && expected.rows.items.empty(); ++i)
    columns.push_back(i);
  // From behind the colon of the key, so that rows in brackets can become a list and the reverse.
  uint32_t begin = expected.rows.span.begin;
  const std::string& text = document_.text();
  while (begin > 0 && text[begin - 1] != ':') --begin;
  uint32_t end = std::max(expected.rows.span.end, begin);
  while (end > begin && (text[end - 1] == '\n' || text[end - 1] == ' ')) --end;
  if (captured.rows.empty()) return {{begin, end}, " []"};
  const std::string indent(document_.place(expected.target.span().begin).column + 1, ' ');
  std::string rows;
  for (const auto& row : captured.rows) {
    rows += expected.in_flow ? (rows.empty() ? " [" : ", ") : '\n' + indent + "- ";
    for (size_t i = 0; i < columns.size(); ++i) {
      rows += fmt::format("{}{}: {}", i == 0 ? "{ " : ", ", yaml_text(schema[columns[i]].name),
                          yaml_of(row[columns[i]]));
    }
    rows += " }";
  }
  if (expected.in_flow) rows += ']';
  return {{begin, end}, std::move(rows)};
}

}  // namespace leat::pipelines
