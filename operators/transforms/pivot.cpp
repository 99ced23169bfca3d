// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// pivot: values to columns. An aggregation in which each column of the result sees the rows of one
// name.
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/expr/expression.h"
#include "operators/expr/program.h"
#include "operators/operator.h"
#include "operators/state/aggregate_binder.h"

namespace leat {

namespace {

class PivotBinder {
 public:
  PivotBinder(const OptionValues& options, const BindContext& context)
      : options_(options), context_(context), binder_(context), on_(options.source("on")) {}

  std::optional<BoundOperator> bind() {
    read_values();
    const expr::ProgramRef on =
        expr::compile(on_, *context_.input(), context_.environment, context_.diagnostics);
    for (const SourceText& key : options_.list("by")) binder_.add_key(key);
    const OptionNode* const names = options_.find("names");
    if (names == nullptr) return bind_open(on);
    const std::vector<OptionNode> items =
        names->kind == OptionNode::Kind::kList ? names->items : std::vector<OptionNode>{*names};
    check_count(items.size());
    if (!binder_.ok()) return std::nullopt;
    for (const OptionNode& name : items) add_name(name);
    if (!binder_.ok()) return std::nullopt;
    return binder_.finish();
  }

 private:
  /// The names are not known yet: what else is wrong is the same with any name.
  std::optional<BoundOperator> bind_open(const expr::ProgramRef& on) {
    if (!binder_.ok()) return std::nullopt;
    const Type type = on == nullptr ? kNullType : on->type();
    if (type.is(TypeId::kList) || type.is(TypeId::kStruct) || type.is(TypeId::kJson) ||
        type.is(TypeId::kBinary)) {
      mistake(code::kNotAKey, on_.span(),
              fmt::format("the values of 'on' are {}, which cannot be names of columns",
                          to_string(type)),
              "write an expression of another type, such as (expression)::utf8");
      return std::nullopt;
    }
    OptionNode name;
    name.kind = OptionNode::Kind::kNull;
    name.scalar = SourceText("null", on_.span(), {});
    name.span = on_.span();
    add_name(name);
    if (!binder_.ok()) return std::nullopt;
    std::optional<BoundOperator> bound = binder_.finish();
    if (bound) bound->is_open = true;
    return bound;
  }

  void mistake(Code number, Span where, std::string message, std::string hint = {}) {
    context_.diagnostics.error(number, where, std::move(message), std::move(hint));
  }

  void read_values() {
    const OptionNode& node = *options_.find("values");
    if (node.kind == OptionNode::Kind::kScalar) {
      values_.push_back({SourceText("", node.span, {}), node.scalar});
    } else if (node.kind == OptionNode::Kind::kMap && !node.entries.empty()) {
      for (const OptionEntry& entry : node.entries) {
        if (entry.value.kind == OptionNode::Kind::kScalar) {
          values_.emplace_back(entry.name, entry.value.scalar);
        } else {
          mistake(code::kOptionShape, entry.name.span(),
                  fmt::format("'{}' needs an expression of aggregates", entry.name.text()),
                  "write one such as sum(revenue)");
        }
      }
    } else {
      mistake(code::kOptionShape, node.span,
              "'values' is an aggregate, or a mapping of suffixes to aggregates",
              "write { \"\": sum(revenue), n: count(*) }");
    }
  }

  void check_count(size_t names) {
    const int64_t most = options_.integer("max_names");
    const Span where = options_.span("names");
    // What a first pass found has no place of its own.
    if (where.begin == options_.stage().begin) return check_found(names, most);
    if (names == 0) {
      mistake(code::kOptionEmpty, options_.span("names"), "'names' is an empty list",
              "write at least one value");
    } else if (names > static_cast<size_t>(most)) {
      mistake(code::kOptionValue, options_.span("names"),
              fmt::format("there are {} names, and 'max_names' allows {}", names, most),
              "raise 'max_names', or keep these values in rows");
    }
  }

  void check_found(size_t names, int64_t most) {
    if (names == 0 && !options_.has("by")) {
      mistake(code::kOptionEmpty, options_.stage(), "there are no rows, so there is no name either",
              "write 'names', and there is a row of empty cells");
    } else if (names > static_cast<size_t>(most)) {
      mistake(code::kOptionValue, options_.span("on"),
              fmt::format("there are more than the {} names that 'max_names' allows", most),
              "raise 'max_names', write the 'names' that are wanted, or keep these values in rows");
    }
  }

