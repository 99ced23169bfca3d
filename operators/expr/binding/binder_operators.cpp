// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/mutant.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/decimal_kernels.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/in_list.h"
#include "operators/expr/kernels/like.h"
#include "operators/expr/kernels/nested_comparison.h"
#include "operators/text/ascii.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

bool is_clock_beside_instant(const Bound& left, const Bound& right) {
  return left.type.is(TypeId::kTimestamp) && right.type.is(TypeId::kTimestamp) &&
         left.type.is_zoned() != right.type.is_zoned();
}

/// Operators that stand for functions of two int64.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kBitOperators = {{
    {"&", "bitand"},
    {"|", "bitor"},
    {"#", "bitxor"},
    {"<<", "shift_left"},
    {">>", "shift_right"},
}};

/// Operators that stand for functions of json.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kJsonOperators = {{
    {"?", "jsonb_exists"},
    {"?|", "jsonb_exists_any"},
    {"?&", "jsonb_exists_all"},
    {"#-", "jsonb_delete_path"},
    {"@?", "jsonb_path_exists_opr"},
    {"@@", "jsonb_path_match_opr"},
}};

/// What the same operators and others ask of addresses.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kInetOperators = {{
    {"<<", "network_sub"},
    {"<<=", "network_subeq"},
    {">>", "network_sup"},
    {">>=", "network_supeq"},
    {"&&", "network_overlap"},
}};

/// Lists up to this long are compared value by value, which needs no hash.
constexpr size_t kShortList = 4;

/// 2025-01-31
bool is_bare_date(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  return text.size() == kForm.size() &&
         std::equal(text.begin(), text.end(), kForm.begin(),
                    [](char c, char form) { return form == 'd' ? is_digit(c) : c == form; });
}

}  // namespace

std::optional<Comparison> Binder::comparison_of(std::string_view symbol) {
  if (symbol == "=") return Comparison::kEqual;
  if (symbol == "<>") return Comparison::kNotEqual;
  if (symbol == "<") return Comparison::kLess;
  if (symbol == "<=") return Comparison::kLessEqual;
  if (symbol == ">") return Comparison::kGreater;
  if (symbol == ">=") return Comparison::kGreaterEqual;
  return std::nullopt;
}

Bound Binder::unary(const Ast& ast) {
  // -9223372036854775808 is a number, though 9223372036854775808 is none.
  const Ast& inner = *ast.inputs[0];
  if (ast.text == "~") return function(ast, "bitnot", {bind(inner)});
  if (ast.text == "@") return function(ast, "abs", {bind(inner)});
  if (ast.text == "|/") return function(ast, "sqrt", {bind(inner)});
  if (ast.text == "||/") return function(ast, "cbrt", {bind(inner)});
  if (ast.text == "-" && inner.kind == AstKind::kInteger && inner.text == "9223372036854775808") {
    return constant(int64_constant(INT64_MIN), ast.range);
  }
  Bound operand = bind(inner);
  if (!operand.ok) return {};
  if (ast.text == "+") {
    if (operand.type.is_numeric()) return operand;
  } else if (operand.type.is(TypeId::kDecimal)) {
    return call_kernel(decimal_negate_kernel, operand.type, {operand}, ast.range);
  } else {
    for (const auto table : {arithmetic_operators(), time_operators()}) {
      for (const OperatorRow& row : table) {
        if (row.symbol != "-" || row.left != TypeId::kNull || Type(row.right) != operand.type)
          continue;
        return call_kernel(row.kernel, Type(row.result), {operand}, ast.range);
      }
    }
  }
  if (operand.type.is(TypeId::kNull)) return operand;
  return wrong(code::kOperandType, ast.operation,
               fmt::format("'{}' needs a number, not {}", ast.text, to_string(operand.type)));
}

