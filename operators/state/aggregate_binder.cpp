// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Equal programs, states and calls are found while the plan is made, and computed once: `sum(x)`,
// `avg(x)` and `count(x)` share a state, and so do the cells of a pivot that count the same rows.
//
// Invariants:
//  1. The keys are the first inputs, in order.
//  2. A filter that is asked within another one has the higher index.
//
// Rejected: conditions of pivots put into the text of every call. A call may have a filter of its
// own, and messages would show what nobody wrote.
#include "operators/state/aggregate_binder.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/expr/key_expression.h"

namespace leat::state {

namespace {

/// What a lane needs to write its groups to disk, scratch of one batch and the first table.
constexpr size_t kMemoryMinimum = size_t{2} << 20;

class AggregatePartial final : public Partial {
 public:
  AggregatePartial(const AggregationPlan& plan, const LaneContext& context)
      : ledger_(context.ledger), aggregation_(std::make_unique<Aggregation>(plan, context)) {}

  Status consume(const Batch& batch) override { return aggregation_->consume(batch); }
  Status seal() override { return {}; }
  size_t spillable() const override { return aggregation_->spillable(); }
  Status spill() override { return aggregation_->spill(ledger_); }
  std::unique_ptr<Aggregation> take() { return std::move(aggregation_); }

 private:
  Ledger& ledger_;
  std::unique_ptr<Aggregation> aggregation_;
};

class AggregateResult final : public Collected {
 public:
  AggregateResult(std::unique_ptr<Aggregation> whole, size_t parts)
      : whole_(std::move(whole)), parts_(parts) {}

  size_t parts() const override { return parts_; }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
    return whole_->emit_part(part, context, output);
  }

 private:
  std::unique_ptr<Aggregation> whole_;
  size_t parts_;
};

class AggregateFinal final : public Final {
 public:
  AggregateFinal(const AggregationPlan& plan, const LaneContext& context)
      : plan_(plan), context_(context) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    lanes_.push_back(static_cast<AggregatePartial&>(*partial).take());
    return {};
  }
  Result<CollectedRef> finish() override {
    if (lanes_.empty()) lanes_.push_back(std::make_unique<Aggregation>(plan_, context_));
    for (const auto& lane : lanes_) context_.ledger.add(Counter::kFolded, lane->rows());
    // The largest table stays: fewer groups to look up.
    std::stable_sort(lanes_.begin(), lanes_.end(),
                     [](const auto& a, const auto& b) { return a->groups() > b->groups(); });
    if (std::any_of(lanes_.begin(), lanes_.end(),
                    [](const auto& lane) { return lane->has_spilled(); }))
      return restore();
    std::unique_ptr<Aggregation>& whole = lanes_.front();
    if (lanes_.size() > 1 && !whole->make_room_for(std::span(lanes_).subspan(1))) return restore();
    for (size_t lane = 1; lane < lanes_.size(); ++lane)
      LEAT_TRY(whole->absorb(std::move(lanes_[lane])));
    LEAT_TRY_ASSIGN(const size_t parts, whole->finish());
    return CollectedRef(std::make_shared<const AggregateResult>(std::move(whole), parts));
  }

 private:
  /// Lanes that had room for all of their groups write them to disk now: the others' are there.
  Result<CollectedRef> restore() {
    const size_t memory = lanes_.size() * context_.spill->lane_bytes();
    std::vector<std::vector<SpilledPartitions>> spilled;
    for (std::unique_ptr<Aggregation>& lane : lanes_) {
      LEAT_TRY(lane->spill(context_.ledger));
      spilled.push_back(lane->take_spilled());
      lane.reset();
    }
    return restore_partitions(restore_plan(plan_), context_, std::move(spilled), memory);
  }

  const AggregationPlan& plan_;
  LaneContext context_;
  std::vector<std::unique_ptr<Aggregation>> lanes_;
};

class Aggregate final : public Collect {
 public:
  explicit Aggregate(AggregationPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<AggregatePartial>(plan_, context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<AggregateFinal>(plan_, context);
  }

 private:
  AggregationPlan plan_;
};

void read_columns(const expr::Program& program, std::vector<size_t>& read) {
  const std::vector<size_t>& columns = expr::columns_read(program);
  read.insert(read.end(), columns.begin(), columns.end());
}

/// Programs of one environment with the same text compute the same; a column may be called like
/// another's text.
bool is_same(const expr::Program& a, const expr::Program& b) {
  return expr::as_column(a) == expr::as_column(b) && expr::default_name(a) == expr::default_name(b);
}

}  // namespace