  void add_name(const OptionNode& node) {
    const bool null = node.kind == OptionNode::Kind::kNull && !node.scalar.text().empty();
    if (node.kind != OptionNode::Kind::kScalar && !null)
      return mistake(code::kOptionShape, node.span, "a name is a single value",
                     "write one value of 'on'");
    const std::string name = null ? "null" : node.scalar.text();
    if (!names_.insert({name, null}).second)
      return mistake(code::kNamedTwice, node.span, fmt::format("'{}' is named twice", name),
                     "remove one of them");
    std::string literal;
    for (const char c : name) literal.append(c == '\'' ? 2 : 1, c);
    const std::string condition = null ? fmt::format("({}) is null", on_.text())
                                       : fmt::format("({}) = '{}'", on_.text(), literal);
    const SourceText text(condition, node.span, {});
    const expr::ProgramRef only = expr::compile_predicate(
        text, *context_.input(), context_.environment, context_.diagnostics);
    if (!only || values_are_wrong_) return;
    for (const auto& [suffix, value] : values_) {
      const std::string column =
          suffix.text().empty() ? name : fmt::format("{}_{}", name, suffix.text());
      const size_t before = context_.diagnostics.count();
      binder_.add_column(SourceText(column, node.span, {}), value, only);
      // The same mistake would come with every name.
      values_are_wrong_ = context_.diagnostics.count() != before;
      if (values_are_wrong_) return;
    }
  }

  const OptionValues& options_;
  const BindContext& context_;
  state::AggregateBinder binder_;
  const SourceText on_;
  std::vector<std::pair<SourceText, SourceText>> values_;  // suffixes and aggregates
  std::set<std::pair<std::string, bool>> names_;
  bool values_are_wrong_ = false;
};

std::optional<BoundOperator> bind_pivot(const OptionValues& options, const BindContext& context) {
  return PivotBinder(options, context).bind();
}

constexpr std::array<OptionDef, 5> kPivotOptions{{
    {.name = "by",
     .type = OptionType::kExpressions,
     .doc = "What stays in rows, one row for each: columns or expressions. Left out: one row for "
            "all."},
    {.name = "on",
     .type = OptionType::kExpression,
     .doc = "The column or expression whose values become columns.",
     .required = true},
    {.name = "values",
     .type = OptionType::kExpressionTree,
     .doc = "What stands in the cells: an aggregate, or a mapping of suffixes to aggregates.",
     .required = true},
    {.name = "names",
     .type = OptionType::kTree,
     .doc = "The values of `on` that become columns, in their order; `null` is NULL. Left out: all "
            "there are, in the order of the values, found in a first pass over the rows."},
    {.name = "max_names",
     .type = OptionType::kInteger,
     .doc = "More names are a mistake.",
     .default_text = "1000",
     .minimum = 1},
}};

constexpr FoundOption kFoundNames{.option = "names", .of = "on", .most = "max_names"};

}  // namespace

extern const OperatorDef operator_pivot;
const OperatorDef operator_pivot{
    .name = "pivot",
    .kind = OperatorKind::kTransform,
    .summary = "Makes columns of the values of a column.",
    .doc =
        R"(Gives one row for each value of `by`, in the order in which they first appear, with a column for each
name: the aggregate of the rows that have this value of `on`. A cell without rows is the aggregate over
no rows: `count` is 0, `sum` is NULL. Rows whose value of `on` is not among the names fall into no
cell; their row is there.

A suffix `n` gives the column `jan_n`, the empty suffix `jan`. Aggregates are those of `aggregate`.

Without `names` the rows are read twice: first for the values of `on`, then for the cells. `leat check`
reads no rows, so it leaves the stages behind such a stage for `leat run`, which checks them after the
first pass and before anything is written; `leat explain` makes that pass and shows the names. Input that
can be read only once, as standard input, needs `names`.)",
    .example = R"(- pivot:
    by: country
    on: month
    values: { "": sum(revenue), n: count(*) }
    names: [jan, feb, mar]
)",
    .main_option = "",
    .options = kPivotOptions,
    .bind = &bind_pivot,
    .found = &kFoundNames,
};

}  // namespace leat
