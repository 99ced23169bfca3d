// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/aggregate_expression.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "operators/expr/binding/binder.h"
#include "operators/expr/kernels/decimal_math.h"
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

bool has_order(const Type& type) {
  return comparison_kernel(Comparison::kLess, type.id()) != nullptr;
}

/// Cuts the aggregate calls out of one expression.
class AggregateCompiler {
 public:
  AggregateCompiler(Mistakes& mistakes, const Schema& input, const std::vector<Field>& keys,
                    const Environment& environment)
      : mistakes_(mistakes), input_(input), keys_(Schema(keys)), environment_(environment) {}

  std::optional<AggregateExpression> compile(const Ast& ast) {
    collect(ast);
    if (mistakes_.any()) return std::nullopt;
    ProgramBuilder builder(mistakes_);
    Binder binder(mistakes_, {keys_, environment_, &positions_, &columns_}, builder);
    const Bound result = binder.bind(ast);
    if (!result.ok || mistakes_.any()) return std::nullopt;
    AggregateExpression expression;
    expression.calls = std::move(calls_);
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
    }
    for (const AstRef& input : ast.inputs) collect(*input);
    if (ast.extra) collect(*ast.extra);
  }

  void add_call(const Ast& ast, const AggregateFunction& function) {
    const std::string text = mistakes_.quote(ast.range);
    if (const auto known = known_.find(text); known != known_.end()) {
      positions_[&ast] = known->second;
      return;
    }
    AggregateCall call;
    call.function = ast.text;
    call.distinct = ast.distinct;
    call.source = mistakes_.source();
    call.begin = ast.range.begin;
    call.end = ast.range.end;
    if (!arguments(ast, function, call)) return;
    columns_.push_back({text, call.result});
    calls_.push_back(std::move(call));
    positions_[&ast] = known_[text] = keys_.size() + calls_.size() - 1;
  }

  bool arguments(const Ast& ast, const AggregateFunction& function, AggregateCall& call) {
    const std::string hint = fmt::format("it is used so: {}", function.signature);
    const bool is_count = function.name == "count";
    if (ast.star != ast.inputs.empty() || (ast.star && !is_count) || ast.inputs.size() > 1) {
      return wrong(ast.operation, fmt::format("'{}' takes one argument", function.name), hint);
    }
    if (ast.distinct && !is_count) {
      return wrong(ast.operation, "'distinct' is supported in count only");
    }
    bool ok = true;
    for (const AstRef& input : ast.inputs) {
      call.arguments.push_back(program(*input, false));
      ok = ok && call.arguments.back() != nullptr;
    }
    if (ast.extra) {
      call.filter = program(*ast.extra, true);
      ok = ok && call.filter != nullptr;
    }
    return ok && set_result(ast, function, call, hint);
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
      mistakes_.add(ast.operation,
                    fmt::format("aggregate function '{}' stands inside another one", ast.text),
                    "aggregate twice: write two aggregate stages, one after the other");
      return true;
    }
    const bool inside = std::any_of(ast.inputs.begin(), ast.inputs.end(),
                                    [&](const AstRef& input) { return nested(*input); });
    return inside || (ast.extra && nested(*ast.extra));
  }

  bool set_result(const Ast& ast, const AggregateFunction& function, AggregateCall& call,
                  const std::string& hint) {
    if (function.name == "count") {
      call.result = kInt64Type;
      return !call.distinct || has_order(call.arguments[0]->type()) ||
             call.arguments[0]->type().is(TypeId::kNull) ||
             wrong(ast.operation,
                   fmt::format("values of type {} are not compared, so not counted once each",
                               to_string(call.arguments[0]->type())));
    }
    const Type& type = call.arguments[0]->type();
    if (function.name == "bool_and" || function.name == "bool_or" || function.name == "every") {
      call.result = kBoolType;
      return type.is(TypeId::kBool) || type.is(TypeId::kNull) ||
             wrong(ast.operation,
                   fmt::format("'{}' needs a bool, not {}", function.name, to_string(type)));
    }
    const bool same_type = function.name == "min" || function.name == "max" ||
                           function.name == "first" || function.name == "last";
    if (same_type) {
      call.result = type;
      const bool ordered = function.name == "min" || function.name == "max";
      return !ordered || (has_order(type) && !type.is(TypeId::kBool)) ||
             wrong(ast.operation,
                   fmt::format("'{}' does not take {}", function.name, to_string(type)), hint);
    }
    if (!type.is_numeric()) {
      return wrong(ast.operation,
                   fmt::format("'{}' needs a number, not {}", function.name, to_string(type)),
                   fmt::format("cast it: {}({}::float64)", function.name,
                               mistakes_.quote(ast.inputs[0]->range)));
    }
    const bool is_exact = type.is(TypeId::kDecimal);
    call.result = kFloat64Type;
    if (function.name == "sum") {
      call.result = is_exact ? Type::decimal(kDecimalDigitsMax, type.scale()) : type;
    } else if (function.name == "avg" && is_exact) {
      call.result =
          *decimal_result('/', Type::decimal(kDecimalDigitsMax, type.scale()), kInt64Type);
    }
    return true;
  }

  bool wrong(Range range, std::string message, std::string hint = {}) {
    mistakes_.add(range, std::move(message), std::move(hint));
    return false;
  }

  Mistakes& mistakes_;
  const Schema& input_;
  const Schema keys_;
  const Environment& environment_;
  std::vector<AggregateCall> calls_;
  std::vector<Field> columns_;              // of the calls
  std::map<const Ast*, size_t> positions_;  // of calls among keys and calls
  std::map<std::string, size_t> known_;     // equal texts are one call
};

}  // namespace