AggregateBinder::AggregateBinder(const BindContext& context)
    : context_(context), errors_before_(context.diagnostics.count()) {}

bool AggregateBinder::ok() const { return context_.diagnostics.count() == errors_before_; }

void AggregateBinder::add_key(const SourceText& source) {
  std::optional<expr::NamedProgram> item =
      expr::compile_key_item(source, *context_.input(), context_.environment, context_.diagnostics);
  if (!item) return;
  const Type& type = expr::result_type(*item->program);
  if (!is_groupable(type)) {
    context_.diagnostics.error(
        code::kNotAKey, source.span(),
        fmt::format("cannot group by a value of type {}", to_string(type)),
        "group by a scalar taken out of it, for example with ->> or a field name");
    return;
  }
  add_field(item->name, type, source.span());
  plan_.keys.push_back({item->name, type});
  inputs_read_.push_back(expr::columns_read(*item->program));
  plan_.inputs.push_back({item->program, expr::as_column(*item->program), std::nullopt});
}

void AggregateBinder::add_sets(std::vector<std::vector<bool>> sets) {
  // A program for form's sake: Aggregation puts the number of each set in its place.
  const std::optional<expr::NamedProgram> number = expr::compile_item(
      SourceText("0", {}, {}), *context_.input(), context_.environment, context_.diagnostics);
  LEAT_CHECK(number.has_value(), "a number is an expression");
  plan_.sets = std::move(sets);
  plan_.keys.push_back({"set", kInt64Type});
  plan_.inputs.push_back({number->program, std::nullopt, std::nullopt});
}

std::vector<Field> AggregateBinder::shown_keys() const {
  return {plan_.keys.begin(), plan_.keys.begin() + static_cast<ptrdiff_t>(plan_.shown_keys())};
}

void AggregateBinder::add_field(const std::string& name, const Type& type, Span where) {
  for (const Field& field : fields_) {
    if (field.name != name) continue;
    context_.diagnostics.error(code::kColumnTwice, where,
                               fmt::format("two columns of the result are called '{}'", name),
                               "give one of them another name");
    return;
  }
  fields_.push_back({name, type});
}

void AggregateBinder::add_column(const SourceText& name, const SourceText& source,
                                 const expr::ProgramRef& only) {
  const std::optional<expr::AggregateExpression> expression = expr::compile_aggregate(
      source, *context_.input(), shown_keys(), context_.environment, context_.diagnostics);
  if (!expression) return;
  if (!expression->groupings.empty() && plan_.sets.empty()) {
    context_.diagnostics.error(
        code::kGroupingSets, source.span(), "'grouping' is a matter of grouping sets",
        "add the option `grouping: rollup`, `cube` or a list of lists of keys");
    return;
  }
  std::optional<size_t> within;
  if (only) within = add_filter(only, std::nullopt);
  AggregationPlan::ResultColumn result;
  std::vector<Field> fields = shown_keys();
  std::vector<size_t> read;
  if (only) read_columns(*only, read);
  for (const expr::AggregateCall& call : expression->calls) {
    const std::optional<size_t> index = add_call(call, within);
    if (!index) return;
    result.calls.push_back(*index);
    fields.push_back({fmt::format("call {}", result.calls.size()), call.result});
    for (const expr::ProgramRef& argument : call.arguments) read_columns(*argument, read);
    for (const expr::SortKey& key : call.order) read_columns(*key.key, read);
    if (call.filter) read_columns(*call.filter, read);
  }
  result.groupings = expression->groupings;
  for (size_t i = 0; i < result.groupings.size(); ++i)
    fields.push_back({fmt::format("grouping {}", i + 1), kInt64Type});
  for (const size_t column : expr::columns_read(*expression->result)) {
    if (column < plan_.shown_keys()) read_columns(*plan_.inputs[column].program, read);
  }
  result.schema = std::make_shared<const Schema>(std::move(fields));
  result.program = expression->result;
  add_field(name.text(), expr::result_type(*expression->result), name.span());
  plan_.results.push_back(std::move(result));
  std::sort(read.begin(), read.end());
  read.erase(std::unique(read.begin(), read.end()), read.end());
  inputs_read_.push_back(std::move(read));
}

