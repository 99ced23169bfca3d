// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// select: the columns that go on, in this order; each an expression over the columns of the input.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "operators/emit_columns.h"
#include "operators/expr/expression.h"
#include "operators/operator.h"

namespace leat {

namespace {

struct SelectPlan {
  std::vector<expr::ProgramRef> programs;
  SchemaRef output;
};

class SelectLane final : public MapLane {
 public:
  SelectLane(std::shared_ptr<const SelectPlan> plan, const LaneContext& context)
      : plan_(std::move(plan)), context_(context) {
    for (const expr::ProgramRef& program : plan_->programs)
      evaluators_.emplace_back(program, context.memory);
  }

  Status process(Batch batch, Output& output) override {
    std::vector<RowFault> faults;
    std::vector<ColumnRef> columns;
    for (expr::Evaluator& evaluator : evaluators_) {
      LEAT_TRY_ASSIGN(ColumnRef value, evaluator.evaluate(batch, batch.selection(), faults));
      columns.push_back(std::move(value));
    }
    return emit_columns(batch, plan_->output, std::move(columns), std::move(faults), context_,
                        output);
  }

 private:
  std::shared_ptr<const SelectPlan> plan_;
  std::vector<expr::Evaluator> evaluators_;
  LaneContext context_;
};

class Select final : public Map {
 public:
  explicit Select(std::shared_ptr<const SelectPlan> plan) : plan_(std::move(plan)) {}

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<SelectLane>(plan_, context);
  }

 private:
  std::shared_ptr<const SelectPlan> plan_;
};

std::optional<BoundOperator> bind_select(const OptionValues& options, const BindContext& context) {
  auto plan = std::make_shared<SelectPlan>();
  BoundOperator bound;
  std::vector<Field> fields;
  std::set<size_t> read;
  std::set<std::string> names;
  bool ok = true;
  for (const SourceText& source : options.list("columns")) {
    auto item =
        expr::compile_item(source, *context.input(), context.environment, context.diagnostics);
    if (!item) {
      ok = false;
      continue;
    }
    if (!names.insert(item->name).second) {
      context.diagnostics.error(source.span(),
                                fmt::format("two columns are called '{}'", item->name),
                                fmt::format("name one of them: {} as other_name", item->text));
      ok = false;
    }
    const std::vector<size_t>& inputs = expr::columns_read(*item->program);
    bound.column_inputs.push_back(input_columns(inputs));
    if (!expr::as_column(*item->program)) read.insert(inputs.begin(), inputs.end());
    const auto column = expr::as_column(*item->program);
    fields.push_back({std::move(item->name), expr::result_type(*item->program),
                      column && (*context.input())[*column].guessed});
    plan->programs.push_back(std::move(item->program));
  }
  if (ok && fields.empty()) {
    context.diagnostics.error(options.span("columns"), "'select' needs at least one column", "");
    ok = false;
  }
  if (!ok) return std::nullopt;
  plan->output = std::make_shared<Schema>(std::move(fields));
  bound.output = plan->output;
  bound.always_read.assign(read.begin(), read.end());
  bound.equations = passing_equations();
  bound.species = std::make_unique<Select>(std::move(plan));
  return bound;
}

constexpr std::array<OptionDef, 1> kOptions{{
    {.name = "columns",
     .type = OptionType::kExpressions,
     .doc = "Column names or expressions, each with an optional `as name`.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_select;
const OperatorDef operator_select{
    .name = "select",
    .kind = OperatorKind::kTransform,
    .summary = "Chooses, orders, renames and computes columns.",
    .doc =
        R"(The output has exactly the listed columns, in this order. An item is a column, or an
expression over the columns
of the input; `as` gives it a name, and without one an expression is called by its text.

A row for which an expression cannot be computed is bad, and `on_error` decides what becomes of it.)",
    .example = R"(- select:
    - order_id
    - upper(country) as country
    - price * qty as total
)",
    .main_option = "columns",
    .options = kOptions,
    .bind = &bind_select,
};

}  // namespace leat
