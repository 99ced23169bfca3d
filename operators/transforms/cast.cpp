// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// cast: other types for columns, by the casts of expressions.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/computed_columns.h"
#include "operators/expr/column_items.h"
#include "operators/operator.h"
#include "operators/type_hint.h"

namespace leat {

namespace {

/// What is written for a column: its type and perhaps the format of its text.
struct Target {
  SourceText written;
  Type type;
  std::optional<SourceText> format;
  bool by_name = false;
};

std::string quoted_text(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + '\'';
}

class Casting {
 public:
  Casting(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        input_(*context.input()),
        errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    const OptionNode& node = *options_.find("columns");
    if (node.kind != OptionNode::Kind::kMap || node.entries.empty()) {
      mistake(code::kOptionShape, node.span, "'cast' takes a mapping of columns to types",
              "write one 'column: type' on each line below it");
    }
    for (const OptionEntry& entry : node.entries) add(entry);
    std::vector<ComputedColumn> columns;
    for (size_t i = 0; i < input_.size(); ++i) {
      const auto target = targets_.find(i);
      if (target == targets_.end()) {
        columns.push_back(same_column(input_, i, input_[i].name));
      } else if (expr::ProgramRef program = compile(i, target->second)) {
        columns.push_back({{input_[i].name, target->second.type}, std::move(program)});
      }
    }
    if (context_.diagnostics.count() != errors_before_) return std::nullopt;
    return compute_columns(std::move(columns));
  }

 private:
  void mistake(Code number, Span where, std::string message, std::string hint = {}) {
    context_.diagnostics.error(number, where, std::move(message), std::move(hint));
  }

  void add(const OptionEntry& entry) {
    const auto columns = expr::meant_columns(entry.name, input_, context_.diagnostics);
    std::optional<Target> target = read_target(entry);
    if (!columns || !target) return;
    target->by_name = columns->size() == 1 && !expr::is_column_pattern(entry.name);
    for (const expr::MeantColumn& column : *columns) {
      const auto [known, is_new] = targets_.emplace(column.column, *target);
      if (is_new) continue;
      // A column that is named is an exception to the patterns it matches.
      if (known->second.by_name != target->by_name) {
        if (target->by_name) known->second = *target;
        continue;
      }
      mistake(code::kNamedTwice, entry.name.span(),
              fmt::format("column '{}' has two types", input_[column.column].name),
              "name it by itself, or make the patterns match different columns");
    }
  }

  /// `type`, or `{ type: type, format: '%d.%m.%Y' }`.
  std::optional<Target> read_target(const OptionEntry& entry) {
    const OptionNode& value = entry.value;
    if (value.kind == OptionNode::Kind::kScalar) return typed(value.scalar, std::nullopt);
    if (value.kind != OptionNode::Kind::kMap) {
      mistake(code::kColumnDeclaration,
              value.kind == OptionNode::Kind::kNull ? entry.name.span() : value.span,
              fmt::format("'{}' needs a type", entry.name.text()),
              "write a type such as 'int64', or { type: date, format: '%d.%m.%Y' }");
      return std::nullopt;
    }
    std::optional<SourceText> type;
    std::optional<SourceText> format;
    for (const OptionEntry& part : value.entries) {
      const std::string& name = part.name.text();
      if ((name != "type" && name != "format") || part.value.kind != OptionNode::Kind::kScalar) {
        mistake(code::kColumnDeclaration, part.name.span(),
                fmt::format("'{}' does not belong to a type", name),
                "a type has the keys 'type' and 'format', each with a text");
        return std::nullopt;
      }
      (name == "type" ? type : format) = part.value.scalar;
    }
    if (type) return typed(*type, format);
    mistake(code::kColumnDeclaration, value.span,
            fmt::format("'{}' needs a type", entry.name.text()),
            "write { type: date, format: '%d.%m.%Y' }");
    return std::nullopt;
  }

  std::optional<Target> typed(const SourceText& written, std::optional<SourceText> format) {
    const std::optional<Type> type = parse_type(written.text());
    if (!type) {
      mistake(code::kUnknownType, written.span(), fmt::format("'{}' is not a type", written.text()),
              type_hint(written.text()));
      return std::nullopt;
    }
    if (format && !type->is(TypeId::kDate) && !type->is(TypeId::kTimestamp)) {
      mistake(code::kColumnDeclaration, format->span(),
              fmt::format("a format is for dates and timestamps, not for {}", to_string(*type)),
              "remove it");
      return std::nullopt;
    }
    return Target{written, *type, std::move(format)};
  }

  /// Null after reporting. Mistakes and faults point to what is written for the column.
  expr::ProgramRef compile(size_t column, const Target& target) {
    std::string value = expr::quoted_name(input_[column].name);
    if (target.format)
      value = fmt::format("strptime({}, {})", value, quoted_text(target.format->text()));
    const SourceText& place = target.format ? *target.format : target.written;
    const SourceText text(
        fmt::format("cast({} as {})", value,
                    target.type.asks_more() ? target.written.text() : to_string(target.type)),
        place.span(), {});
    Diagnostics found;
    expr::ProgramRef program = expr::compile(text, input_, context_.environment, found);
    if (program) return program;
    const Diagnostic& first = found.errors().front();
    mistake(first.number, place.span(),
            fmt::format("column '{}': {}", input_[column].name, first.message), first.hint);
    return nullptr;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& input_;
  const size_t errors_before_;
  std::map<size_t, Target> targets_;
};

std::optional<BoundOperator> bind_cast(const OptionValues& options, const BindContext& context) {
  return Casting(options, context).bind();
}

constexpr std::array<OptionDef, 1> kCastOptions{{
    {.name = "columns",
     .type = OptionType::kTree,
     .doc = "Columns, or `columns('pattern')`, with a type, or with `{ type: date, format: "
            "'%d.%m.%Y' }`.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_cast;
const OperatorDef operator_cast{
    .name = "cast",
    .kind = OperatorKind::kTransform,
    .summary = "Gives columns other types.",
    .doc =
        R"(The casts are those of expressions: `amount: decimal(12,2)` is `amount::decimal(12,2)`. The format of a
date or timestamp is that of `strptime`. A column that is named is an exception to the patterns that match
it. Columns stay in their places and rows in their order; a row with a value that is none of its new type
is bad, and `on_error` decides what becomes of it.)",
    .example = R"(- cast:
    amount: decimal(12,2)
    day: { type: date, format: '%d.%m.%Y' }
    columns('^n_'): int64
)",
    .main_option = "columns",
    .options = kCastOptions,
    .bind = &bind_cast,
};

}  // namespace leat
