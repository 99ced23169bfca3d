// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Decimals among other numbers. A number written with a point is a decimal with the digits it is
// written with, an int64 beside a decimal a decimal(19,0), and a whole number written in the
// expression the digits it has, so that `price * 1.19` and `0.06 + 0.01` are exact; a float64 makes
// the whole operation float64, as in PostgreSQL.
#include <algorithm>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/decimal_kernels.h"
#include "operators/expr/kernels/decimal_math.h"

namespace leat::expr {
namespace {

bool is_decimal(const Bound& operand) { return operand.type.is(TypeId::kDecimal); }

}  // namespace

bool Binder::is_bare_decimal(std::string_view type_name) {
  return type_name == "decimal" || type_name == "numeric";
}

std::optional<Bound> Binder::exact_decimal(const Bound& operand) {
  const ColumnRef& value = builder_[operand.node].constant;
  const bool has_digits = operand.is_literal || operand.type.is(TypeId::kInt64);
  if (value == nullptr || !value->is_valid(0) || !has_digits) return std::nullopt;
  const std::optional<DecimalText> number = read_decimal(constant_text(*value));
  if (!number) return std::nullopt;
  return constant(decimal_constant(number->value, number->type), operand.range);
}

void Binder::settle_decimals(std::span<Bound> operands, WholeNumbers whole) {
  if (std::none_of(operands.begin(), operands.end(), is_decimal)) return;
  for (const Bound& operand : operands) {
    if (operand.type.is(TypeId::kFloat64)) return;
  }
  for (Bound& operand : operands) {
    if (is_decimal(operand)) continue;
    if (whole == WholeNumbers::kKeep && operand.type.is(TypeId::kInt64)) continue;
    if (auto exact = exact_decimal(operand)) operand = std::move(*exact);
  }
}

Bound Binder::to_decimal(const Bound& operand) {
  if (is_decimal(operand)) return operand;
  if (operand.type.is(TypeId::kNull))
    return constant(null_constant(Type::decimal(1, 0)), operand.range);
  if (auto exact = exact_decimal(operand)) return *exact;
  return cast_to(operand, common_decimal(operand.type, operand.type).type, operand.range, false);
}

std::optional<Bound> Binder::decimal_arithmetic(const Ast& ast, Operands operands) {
  const Kernel kernel = ast.text.size() == 1 ? decimal_kernel(ast.text[0]) : nullptr;
  if (kernel == nullptr || std::none_of(operands.begin(), operands.end(), is_decimal))
    return std::nullopt;
  settle_decimals(operands);
  for (Bound& operand : operands) {
    const TypeId id = operand.type.id();
    if (id != TypeId::kDecimal && id != TypeId::kInt64 && id != TypeId::kNull) return std::nullopt;
    // An int64 of rows is read as it is.
    if (id == TypeId::kInt64 && builder_[operand.node].constant == nullptr) continue;
    operand = to_decimal(operand);
    if (!operand.ok) return Bound();
  }
  const auto type = decimal_result(ast.text[0], operands[0].type, operands[1].type);
  if (!type) {
    return wrong(
        code::kOperandType, ast.operation,
        fmt::format("{} * {} has more than {} digits behind the point", to_string(operands[0].type),
                    to_string(operands[1].type), kDecimalDigitsMax),
        fmt::format("cast one side to fewer, e.g. {}::decimal(18,4)",
                    mistakes_.quote(operands[0].range)));
  }
  return call_kernel(kernel, *type, operands, ast.range);
}

std::optional<Bound> Binder::decimal_comparison(Comparison comparison, const Bound& left,
                                                const Bound& right) {
  for (const Bound* operand : {&left, &right}) {
    if (!is_decimal(*operand) && !operand->type.is(TypeId::kInt64)) return std::nullopt;
  }
  if (!is_decimal(left) && !is_decimal(right)) return std::nullopt;
  // Casts to a common type would cost more than comparing values of 64 bits as they are.
  const CommonDecimal common = common_decimal(left.type, right.type);
  const auto is_short = [](const Type& type) {
    return !type.is(TypeId::kDecimal) || type.is_short_decimal();
  };
  const bool as_they_are =
      is_short(left.type) && is_short(right.type) && !common.type.is_short_decimal();
  if (common.fits && !as_they_are) return std::nullopt;
  Node node;
  node.kind = NodeKind::kCall;
  node.type = kBoolType;
  node.range = join(left.range, right.range);
  node.kernel = decimal_compare_kernel;
  node.inputs = {left.node, right.node};
  node.state = std::make_shared<Comparison>(comparison);
  node.state_key = fmt::format("{}", static_cast<int>(comparison));
  return add(std::move(node));
}

}  // namespace leat::expr