Bound Binder::binary(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  if (const auto found = comparison_of(ast.text)) {
    warn_of_null(ast);
    return comparison(*found, operands[0], operands[1], ast.operation);
  }
  if (ast.text == "||") return concatenation(ast, std::move(operands));
  if (ast.text == "<@") std::swap(operands[0], operands[1]);
  if (ast.text == "@>" || ast.text == "<@") {
    const bool is_json = operands[0].type.is(TypeId::kJson) || operands[1].type.is(TypeId::kJson);
    return function(ast, is_json ? "json_contains" : "list_covers", std::move(operands));
  }
  for (const auto& [symbol, name] : kInetOperators) {
    const bool of_inet = operands[0].type.is_inet() || operands[1].type.is_inet();
    if (ast.text == symbol && (of_inet || ast.text.ends_with('=')))
      return network_condition(ast, name, std::move(operands));
  }
  if (ast.text == "&&") return overlap(ast, std::move(operands));
  for (const auto& [symbol, name] : kJsonOperators) {
    if (ast.text == symbol) return function(ast, name, std::move(operands));
  }
  if (ast.text == "-" && operands[0].type.is(TypeId::kJson))
    return function(ast, "jsonb_delete", std::move(operands));
  if (ast.text == "^@") return function(ast, "starts_with", std::move(operands));
  for (const auto& [symbol, name] : kBitOperators) {
    if (ast.text == symbol) return function(ast, name, std::move(operands));
  }
  if (ast.text == "->" || ast.text == "->>")
    return json_part(ast, std::move(operands), ast.text == "->" ? kJsonType : kUtf8Type);
  if (ast.text == "#>" || ast.text == "#>>") return json_path(ast, std::move(operands));
  if (ast.text.find('~') != std::string::npos) return regular_expression(ast, std::move(operands));
  return arithmetic(ast, std::move(operands));
}

Bound Binder::overlap(const Ast& ast, Operands operands) {
  if (operands[0].type.is(TypeId::kBool) || operands[1].type.is(TypeId::kBool)) {
    return wrong(code::kForeignSyntax, ast.operation,
                 "'&&' asks whether two lists have an element in common",
                 "conditions are joined by and");
  }
  return function(ast, "list_has_any", std::move(operands));
}

Bound Binder::arithmetic(const Ast& ast, Operands operands) {
  if (auto exact = decimal_arithmetic(ast, operands)) return *exact;
  if (auto marked = marked_arithmetic(ast, operands)) return *marked;
  const OperatorRow* best = nullptr;
  int best_cost = 0;
  const bool only_text = operands[0].type.is(TypeId::kUtf8) && operands[1].type.is(TypeId::kUtf8);
  // Instants are calculated with as what a clock in UTC shows.
  const bool zoned = operands[0].type.is_zoned() || operands[1].type.is_zoned();
  const auto type_of = [&](TypeId id) {
    return zoned && id == TypeId::kTimestamp ? kTimestampTzType : Type(id);
  };
  for (const auto table : {arithmetic_operators(), time_operators()}) {
    for (const OperatorRow& row : table) {
      if (only_text || row.symbol != ast.text || row.left == TypeId::kNull) continue;
      const auto left = cost(operands[0], type_of(row.left));
      const auto right = cost(operands[1], type_of(row.right));
      if (!left || !right || (best != nullptr && *left + *right >= best_cost)) continue;
      best = &row;
      best_cost = *left + *right;
    }
  }
  if (best != nullptr) {
    if (!coerce(operands[0], type_of(best->left)) || !coerce(operands[1], type_of(best->right)))
      return {};
    return call_kernel(best->kernel, type_of(best->result), operands, ast.range);
  }
  return wrong(code::kOperandType, ast.operation,
               fmt::format("there is no {} {} {}", to_string(operands[0].type), ast.text,
                           to_string(operands[1].type)),
               is_clock_beside_instant(operands[0], operands[1])
                   ? instant_hint(operands[0], operands[1])
                   : text_operand_hint(ast, operands));
}

std::optional<Bound> Binder::marked_arithmetic(const Ast& ast, Operands operands) {
  const auto is_marked = [](const Bound& operand) {
    return operand.type.is_time_of_day() || operand.type.is_inet();
  };
  if (std::none_of(operands.begin(), operands.end(), is_marked)) return std::nullopt;
  const MarkedOperatorRow* best = nullptr;
  int best_cost = 0;
  for (const MarkedOperatorRow& row : marked_operators()) {
    if (row.symbol != ast.text) continue;
    const auto left = cost(operands[0], row.left);
    const auto right = cost(operands[1], row.right);
    if (!left || !right || (best != nullptr && *left + *right >= best_cost)) continue;
    best = &row;
    best_cost = *left + *right;
  }
  if (best == nullptr) return std::nullopt;
  if (!coerce(operands[0], best->left) || !coerce(operands[1], best->right)) return Bound();
  return call_kernel(best->kernel, best->result, operands, ast.range);
}

