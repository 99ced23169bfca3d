// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: of a folder for each day, who wants one day should not open the files of all.
//
// Invariants: a file is left out only if no row of it can pass. The condition is taken apart at its
// `and`s; a part that reads columns of the rows, or cannot be computed, keeps all files. Names mean
// what they mean in the condition itself, so each part is bound to all columns of the rows.
//
// Not chosen: bounds of columns (a range of days is a range of folders, whatever the expression).
#include "operators/wanted_files.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/mutant.h"
#include "operators/expr/expression.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/syntax/parser.h"

namespace leat {
namespace {

constexpr size_t kMemoryBytes = size_t{256} << 20;

/// The parts of `where` that must all be true.
void list_conditions(const expr::Ast& ast, const SourceText& where,
                     std::vector<SourceText>& conditions) {
  if (ast.kind == expr::AstKind::kAnd) {
    for (const expr::AstRef& input : ast.inputs) list_conditions(*input, where, conditions);
    return;
  }
  conditions.emplace_back(where.text().substr(ast.range.begin, ast.range.end - ast.range.begin),
                          where.span(), std::vector<SourceText::Piece>());
}

/// What is known of the rows of an input: what its path says.
Result<Batch> row_of(const io::PathColumns& paths, size_t input, const SchemaRef& schema,
                     MemoryAccount& memory) {
  std::vector<ColumnRef> values;
  for (const Field& field : schema->fields()) {
    const io::PathColumns::PathColumn* const column = paths.find_name(field.name);
    if (column == nullptr) {
      values.push_back(expr::null_constant(field.type));
    } else {
      LEAT_TRY_ASSIGN(ColumnRef value,
                      io::repeat_value(column->values[input], column->type, 1, memory));
      values.push_back(std::move(value));
    }
  }
  return Batch(schema, std::move(values), 1, RowPlaces());
}

}  // namespace

std::vector<bool> wanted_files(const io::PathColumns& paths, size_t count, const SourceText& where,
                               const SchemaRef& schema, const expr::Environment& environment) {
  std::vector<bool> wanted(count, true);
  Diagnostics ignored;
  std::vector<SourceText> conditions;
  expr::Mistakes mistakes(where, ignored);
  if (const expr::AstRef ast = expr::parse(mistakes)) list_conditions(*ast, where, conditions);
  MemoryBudget budget(kMemoryBytes);
  MemoryAccount& memory = budget.open_account("paths");
  for (const SourceText& condition : conditions) {
    const auto program = expr::compile_predicate(condition, *schema, environment, ignored);
    if (!program) continue;
    const std::vector<size_t>& read = expr::columns_read(*program);
    const bool is_known = std::all_of(read.begin(), read.end(), [&](size_t column) {
      return paths.find_name((*schema)[column].name) != nullptr;
    });
    if (read.empty() || (!is_known && !LEAT_MUTANT("any_filter_leaves_files_out"))) continue;
    expr::Evaluator evaluator(program, memory);
    for (size_t input = 0; input < count; ++input) {
      const Result<Batch> row = row_of(paths, input, schema, memory);
      if (!row) continue;
      std::vector<RowFault> faults;
      const Result<Selection> chosen = evaluator.select(*row, row->selection(), faults);
      if (chosen && faults.empty() && chosen->count() == 0) wanted[input] = false;
    }
  }
  return wanted;
}

}  // namespace leat
