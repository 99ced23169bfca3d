// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/aggregate_expression.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/data/decimal_values.h"
#include "operators/expr/aggregate_forms.h"
#include "operators/expr/aggregate_types.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/binding/call_parts.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/key_expression.h"
#include "operators/expr/program.h"
#include "operators/expr/syntax/parser.h"

namespace leat::expr {
namespace {

const AggregateFunction* find_aggregate(std::string_view name) {
  for (const AggregateFunction& function : aggregate_functions()) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

/// How many arguments a function takes, and how to say it.
struct Arity {
  size_t least;
  size_t most;
  std::string_view text;
};

Arity arity_of(AggregateForm form) {
  constexpr size_t kAny = 64;
  switch (form) {
    case AggregateForm::kCount: return {1, kAny, "'*' or values"};
    case AggregateForm::kText: return {1, 2, "one or two arguments"};
    case AggregateForm::kExtreme: return {1, 2, "one or two arguments"};
    case AggregateForm::kArgument: return {2, 3, "two or three arguments"};
    case AggregateForm::kQuantile:
    case AggregateForm::kPair: return {2, 2, "two arguments"};
    default: return {1, 1, "one argument"};
  }
}

/// How many of the arguments are values; the others are constants.
size_t value_arguments(AggregateForm form, size_t arguments) {
  if (form == AggregateForm::kArgument) return std::min<size_t>(arguments, 2);
  const bool has_constant = form == AggregateForm::kText || form == AggregateForm::kQuantile ||
                            form == AggregateForm::kExtreme;
  return has_constant ? std::min<size_t>(arguments, 1) : arguments;
}

bool takes_within_group(const AggregateFunction& function) {
  return function.form == AggregateForm::kText || function.form == AggregateForm::kMode ||
         (function.form == AggregateForm::kQuantile && function.name != "approx_quantile");
}

bool takes_order(AggregateForm form) {
  return form == AggregateForm::kEdge || form == AggregateForm::kList ||
         form == AggregateForm::kText;
}

bool takes_distinct(AggregateForm form) {
  switch (form) {
    case AggregateForm::kEdge:
    case AggregateForm::kCondition:
    case AggregateForm::kArgument:
    case AggregateForm::kMode:
    case AggregateForm::kHistogram:
    case AggregateForm::kApproxCount:
    case AggregateForm::kPair: return false;
    default: return true;
  }
}

/// Cuts the aggregate calls out of one expression.
class AggregateCompiler {
 public:
  AggregateCompiler(Mistakes& mistakes, const Schema& input, const std::vector<Field>& keys,
                    const Environment& environment)
      : mistakes_(mistakes), input_(input), keys_(Schema(keys)), environment_(environment) {}

  std::optional<AggregateCall> one(const Ast& ast) {
    const AggregateFunction* const function = find_aggregate(ast.text);
    AggregateCall call = call_of(ast);
    return arguments(ast, *function, call) ? std::optional(std::move(call)) : std::nullopt;
  }

  std::optional<AggregateExpression> compile(const Ast& ast) {
    collect(ast);
    if (mistakes_.any()) return std::nullopt;
    for (const auto& [call, keys] : groupings_) {
      positions_[call] = keys_.size() + columns_.size();
      columns_.push_back({mistakes_.quote(call->range), kInt64Type});
    }
    ProgramBuilder builder(mistakes_);
    Binder binder(mistakes_, {keys_, environment_, &positions_, &columns_}, builder);
    const Bound result = binder.bind(ast);
    if (!result.ok || mistakes_.any()) return std::nullopt;
    AggregateExpression expression;
    expression.calls = std::move(calls_);
    for (auto& [call, keys] : groupings_) expression.groupings.push_back(std::move(keys));
    const Node& root = builder[result.node];
    const bool is_key = root.kind == NodeKind::kColumn && root.column < keys_.size();
    expression.result =
        builder.finish(result.node, is_key ? keys_[root.column].name : mistakes_.quote(ast.range));
    return expression;
  }

 private:
  void collect(const Ast& ast) {
    if (ast.kind == AstKind::kCall) {
      if (const AggregateFunction* const function = find_aggregate(ast.text))
        return add_call(ast, *function);
      if (ast.text == "grouping") return add_grouping(ast);
    }
    for (const AstRef& input : ast.inputs) collect(*input);
    if (ast.extra) collect(*ast.extra);
  }

  void add_call(const Ast& ast, const AggregateFunction& function) {
    const std::string text = mistakes_.quote(ast.range);
    const std::string known_as = call_key(ast, mistakes_);
    if (const auto known = known_.find(known_as); known != known_.end()) {
      positions_[&ast] = known->second;
      return;
    }
    if (ast.over || ast.ignore_nulls) {
      wrong(code::kAggregateHere, ast.over ? ast.over->range : ast.operation,
            fmt::format("'{}' has one value for each group here", ast.text),
            "'over' and 'ignore nulls' belong to the columns of the window operator");
      return;
    }
    AggregateCall call = call_of(ast);
    if (!arguments(ast, function, call)) return;
    columns_.push_back({text, call.result});
    calls_.push_back(std::move(call));
    positions_[&ast] = known_[known_as] = keys_.size() + calls_.size() - 1;
  }

  /// `grouping(key, ...)`.
  void add_grouping(const Ast& ast) {
    constexpr size_t kKeysMax = 31;  // as PostgreSQL
    if (ast.inputs.empty() || ast.inputs.size() > kKeysMax || ast.star || ast.distinct ||
        ast.over || ast.extra || !ast.order.empty()) {
      wrong(code::kArguments, ast.operation, fmt::format("'grouping' takes 1 to {} keys", kKeysMax),
            "write grouping(country): 1 where it is NULL because the grouping set has it not");
      return;
    }
    std::vector<size_t> keys;
    for (const AstRef& input : ast.inputs) {
      ProgramBuilder builder(mistakes_);
      Binder binder(mistakes_, {keys_, environment_, nullptr, nullptr}, builder);
      const Bound key = binder.bind(*input);
      if (!key.ok) return;
      const Node& node = builder[key.node];
      if (node.kind != NodeKind::kColumn) {
        wrong(code::kGroupingSets, input->range, "'grouping' asks about keys",
              "name a column of 'by'");
        return;
      }
      keys.push_back(node.column);
    }
    groupings_.emplace_back(&ast, std::move(keys));
  }

  AggregateCall call_of(const Ast& ast) const {
    AggregateCall call;
    call.function = ast.text;
    call.distinct = ast.distinct;
    call.source = mistakes_.source();
    call.begin = ast.range.begin;
    call.end = ast.range.end;
    return call;
  }

  bool arguments(const Ast& ast, const AggregateFunction& function, AggregateCall& call) {
    if (!check_shape(ast, function)) return false;
    // The constants of a call: the fraction of a quantile, the separator of a text.
    const bool takes_group = ast.within_group && function.form != AggregateForm::kText;
    const size_t values = takes_group ? 0 : value_arguments(function.form, ast.inputs.size());
    bool ok = true;
    for (size_t i = 0; i < values; ++i) ok = argument(*ast.inputs[i], call) && ok;
    if (takes_group) ok = argument(*ast.order[0].key, call) && ok;
    if (takes_group) call.descending = ast.order[0].descending;
    for (size_t i = values; i < ast.inputs.size(); ++i)
      ok = constant(*ast.inputs[i], function, call) && ok;
    if (!takes_group) {
      for (const ParsedSortKey& term : ast.order) ok = order_key(term, call) && ok;
    }
    if (ast.extra) {
      call.filter = program(*ast.extra, true);
      ok = ok && call.filter != nullptr;
    }
    return ok && type_aggregate(ast, function, mistakes_, call);
  }

  bool argument(const Ast& ast, AggregateCall& call) {
    call.arguments.push_back(program(ast, false));
    return call.arguments.back() != nullptr;
  }

  bool order_key(const ParsedSortKey& term, AggregateCall& call) {
    ProgramRef key = program(*term.key, false);
    if (key == nullptr) return false;
    if (!has_order(key->type()) && !key->type().is(TypeId::kNull)) {
      return wrong(code::kNotAKey, term.key->range,
                   fmt::format("values of type {} have no order", to_string(key->type())));
    }
    call.order.push_back({std::move(key), term.descending, term.nulls_first});
    return true;
  }

  /// How many arguments a call may have, and whether its clauses are at home in it.
  bool check_shape(const Ast& ast, const AggregateFunction& function) {
    const AggregateForm form = function.form;
    const std::string hint = fmt::format("it is used so: {}", function.signature);
    Arity arity = arity_of(form);
    if (ast.star && form != AggregateForm::kCount)
      return wrong(code::kArguments, ast.operation,
                   fmt::format("'{}' takes {}", function.name, arity.text), hint);
    if (ast.within_group && !takes_within_group(function)) {
      return wrong(code::kClauseHere, ast.operation,
                   fmt::format("'{}' has no form with 'within group'", function.name), hint);
    }
    if (ast.within_group && form != AggregateForm::kText) {
      if (ast.order.size() != 1) {
        return wrong(code::kArguments, ast.operation,
                     fmt::format("the group of '{}' is ordered by one expression", function.name));
      }
      const size_t wanted = form == AggregateForm::kQuantile ? 1 : 0;
      arity = {
          wanted, wanted,
          wanted == 0 ? "no argument before 'within group'" : "one argument before 'within group'"};
    }
    const size_t count = ast.inputs.size();
    const bool is_star = ast.star && count == 0;
    if (!is_star && (count < arity.least || count > arity.most))
      return wrong(code::kArguments, ast.operation,
                   fmt::format("'{}' takes {}", function.name, arity.text), hint);
    if (ast.distinct && (!takes_distinct(form) || ast.within_group)) {
      return wrong(code::kClauseHere, ast.operation,
                   fmt::format("'{}' does not take 'distinct'", function.name),
                   "count, sum, avg, array_agg, string_agg and other functions of one value do");
    }
    if (!ast.order.empty() && !ast.within_group && !takes_order(form)) {
      return wrong(code::kClauseHere, ast.operation,
                   fmt::format("the value of '{}' does not depend on an order", function.name),
                   "leave out 'order by'");
    }
    return true;
  }

  /// The constant behind the arguments.
  bool constant(const Ast& ast, const AggregateFunction& function, AggregateCall& call) {
    const bool is_text = function.form == AggregateForm::kText;
    const ProgramRef value = program(ast, false);
    if (value == nullptr) return false;
    const Node& root = value->node(value->root());
    const Column* const column = root.kind == NodeKind::kConstant ? root.constant.get() : nullptr;
    if (is_text) {
      if (column != nullptr && column->type().is(TypeId::kUtf8) && column->is_valid(0)) {
        call.separator = std::string(column->view_at(0));
        return true;
      }
      return wrong(code::kNotConstant, ast.range,
                   fmt::format("the separator of '{}' is not constant text", function.name),
                   "write it in single quotes: ', '");
    }
    if (function.form == AggregateForm::kExtreme && is_constant(*call.arguments[0])) {
      return wrong(code::kNotConstant, ast.range,
                   fmt::format("'{}' is over the rows of a group, and every row has the same value",
                               function.name),
                   fmt::format("of several values in a row: {}({}, {})",
                               function.name == "max" ? "greatest" : "least",
                               default_name(*call.arguments[0]), mistakes_.quote(ast.range)));
    }
    if (function.form == AggregateForm::kExtreme || function.form == AggregateForm::kArgument) {
      if (column != nullptr && column->type().is(TypeId::kInt64) && column->is_valid(0) &&
          column->values<int64_t>()[0] > 0) {
        call.count = static_cast<uint64_t>(column->values<int64_t>()[0]);
        return true;
      }
      return wrong(
          code::kNotConstant, ast.range,
          fmt::format("how many values '{}' gives is not a constant from 1 on", function.name),
          function.form == AggregateForm::kArgument
              ? fmt::format("{}(value, by, 3) is a list of three", function.name)
              : fmt::format("{}(value, 3) is a list of three; of several values in a row "
                            "the {} is {}(a, b)",
                            function.name, function.name == "max" ? "greatest" : "least",
                            function.name == "max" ? "greatest" : "least"));
    }
    const std::optional<double> fraction = column == nullptr ? std::nullopt : number_of(*column);
    if (fraction && *fraction >= 0 && *fraction <= 1) {
      call.fraction = *fraction;
      return true;
    }
    return wrong(code::kNotConstant, ast.range,
                 fmt::format("the fraction of '{}' is not a constant from 0 to 1", function.name),
                 "the median is at 0.5, the 95th percentile at 0.95");
  }

  static bool is_constant(const Program& program) {
    return program.node(program.root()).kind == NodeKind::kConstant;
  }

  static std::optional<double> number_of(const Column& column) {
    if (!column.is_valid(0)) return std::nullopt;
    switch (column.type().id()) {
      case TypeId::kInt64: return static_cast<double>(column.values<int64_t>()[0]);
      case TypeId::kFloat64: return column.values<double>()[0];
      case TypeId::kDecimal: return nearest_float64(decimal_at(column, 0), column.type().scale());
      default: return std::nullopt;
    }
  }

  /// Arguments are computed over the input rows; an aggregate inside one is reported by the binder.
  ProgramRef program(const Ast& ast, bool is_condition) {
    ProgramBuilder builder(mistakes_);
    Binder binder(mistakes_, {input_, environment_, nullptr, nullptr}, builder);
    if (nested(ast)) return nullptr;
    Bound bound = binder.bind(ast);
    if (is_condition) binder.require_bool(bound, "'filter'");
    return bound.ok ? builder.finish(bound.node, mistakes_.quote(ast.range)) : nullptr;
  }

  bool nested(const Ast& ast) {
    if (ast.kind == AstKind::kCall && find_aggregate(ast.text) != nullptr) {
      mistakes_.add(code::kAggregateHere, ast.operation,
                    fmt::format("aggregate function '{}' stands inside another one", ast.text),
                    "aggregate twice: write two aggregate stages, one after the other");
      return true;
    }
    const bool inside = std::any_of(ast.inputs.begin(), ast.inputs.end(),
                                    [&](const AstRef& input) { return nested(*input); }) ||
                        std::any_of(ast.order.begin(), ast.order.end(),
                                    [&](const ParsedSortKey& term) { return nested(*term.key); });
    return inside || (ast.extra && nested(*ast.extra));
  }

  bool wrong(Code number, Range range, std::string message, std::string hint = {}) {
    mistakes_.add(number, range, std::move(message), std::move(hint));
    return false;
  }

  Mistakes& mistakes_;
  const Schema& input_;
  const Schema keys_;
  const Environment& environment_;
  std::vector<AggregateCall> calls_;
  std::vector<Field> columns_;  // of the calls, then of the groupings
  std::vector<std::pair<const Ast*, std::vector<size_t>>> groupings_;
  std::map<const Ast*, size_t> positions_;  // of calls among keys and calls
  std::map<std::string, size_t> known_;     // equal texts are one call
};

}  // namespace

std::optional<AggregateExpression> compile_aggregate(const SourceText& source, const Schema& input,
                                                     const std::vector<Field>& keys,
                                                     const Environment& environment,
                                                     Diagnostics& diagnostics) {
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  if (!ast) return std::nullopt;
  expand_aggregates(*ast);
  return AggregateCompiler(mistakes, input, keys, environment).compile(*ast);
}

std::optional<AggregateCall> bind_aggregate_call(const Ast& ast, Mistakes& mistakes,
                                                 const Schema& input,
                                                 const Environment& environment) {
  return AggregateCompiler(mistakes, input, {}, environment).one(ast);
}

std::string call_key(const Ast& ast, const Mistakes& mistakes) {
  return fmt::format("{} {} {}", ast.text,
                     ast.inputs.empty() ? "" : mistakes.quote(ast.inputs.back()->range),
                     mistakes.quote(ast.range));
}

std::optional<SortKey> compile_sort_key(const SourceText& source, const Schema& input,
                                        const Environment& environment, Diagnostics& diagnostics) {
  if (refuse_constant_key(source, input, diagnostics)) return std::nullopt;
  Mistakes mistakes(source, diagnostics);
  const ParsedSortKey parsed = parse_sort_key(mistakes);
  if (!parsed.key) return std::nullopt;
  return bind_sort_key(parsed, mistakes, input, environment);
}

std::optional<SortKey> bind_sort_key(const ParsedSortKey& parsed, Mistakes& mistakes,
                                     const Schema& input, const Environment& environment) {
  const size_t mistakes_before = mistakes.count();
  ProgramBuilder builder(mistakes);
  Binder binder(mistakes, {input, environment, nullptr, nullptr}, builder);
  const Bound bound = binder.bind(*parsed.key);
  if (!bound.ok || mistakes.count() != mistakes_before) return std::nullopt;
  if (!has_order(bound.type) && !bound.type.is(TypeId::kNull)) {
    mistakes.add(code::kNotAKey, bound.range,
                 fmt::format("values of type {} have no order", to_string(bound.type)));
    return std::nullopt;
  }
  return SortKey{builder.finish(bound.node, mistakes.quote(parsed.key->range)), parsed.descending,
                 parsed.nulls_first};
}

}  // namespace leat::expr
