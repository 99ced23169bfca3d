// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/binding/binder.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/expression.h"
#include "engine/codes/graph.h"
#include "engine/mutant.h"
#include "operators/expr/binding/column_name.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/json_access.h"
#include "operators/text/unsplit_header.h"
#include "operators/text/value_parser.h"
#include "operators/type_hint.h"

namespace leat::expr {
namespace {}  // namespace

Bound Binder::bind(const Ast& ast) {
  switch (ast.kind) {
    case AstKind::kNull: return constant(null_constant(kNullType), ast.range);
    case AstKind::kBoolean: return constant(bool_constant(ast.text == "true"), ast.range);
    case AstKind::kInteger:
    case AstKind::kFloat: return number(ast);
    case AstKind::kString: {
      Bound literal = constant(text_constant(ast.text), ast.range);
      literal.is_literal = true;
      return literal;
    }
    case AstKind::kTypedLiteral: return typed_literal(ast);
    case AstKind::kColumn: return column(ast);
    case AstKind::kParameter: return parameter(ast);
    case AstKind::kField: return field(ast);
    case AstKind::kSubscript: return subscript(ast);
    case AstKind::kSlice: return slice(ast);
    case AstKind::kList: return list_literal(ast);
    case AstKind::kStructure: return structure(ast);
    case AstKind::kQuantified: return quantified(ast);
    case AstKind::kLambda: return wrong(code::kLambda, ast.range, "a lambda cannot stand here");
    case AstKind::kUnary: return unary(ast);
    case AstKind::kBinary: return binary(ast);
    case AstKind::kAnd:
    case AstKind::kOr: return logical(ast);
    case AstKind::kNot: return negation(ast);
    case AstKind::kIs: return is(ast);
    case AstKind::kDistinct: return distinct(ast);
    case AstKind::kBetween: return between(ast);
    case AstKind::kIn: return in(ast);
    case AstKind::kLike: return like(ast);
    case AstKind::kCase: return case_form(ast);
    case AstKind::kCast: return cast(ast);
    case AstKind::kCall: return call(ast);
    case AstKind::kExtract: return extract(ast);
  }
  return {};
}

// -------------------------------------------------------------------------------------------------- names and literals

Bound Binder::column(const Ast& ast) {
  if (names_.lambda != nullptr) return lambda_column(ast);
  if (names_.environment.broken_columns.contains(ast.text)) return {};
  if (names_.pair != nullptr) return pair_column(ast);
  const auto index =
      ast.quoted ? names_.columns.find(ast.text) : find_column(names_.columns, ast.text);
  if (!index) return unknown_column(ast);
  return column_node(*index, ast.range);
}

Bound Binder::column_node(size_t index, Range range) {
  Node node;
  node.kind = NodeKind::kColumn;
  node.column = index;
  node.type = names_.columns[index].type.without_limit();
  node.range = range;
  return add(std::move(node));
}

Bound Binder::unknown_column(const Ast& ast) {
  // SQL writes them without parentheses; columns of these names come first.
  const bool is_clock = ast.text == "localtime" || ast.text == "localtimestamp";
  if (is_clock && !ast.quoted) return local_clock(ast);
  std::vector<std::string> columns;
  for (const Field& field : names_.columns.fields()) {
    if (!field.name.empty()) columns.push_back(field.name);
  }
  const SourceText& source = mistakes_.source();
  const bool is_whole = ast.range.begin == 0 && ast.range.end == source.text().size();
  std::string hint = io::unsplit_header_hint(columns);
  if (!hint.empty()) {
    // Nothing else can be said of names before the columns are those that were meant.
  } else if (is_whole && source.quoted() && !ast.quoted) {
    hint = fmt::format("YAML removed the quotes: to mean the text, write \"'{}'\"", ast.text);
  } else {
    hint = did_you_mean(ast.text, columns);
    if (hint.empty() && !columns.empty() && columns.size() <= kColumnsListed) {
      hint = fmt::format("the columns are: {}", fmt::join(columns, ", "));
    }
    const std::string_view joint = hint.empty() ? "text" : hint.ends_with('?') ? " Text" : "; text";
    if (!is_whole || ast.quoted) hint += fmt::format("{} is written '{}'", joint, ast.text);
  }
  if (names_.aggregates != nullptr && !names_.calls_by_row) {
    return wrong(
        code::kNeitherKeyNorAggregate, ast.range,
        fmt::format("column '{}' is neither a key nor inside an aggregate function", ast.text),
        fmt::format("name it in `by`, or write first({})", ast.text));
  }
  return wrong(code::kUnknownColumn, ast.range, fmt::format("unknown column '{}'", ast.text),
               std::move(hint));
}

Bound Binder::parameter(const Ast& ast) {
  const auto& parameters = names_.environment.parameters;
  const auto found = parameters.find(ast.text);
  if (found == parameters.end()) {
    std::vector<std::string> known;
    for (const auto& [name, value] : parameters) known.push_back(name);
    std::string hint = did_you_mean(ast.text, known);
    if (hint.empty())
      hint = fmt::format("declare it: params: {{ {}: {{ type: ..., default: ... }} }}", ast.text);
    return wrong(code::kUnknownParameter, ast.range,
                 fmt::format("unknown parameter '{}'", ast.text), std::move(hint));
  }
  const Parameter& parameter = found->second;
  if (parameter.is_null) return constant(null_constant(parameter.type), ast.range);
  Bound value = constant(text_constant(parameter.text), ast.range);
  value.is_literal = true;
  if (parameter.type != kUtf8Type || parameter.type.asks_more())
    return cast_to(value, parameter.type, ast.range, false);
  value.is_literal = false;  // it was declared to be text
  return value;
}

Bound Binder::number(const Ast& ast) {
  if (ast.kind == AstKind::kInteger) {
    int64_t value = 0;
    if (io::parse_int64(ast.text, value)) return constant(int64_constant(value), ast.range);
    return wrong(code::kLiteralRange, ast.range,
                 fmt::format("{} is out of the range of int64", ast.text),
                 fmt::format("write {}.0 for a decimal", ast.text));
  }
  // With an exponent it is a float64 by the author's word, and so is what no decimal can hold.
  if (ast.text.find_first_of("eE") == std::string::npos && !LEAT_MUTANT("literals_are_floats")) {
    const std::optional<DecimalText> exact = read_decimal(ast.text);
    if (exact) return constant(decimal_constant(exact->value, exact->type), ast.range);
  }
  double value = 0;
  if (!io::parse_float64(ast.text, value)) {
    return wrong(code::kLiteralRange, ast.range,
                 fmt::format("{} is out of the range of float64", ast.text));
  }
  return constant(float64_constant(value), ast.range);
}

Bound Binder::typed_literal(const Ast& ast) {
  if (is_bare_decimal(ast.type_name)) {
    const std::optional<DecimalText> number = read_decimal(ast.text);
    if (number) return constant(decimal_constant(number->value, number->type), ast.range);
    return wrong(
        code::kLiteralRange, ast.range,
        fmt::format("'{}' is not a decimal of at most {} digits", ast.text, kDecimalDigitsMax));
  }
  const std::optional<Type> type = parse_type(ast.type_name);
  if (!type)
    return wrong(code::kUnknownType, ast.type_range,
                 fmt::format("unknown type '{}'", ast.type_name), type_hint(ast.type_name));
  Bound text = constant(text_constant(ast.text), ast.range);
  text.is_literal = true;
  return cast_to(text, *type, ast.range, false);
}

// --------------------------------------------------------------------------------------------------------- conditions

bool Binder::require_bool(Bound& operand, std::string_view who) {
  if (!operand.ok) return false;
  if (cost(operand, kBoolType)) return coerce(operand, kBoolType);
  std::string hint;
  if (operand.type.is_numeric())
    hint = fmt::format("compare it: {} <> 0", mistakes_.quote(operand.range));
  if (operand.type.is(TypeId::kUtf8))
    hint = fmt::format("compare it: {} = '...'", mistakes_.quote(operand.range));
  wrong(code::kNotCondition, operand.range,
        fmt::format("{} needs a bool, not {}", who, to_string(operand.type)), std::move(hint));
  return false;
}

Bound Binder::bind_as(const Ast& ast, const Type& type, std::string_view who) {
  Bound operand = bind(ast);
  if (!operand.ok) return operand;
  if (type.is(TypeId::kDecimal)) {
    if (const std::optional<Bound> decimal = exact_decimal(operand)) operand = *decimal;
  }
  const bool same_kind = operand.type.id() == type.id() && type.is(TypeId::kDecimal);
  if (operand.type == type && !type.asks_more()) return operand;
  if (same_kind || (type.asks_more() && can_cast(operand.type, type)))
    return cast_to(operand, type, ast.range, false);
  if (same_kind) return cast_to(operand, type, ast.range, false);
  if (cost(operand, type)) return coerce(operand, type) ? operand : Bound();
  return wrong(
      code::kArgumentType, ast.range,
      fmt::format("{} is of type {}, not {}", who, to_string(operand.type), to_string(type)),
      fmt::format("cast it: ({})::{}", mistakes_.quote(ast.range), to_string(type)));
}

Bound Binder::logical(const Ast& ast) {
  Node node;
  node.kind = ast.kind == AstKind::kAnd ? NodeKind::kAnd : NodeKind::kOr;
  node.type = kBoolType;
  node.range = ast.range;
  bool ok = true;
  for (size_t i = 0; i < ast.inputs.size(); ++i) {
    if (i > 0) builder_.enter_branch();
    Bound operand = bind(*ast.inputs[i]);
    ok = require_bool(operand, ast.kind == AstKind::kAnd ? "'and'" : "'or'") && ok;
    node.inputs.push_back(operand.node);
    if (i > 0) builder_.leave_branch();
  }
  return ok ? add(std::move(node)) : Bound();
}

Bound Binder::negation(const Ast& ast) {
  Bound operand = bind(*ast.inputs[0]);
  if (!require_bool(operand, "'not'")) return {};
  return call_kernel(not_kernel, kBoolType, {operand}, ast.range);
}

Bound Binder::is(const Ast& ast) {
  Bound operand = bind(*ast.inputs[0]);
  if (!operand.ok) return {};
  const bool about_null = ast.text == "null" || ast.text == "unknown";
  if (ast.text != "null" && !require_bool(operand, fmt::format("'is {}'", ast.text))) return {};
  const Kernel kernel = about_null           ? (ast.negated ? is_not_null_kernel : is_null_kernel)
                        : ast.text == "true" ? is_true_kernel
                                             : is_false_kernel;
  Bound result = call_kernel(kernel, kBoolType, {operand}, ast.range, false);
  if (!ast.negated || about_null) return result;
  return call_kernel(not_kernel, kBoolType, {result}, ast.range);
}

Bound Binder::case_form(const Ast& ast) {
  const bool has_else = ast.inputs.size() % 2 == 1;
  std::optional<Bound> operand;
  if (ast.extra) operand = bind(*ast.extra);
  bool ok = !operand || operand->ok;
  Operands conditions;
  Operands values;
  for (size_t i = 0; i + 1 < ast.inputs.size(); i += 2) {
    if (i > 0) builder_.enter_branch();
    Bound condition = bind(*ast.inputs[i]);
    if (operand && ok && condition.ok) {
      condition = comparison(Comparison::kEqual, *operand, condition, ast.inputs[i]->range);
    }
    ok = require_bool(condition, "'when'") && ok;
    if (i == 0) builder_.enter_branch();
    conditions.push_back(condition);
    values.push_back(bind(*ast.inputs[i + 1]));
    builder_.leave_branch();
  }
  builder_.enter_branch();
  values.push_back(has_else ? bind(*ast.inputs.back())
                            : constant(null_constant(kNullType), ast.range));
  ok = all_ok(values) && ok && unify(values, "the values of 'case'");
  builder_.leave_branch();
  if (!ok) return {};
  Node node;
  node.kind = NodeKind::kCase;
  node.type = values[0].type;
  node.range = ast.range;
  for (size_t i = 0; i < conditions.size(); ++i) {
    node.inputs.push_back(conditions[i].node);
    node.inputs.push_back(values[i].node);
  }
  node.inputs.push_back(values.back().node);
  return add(std::move(node));
}

// -------------------------------------------------------------------------------------------------------------- shared

Binder::Operands Binder::bind_all(std::span<const AstRef> asts) {
  Operands operands;
  for (const AstRef& ast : asts) operands.push_back(bind(*ast));
  return operands;
}

bool Binder::all_ok(const Operands& operands) {
  for (const Bound& operand : operands) {
    if (!operand.ok) return false;
  }
  return true;
}

std::optional<int> Binder::cost(const Bound& operand, const Type& type) const {
  const TypeId from = operand.type.id();
  const TypeId to = type.id();
  if (operand.type == type) return 0;
  if (from == TypeId::kNull) return 1;
  if (from == TypeId::kInt64 && to == TypeId::kFloat64) return 2;
  if (from == TypeId::kDate && to == TypeId::kTimestamp) return 2;
  if (from == TypeId::kDecimal && to == TypeId::kFloat64) return 3;
  if (operand.is_literal && can_cast(kUtf8Type, type)) return 3;
  const bool nested = to == TypeId::kList || to == TypeId::kStruct;
  if (nested && merged_type(operand.type, type) == type) return 2;
  return std::nullopt;
}

bool Binder::coerce(Bound& operand, const Type& type) {
  if (operand.type == type) return true;
  operand = operand.type.is(TypeId::kNull) ? constant(null_constant(type), operand.range)
                                           : cast_to(operand, type, operand.range, false);
  return operand.ok;
}

namespace {

bool are_exact(const Type& left, const Type& right) {
  const auto is_exact = [](const Type& type) {
    return type.is(TypeId::kDecimal) || type.is(TypeId::kInt64);
  };
  return is_exact(left) && is_exact(right);
}

}  // namespace

std::optional<Type> Binder::common_type(std::span<const Bound> operands) const {
  Type common;
  bool only_literals = true;
  for (const Bound& operand : operands) {
    if (operand.type.is(TypeId::kNull) || operand.is_literal) continue;
    only_literals = false;
    Bound so_far;
    so_far.type = common;
    if (cost(so_far, operand.type)) {
      common = operand.type;
    } else if (are_exact(common, operand.type)) {
      common = common_decimal(common, operand.type).type;
    } else if (!cost(operand, common)) {
      const std::optional<Type> merged = merged_type(common, operand.type);
      if (!merged || !(common.is(TypeId::kList) || common.is(TypeId::kStruct))) return std::nullopt;
      common = *merged;
    }
  }
  for (const Bound& operand : operands) {
    if (!operand.is_literal) continue;
    if (only_literals) return kUtf8Type;
    if (!cost(operand, common)) return std::nullopt;
  }
  return common;
}

bool Binder::unify(std::span<Bound> operands, std::string_view what) {
  settle_decimals(operands);
  const std::optional<Type> type = common_type(operands);
  if (!type) {
    std::vector<std::string> types;
    for (const Bound& operand : operands) {
      std::string name = to_string(operand.type);
      if (types.empty() || types.back() != name) types.push_back(std::move(name));
    }
    wrong(code::kTypesDiffer, operands.front().range,
          fmt::format("{} have different types: {}", what, fmt::join(types, ", ")),
          "cast them to one type, e.g. x::utf8");
    return false;
  }
  bool ok = true;
  for (Bound& operand : operands) ok = coerce(operand, *type) && ok;
  return ok;
}

Bound Binder::cast_to(const Bound& operand, const Type& type, Range range, bool quiet) {
  if (type.limit() != nullptr) return limited_cast(operand, type, range, quiet);
  for (const Type* one : {&operand.type, &type}) {
    if (one->is(TypeId::kList) || one->is(TypeId::kStruct))
      return nested_cast(operand, type, range, quiet);
  }
  const bool is_scalar = type.is_numeric() || type.is(TypeId::kBool);
  if (operand.type.is(TypeId::kJson) && is_scalar) {
    Node text;
    text.kind = NodeKind::kCall;
    text.type = kUtf8Type;
    text.range = range;
    text.inputs = {operand.node};
    text.kernel = json_scalar_kernel;
    text.quiet = quiet;
    return cast_to(add(std::move(text)), type, range, quiet);
  }
  const Kernel kernel = cast_kernel(operand.type, type);
  if (kernel == nullptr) {
    return wrong(
        code::kNoCast, range,
        fmt::format("there is no cast from {} to {}", to_string(operand.type), to_string(type)));
  }
  return cast_node(operand, kernel, type, range, quiet);
}

Bound Binder::limited_cast(const Bound& operand, const Type& type, Range range, bool quiet) {
  Bound value =
      operand.type == type ? operand : cast_to(operand, type.without_limit(), range, quiet);
  if (!value.ok) return {};
  value.is_literal = operand.is_literal;
  Bound result = cast_node(value, limit_kernel(type), type, range, quiet);
  // It held of this value, not of what is made of it.
  result.type = type.without_limit();
  return result;
}

Bound Binder::cast_node(const Bound& operand, Kernel kernel, const Type& type, Range range,
                        bool quiet) {
  const size_t before = mistakes_.count();
  Node node;
  node.kind = NodeKind::kCall;
  node.type = type;
  node.range = range;
  node.inputs = {operand.node};
  node.kernel = kernel;
  node.quiet = quiet;
  if (type.limit() != nullptr) node.state_key = type.limit()->name;
  Bound result{builder_.add(std::move(node), operand.is_literal && !quiet), type, range, true,
               false};
  result.ok = mistakes_.count() == before;
  return result;
}

Bound Binder::call_kernel(Kernel kernel, const Type& type, const Operands& operands, Range range,
                          bool strict) {
  Node node;
  node.kind = NodeKind::kCall;
  node.type = type;
  node.range = range;
  node.kernel = kernel;
  node.strict = strict;
  for (const Bound& operand : operands) node.inputs.push_back(operand.node);
  return add(std::move(node));
}

Bound Binder::constant(ColumnRef value, Range range) {
  const Type type = value->type();
  return {builder_.add_constant(std::move(value), range), type, range, true, false};
}

Bound Binder::add(Node node) {
  const Type type = node.type;
  const Range range = node.range;
  return {builder_.add(std::move(node)), type, range, true, false};
}

Bound Binder::wrong(Code number, Range range, std::string message, std::string hint) {
  mistakes_.add(number, range, std::move(message), std::move(hint));
  Bound result;
  result.range = range;
  return result;
}

}  // namespace leat::expr
