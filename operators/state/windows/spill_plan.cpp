// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/spill_plan.h"

#include <utility>

#include <fmt/format.h>

#include "operators/state/windows/window_plan.h"

namespace leat::state {

namespace {

SortPlan sorted_rows(const SchemaRef& rows, size_t arrival) {
  SortPlan plan;
  plan.input = plan.stored = rows;
  plan.arrival = arrival;
  return plan;
}

SortPlan pass_order(const PartitionPlan::Arrangement& arrangement, const SchemaRef& rows,
                    size_t arrival) {
  SortPlan plan = sorted_rows(rows, arrival);
  const auto add = [&](size_t column, bool descending, bool nulls_first) {
    plan.keys.push_back(
        {expr::column_program(*rows, column), column, column, descending, nulls_first});
  };
  for (const size_t column : arrangement.partition_by) add(column, false, false);
  for (const SortPlan::Key& key : arrangement.order.keys)
    add(key.stored, key.descending, key.nulls_first);
  return plan;
}

}  // namespace

WindowSpillPlan make_window_spill_plan(const WindowPlan& plan) {
  WindowSpillPlan spill;
  std::vector<Field> fields = plan.rows.stored->fields();
  const auto add = [&](std::string name, const Type& type) {
    fields.push_back({std::move(name), type});
    return fields.size() - 1;
  };
  const auto so_far = [&] { return std::make_shared<const Schema>(fields); };
  spill.arrival = add("arrival", kInt64Type);
  spill.values.resize(plan.calls.size());
  for (size_t i = 0; i < plan.rows.arrangements.size(); ++i) {
    WindowSpillPlan::Pass pass;
    pass.rows = so_far();
    pass.order = pass_order(plan.rows.arrangements[i], pass.rows, spill.arrival);
    bool has_aggregates = false;
    for (size_t call = 0; call < plan.calls.size(); ++call) {
      if (plan.calls[call].arrangement != i) continue;
      pass.calls.push_back(call);
      spill.values[call] = add(fmt::format("value {}", call), plan.calls[call].type);
      has_aggregates = has_aggregates || plan.calls[call].function == WindowFunction::kAggregate;
    }
    spill.faults.emplace_back();
    if (has_aggregates) spill.faults.back() = add(fmt::format("fault {}", i), kUtf8Type);
    spill.passes.push_back(std::move(pass));
  }
  spill.rows = so_far();
  spill.order = sorted_rows(spill.rows, spill.arrival);
  return spill;
}

}  // namespace leat::state
