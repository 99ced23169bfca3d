// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// window: columns computed from the rows around each row. Lanes keep rows, then all of them are
// arranged by partition and order, and every call is computed over its arrangement: in memory, or
// where that does not last, on disk.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/codes/expression.h"
#include "operators/expr/window_expression.h"
#include "operators/operator.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/windows/window_collect.h"

namespace leat {

namespace {

using state::Fold;
using state::WindowFunction;
using state::WindowPlan;

// ----------------------------------------------------------------------------------------- binding

class Binder {
 public:
  Binder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        errors_before_(context.diagnostics.count()),
        planner_(context.input()),
        fields_(context.input()->fields()) {
    for (size_t i = 0; i < fields_.size(); ++i) made_of_.push_back({i});
  }

  std::optional<BoundOperator> bind() {
    for (const SourceText& source : options_.list("partition_by")) {
      expr::ProgramRef key = state::compile_partition_key(source, context_);
      if (key) stage_.partition_by.push_back(std::move(key));
    }
    for (const SourceText& source : options_.list("order_by")) {
      std::optional<expr::SortKey> key = expr::compile_sort_key(
          source, *context_.input(), context_.environment, context_.diagnostics);
      if (key) stage_.order_by.push_back(std::move(*key));
    }
    // Calls are checked against the stage's window, so a wrong one would make them wrong as well.
    if (failed()) return std::nullopt;
    for (const auto& [name, source] : options_.named("columns")) add_column(name, source);
    if (failed()) return std::nullopt;
    return finish();
  }

 private:
  bool failed() const { return context_.diagnostics.count() != errors_before_; }

  void add_column(const SourceText& name, const SourceText& source) {
    const std::optional<expr::WindowExpression> expression = expr::compile_window(
        source, *context_.input(), stage_, context_.environment, context_.diagnostics);
    if (!expression) return;
    WindowPlan::Column column;
    std::vector<Field> read_fields = context_.input()->fields();
    std::set<size_t> read;
    for (const expr::WindowCall& call : expression->calls) {
      const std::optional<size_t> index = add_call(call, read);
      if (!index) return;
      column.calls.push_back(*index);
      read_fields.push_back({fmt::format("call {}", column.calls.size()), call.call.result});
    }
    for (const size_t input : expr::columns_read(*expression->result)) {
      if (input >= context_.input()->size()) continue;
      read.insert(input);
      read_beside_.insert(input);
    }
    column.schema = std::make_shared<const Schema>(std::move(read_fields));
    column.program = expression->result;
    column.target = Schema(fields_).find(name.text()).value_or(fields_.size());
    if (column.target == fields_.size()) {
      fields_.emplace_back();
      made_of_.emplace_back();
    }
    fields_[column.target] = {name.text(), expr::result_type(*column.program)};
    made_of_[column.target].assign(read.begin(), read.end());
    plan_.columns.push_back(std::move(column));
  }

  /// Adds to `read` what the value of the call depends on.
  std::optional<size_t> add_call(const expr::WindowCall& call, std::set<size_t>& read) {
    const expr::AggregateCall& parts = call.call;
    const Span where = parts.source.span(parts.begin, parts.end);
    for (const expr::ProgramRef& key : call.window.partition_by) {
      if (state::is_groupable(expr::result_type(*key))) continue;
      context_.diagnostics.error(
          code::kNotAKey, where,
          fmt::format("cannot partition by a value of type {}", to_string(expr::result_type(*key))),
          "partition by a scalar taken out of it");
      return std::nullopt;
    }
    WindowPlan::Call planned{};
    planned.function = state::window_function(parts.function);
    if (planned.function == WindowFunction::kAggregate) {
      std::optional<state::FoldSpec> spec = spec_of(parts, where);
      if (!spec) return std::nullopt;
      planned.spec = std::move(*spec);
      planned.parameters = {parts.fraction, parts.descending, parts.separator, parts.count};
    }
    read_columns(call, read);
    planned.text = parts.source.text().substr(parts.begin, parts.end - parts.begin);
    // One window and equal texts: the same call. Without an `over` that is the stage's.
    if (const auto known = known_.find(planned.text); known != known_.end()) return known->second;
    if (parts.filter) planned.filter = planner_.add_column(parts.filter);
    if (!parts.arguments.empty()) {
      planned.argument = planner_.add_column(parts.arguments[0], planned.filter);
    }
    if (planned.function != WindowFunction::kAggregate && parts.arguments.size() > 1)
      planned.fallback = planner_.add_column(parts.arguments[1]);
    if (planned.function == WindowFunction::kAggregate) {
      for (const expr::ProgramRef& argument : parts.arguments)
        planned.arguments.push_back(planner_.add_column(argument, planned.filter));
      for (const expr::SortKey& key : parts.order)
        planned.arguments.push_back(planner_.add_column(key.key, planned.filter));
    }
    planned.type = parts.result;
    planned.ignore_nulls = call.ignore_nulls;
    planned.number = call.number;
    planned.arrangement = planner_.add_arrangement(call.window.partition_by, call.window.order_by);
    planned.frame = call.frame;
    planned.where = where;
    known_[planned.text] = plan_.calls.size();
    plan_.calls.push_back(std::move(planned));
    return plan_.calls.size() - 1;
  }

