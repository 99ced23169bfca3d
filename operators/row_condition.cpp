// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a filter behind a source of columns could spare it most of its reading, if the source
// knew what is asked for; but what an expression means is known here alone.
//
// Invariants: each condition is implied by `where`, in the meaning that the filter gives it. The
// expression is taken apart at its `and`s; of the parts only those become conditions in which a
// column is compared with a constant that has the column's type, or is a literal which takes it.
//
// Not chosen: to hand expressions over (each source would need an evaluator of them), and `in` and
// `or` (their parts would have to be told apart again).
#include "operators/row_condition.h"

#include <optional>
#include <string_view>
#include <utility>

#include "engine/mutant.h"
#include "operators/expr/constant_value.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/syntax/parser.h"

namespace leat {
namespace {

using Comparison = RowCondition::Comparison;

std::optional<Comparison> comparison_of(std::string_view text) {
  if (text == "=") return Comparison::kEqual;
  if (text == "<") return Comparison::kLess;
  if (text == "<=") return Comparison::kLessOrEqual;
  if (text == ">") return Comparison::kGreater;
  if (text == ">=") return Comparison::kGreaterOrEqual;
  return std::nullopt;
}

/// The comparison with its sides exchanged.
Comparison mirrored(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess: return Comparison::kGreater;
    case Comparison::kLessOrEqual: return Comparison::kGreaterOrEqual;
    case Comparison::kGreater: return Comparison::kLess;
    case Comparison::kGreaterOrEqual: return Comparison::kLessOrEqual;
    default: return comparison;
  }
}

class ConditionFinder {
 public:
  ConditionFinder(const SourceText& where, const Schema& schema,
                  const expr::Environment& environment)
      : where_(where), schema_(schema), environment_(environment) {}

  void visit(const expr::Ast& ast) {
    if (ast.kind == expr::AstKind::kAnd) {
      for (const expr::AstRef& input : ast.inputs) visit(*input);
    } else if (ast.kind == expr::AstKind::kBinary) {
      const auto comparison = comparison_of(ast.text);
      if (!comparison) return;
      add(*ast.inputs[0], *comparison, *ast.inputs[1]);
      add(*ast.inputs[1], mirrored(*comparison), *ast.inputs[0]);
    } else if (ast.kind == expr::AstKind::kBetween && !ast.negated) {
      add(*ast.inputs[0], Comparison::kGreaterOrEqual, *ast.inputs[1]);
      add(*ast.inputs[0], Comparison::kLessOrEqual, *ast.inputs[2]);
    } else if (ast.kind == expr::AstKind::kIs && ast.text == "null") {
      if (const Field* const column = column_of(*ast.inputs[0]))
        found_.push_back(
            {column->name, ast.negated ? Comparison::kIsNotNull : Comparison::kIsNull});
    }
  }
  std::vector<RowCondition> take() { return std::move(found_); }

 private:
  const Field* column_of(const expr::Ast& ast) const {
    if (ast.kind != expr::AstKind::kColumn) return nullptr;
    const std::optional<size_t> column = schema_.find(ast.text);
    return column ? &schema_[*column] : nullptr;
  }

  void add(const expr::Ast& column_side, Comparison comparison, const expr::Ast& value_side) {
    const Field* const column = column_of(column_side);
    if (column == nullptr) return;
    const ColumnRef value = value_of(value_side, column->type);
    if (value == nullptr || !value->is_valid(0)) return;
    found_.push_back({column->name, comparison, expr::constant_text(*value)});
  }

  /// The constant as it is compared with values of `type`; null: it is none, or of another type.
  ColumnRef value_of(const expr::Ast& ast, const Type& type) const {
    const std::string text = where_.text().substr(ast.range.begin, ast.range.end - ast.range.begin);
    const SourceText source(text, where_.span(), {});
    Diagnostics ignored;
    const Schema nothing;
    const bool takes_type = ast.kind == expr::AstKind::kString && !type.is_numeric();
    ColumnRef value = takes_type
                          ? expr::compile_constant_as(source, type, nothing, environment_, ignored)
                          : expr::compile_constant(source, nothing, environment_, ignored);
    if (value == nullptr) return nullptr;
    const bool fits = value->type() == type || (type.is_numeric() && value->type().is_numeric());
    return fits || LEAT_MUTANT("bounds_of_other_types") ? value : nullptr;
  }

  const SourceText& where_;
  const Schema& schema_;
  const expr::Environment& environment_;
  std::vector<RowCondition> found_;
};

}  // namespace

std::vector<RowCondition> row_conditions(const SourceText& where, const Schema& schema,
                                         const expr::Environment& environment) {
  Diagnostics ignored;
  expr::Mistakes mistakes(where, ignored);
  ConditionFinder finder(where, schema, environment);
  if (const expr::AstRef ast = expr::parse(mistakes)) finder.visit(*ast);
  return finder.take();
}

}  // namespace leat
