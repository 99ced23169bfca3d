// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// derive: adds columns computed from others. A definition sees the columns of the input and those
// defined before it.
#include <algorithm>
#include <array>
#include <set>

#include <xxhash.h>

#include "engine/mutant.h"
#include "operators/emit_columns.h"
#include "operators/expr/expression.h"
#include "operators/expr/kernels/draw.h"
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
    return derive(std::move(batch), nullptr, output);
  }

  /// With the numbers of the rows; null where nothing asks for them.
  Status derive(Batch batch, const ColumnRef& numbers, Output& output) {
    std::vector<RowFault> faults;
    std::vector<ColumnRef> columns = batch.columns();
    for (size_t i = 0; i < evaluators_.size(); ++i) {
      std::vector<ColumnRef> seen = columns;
      if (numbers) seen.push_back(numbers);
      const Batch working = batch.with_columns(nullptr, std::move(seen));
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

/// Where rows draw by their number, which they have in the order of the input only.
class NumberingState final : public SequentialState {
 public:
  NumberingState(std::shared_ptr<const DerivePlan> plan, const LaneContext& context)
      : lane_(std::move(plan), context), context_(context) {}

  Result<Demand> process(Batch batch, Output& output) override {
    LEAT_TRY_ASSIGN(BufferRef numbers, context_.memory.allocate(
                                           std::max<size_t>(batch.length(), 1) * sizeof(int64_t)));
    auto* const out = numbers->mutable_as<int64_t>();
    std::fill_n(out, batch.length(), int64_t{0});
    if (LEAT_MUTANT("draws_number_by_batch")) next_ = 0;
    for_each_row(batch.selection(), [&](size_t row) { out[row] = next_++; });
    Column::Parts parts;
    parts.values = std::move(numbers);
    auto column = std::make_shared<Column>(kInt64Type, batch.length(), std::move(parts));
    LEAT_TRY(lane_.derive(std::move(batch), std::move(column), output));
    return Demand::kMore;
  }
  Status finish(Output&) override { return {}; }

 private:
  DeriveLane lane_;
  LaneContext context_;
  int64_t next_ = 0;
};

class NumberedDerive final : public Sequential {
 public:
  explicit NumberedDerive(std::shared_ptr<const DerivePlan> plan) : plan_(std::move(plan)) {}

  std::unique_ptr<SequentialState> start(const LaneContext& context) const override {
    return std::make_unique<NumberingState>(plan_, context);
  }

 private:
  std::shared_ptr<const DerivePlan> plan_;
};

uint64_t hash_of(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

/// The columns an expression sees: those there are, and the number of the row, which no expression
/// can name.
Schema with_numbers(std::vector<Field> fields) {
  fields.push_back({"", kInt64Type});
  return Schema(std::move(fields));
}

std::optional<BoundOperator> bind_derive(const OptionValues& options, const BindContext& context) {
  auto plan = std::make_shared<DerivePlan>();
  std::vector<Field> fields = context.input()->fields();
  std::vector<std::vector<size_t>> made_of;  // for each working column, the input columns behind it
  for (size_t i = 0; i < fields.size(); ++i) made_of.push_back({i});
  std::set<size_t> read;
  expr::Environment environment = context.environment;
  bool ok = true;
  bool draws = false;
  const uint64_t stage = hash_of(context.stage_name);
  for (const auto& [name, source] : options.named("columns")) {
    const Schema working(fields);
    environment.row_numbers = {fields.size(), expr::mix(stage) ^ hash_of(name.text())};
    expr::ProgramRef program =
        expr::compile(source, with_numbers(fields), environment, context.diagnostics);
    if (!program) {
      environment.broken_columns.insert(name.text());
      ok = false;
      continue;
    }
    std::set<size_t> inputs;
    for (const size_t column : expr::columns_read(*program)) {
      if (column == fields.size()) {
        draws = true;
      } else {
        inputs.insert(made_of[column].begin(), made_of[column].end());
      }
    }
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
  if (draws) {
    bound.species = std::make_unique<NumberedDerive>(std::move(plan));
  } else {
    bound.species = std::make_unique<Derive>(std::move(plan));
  }
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
becomes of it.

`random()`, `uuid_v4()` and `uuid_v7()` draw by the name of the stage and of the column and by the number of the
row in the input: the same rows draw the same on every machine. A stage with one of them works in one lane.)",
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
