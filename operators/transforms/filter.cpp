// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// filter: keeps the rows for which a condition is true. Columns stay as they are; only the
// selection gets smaller, until so few rows are left that copying them is cheaper than carrying the
// others along.
#include <algorithm>
#include <array>

#include "engine/mutant.h"
#include "operators/data/take.h"
#include "operators/expr/expression.h"
#include "operators/operator.h"

namespace leat {

namespace {

/// The rows of `selection` that are in front of the end of `limit`, both ascending.
Selection before_end_of(const Selection& selection, const Selection& limit) {
  if (limit.count() == 0) return selection.prefix(0);
  const uint32_t last = limit[limit.count() - 1];
  size_t kept = selection.count();
  while (kept > 0 && selection[kept - 1] > last) --kept;
  return selection.prefix(kept);
}

class FilterLane final : public MapLane {
 public:
  FilterLane(const expr::ProgramRef& condition, const LaneContext& context)
      : condition_(condition, context.memory), context_(context) {}

  Status process(Batch batch, Output& output) override {
    std::vector<RowFault> faults;
    LEAT_TRY_ASSIGN(Selection chosen, condition_.select(batch, batch.selection(), faults));
    size_t good = batch.rows();
    std::optional<Error> error;
    if (!faults.empty()) {
      LEAT_TRY_ASSIGN(Settled settled,
                      context_.faults.settle(batch, batch.selection(), std::move(faults)));
      good = settled.selection.count();
      if (settled.error) chosen = before_end_of(chosen, settled.selection);
      error = std::move(settled.error);
    }
    context_.ledger.add(Counter::kDropped, good - chosen.count());
    if (LEAT_MUTANT("filter_loses_row") && chosen.count() > 1)
      chosen = chosen.prefix(chosen.count() - 1);
    LEAT_TRY(pass(batch.with_selection(std::move(chosen)), output));
    if (error) return std::unexpected(std::move(*error));
    return {};
  }

 private:
  Status pass(Batch passed, Output& output) {
    if (passed.rows() == 0) return {};
    if (is_sparse(passed)) {
      const RowOriginRef origin = passed.places().origin;
      LEAT_TRY_ASSIGN(passed, compact(passed, context_.memory));
      // A row that turns out to be bad further down still has a file and a line.
      RowPlaces places = passed.places();
      if (!LEAT_MUTANT("filter_forgets_places")) places.origin = origin;
      passed = passed.with_places(std::move(places));
    }
    context_.ledger.add(Counter::kPassed, passed.rows());
    return output.emit(std::move(passed));
  }

  expr::Evaluator condition_;
  LaneContext context_;
};

class Filter final : public Map {
 public:
  explicit Filter(expr::ProgramRef condition) : condition_(std::move(condition)) {}

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<FilterLane>(condition_, context);
  }

 private:
  expr::ProgramRef condition_;
};

std::optional<BoundOperator> bind_filter(const OptionValues& options, const BindContext& context) {
  expr::ProgramRef condition = expr::compile_predicate(options.source("where"), *context.input(),
                                                       context.environment, context.diagnostics);
  BoundOperator bound;
  bound.output = context.input();
  for (size_t i = 0; i < context.input()->size(); ++i) bound.column_inputs.push_back({i});
  if (condition) bound.always_read = input_columns(expr::columns_read(*condition));
  bound.equations = {{{Counter::kIn},
                      {Counter::kPassed, Counter::kDropped, Counter::kSkipped, Counter::kRejected}},
                     {{Counter::kOut}, {Counter::kPassed}}};
  // Without a condition there is a mistake, and this is never run; but the output is known, so
  // later stages are checked.
  bound.species = std::make_unique<Filter>(std::move(condition));
  return bound;
}

constexpr std::array<OptionDef, 1> kFilterOptions{{
    {.name = "where",
     .type = OptionType::kExpression,
     .doc = "The condition. Rows for which it is false or NULL are dropped.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_filter;
const OperatorDef operator_filter{
    .name = "filter",
    .kind = OperatorKind::kTransform,
    .summary = "Keeps the rows for which a condition is true.",
    .doc =
        R"(The condition is an expression of type bool. As in SQL, a row passes only when it is true: where a value is
NULL, comparisons are NULL too, and the row is dropped; `coalesce` and `is null` say otherwise.

A row for which the condition cannot be computed (a division by zero, a text that is no number) is bad, and `on_error`
decides what becomes of it. `and`, `or` and `case` compute only what they need: `qty <> 0 and total /
qty > 5` is safe.)",
    .example = R"(- filter: status = 'paid' and qty * price > 100
)",
    .main_option = "where",
    .options = kFilterOptions,
    .bind = &bind_filter,
    .keeps_columns = true,
};

}  // namespace leat
