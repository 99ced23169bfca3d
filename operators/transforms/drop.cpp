// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// drop: all columns but some.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "engine/codes/option.h"
#include "operators/computed_columns.h"
#include "operators/expr/column_items.h"
#include "operators/operator.h"

namespace leat {

namespace {

std::optional<BoundOperator> bind_drop(const OptionValues& options, const BindContext& context) {
  const Schema& input = *context.input();
  const size_t errors_before = context.diagnostics.count();
  const std::vector<SourceText> items = options.list("columns");
  if (items.empty()) {
    context.diagnostics.error(code::kOptionEmpty, options.span("columns"),
                              "'columns' is an empty list", "name at least one column");
  }
  const std::vector<size_t> dropped = expr::meant_columns(items, input, context.diagnostics);
  if (dropped.size() == input.size() && context.diagnostics.count() == errors_before) {
    context.diagnostics.error(code::kNoColumns, options.span("columns"), "'drop' leaves no column",
                              "keep at least one of them");
  }
  if (context.diagnostics.count() != errors_before) return std::nullopt;
  std::vector<ComputedColumn> columns;
  for (size_t i = 0; i < input.size(); ++i) {
    if (std::find(dropped.begin(), dropped.end(), i) == dropped.end())
      columns.push_back(same_column(input, i, input[i].name));
  }
  BoundOperator bound = compute_columns(std::move(columns));
  // What is named must be there, also when nobody wants it.
  for (const size_t column : dropped) bound.always_read.emplace_back(column);
  return bound;
}

constexpr std::array<OptionDef, 1> kDropOptions{{
    {.name = "columns",
     .type = OptionType::kExpressions,
     .doc = "Names of columns, and `columns('pattern')` for those whose names have a match.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_drop;
const OperatorDef operator_drop{
    .name = "drop",
    .kind = OperatorKind::kTransform,
    .summary = "Leaves columns out.",
    .doc =
        R"(The other columns, the rows and their order stay. A column that does not exist, and a pattern (RE2)
that matches no name, is a mistake.)",
    .example = R"(- drop: [raw, columns('^tmp_')]
)",
    .main_option = "columns",
    .options = kDropOptions,
    .bind = &bind_drop,
};

}  // namespace leat
