// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// expect: a contract of the rows that pass. How it is kept is in operators/state/contract/.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/expr/aggregate_expression.h"
#include "operators/expr/column_items.h"
#include "operators/expr/pair_expression.h"
#include "operators/operator.h"
#include "operators/state/aggregate_binder.h"
#include "operators/state/contract/contract_map.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/join/join_binder.h"
#include "operators/state/keyed/distinct_collect.h"
#include "operators/state/spool.h"

namespace leat {

namespace {

using state::ContractPlan;
using state::Expectation;

/// What a lane needs that holds rows and keys, to write both to disk.
constexpr size_t kHoldingMinimum = size_t{4} << 20;
/// What one needs that adds up.
constexpr size_t kTotalsMinimum = size_t{1} << 20;

std::unique_ptr<Collect> collect_of(BoundOperator bound) {
  return std::move(std::get<std::unique_ptr<Collect>>(bound.species));
}

class ExpectBinder {
 public:
  ExpectBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        input_(*context.input()),
        plan_(std::make_unique<ContractPlan>()) {}

  std::optional<BoundOperator> bind() {
    const size_t before = context_.diagnostics.count();
    plan_->input = context_.input();
    plan_->on_error = context_.on_error;
    bound_.output = context_.input();
    for (size_t i = 0; i < input_.size(); ++i) bound_.column_inputs.push_back({i});
    add_not_null();
    add_unique();
    add_rows();
    add_references();
    add_totals();
    if (plan_->expectations.empty() && !options_.has("all") &&
        context_.diagnostics.count() == before) {
      context_.diagnostics.error(
          code::kOptionMissing, options_.stage(), "'expect' expects nothing",
          "write what should hold: not_null, unique, rows, all or references");
    }
    if (context_.diagnostics.count() != before) return std::nullopt;
    return finish();
  }

 private:
  void read(const std::vector<size_t>& columns, size_t input = 0) {
    for (const size_t column : columns) bound_.always_read.emplace_back(column, input);
  }

  void add(Expectation expectation) {
    if (expectation.program) {
      expectation.columns_read = expr::columns_read(*expectation.program);
      expectation.column = expr::as_column(*expectation.program);
    }
    read(expectation.columns_read);
    plan_->expectations.push_back(std::move(expectation));
  }

  void refuse_empty(std::string_view option) {
    const OptionNode* const node = options_.find(option);
    if (node == nullptr || node->kind == OptionNode::Kind::kScalar) return;
    if (!node->items.empty() || !node->entries.empty()) return;
    context_.diagnostics.error(code::kOptionEmpty, node->span, fmt::format("'{}' is empty", option),
                               "write what should hold, or leave it out");
  }

  void add_not_null() {
    if (!options_.has("not_null")) return;
    refuse_empty("not_null");
    for (const SourceText& source : options_.list("not_null")) {
      expr::ProgramRef program =
          expr::compile(source, input_, context_.environment, context_.diagnostics);
      if (!program) continue;
      add({.kind = Expectation::Kind::kNotNull,
           .name = "not_null: " + source.text(),
           .where = source.span(),
           .program = std::move(program)});
    }
  }

  void add_unique() {
    if (!options_.has("unique")) return;
    refuse_empty("unique");
    state::UniquePlan unique;
    Expectation expectation{
        .kind = Expectation::Kind::kUnique, .name = {}, .where = options_.span("unique")};
    std::vector<Field> keys{{"seat", kInt64Type}};
    for (const SourceText& source : options_.list("unique")) {
      expr::ProgramRef key =
          expr::compile(source, input_, context_.environment, context_.diagnostics);
      if (!key) continue;
      const Type& type = expr::result_type(*key);
      if (!state::is_groupable(type)) {
        context_.diagnostics.error(code::kNotAKey, source.span(),
                                   fmt::format("values of type {} cannot be keys", to_string(type)),
                                   "make another value of them, e.g. text: x::utf8");
        continue;
      }
      expectation.name += (expectation.name.empty() ? "unique: " : ", ") + source.text();
      for (const size_t column : expr::columns_read(*key))
        expectation.columns_read.push_back(column);
      keys.push_back({fmt::format("key {}", keys.size()), type});
      unique.keys.push_back(std::move(key));
    }
    if (unique.keys.empty()) return;  // which was reported
    hold(std::move(keys), unique);
    plan_->unique = std::move(unique);
    add(std::move(expectation));
  }