Bound Binder::network_condition(const Ast& ast, std::string_view name, Operands operands) {
  const Bound result = function(ast, name, operands);
  if (!result.ok || names_.pair == nullptr || name == "network_overlap") return result;
  const bool is_sub = name.starts_with("network_sub");
  const Bound& inner = operands[is_sub ? 0 : 1];
  const Bound& outer = operands[is_sub ? 1 : 0];
  const Bound all = constant(int64_constant(-1), ast.range);
  const Bound last = function(ast, "set_masklen", {function(ast, "broadcast", {outer}), all});
  const Bound low = comparison(Comparison::kGreaterEqual, inner, function(ast, "network", {outer}),
                               ast.operation);
  const Bound high = comparison(Comparison::kLessEqual, inner, last, ast.operation);
  if (!low.ok || !high.ok) return {};
  Node node;
  node.kind = NodeKind::kAnd;
  node.type = kBoolType;
  node.range = ast.range;
  node.inputs = {low.node, high.node, result.node};
  return add(std::move(node));
}

std::string Binder::instant_hint(const Bound& left, const Bound& right) const {
  const Bound& clock = left.type.is_zoned() ? right : left;
  return fmt::format("make an instant of what a clock shows, e.g. {} at time zone 'Europe/Berlin'",
                     mistakes_.quote(clock.range));
}

std::string Binder::text_operand_hint(const Ast& ast, const Operands& operands) const {
  const auto text = std::find_if(operands.begin(), operands.end(), [](const Bound& operand) {
    return operand.type.is(TypeId::kUtf8);
  });
  if (text == operands.end()) return {};
  const std::string joining = ast.text == "+" ? "text is joined with ||; to calculate, " : "";
  const Node& node = builder_[text->node];
  if (node.kind == NodeKind::kColumn && node.column < names_.columns.size() &&
      names_.columns[node.column].guessed) {
    const std::string& name = names_.columns[node.column].name;
    return fmt::format(
        "{}declare what '{}' is where it is read, e.g. types: {{ {}: float64 }}; its first rows "
        "are not all numbers, so it was guessed to be text",
        joining, name, name);
  }
  return fmt::format("{}cast {}, e.g. {}::{}", joining,
                     joining.empty() ? "the text to a number" : "it", mistakes_.quote(text->range),
                     ast.text == "/" ? "float64" : "int64");
}

Bound Binder::concatenation(const Ast& ast, Operands operands) {
  if (const auto list = list_concatenation(ast, operands)) return *list;
  if (operands[0].type.is(TypeId::kJson) && operands[1].type.is(TypeId::kJson))
    return function(ast, "json_concat", std::move(operands));
  const auto is_text = [](const Bound& operand) {
    return operand.type.is(TypeId::kUtf8) || operand.type.is(TypeId::kNull);
  };
  if (!is_text(operands[0]) && !is_text(operands[1])) {
    return wrong(
        code::kOperandType, ast.operation,
        fmt::format("there is no {} || {}", to_string(operands[0].type),
                    to_string(operands[1].type)),
        fmt::format("one side must be text: {}::utf8", mistakes_.quote(operands[0].range)));
  }
  for (Bound& operand : operands) {
    if (operand.type.is(TypeId::kUtf8)) continue;
    if (operand.type.is(TypeId::kNull)) {
      if (!coerce(operand, kUtf8Type)) return {};
      continue;
    }
    operand = cast_to(operand, kUtf8Type, operand.range, false);
    if (!operand.ok) return {};
  }
  return call_kernel(concatenate_kernel, kUtf8Type, operands, ast.range);
}

Bound Binder::regular_expression(const Ast& ast, Operands operands) {
  if (ast.text.ends_with('*')) operands.push_back(constant(text_constant("i"), ast.operation));
  Bound result = function(ast, "regexp_like", std::move(operands));
  if (!result.ok || !ast.text.starts_with('!')) return result;
  return call_kernel(not_kernel, kBoolType, {result}, ast.range);
}

// -------------------------------------------------------------------------------------------------------- comparisons

void Binder::cannot_compare(const Bound& left, const Bound& right, Range range) {
  std::string hint;
  const bool text_left = left.type.is(TypeId::kUtf8);
  const Bound& whole = left.type.is(TypeId::kInt64) ? left : right;
  if (const std::string text = mistakes_.quote(whole.range);
      whole.type.is(TypeId::kInt64) && is_bare_date(text)) {
    hint = fmt::format("a date is written date '{0}'; {0} is a subtraction", text);
  } else if (text_left || right.type.is(TypeId::kUtf8)) {
    const Bound& text = text_left ? left : right;
    const Bound& other = text_left ? right : left;
    hint = text.is_literal
               ? fmt::format("cast one side, e.g. {}::utf8", mistakes_.quote(other.range))
               : fmt::format("cast one side, e.g. {}::{}", mistakes_.quote(text.range),
                             to_string(other.type));
  } else if (is_clock_beside_instant(left, right)) {
    hint = instant_hint(left, right);
  } else if (left.type == right.type) {
    hint =
        fmt::format("values of type {} have no order and are not compared", to_string(left.type));
  } else {
    const bool is_left = can_cast(left.type, right.type) || !can_cast(right.type, left.type);
    hint = fmt::format("cast one side, e.g. {}::{}",
                       mistakes_.quote(is_left ? left.range : right.range),
                       to_string(is_left ? right.type : left.type));
  }
  wrong(code::kCannotCompare, range,
        fmt::format("cannot compare {} with {}", to_string(left.type), to_string(right.type)),
        std::move(hint));
}