  std::optional<state::FoldSpec> spec_of(const expr::AggregateCall& call, Span where) {
    const std::optional<Fold> fold =
        state::fold_of(call.function, call.distinct, !call.order.empty(), call.count > 0);
    LEAT_CHECK(fold.has_value(), "an aggregate function without a fold");
    state::FoldSpec spec{*fold, {}};
    spec.distinct = call.distinct && state::heeds_distinct(*fold);
    for (const expr::ProgramRef& argument : call.arguments)
      spec.types.push_back(expr::result_type(*argument));
    for (const expr::SortKey& key : call.order) {
      spec.types.push_back(expr::result_type(*key.key));
      spec.order.push_back({key.descending, key.nulls_first});
    }
    if (state::can_fold(spec)) return spec;
    context_.diagnostics.error(code::kArgumentType, where,
                               fmt::format("'{}' does not take values of type {}", call.function,
                                           to_string(spec.types.front())));
    return std::nullopt;
  }

  static void read_columns(const expr::WindowCall& call, std::set<size_t>& read) {
    const auto add = [&](const expr::ProgramRef& program) {
      if (!program) return;
      const std::vector<size_t>& columns = expr::columns_read(*program);
      read.insert(columns.begin(), columns.end());
    };
    for (const expr::ProgramRef& argument : call.call.arguments) add(argument);
    for (const expr::SortKey& key : call.call.order) add(key.key);
    add(call.call.filter);
    for (const expr::ProgramRef& key : call.window.partition_by) add(key);
    for (const expr::SortKey& key : call.window.order_by) add(key.key);
  }

  BoundOperator finish() {
    plan_.rows = std::move(planner_).finish();
    plan_.output = std::make_shared<const Schema>(fields_);
    BoundOperator bound;
    bound.output = plan_.output;
    for (const std::vector<size_t>& columns : made_of_)
      bound.column_inputs.push_back(input_columns(columns));
    // Columns are computed whether or not anyone reads them: their faults are part of what the
    // pipeline says.
    std::set<size_t> read = read_beside_;
    for (const size_t column : state::columns_read(plan_.rows)) read.insert(column);
    for (const WindowPlan::Call& call : plan_.calls) {
      if (call.argument && *call.argument < context_.input()->size()) read.insert(*call.argument);
      if (call.fallback && *call.fallback < context_.input()->size()) read.insert(*call.fallback);
      for (const size_t column : call.arguments) {
        if (column < context_.input()->size()) read.insert(column);
      }
      if (call.filter && *call.filter < context_.input()->size()) read.insert(*call.filter);
    }
    bound.always_read.assign(read.begin(), read.end());
    bound.equations = {{{Counter::kIn}, {Counter::kMade, Counter::kSkipped, Counter::kRejected}},
                       {{Counter::kSpilled}, {Counter::kRestored}},
                       {{Counter::kOut}, {Counter::kMade}}};
    bound.memory_minimum = state::kWindowBytesMin;
    bound.species = state::make_windows(std::move(plan_));
    return bound;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const size_t errors_before_;
  expr::WindowSpec stage_;
  state::PartitionPlanner planner_;
  WindowPlan plan_;
  std::vector<Field> fields_;
  std::vector<std::vector<size_t>> made_of_;  // for each column, the input's behind it
  std::set<size_t> read_beside_;              // by expressions around calls
  std::map<std::string, size_t> known_;       // calls by their text
};

std::optional<BoundOperator> bind_window(const OptionValues& options, const BindContext& context) {
  return Binder(options, context).bind();
}

constexpr std::array<OptionDef, 3> kWindowOptions{{
    {.name = "partition_by",
     .type = OptionType::kExpressions,
     .doc = "Rows look only at rows that are equal in these columns or expressions. Without it all "
            "rows are one partition."},
    {.name = "order_by",
     .type = OptionType::kExpressions,
     .doc = "The order within a partition, as `sort` takes it; of equals the order of the input. "
            "Without it that is the whole order, and all rows are peers."},
    {.name = "columns",
     .type = OptionType::kNamed,
     .doc = "Names and expressions with window functions or aggregates, such as `lag(price)` or "
            "`total / sum(total) over (partition by shop)`. A name that exists already replaces "
            "that column in its place.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_window;
const OperatorDef operator_window{
    .name = "window",
    .kind = OperatorKind::kTransform,
    .summary = "Adds columns computed from the rows around each row.",
    .doc =
        R"(Keeps all rows in the order of the input and puts new columns behind theirs. An expression sees
the columns of the input; functions are `row_number`, `rank`, `lag`, `first_value` and their like, and
all aggregates. However long a frame is, a row costs a few steps (log n); only `array_agg`,
`string_agg`, `histogram`, and aggregates with `distinct` other than counts, sums, means, variances
and quantiles look at each row of it.

An aggregate, `first_value`, `last_value` and `nth_value` look at a frame. If nothing is said it
reaches from the partition's first row to the current one and its peers; without an order that is the
whole partition. `over (...)` says otherwise: `rows between 2 preceding and current row` counts rows,
`groups` counts groups of peers, `range between interval '6 days' preceding and current row` counts by
the one key of the order; `exclude current row`, `group` or `ties` takes rows out again. `over` with
`partition by` or `order by`, or with nothing, is a window of its own; with a frame only it is the
stage's. Several windows may stand in one stage.

`filter (where ...)` behind a call lets it see only some rows, `ignore nulls` behind `lag`, `lead`,
`first_value`, `last_value` and `nth_value` those with a value. All rows are held until the last one
has come: in memory, or on disk (`settings.spill`) when they do not fit. The functions are listed by
`leat functions`.)",
    .example = R"(- window:
    partition_by: customer
    order_by: ts
    columns:
      nth: row_number()
      before: lag(total)
      running: sum(total)
      share: total / sum(total) over (rows between unbounded preceding and unbounded following)
      week: avg(total) over (range between interval '6 days' preceding and current row)
      per_shop: rank() over (partition by shop order by total desc)
)",
    .options = kWindowOptions,
    .bind = &bind_window,
};

}  // namespace leat
