// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// derive: adds columns computed from others. A definition sees the columns of the input and those
// defined before it.
#include <algorithm>
#include <array>
#include <set>

#include "operators/emit_columns.h"
#include "operators/expr/expression.h"
#include "operators/operator.h"

namespace leat {

namespace {

/// One definition. Programs read the working columns: those of the input, in which definitions take
/// their places one by one.
struct Definition {
  expr::ProgramRef program;
  size_t target;  ///< Index of the column it makes; one past the last adds a column.
};

struct DerivePlan {
  std::vector<Definition> definitions;
  SchemaRef output;
};

class DeriveLane final : public MapLane {
 public:
  DeriveLane(std::shared_ptr<const DerivePlan> plan, const LaneContext& context)
      : plan_(std::move(plan)), context_(context) {
    for (const Definition& definition : plan_->definitions) {
      evaluators_.emplace_back(definition.program, context.memory);
    }
  }

  Status process(Batch batch, Output& output) override {
    std::vector<RowFault> faults;
    std::vector<ColumnRef> columns = batch.columns();
    for (size_t i = 0; i < evaluators_.size(); ++i) {
      const Batch working = batch.with_columns(nullptr, columns);
      LEAT_TRY_ASSIGN(ColumnRef value, evaluators_[i].evaluate(working, batch.selection(), faults));
      const size_t target = plan_->definitions[i].target;
      if (target == columns.size()) {
        columns.push_back(std::move(value));
      } else {
        columns[target] = std::move(value);
      }
    }
    return emit_columns(batch, plan_->output, std::move(columns), std::move(faults), context_,
                        output);
  }

 private:
  std::shared_ptr<const DerivePlan> plan_;
  std::vector<expr::Evaluator> evaluators_;
  LaneContext context_;
};

class Derive final : public Map {
 public:
  explicit Derive(std::shared_ptr<const DerivePlan> plan) : plan_(std::move(plan)) {}

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<DeriveLane>(plan_, context);
  }

 private:
  std::shared_ptr<const DerivePlan> plan_;
};

std::optional<BoundOperator> bind_derive(const OptionValues& options, const BindContext& context) {
  auto plan = std::make_shared<DerivePlan>();
  std::vector<Field> fields = context.input()->fields();
  std::vector<std::vector<size_t>> made_of;  // for each working column, the input columns behind it
  for (size_t i = 0; i < fields.size(); ++i) made_of.push_back({i});
  std::set<size_t> read;
  expr::Environment environment = context.environment;
  bool ok = true;
  for (const auto& [name, source] : options.named("columns")) {
    const Schema working(fields);
    expr::ProgramRef program = expr::compile(source, working, environment, context.diagnostics);
    if (!program) {
      environment.broken_columns.insert(name.text());
      ok = false;
      continue;
    }
    std::set<size_t> inputs;
    for (const size_t column : expr::columns_read(*program))
      inputs.insert(made_of[column].begin(), made_of[column].end());
    if (!expr::as_column(*program)) read.insert(inputs.begin(), inputs.end());
    const size_t target = working.find(name.text()).value_or(fields.size());
    if (target == fields.size()) {
      fields.emplace_back();
      made_of.emplace_back();
    }
    fields[target] = {name.text(), expr::result_type(*program)};
    made_of[target].assign(inputs.begin(), inputs.end());
    plan->definitions.push_back({std::move(program), target});
  }
  if (!ok) return std::nullopt;
  plan->output = std::make_shared<Schema>(std::move(fields));
  BoundOperator bound;
  bound.output = plan->output;
  for (const std::vector<size_t>& columns : made_of)
    bound.column_inputs.push_back(input_columns(columns));
  // Computed columns are computed whether or not anyone reads them: their faults are part of what
  // the pipeline says.
  bound.always_read.assign(read.begin(), read.end());
  bound.equations = passing_equations();
  bound.species = std::make_unique<Derive>(std::move(plan));
  return bound;
}

constexpr std::array<OptionDef, 1> kDeriveOptions{{
    {.name = "columns",
     .type = OptionType::kNamed,
     .doc = "Names and expressions. A name that exists already replaces that column in its place.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_derive;
const OperatorDef operator_derive{
    .name = "derive",
    .kind = OperatorKind::kTransform,
    .summary = "Adds columns computed from others.",
    .doc =
        R"(New columns come after those of the input, in the order in which they are written. An
expression may use the columns of
the input and the columns written before it. A name that exists already replaces that column: its place stays, and
expressions written later see the new values.

A row for which an expression cannot be computed (an overflow, a text that is no date) is bad, and
`on_error` decides what
becomes of it.)",
    .example = R"(- derive:
    total: price * qty
    vat: round(total * 0.19, 2)
    day: date_trunc('day', ts)::date
)",
    .main_option = "columns",
    .options = kDeriveOptions,
    .bind = &bind_derive,
};

}  // namespace leat