void Binder::warn_of_null(const Ast& ast) {
  for (const size_t side : {1, 0}) {
    if (ast.inputs[side]->kind != AstKind::kNull || LEAT_MUTANT("null_is_compared_silently"))
      continue;
    const std::string other = mistakes_.quote(ast.inputs[1 - side]->range);
    std::string hint;
    if (ast.text == "=") hint = fmt::format("write {} is null", other);
    if (ast.text == "<>") hint = fmt::format("write {} is not null", other);
    mistakes_.warn(
        code::kNullComparison, ast.range,
        fmt::format("'{} NULL' is never true: whatever is compared with NULL gives NULL", ast.text),
        std::move(hint));
    return;
  }
}

Bound Binder::comparison(Comparison comparison, Bound left, Bound right, Range range) {
  if (!left.ok || !right.ok) return {};
  Bound operands[2] = {std::move(left), std::move(right)};
  settle_decimals(operands);
  left = operands[0];
  right = operands[1];
  if (auto exact = decimal_comparison(comparison, left, right)) return *exact;
  const std::optional<Type> type = common_type(operands);
  if (type && type->is(TypeId::kNull))
    return constant(null_constant(kBoolType), join(left.range, right.range));
  if (type) {
    if (auto nested = nested_comparison(comparison, left, right, *type)) return *nested;
  }
  const Kernel kernel = type ? comparison_kernel(comparison, *type) : nullptr;
  if (kernel == nullptr) {
    cannot_compare(left, right, range);
    return {};
  }
  if (!coerce(left, *type) || !coerce(right, *type)) return {};
  return call_kernel(kernel, kBoolType, {left, right}, join(left.range, right.range));
}

bool Binder::equate(Bound& left, Bound& right) {
  Bound operands[2] = {left, right};
  settle_decimals(operands);
  const std::optional<Type> type = common_type(operands);
  if (!type || comparison_kernel(Comparison::kEqual, *type) == nullptr) return false;
  if (type->is(TypeId::kDecimal) && !common_decimal(operands[0].type, operands[1].type).fits)
    return false;
  left = operands[0];
  right = operands[1];
  return coerce(left, *type) && coerce(right, *type);
}

Bound Binder::binary_of(std::string_view symbol, Bound left, Bound right, Range range) {
  if (!left.ok || !right.ok) return {};
  if (const auto found = comparison_of(symbol)) return comparison(*found, left, right, range);
  Ast ast;
  ast.kind = AstKind::kBinary;
  ast.range = ast.operation = range;
  ast.text = symbol;
  return arithmetic(ast, {std::move(left), std::move(right)});
}

Bound Binder::distinct(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  settle_decimals(operands);
  std::optional<Type> type = common_type(operands);
  if (type && type->is(TypeId::kNull)) return constant(bool_constant(ast.negated), ast.range);
  const bool nested =
      type && (type->is(TypeId::kList) || type->is(TypeId::kStruct)) && can_compare_nested(*type);
  if (!type || (!nested && comparison_kernel(Comparison::kEqual, *type) == nullptr)) {
    cannot_compare(operands[0], operands[1], ast.operation);
    return {};
  }
  if (!coerce(operands[0], *type) || !coerce(operands[1], *type)) return {};
  Bound result = call_kernel(nested ? nested_distinct_kernel : distinct_kernel, kBoolType, operands,
                             ast.range, false);
  return ast.negated ? call_kernel(not_kernel, kBoolType, {result}, ast.range) : result;
}

Bound Binder::within(const Ast& ast, const Bound& value, const Bound& from, const Bound& to) {
  const Bound low = comparison(Comparison::kGreaterEqual, value, from, ast.operation);
  const Bound high = comparison(Comparison::kLessEqual, value, to, ast.operation);
  if (!low.ok || !high.ok) return {};
  Node node;
  node.kind = NodeKind::kAnd;
  node.type = kBoolType;
  node.range = ast.range;
  node.inputs = {low.node, high.node};
  return add(std::move(node));
}

