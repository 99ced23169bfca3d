// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "tests/pipelines/fake_operators.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/codes/expression.h"
#include "pipelines/text/diagnostic.h"
#include "tests/support/without_codes.h"

namespace leat::pipelines::testing {
namespace {

class FakeSource : public Source {
 public:
  std::unique_ptr<Splitter> splitter(const StageContext&) const override { return nullptr; }
  std::unique_ptr<Decoder> decoder(const LaneContext&) const override { return nullptr; }
};

class FakeMap : public Map {
 public:
  std::unique_ptr<MapLane> lane(const LaneContext&, Sides) const override { return nullptr; }
};

class FakeSink : public Sink {
 public:
  std::unique_ptr<Encoder> encoder(const LaneContext&) const override { return nullptr; }
  std::unique_ptr<Committer> committer(const StageContext&) const override { return nullptr; }
};

// ------------------------------------------------------------------- a toy of a language

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The columns an expression reads; reports words that are no column and parameters that do not
/// exist.
std::set<size_t> columns_read(const SourceText& source, const BindContext& context) {
  static const std::set<std::string, std::less<>> keywords{"and",  "or",   "not",  "null", "desc",
                                                           "case", "when", "then", "else", "end"};
  const std::string& text = source.text();
  std::set<size_t> found;
  std::vector<std::string> names;
  for (const Field& field : context.input()->fields()) names.push_back(field.name);
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\'') {
      const size_t close = text.find('\'', at + 1);
      if (close == std::string::npos) {
        context.diagnostics.error(code::kUnknownColumn, source.span(at, at + 1),
                                  "this text is never closed");
        return found;
      }
      at = close + 1;
      continue;
    }
    const size_t begin = at;
    const bool parameter = text[at] == '$';
    at += parameter ? 1 : 0;
    while (at < text.size() && is_word_byte(text[at])) ++at;
    const std::string word =
        text.substr(begin + (parameter ? 1 : 0), at - begin - (parameter ? 1 : 0));
    if (at == begin) {
      ++at;
    } else if (parameter) {
      if (!context.environment.parameters.contains(word)) {
        context.diagnostics.error(code::kUnknownColumn, source.span(begin, at),
                                  fmt::format("unknown parameter '{}'", word));
      }
    } else if ((word[0] >= '0' && word[0] <= '9') || keywords.contains(word) ||
               (at < text.size() && text[at] == '(')) {
      continue;
    } else if (const auto column = context.input()->find(word)) {
      found.insert(*column);
    } else {
      context.diagnostics.error(code::kUnknownColumn, source.span(begin, at),
                                fmt::format("unknown column '{}'", word),
                                did_you_mean(word, names));
    }
  }
  return found;
}

// -------------------------------------------------------------------------------- operators

BoundOperator pass_through(const BindContext& context) {
  BoundOperator bound;
  bound.species = std::make_unique<FakeMap>();
  bound.output = context.input();
  for (size_t i = 0; i < context.input()->size(); ++i) bound.column_inputs.push_back({i});
  return bound;
}

std::optional<BoundOperator> finish(BoundOperator bound, const BindContext& context) {
  if (!context.diagnostics.ok()) return std::nullopt;
  return bound;
}

std::optional<BoundOperator> bind_read_csv(const OptionValues& options,
                                           const BindContext& context) {
  std::vector<Field> fields{{"id", kInt64Type}, {"amount", kFloat64Type}, {"name", kUtf8Type}};
  if (options.has("columns")) {
    fields.clear();
    for (const auto& [name, text] : options.named("columns")) {
      const auto type = parse_type(text.text());
      if (!type)
        context.diagnostics.error(code::kUnknownColumn, text.span(),
                                  fmt::format("there is no type '{}'", text.text()));
      fields.push_back({name.text(), type.value_or(kNullType)});
    }
  }
  if (options.text("path") == "missing.csv") {
    context.diagnostics.error(code::kUnknownColumn, options.span("path"),
                              "cannot open 'missing.csv': No such file or directory");
  }
  if (context.projection) {
    std::erase_if(fields, [&](const Field& field) {
      return std::find(context.projection->begin(), context.projection->end(), field.name) ==
             context.projection->end();
    });
  }
  BoundOperator bound;
  bound.species = std::make_unique<FakeSource>();
  bound.output = std::make_shared<const Schema>(std::move(fields));
  return finish(std::move(bound), context);
}