  /// How rows and their keys are held.
  void hold(std::vector<Field> keys, state::UniquePlan& unique) const {
    unique.key_schema = std::make_shared<const Schema>(std::move(keys));
    state::DistinctPlan distinct;
    distinct.output = distinct.partitions.order.input = distinct.partitions.order.stored =
        unique.key_schema;
    for (size_t i = 1; i < unique.key_schema->size(); ++i)
      distinct.partitions.keys.push_back({expr::column_program(*unique.key_schema, i), i});
    unique.firsts = state::make_distinct(std::move(distinct));
    std::vector<Field> held = input_.fields();
    unique.seat = held.size();
    held.push_back({"seat", kInt64Type});
    unique.place = {held.size()};
    held.push_back({"file", kUtf8Type});
    held.push_back({"line", kInt64Type});
    if (context_.on_error == OnError::kReject) {
      unique.raw = held.size();
      held.push_back({"raw", kUtf8Type});
    }
    unique.held_schema = std::make_shared<const Schema>(std::move(held));
    unique.rows = collect_of(state::bind_spool(unique.held_schema));
  }

  /// Reports what was found; those of one kind get a hint that fits a contract.
  void hand_on(const Diagnostics& found, Code kind, std::string_view hint) {
    for (const Diagnostic& one : found.errors())
      context_.diagnostics.error(one.number, one.where, one.message,
                                 one.number == kind ? std::string(hint) : one.hint);
    for (const Diagnostic& one : found.warnings())
      context_.diagnostics.warning(one.number, one.where, one.message, one.hint);
  }

  void add_rows() {
    refuse_empty("rows");
    for (const auto& [name, source] : options_.named("rows")) {
      Diagnostics found;
      expr::ProgramRef program =
          expr::compile_predicate(source, input_, context_.environment, found);
      hand_on(found, code::kAggregateHere, "conditions on all rows together stand under 'all'");
      if (!program) continue;
      add({.kind = Expectation::Kind::kRule,
           .name = name.text(),
           .where = source.span(),
           .program = std::move(program)});
    }
  }

  std::optional<size_t> find_column(const SourceText& name, const Schema& schema,
                                    const std::string& stage) const {
    if (const auto column = expr::find_column(schema, name.text())) return column;
    std::vector<std::string> names;
    for (const Field& field : schema.fields()) names.push_back(field.name);
    std::string hint = did_you_mean(name.text(), names);
    if (hint.empty()) hint = fmt::format("its columns are '{}'", fmt::join(names, "', '"));
    context_.diagnostics.error(code::kUnknownColumn, name.span(),
                               fmt::format("{} has no column '{}'", stage, name.text()), hint);
    return std::nullopt;
  }

  void add_references() {
    refuse_empty("references");
    size_t side = 0;
    for (const auto& [name, source] : options_.named("references")) {
      const std::optional<Reference> reference = split_reference(source);
      const Schema& other = *context_.inputs[++side];
      const auto column = find_column(name, input_, "the input");
      const auto meant = find_column(reference->column, other,
                                     fmt::format("the stage '{}'", reference->stage.text()));
      if (!column || !meant) continue;
      const SourceText equal(fmt::format("{} = {}", expr::quoted_name(input_[*column].name),
                                         expr::quoted_name(other[*meant].name)),
                             source.span(), {});
      auto pair =
          expr::compile_key_pair(equal, {input_, other, "the input", reference->stage.text()},
                                 context_.environment, context_.diagnostics);
      if (!pair) continue;
      if (!state::is_groupable(pair->type)) {
        context_.diagnostics.error(
            code::kNotAKey, source.span(),
            fmt::format("values of type {} cannot be keys", to_string(pair->type)),
            "make another value of them before, e.g. text");
        continue;
      }
      auto plan = std::make_unique<state::JoinPlan>();
      plan->how = state::JoinHow::kSemi;
      plan->left = plan->output = context_.input();
      state::use_keys({*pair}, *plan);
      read({*meant}, side);
      add({.kind = Expectation::Kind::kReference,
           .name = "references: " + name.text(),
           .where = source.span(),
           .columns_read = {*column},
           .reference = plan_->references.size()});
      plan_->references.push_back(std::move(plan));
    }
  }

  void add_totals() {
    refuse_empty("all");
    const auto written = options_.named("all");
    if (written.empty()) return;
    state::ContractTotals totals;
    Diagnostics found;
    const BindContext context{.inputs = context_.inputs,
                              .environment = context_.environment,
                              .diagnostics = found,
                              .definition = context_.definition,
                              .stage_name = context_.stage_name};
    state::AggregateBinder binder(context);
    const auto add_column = [&](const SourceText& source) {
      const size_t column = binder.fields().size();
      binder.add_column(SourceText(fmt::format("column {}", column), source.span(), {}), source);
      return column;
    };
    for (const auto& [name, source] : written) {
      state::TotalRule rule{name.text(), source.span(), add_column(source), {}};
      if (!binder.ok()) continue;
      const Type& type = binder.fields().back().type;
      if (!type.is(TypeId::kBool)) {
        context_.diagnostics.error(
            code::kNotCondition, source.span(),
            fmt::format("'{}' is no condition, but {}", name.text(), to_string(type)),
            "compare it with something, e.g. count(*) > 0");
        continue;
      }
      Diagnostics known;
      const auto parts = expr::compile_aggregate(source, input_, {}, context_.environment, known);
      for (const expr::AggregateCall& call : parts->calls) {
        const std::string text = source.text().substr(call.begin, call.end - call.begin);
        const bool again = std::any_of(rule.values.begin(), rule.values.end(),
                                       [&](const auto& value) { return value.text == text; });
        if (!again) rule.values.push_back({text, add_column(SourceText(text, source.span(), {}))});
      }
      totals.rules.push_back(std::move(rule));
    }
    hand_on(found, code::kNeitherKeyNorAggregate,
            "it is asked once, of all rows: write an aggregate, such as min(x) > 0 or bool_and(x > "
            "0); conditions on each row stand under 'rows'");
    if (!binder.ok()) return;
    BoundOperator results = binder.finish();
    for (const std::vector<InputColumn>& columns : results.column_inputs)
      bound_.always_read.insert(bound_.always_read.end(), columns.begin(), columns.end());
    totals.results = collect_of(std::move(results));
    plan_->totals = std::move(totals);
  }