const std::vector<AggregateFunction>& aggregate_functions() {
  static const std::vector<AggregateFunction> table = {
      {"avg", "avg(number) -> float64, of decimals decimal(38,16)",
       "The mean of the values that are not NULL. Of decimals it is a decimal with their digits "
       "behind the point, at least 16.",
       "The mean of decimals has more than 38 digits.", "avg(x)", "2.5"},
      {"bool_and", "bool_and(bool) -> bool",
       "Are all values true that are not NULL? NULL when there is none.", "", "bool_and(ok)",
       "false"},
      {"bool_or", "bool_or(bool) -> bool",
       "Is one of the values true? NULL when all are NULL or there is none.", "", "bool_or(ok)",
       "true"},
      {"count", "count(*) or count(value) or count(distinct value) -> int64",
       "The number of rows; of rows in which the value is not NULL; of different values.", "",
       "count(distinct x)", "3"},
      {"every", "every(bool) -> bool", "As bool_and.", "", "every(x < 5)", "false"},
      {"first", "first(value) -> the value's type",
       "The value in the first row of the group, also when it is NULL.", "", "first(name)", "a"},
      {"last", "last(value) -> the value's type",
       "The value in the last row of the group, also when it is NULL.", "", "last(name)", "c"},
      {"max", "max(value) -> the value's type", "The largest value that is not NULL.", "",
       "max(name)", "c"},
      {"min", "min(value) -> the value's type", "The smallest value that is not NULL.", "",
       "min(x) filter (where ok)", "1"},
      {"stddev", "stddev(number) -> float64", "As stddev_samp.", "", "round(stddev(x), 6)",
       "1.732051"},
      {"stddev_pop", "stddev_pop(number) -> float64",
       "The standard deviation of the whole population.", "", "stddev_pop(x)", "1.5"},
      {"stddev_samp", "stddev_samp(number) -> float64",
       "The standard deviation estimated from a sample; NULL for fewer than two values.", "",
       "round(stddev_samp(x), 6)", "1.732051"},
      {"sum", "sum(number) -> the number's type",
       "The sum of the values that are not NULL; NULL when there is none. Of decimals it has 38 "
       "digits.",
       "The sum of int64 or decimal is out of range.", "sum(x)", "10"},
      {"var_pop", "var_pop(number) -> float64", "The variance of the whole population.", "",
       "var_pop(x)", "2.25"},
      {"var_samp", "var_samp(number) -> float64",
       "The variance estimated from a sample; NULL for fewer than two values.", "", "var_samp(x)",
       "3"},
      {"variance", "variance(number) -> float64", "As var_samp.", "", "variance(x)", "3"},
  };
  return table;
}

std::optional<AggregateExpression> compile_aggregate(const SourceText& source, const Schema& input,
                                                     const std::vector<Field>& keys,
                                                     const Environment& environment,
                                                     Diagnostics& diagnostics) {
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  if (!ast) return std::nullopt;
  return AggregateCompiler(mistakes, input, keys, environment).compile(*ast);
}

std::optional<SortKey> compile_sort_key(const SourceText& source, const Schema& input,
                                        const Environment& environment, Diagnostics& diagnostics) {
  Mistakes mistakes(source, diagnostics);
  const ParsedSortKey parsed = parse_sort_key(mistakes);
  if (!parsed.key) return std::nullopt;
  ProgramBuilder builder(mistakes);
  Binder binder(mistakes, {input, environment, nullptr, nullptr}, builder);
  const Bound bound = binder.bind(*parsed.key);
  if (!bound.ok || mistakes.any()) return std::nullopt;
  if (!has_order(bound.type) && !bound.type.is(TypeId::kNull)) {
    mistakes.add(bound.range,
                 fmt::format("values of type {} have no order", to_string(bound.type)));
    return std::nullopt;
  }
  return SortKey{builder.finish(bound.node, mistakes.quote(parsed.key->range)), parsed.descending,
                 parsed.nulls_first};
}

}  // namespace leat::expr
