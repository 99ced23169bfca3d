// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/keyed/keyed_plan.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/expr/key_expression.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/row_faults.h"

namespace leat::state {

std::vector<Type> KeyedPlan::key_types() const {
  std::vector<Type> types;
  for (const Key& key : keys) types.push_back(expr::result_type(*key.program));
  return types;
}

// ----------------------------------------------------------------------------------------- binding

namespace {

void add_key(const SourceText& source, const BindContext& context, KeyedPlan& plan) {
  expr::ProgramRef program =
      expr::compile_key(source, *context.input(), context.environment, context.diagnostics);
  if (!program) return;
  const Type& type = expr::result_type(*program);
  if (!is_groupable(type)) {
    context.diagnostics.error(
        code::kNotAKey, source.span(),
        fmt::format("values of type {} cannot be told apart", to_string(type)),
        "name a scalar taken out of it, for example with ->> or a field name");
    return;
  }
  const std::optional<size_t> column = expr::as_column(*program);
  plan.keys.push_back({std::move(program), column});
}

}  // namespace

std::optional<KeyedPlan> make_keyed_plan(const OptionValues& options, const BindContext& context,
                                         const KeyedOptions& names) {
  const size_t errors_before = context.diagnostics.count();
  KeyedPlan plan;
  plan.order.input = context.input();
  plan.order.stored = context.input();
  if (!names.keys.empty()) {
    for (const SourceText& source : options.list(names.keys)) add_key(source, context, plan);
  }
  if (!names.order.empty() && options.has(names.order)) {
    std::optional<SortPlan> order = make_sort_plan(options, context, names.order);
    if (order) plan.order = std::move(*order);
  }
  if (context.diagnostics.count() != errors_before) return std::nullopt;
  return plan;
}

std::optional<std::string> new_column_name(const OptionValues& options, std::string_view option,
                                           const BindContext& context) {
  std::string name = options.text(option);
  if (name.empty()) {
    context.diagnostics.error(code::kNameMissing, options.span(option),
                              fmt::format("'{}' is an empty name", option));
    return std::nullopt;
  }
  if (!context.input()->find(name)) return name;
  context.diagnostics.error(code::kColumnTwice, options.span(option),
                            fmt::format("the input has a column '{}' already", name),
                            fmt::format("choose another name with '{}'", option));
  return std::nullopt;
}

std::vector<InputColumn> keyed_columns(const KeyedPlan& plan) {
  std::vector<size_t> read;
  const auto add = [&read](const expr::Program& program) {
    const std::vector<size_t>& columns = expr::columns_read(program);
    read.insert(read.end(), columns.begin(), columns.end());
  };
  for (const KeyedPlan::Key& key : plan.keys) add(*key.program);
  for (const SortPlan::Key& key : plan.order.keys) add(*key.program);
  std::sort(read.begin(), read.end());
  read.erase(std::unique(read.begin(), read.end()), read.end());
  return input_columns(read);
}

void describe_keyed(const KeyedPlan& plan, BoundOperator& bound) {
  bound.output = plan.order.input;
  for (size_t i = 0; i < plan.order.input->size(); ++i) bound.column_inputs.push_back({i});
  bound.always_read = keyed_columns(plan);
}

// ----------------------------------------------------------------------------------------- reading

KeyedReader::KeyedReader(const KeyedPlan& plan, const LaneContext& context)
    : plan_(plan), context_(context) {
  for (const KeyedPlan::Key& key : plan.keys) {
    key_evaluators_.emplace_back();
    if (!key.column) key_evaluators_.back().emplace(key.program, context.memory);
  }
  for (const SortPlan::Key& key : plan.order.keys) {
    order_evaluators_.emplace_back();
    if (!key.column) order_evaluators_.back().emplace(key.program, context.memory);
  }
}

Result<PreparedRows> KeyedReader::prepare(const Batch& batch) {
  PreparedRows prepared;
  std::vector<RowFault> faults;
  for (size_t i = 0; i < plan_.keys.size(); ++i) {
    if (plan_.keys[i].column) {
      prepared.keys.push_back(batch.columns()[*plan_.keys[i].column]);
      continue;
    }
    LEAT_TRY_ASSIGN(ColumnRef column,
                    key_evaluators_[i]->evaluate(batch, batch.selection(), faults));
    prepared.keys.push_back(std::move(column));
  }
  std::vector<ColumnRef> columns = batch.columns();
  for (size_t i = 0; i < plan_.order.keys.size(); ++i) {
    if (plan_.order.keys[i].column) continue;
    LEAT_TRY_ASSIGN(ColumnRef column,
                    order_evaluators_[i]->evaluate(batch, batch.selection(), faults));
    columns.push_back(std::move(column));
  }
  prepared.rows = batch.with_columns(plan_.order.stored, std::move(columns));
  if (faults.empty()) return prepared;
  sort_faults(faults);
  LEAT_TRY_ASSIGN(Settled settled,
                  context_.faults.settle(batch, batch.selection(), std::move(faults)));
  prepared.rows = prepared.rows.with_selection(std::move(settled.selection));
  prepared.error = std::move(settled.error);
  return prepared;
}

Result<PreparedRows> KeyedReader::prepare_all(const Batch& batch) {
  LEAT_TRY_ASSIGN(PreparedRows prepared, prepare(batch));
  if (prepared.error) return std::unexpected(std::move(*prepared.error));
  return prepared;
}

}  // namespace leat::state
