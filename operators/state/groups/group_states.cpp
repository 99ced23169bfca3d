// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a batch that is refused memory half way must neither be lost nor be counted twice, for
// its rows are folded anew once the groups have been written to disk.
//
// So folding is two steps. meet() finds groups and makes room for their states; it may be refused
// at any point, and then all it has left behind are groups without rows, and first appearances that
// the same rows will have again. update() folds, and is given what it may need beforehand by its
// caller. Saved groups are merged as lanes are: what was saved earlier is loaded first.
//
// Rejected: accumulators that can undo a batch (a log of every state that a batch touches, paid by
// all who never spill).
#include "operators/state/groups/group_states.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "engine/check.h"
#include "operators/data/take.h"
#include "operators/state/groups/spilled_partitions.h"
#include "operators/state/row_faults.h"
#include "operators/text/value_format.h"

namespace leat::state {

namespace {

std::vector<Type> types_of(const std::vector<Field>& fields) {
  std::vector<Type> types;
  for (const Field& field : fields) types.push_back(field.type);
  return types;
}

}  // namespace

Result<std::vector<ColumnRef>> keys_of_set(const AggregationPlan& plan,
                                           std::span<const ColumnRef> keys, size_t set,
                                           size_t length, MemoryAccount& memory) {
  std::vector<ColumnRef> columns;
  for (size_t key = 0; key < plan.shown_keys(); ++key) {
    if (plan.sets[set][key]) {
      columns.push_back(keys[key]);
    } else {
      LEAT_TRY_ASSIGN(ColumnRef none, null_column(plan.keys[key].type, length, memory));
      columns.push_back(std::move(none));
    }
  }
  LEAT_TRY_ASSIGN(ColumnRef number, integer_column(length, memory, [set](size_t) { return set; }));
  columns.push_back(std::move(number));
  return columns;
}

GroupStates::GroupStates(const AggregationPlan& plan, MemoryAccount& keys, MemoryAccount& states)
    : plan_(plan),
      keys_memory_(keys),
      table_(GroupTable::make(types_of(plan.keys), keys)),
      group_of_(keys),
      order_(keys) {
  for (const AggregationPlan::State& state : plan.states)
    accumulators_.push_back(Accumulator::make(state.spec, states));
}

GroupStates::~GroupStates() = default;

// ----------------------------------------------------------------------------------------- rows in

Status GroupStates::meet(const FoldValues& values, const Batch& batch, const Selection& rows) {
  if (group_of_.size() < batch.length()) LEAT_TRY(group_of_.resize(batch.length(), 0));
  const std::span<const ColumnRef> keys(values.inputs.data(), plan_.keys.size());
  LEAT_TRY(table_->assign(keys, rows, group_of_.data()));
  LEAT_TRY(order_.note(batch, rows, group_of_.data(), table_->size()));
  return resize_accumulators(table_->size());
}

Status GroupStates::update(const FoldValues& values, const Batch& batch, const Selection& rows) {
  for (size_t i = 0; i < plan_.states.size(); ++i) {
    const AggregationPlan::State& state = plan_.states[i];
    arguments_.clear();
    for (const size_t input : state.inputs) arguments_.push_back(values.inputs[input]);
    const FoldRows in{arguments_.empty() ? nullptr : arguments_.front().get(),
                      state.filter ? values.passing[*state.filter] : rows, group_of_.data(),
                      batch.places(), arguments_};
    LEAT_TRY(accumulators_[i]->update(in));
  }
  arguments_.clear();
  return {};
}

Status GroupStates::resize_accumulators(size_t groups) {
  for (const std::unique_ptr<Accumulator>& accumulator : accumulators_)
    LEAT_TRY(accumulator->resize(groups));
  return {};
}

Status GroupStates::absorb(GroupStates&& other) {
  GroupNumbers group_of(keys_memory_);
  LEAT_TRY(table_->absorb(*other.table_, group_of));
  LEAT_TRY(resize_accumulators(table_->size()));
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    LEAT_TRY(accumulators_[i]->merge(*other.accumulators_[i], group_of));
  }
  return order_.absorb(std::move(other.order_), std::move(group_of), table_->size());
}