Bound Binder::between(const Ast& ast) {
  const Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  Bound result = within(ast, operands[0], operands[1], operands[2]);
  if (ast.text == "symmetric" && result.ok) {
    const Bound turned = within(ast, operands[0], operands[2], operands[1]);
    if (!turned.ok) return {};
    Node either;
    either.kind = NodeKind::kOr;
    either.type = kBoolType;
    either.range = ast.range;
    either.inputs = {result.node, turned.node};
    result = add(std::move(either));
  }
  if (!result.ok) return {};
  return ast.negated ? call_kernel(not_kernel, kBoolType, {result}, ast.range) : result;
}

Bound Binder::in(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  const bool of_list = operands.size() == 2 && operands[1].type.is(TypeId::kList) &&
                       !operands[0].type.is(TypeId::kList);
  const Bound result = of_list ? compare_elements(ast, Comparison::kEqual, Quantifier::kAny,
                                                  operands[0], operands[1])
                               : in_values(ast, std::move(operands));
  if (!result.ok || !ast.negated) return result;
  return call_kernel(not_kernel, kBoolType, {result}, ast.range);
}

Bound Binder::in_values(const Ast& ast, Operands operands) {
  const std::optional<Type> type = common_type(operands);
  const bool constants =
      std::all_of(operands.begin() + 1, operands.end(),
                  [&](const Bound& operand) { return builder_.is_constant(operand.node); });
  if (type && constants && operands.size() > kShortList + 1 && has_in_list(*type)) {
    if (!unify(operands, "the values of 'in'")) return {};
    return in_constants(ast, operands);
  }
  Node node;
  node.kind = NodeKind::kOr;
  node.type = kBoolType;
  node.range = ast.range;
  for (size_t i = 1; i < operands.size(); ++i) {
    const Bound equal = comparison(Comparison::kEqual, operands[0], operands[i], operands[i].range);
    if (!equal.ok) return {};
    node.inputs.push_back(equal.node);
  }
  return add(std::move(node));
}

Bound Binder::in_constants(const Ast& ast, const Operands& operands) {
  auto list = std::make_shared<InList>();
  Node node;
  node.kind = NodeKind::kCall;
  node.type = kBoolType;
  node.range = ast.range;
  node.kernel = in_list_kernel;
  node.inputs = {operands[0].node};
  for (size_t i = 1; i < operands.size(); ++i) {
    add_to(*list, *builder_[operands[i].node].constant);
    node.state_key += fmt::format("{},", operands[i].node);
  }
  node.state = std::move(list);
  return add(std::move(node));
}

Bound Binder::like(const Ast& ast) {
  const std::string_view word = ast.insensitive ? "ilike" : "like";
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  for (Bound& operand : operands) {
    if (!cost(operand, kUtf8Type)) {
      return wrong(code::kOperandType, operand.range,
                   fmt::format("'{}' needs text, not {}", word, to_string(operand.type)),
                   fmt::format("cast it: {}::utf8", mistakes_.quote(operand.range)));
    }
    if (!coerce(operand, kUtf8Type)) return {};
  }
  std::string_view escape = "\\";
  if (operands.size() > 2) {
    const Node& node = builder_[operands[2].node];
    if (!node.constant || !node.constant->is_valid(0) ||
        count_characters(node.constant->view_at(0)) > 1) {
      return wrong(code::kNotConstant, operands[2].range,
                   "the escape character must be one constant character");
    }
    escape = node.constant->view_at(0);
  }
  Node node;
  node.kind = NodeKind::kCall;
  node.type = kBoolType;
  node.range = ast.range;
  node.kernel = ast.insensitive ? ilike_kernel : like_kernel;
  for (const Bound& operand : operands) node.inputs.push_back(operand.node);
  const Node& pattern = builder_[operands[1].node];
  if (pattern.constant && pattern.constant->is_valid(0)) {
    std::string text(pattern.constant->view_at(0));
    if (ast.insensitive) {
      text.clear();
      append_lower(text, pattern.constant->view_at(0));
    }
    auto parsed = LikePattern::parse(text, escape);
    if (!parsed)
      return wrong(code::kBadPattern, operands[1].range,
                   "a like pattern must not end with the escape character");
    node.state = std::make_shared<LikePattern>(std::move(*parsed));
  }
  Bound result = add(std::move(node));
  return ast.negated ? call_kernel(not_kernel, kBoolType, {result}, ast.range) : result;
}

}  // namespace leat::expr
