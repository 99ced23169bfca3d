// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// select: the columns that go on, in this order; each an expression over the columns of the input.
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/computed_columns.h"
#include "operators/expr/column_items.h"
#include "operators/operator.h"

namespace leat {

namespace {

std::optional<BoundOperator> bind_select(const OptionValues& options, const BindContext& context) {
  const Schema& input = *context.input();
  std::vector<ComputedColumn> columns;
  std::set<std::string> names;
  bool ok = true;
  for (const SourceText& source : options.list("columns")) {
    auto items = expr::compile_items(source, input, context.environment, context.diagnostics);
    if (!items) {
      ok = false;
      continue;
    }
    for (expr::NamedProgram& item : *items) {
      if (!names.insert(item.name).second) {
        context.diagnostics.error(code::kColumnTwice, source.span(),
                                  fmt::format("two columns are called '{}'", item.name),
                                  fmt::format("name one of them: {} as other_name", item.text));
        ok = false;
      }
      const auto column = expr::as_column(*item.program);
      Field field{std::move(item.name), expr::result_type(*item.program),
                  column && input[*column].guessed};
      columns.push_back({std::move(field), std::move(item.program)});
    }
  }
  if (ok && columns.empty()) {
    context.diagnostics.error(code::kOptionEmpty, options.span("columns"),
                              "'select' needs at least one column", "");
    ok = false;
  }
  if (!ok) return std::nullopt;
  return compute_columns(std::move(columns));
}

constexpr std::array<OptionDef, 1> kSelectOptions{{
    {.name = "columns",
     .type = OptionType::kExpressions,
     .doc = "Column names or expressions, each with an optional `as name`; `*`, `* except (a, b)`, "
            "`* replace (expression as x)`, and `columns('pattern')`.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_select;
const OperatorDef operator_select{
    .name = "select",
    .kind = OperatorKind::kTransform,
    .summary = "Chooses, orders, renames and computes columns.",
    .doc =
        R"(The output has exactly the listed columns, in this order; rows and their order stay. An item is a
column, or an expression over the columns of the input; `as` gives it a name, and without one an
expression is called by its text.

`*` stands for all columns of the input in their order, `* except (a, b)` for all but some, and
`* replace (lower(mail) as mail)` computes some of them anew in their places. `columns('^m\d+$')`
stands for the columns whose names have a match of the pattern (RE2). YAML needs quotes around an
item that begins with `*`.

A row for which an expression cannot be computed is bad, and `on_error` decides what becomes of it.)",
    .example = R"(- select:
    - order_id
    - upper(country) as country
    - price * qty as total
    - columns('^tag_')
)",
    .main_option = "columns",
    .options = kSelectOptions,
    .bind = &bind_select,
};

}  // namespace leat