std::optional<size_t> AggregateBinder::add_call(const expr::AggregateCall& call,
                                                std::optional<size_t> within) {
  const Span where = call.source.span(call.begin, call.end);
  const std::optional<Fold> fold =
      fold_of(call.function, call.distinct, !call.order.empty(), call.count > 0);
  LEAT_CHECK(fold.has_value(), "an aggregate function without a fold");
  AggregationPlan::State planned_state = state_of(*fold, call, within);
  if (!can_fold(planned_state.spec)) {
    context_.diagnostics.error(code::kArgumentType, where,
                               fmt::format("'{}' does not take values of type {}", call.function,
                                           to_string(planned_state.spec.types.front())));
    return std::nullopt;
  }
  AggregationPlan::Call planned{add_state(std::move(planned_state)),
                                *fold,
                                {call.fraction, call.descending, call.separator, call.count},
                                call.result,
                                call.source.text().substr(call.begin, call.end - call.begin),
                                where};
  for (size_t i = 0; i < plan_.calls.size(); ++i) {
    const AggregationPlan::Call& known = plan_.calls[i];
    if (known.state == planned.state && known.fold == planned.fold &&
        known.parameters == planned.parameters && known.type == planned.type)
      return i;
  }
  plan_.calls.push_back(std::move(planned));
  return plan_.calls.size() - 1;
}

AggregationPlan::State AggregateBinder::state_of(Fold fold, const expr::AggregateCall& call,
                                                 std::optional<size_t> within) {
  AggregationPlan::State state{{fold, {}}, {}, within};
  state.spec.distinct = call.distinct && heeds_distinct(fold);
  if (call.filter) state.filter = add_filter(call.filter, within);
  const auto add = [&](const expr::ProgramRef& program) {
    state.inputs.push_back(add_input(program, state.filter));
    state.spec.types.push_back(expr::result_type(*program));
  };
  for (const expr::ProgramRef& argument : call.arguments) add(argument);
  for (const expr::SortKey& key : call.order) {
    add(key.key);
    state.spec.order.push_back({key.descending, key.nulls_first});
  }
  return state;
}

size_t AggregateBinder::add_state(AggregationPlan::State state) {
  for (size_t i = 0; i < plan_.states.size(); ++i) {
    const AggregationPlan::State& known = plan_.states[i];
    if (share_state(known.spec, state.spec) && known.inputs == state.inputs &&
        known.filter == state.filter)
      return i;
  }
  plan_.states.push_back(std::move(state));
  return plan_.states.size() - 1;
}

size_t AggregateBinder::add_filter(const expr::ProgramRef& filter, std::optional<size_t> within) {
  for (size_t i = 0; i < plan_.filters.size(); ++i) {
    if (plan_.filters[i].within == within && is_same(*plan_.filters[i].program, *filter)) return i;
  }
  plan_.filters.push_back({filter, within});
  return plan_.filters.size() - 1;
}

size_t AggregateBinder::add_input(const expr::ProgramRef& program, std::optional<size_t> filter) {
  const std::optional<size_t> column = expr::as_column(*program);
  if (column) filter.reset();  // there already, for all rows
  // Keys are NULL in sets which have them not, and arguments are not.
  const size_t begin = plan_.sets.empty() ? 0 : plan_.keys.size();
  for (size_t i = begin; i < plan_.inputs.size(); ++i) {
    const AggregationPlan::Input& known = plan_.inputs[i];
    if (known.filter == filter && is_same(*known.program, *program)) return i;
  }
  plan_.inputs.push_back({program, column, filter});
  return plan_.inputs.size() - 1;
}

BoundOperator AggregateBinder::finish() {
  plan_.output = std::make_shared<const Schema>(fields_);
  BoundOperator bound;
  bound.output = plan_.output;
  for (const std::vector<size_t>& columns : inputs_read_)
    bound.column_inputs.push_back(input_columns(columns));
  std::vector<size_t> read;
  for (size_t i = 0; i < plan_.keys.size(); ++i) read_columns(*plan_.inputs[i].program, read);
  std::sort(read.begin(), read.end());
  read.erase(std::unique(read.begin(), read.end()), read.end());
  bound.always_read = input_columns(read);
  bound.equations = {{{Counter::kIn}, {Counter::kFolded, Counter::kSkipped, Counter::kRejected}},
                     {{Counter::kSpilled}, {Counter::kRestored}},
                     {{Counter::kOut}, {Counter::kMade}}};
  bound.memory_minimum = kMemoryMinimum;
  bound.species = std::make_unique<Aggregate>(std::move(plan_));
  return bound;
}

}  // namespace leat::state