Status GroupStates::add_empty() {
  size_t groups = 1;
  if (!plan_.sets.empty()) {
    groups = 0;
    for (size_t set = 0; set < plan_.sets.size(); ++set) {
      if (!plan_.is_total(set)) continue;
      LEAT_TRY_ASSIGN(const std::vector<ColumnRef> keys,
                      keys_of_set(plan_, {}, set, 1, keys_memory_));
      uint32_t group = 0;
      LEAT_TRY(table_->assign(keys, Selection(1), &group));
      ++groups;
    }
  }
  for (size_t group = 0; group < groups; ++group) LEAT_TRY(order_.note_empty());
  return resize_accumulators(groups);
}

Status GroupStates::seal() {
  for (const std::unique_ptr<Accumulator>& accumulator : accumulators_)
    LEAT_TRY(accumulator->seal());
  return {};
}

// ------------------------------------------------------------------------------------ to and from disk

SchemaRef GroupStates::saved_schema(const AggregationPlan& plan) {
  std::vector<Field> fields = plan.keys;
  MemoryBudget none(0);
  for (const AggregationPlan::State& state : plan.states) {
    const auto accumulator = Accumulator::make(state.spec, none.open_account("schema"));
    for (const Type& type : accumulator->state_types()) fields.push_back({"", type});
  }
  for (size_t i = 0; i < fields.size(); ++i) fields[i].name = fmt::format("{}", i);
  return std::make_shared<const Schema>(std::move(fields));
}

Result<RowPlaces> GroupStates::places_of(std::span<const uint32_t> groups,
                                         MemoryAccount& memory) const {
  RowPlaces places;
  LEAT_TRY_ASSIGN(places.ordinals, memory.allocate(groups.size() * sizeof(uint64_t)));
  for (size_t i = 0; i < groups.size(); ++i)
    places.ordinals->mutable_as<uint64_t>()[i] = order_.first_row(groups[i]);
  return places;
}

Result<Batch> GroupStates::save(const SchemaRef& schema, std::span<const uint32_t> groups,
                                MemoryAccount& memory) const {
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns, table_->keys_of(groups, memory));
  for (const std::unique_ptr<Accumulator>& accumulator : accumulators_) {
    LEAT_TRY_ASSIGN(std::vector<ColumnRef> states, accumulator->save(groups, memory));
    for (ColumnRef& state : states) columns.push_back(std::move(state));
  }
  LEAT_TRY_ASSIGN(RowPlaces places, places_of(groups, memory));
  return Batch(schema, std::move(columns), groups.size(), std::move(places));
}

Status GroupStates::load(const Batch& saved) {
  LEAT_CHECK(saved.selection().is_all(), "a saved group is not selected");
  const std::span<const ColumnRef> columns(saved.columns());
  if (group_of_.size() < saved.length()) LEAT_TRY(group_of_.resize(saved.length(), 0));
  LEAT_TRY(table_->assign(columns.first(plan_.keys.size()), saved.selection(), group_of_.data()));
  LEAT_TRY(order_.note(saved, saved.selection(), group_of_.data(), table_->size()));
  LEAT_TRY(resize_accumulators(table_->size()));
  size_t next = plan_.keys.size();
  for (const std::unique_ptr<Accumulator>& accumulator : accumulators_) {
    const size_t count = accumulator->state_types().size();
    LEAT_TRY(accumulator->load(columns.subspan(next, count), group_of_.data()));
    next += count;
  }
  return {};
}

// ---------------------------------------------------------------------------------------- rows out

namespace {

/// `country = 'DE', year = 2020`: the group of row `row`.
std::string group_text(const std::vector<Field>& fields, const std::vector<ColumnRef>& keys,
                       size_t row) {
  std::string text;
  for (size_t i = 0; i < keys.size(); ++i) {
    text += fmt::format("{}{} = ", i == 0 ? "" : ", ", fields[i].name);
    std::array<char, io::kScalarTextBytes> scalar;
    if (!keys[i]->is_valid(row)) {
      text += "null";
    } else if (io::is_fixed_text(fields[i].type)) {
      text.append(scalar.data(), io::format_fixed(*keys[i], row, scalar.data()));
    } else {
      constexpr size_t kShown = 60;
      const std::string_view value = keys[i]->view_at(row);
      text += fmt::format("'{}{}'", value.substr(0, kShown), value.size() > kShown ? "..." : "");
    }
  }
  return text;
}

}  // namespace

