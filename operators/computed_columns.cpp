// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One map for every operator that is nothing but a list of columns (select, rename, drop, cast,
// fill with a value), so that these differ in how they are written and not in what they do with bad
// rows and counters.
//
// Invariants:
//  1. Every row comes out once, at the place where it stood, or is bad.
//  2. A plain column is shared, not copied.
//
// Rejected: schemas exchanged without a look at the columns for rename and drop; a program that is
// a plain column costs a reference.
#include "operators/computed_columns.h"

#include <memory>
#include <set>
#include <utility>

#include "operators/emit_columns.h"

namespace leat {

namespace {

struct Plan {
  std::vector<expr::ProgramRef> programs;
  SchemaRef output;
};

class ComputingLane final : public MapLane {
 public:
  ComputingLane(std::shared_ptr<const Plan> plan, const LaneContext& context)
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
  std::shared_ptr<const Plan> plan_;
  std::vector<expr::Evaluator> evaluators_;
  LaneContext context_;
};

class ComputedColumns final : public Map {
 public:
  explicit ComputedColumns(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<ComputingLane>(plan_, context);
  }

 private:
  std::shared_ptr<const Plan> plan_;
};

}  // namespace

ComputedColumn same_column(const Schema& input, size_t column, std::string name) {
  return {{std::move(name), input[column].type, input[column].guessed},
          expr::column_program(input, column)};
}

BoundOperator compute_columns(std::vector<ComputedColumn> columns) {
  auto plan = std::make_shared<Plan>();
  BoundOperator bound;
  std::vector<Field> fields;
  std::set<size_t> read;
  for (ComputedColumn& column : columns) {
    const std::vector<size_t>& inputs = expr::columns_read(*column.program);
    bound.column_inputs.push_back(input_columns(inputs));
    if (!expr::as_column(*column.program)) read.insert(inputs.begin(), inputs.end());
    fields.push_back(std::move(column.field));
    plan->programs.push_back(std::move(column.program));
  }
  plan->output = std::make_shared<Schema>(std::move(fields));
  bound.output = plan->output;
  bound.always_read.assign(read.begin(), read.end());
  bound.equations = passing_equations();
  bound.species = std::make_unique<ComputedColumns>(std::move(plan));
  return bound;
}

}  // namespace leat