std::optional<BoundOperator> bind_filter(const OptionValues& options, const BindContext& context) {
  BoundOperator bound = pass_through(context);
  for (const size_t column : columns_read(options.source("where"), context))
    bound.always_read.push_back(column);
  return finish(std::move(bound), context);
}

std::optional<BoundOperator> bind_sort(const OptionValues& options, const BindContext& context) {
  BoundOperator bound = pass_through(context);
  for (const SourceText& key : options.list("by")) {
    for (const size_t column : columns_read(key, context)) bound.always_read.push_back(column);
  }
  return finish(std::move(bound), context);
}

void add_computed(BoundOperator& bound, std::vector<Field>& fields, const SourceText& expression,
                  std::string name, const BindContext& context) {
  const std::set<size_t> columns = columns_read(expression, context);
  fields.push_back({std::move(name), kFloat64Type});
  bound.column_inputs.emplace_back(columns.begin(), columns.end());
}

std::optional<BoundOperator> bind_derive(const OptionValues& options, const BindContext& context) {
  BoundOperator bound = pass_through(context);
  std::vector<Field> fields = context.input()->fields();
  for (const auto& [name, expression] : options.named("columns")) {
    add_computed(bound, fields, expression, name.text(), context);
  }
  bound.output = std::make_shared<const Schema>(std::move(fields));
  return finish(std::move(bound), context);
}

/// Mentions columns without saying so in always_read: the planner has to notice that it cannot do
/// without them.
std::optional<BoundOperator> bind_select(const OptionValues& options, const BindContext& context) {
  BoundOperator bound;
  bound.species = std::make_unique<FakeMap>();
  std::vector<Field> fields;
  for (const SourceText& name : options.list("columns")) {
    const auto column = context.input()->find(name.text());
    if (!column) {
      context.diagnostics.error(code::kUnknownColumn, name.span(),
                                fmt::format("unknown column '{}'", name.text()));
      continue;
    }
    fields.push_back((*context.input())[*column]);
    bound.column_inputs.push_back({*column});
  }
  bound.output = std::make_shared<const Schema>(std::move(fields));
  return finish(std::move(bound), context);
}

std::optional<BoundOperator> bind_aggregate(const OptionValues& options,
                                            const BindContext& context) {
  BoundOperator bound;
  bound.species = std::make_unique<FakeMap>();
  std::vector<Field> fields;
  for (const SourceText& key : options.list("by")) {
    for (const size_t column : columns_read(key, context)) {
      fields.push_back((*context.input())[column]);
      bound.column_inputs.push_back({column});
      bound.always_read.push_back(column);
    }
  }
  for (const auto& [name, expression] : options.named("columns")) {
    add_computed(bound, fields, expression, name.text(), context);
  }
  bound.output = std::make_shared<const Schema>(std::move(fields));
  return finish(std::move(bound), context);
}

std::optional<BoundOperator> bind_write_csv(const OptionValues&, const BindContext&) {
  BoundOperator bound;
  bound.species = std::make_unique<FakeSink>();
  return bound;
}