Result<std::vector<ColumnRef>> GroupStates::call_columns(std::span<const uint32_t> groups,
                                                         const std::vector<ColumnRef>& keys,
                                                         MemoryAccount& memory,
                                                         std::vector<RowFault>& faults) const {
  std::vector<ColumnRef> columns;
  for (const AggregationPlan::Call& call : plan_.calls) {
    std::vector<RowFault> own;
    LEAT_TRY_ASSIGN(ColumnRef column,
                    accumulators_[call.state]->finish(
                        {groups, call.fold, call.type, memory, own, call.parameters}));
    for (RowFault& fault : own) {
      fault.error.message = fmt::format("'{}' {}", call.text, fault.error.message);
      fault.error.pipeline = call.where;
      if (!keys.empty()) {
        fault.error.message +=
            fmt::format(" in the group {}", group_text(plan_.keys, keys, fault.row));
      }
      faults.push_back(std::move(fault));
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

/// A bit for each key, the last one lowest: is it not in the group's set? As PostgreSQL's.
Result<ColumnRef> GroupStates::grouping_column(const std::vector<size_t>& keys, const Column& sets,
                                               MemoryAccount& memory) const {
  return integer_column(sets.length(), memory, [&](size_t row) {
    const std::vector<bool>& has = plan_.sets[static_cast<size_t>(sets.values<int64_t>()[row])];
    uint64_t bits = 0;
    for (const size_t key : keys) bits = bits << 1 | (has[key] ? 0 : 1);
    return bits;
  });
}

Result<ColumnRef> GroupStates::result_column(size_t index, const std::vector<ColumnRef>& keys,
                                             const std::vector<ColumnRef>& calls,
                                             const Column* sets, MemoryAccount& memory,
                                             std::vector<RowFault>& faults) const {
  const AggregationPlan::ResultColumn& result = plan_.results[index];
  std::vector<ColumnRef> columns = keys;
  for (const size_t call : result.calls) columns.push_back(calls[call]);
  for (const std::vector<size_t>& grouping : result.groupings) {
    LEAT_TRY_ASSIGN(ColumnRef column, grouping_column(grouping, *sets, memory));
    columns.push_back(std::move(column));
  }
  if (const std::optional<size_t> column = expr::as_column(*result.program))
    return columns[*column];
  const size_t length = columns.empty() ? 1 : columns.front()->length();
  const Batch batch(result.schema, std::move(columns), length, {});
  std::vector<RowFault> own;
  expr::Evaluator evaluator(result.program, memory);
  LEAT_TRY_ASSIGN(ColumnRef column, evaluator.evaluate(batch, batch.selection(), own));
  for (RowFault& fault : own) {
    if (!keys.empty()) {
      fault.error.message +=
          fmt::format(" in the group {}", group_text(plan_.keys, keys, fault.row));
    }
    faults.push_back(std::move(fault));
  }
  return column;
}

Result<std::string> GroupStates::text_of(uint32_t group, MemoryAccount& memory) const {
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> keys, table_->keys_of({&group, 1}, memory));
  keys.resize(plan_.shown_keys());
  return group_text(plan_.keys, keys, 0);
}

Result<Batch> GroupStates::results(std::span<const uint32_t> groups, MemoryAccount& memory,
                                   std::vector<RowFault>& faults) const {
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns, table_->keys_of(groups, memory));
  const ColumnRef sets = plan_.sets.empty() ? nullptr : std::move(columns.back());
  columns.resize(plan_.shown_keys());
  const std::vector<ColumnRef> keys = columns;
  LEAT_TRY_ASSIGN(const std::vector<ColumnRef> calls, call_columns(groups, keys, memory, faults));
  for (size_t i = 0; i < plan_.results.size(); ++i) {
    LEAT_TRY_ASSIGN(ColumnRef column, result_column(i, keys, calls, sets.get(), memory, faults));
    columns.push_back(std::move(column));
  }
  LEAT_TRY_ASSIGN(RowPlaces places, places_of(groups, memory));
  sort_faults(faults);
  return Batch(plan_.output, std::move(columns), groups.size(), std::move(places));
}

}  // namespace leat::state