  std::optional<BoundOperator> finish() {
    std::stable_sort(
        plan_->expectations.begin(), plan_->expectations.end(),
        [](const Expectation& a, const Expectation& b) { return a.where.begin < b.where.begin; });
    bound_.equations = {{{Counter::kOut}, {Counter::kPassed}}};
    if (plan_->unique) {
      bound_.equations.push_back({{Counter::kIn}, {Counter::kFolded}});
      bound_.equations.push_back({{Counter::kFolded}, {Counter::kMade}});
      bound_.equations.push_back({{Counter::kSpilled}, {Counter::kRestored}});
    }
    bound_.equations.push_back({{plan_->unique ? Counter::kMade : Counter::kIn},
                                {Counter::kPassed, Counter::kSkipped, Counter::kRejected}});
    bound_.memory_minimum =
        (plan_->unique ? kHoldingMinimum : 0) + (plan_->totals ? kTotalsMinimum : 0);
    bound_.holds_rows = plan_->unique || plan_->totals;
    bound_.looks_at_all = plan_->unique || plan_->totals || plan_->warns();
    bound_.species = state::make_contract_map(std::move(plan_));
    return std::move(bound_);
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& input_;
  std::unique_ptr<ContractPlan> plan_;
  BoundOperator bound_;
};

std::optional<BoundOperator> bind_expect(const OptionValues& options, const BindContext& context) {
  return ExpectBinder(options, context).bind();
}

constexpr std::array<OptionDef, 5> kExpectOptions{{
    {.name = "not_null", .type = OptionType::kExpressions, .doc = "Columns that are never NULL."},
    {.name = "unique",
     .type = OptionType::kExpressions,
     .doc = "The columns that no two rows have the same values of. The first row is good, those "
            "behind it are not; rows with a NULL among them are left alone."},
    {.name = "rows",
     .type = OptionType::kNamed,
     .doc = "Names, and conditions that are true for each row. NULL is not true."},
    {.name = "all",
     .type = OptionType::kNamed,
     .doc = "Names, and conditions with aggregates that are true for all rows together, those "
            "that break something else included."},
    {.name = "references",
     .type = OptionType::kReferences,
     .doc = "Columns, and the columns of other stages that have all of their values: "
            "`customer_id: customers.id`. NULL is left alone."},
}};

}  // namespace

extern const OperatorDef operator_expect;
const OperatorDef operator_expect{
    .name = "expect",
    .kind = OperatorKind::kTransform,
    .summary = "Holds rows to a contract.",
    .doc =
        R"(Rows pass as they are and in their order. A row that breaks an expectation is bad, and `on_error` decides
what becomes of it: `fail` (the default) ends the run, `reject` sends it to the rejects, `skip` drops it,
and `warn`, which only this operator knows, lets it pass and says at the end how many rows broke which
expectation. A rejected row is there once, and its reason is the first expectation that it broke, in the
order in which they are written: `not_null: ts`, `unique: order_id`, `references: customer_id`, or the name
of a rule.

Each expectation looks at the rows as they come in: the first row with a key has it even if it is bad for
another reason. An expectation that cannot be computed for a row (a division by zero) is broken by it.

What is said under `all` is asked once, when the last row has come. If it is not true the run fails, or
warns under `on_error: warn`, and the message has the values of its aggregates. Nothing is published when a
contract fails, and a `limit` behind it does not keep it from seeing all rows.

Where keys are unique, all rows are held until the last one has come, in memory or on disk
(`settings.spill`). The column of a stage that is referred to is held in memory.)",
    .example = R"(- expect:
    not_null: [order_id, ts]
    unique: order_id
    rows:
      positive amount: amount > 0
      known country: country in ('DE', 'FR')
    all:
      enough rows: count(*) between 900 and 1100
    references:
      customer_id: customers.id
  on_error: reject
)",
    .main_option = "",
    .options = kExpectOptions,
    .bind = &bind_expect,
    .keeps_columns = true,
    .can_warn = true,
};

}  // namespace leat