constexpr OptionDef kReadOptions[] = {
    {.name = "path", .type = OptionType::kText, .doc = "The file.", .required = true},
    {.name = "columns", .type = OptionType::kNamed, .doc = "Names and types of the columns."},
    {.name = "delimiter",
     .type = OptionType::kCharacter,
     .doc = "Between fields.",
     .default_text = ","},
};
constexpr OptionDef kFilterOptions[] = {
    {.name = "where",
     .type = OptionType::kExpression,
     .doc = "Rows for which it is true are kept.",
     .required = true},
};
constexpr OptionDef kDeriveOptions[] = {
    {.name = "columns", .type = OptionType::kNamed, .doc = "New columns.", .required = true},
};
constexpr OptionDef kSelectOptions[] = {
    {.name = "columns", .type = OptionType::kTextList, .doc = "Columns to keep.", .required = true},
};
constexpr OptionDef kAggregateOptions[] = {
    {.name = "by",
     .type = OptionType::kExpressions,
     .doc = "The keys of a group.",
     .required = true},
    {.name = "columns", .type = OptionType::kNamed, .doc = "What to compute for each group."},
};
constexpr OptionDef kSortOptions[] = {
    {.name = "by", .type = OptionType::kExpressions, .doc = "The keys.", .required = true},
};
constexpr std::string_view kModes[] = {"replace", "append"};
constexpr OptionDef kWriteOptions[] = {
    {.name = "path", .type = OptionType::kText, .doc = "The file.", .required = true},
    {.name = "if_exists",
     .type = OptionType::kChoice,
     .doc = "What to do then.",
     .default_text = "replace",
     .choices = kModes},
    {.name = "level",
     .type = OptionType::kInteger,
     .doc = "Effort.",
     .default_text = "3",
     .minimum = 1,
     .maximum = 9},
};

OperatorDef definition(std::string_view name, OperatorKind kind, std::string_view main_option,
                       std::span<const OptionDef> options, decltype(OperatorDef::bind) bind) {
  return {.name = name,
          .kind = kind,
          .summary = "Does something.",
          .doc = "What it does,\nand how.",
          .example = "- it: x",
          .main_option = main_option,
          .options = options,
          .bind = bind};
}

}  // namespace

std::span<const OperatorDef* const> fake_operators() {
  static const std::vector<OperatorDef> definitions{
      definition("acme.enrich", OperatorKind::kTransform, "where", kFilterOptions, bind_filter),
      definition("aggregate", OperatorKind::kTransform, "", kAggregateOptions, bind_aggregate),
      definition("derive", OperatorKind::kTransform, "columns", kDeriveOptions, bind_derive),
      definition("filter", OperatorKind::kTransform, "where", kFilterOptions, bind_filter),
      definition("read_csv", OperatorKind::kSource, "path", kReadOptions, bind_read_csv),
      definition("select", OperatorKind::kTransform, "columns", kSelectOptions, bind_select),
      definition("sort", OperatorKind::kTransform, "by", kSortOptions, bind_sort),
      definition("write_csv", OperatorKind::kSink, "path", kWriteOptions, bind_write_csv),
  };
  static const std::vector<const OperatorDef*> pointers = [] {
    std::vector<const OperatorDef*> all;
    for (const OperatorDef& one : definitions) all.push_back(&one);
    return all;
  }();
  return pointers;
}

Loaded load_text(std::string text, const FakeWorld& world) {
  const auto document = std::make_shared<Document>("job.yaml", std::move(text));
  LoadOptions options;
  options.params = world.params;
  options.environment = [&world](std::string_view name) -> std::optional<std::string> {
    const auto found = world.environment.find(name);
    return found == world.environment.end() ? std::nullopt : std::optional(found->second);
  };
  options.operators = fake_operators();
  Diagnostics diagnostics;
  Loaded loaded;
  loaded.pipeline = load(document, options, diagnostics);
  loaded.errors = test::without_codes(render(*document, diagnostics));
  return loaded;
}

std::string errors_of(std::string text, const FakeWorld& world) {
  Loaded loaded = load_text(std::move(text), world);
  EXPECT_NE(loaded.pipeline.has_value(), !loaded.errors.empty());
  return std::move(loaded.errors);
}

std::string columns_of(const Schema& schema) {
  std::string out;
  for (const Field& field : schema.fields()) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", field.name, to_string(field.type));
  }
  return out;
}

}  // namespace leat::pipelines::testing
