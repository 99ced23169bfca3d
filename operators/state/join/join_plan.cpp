// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/codes/data.h"

namespace leat::state {

namespace {

template <typename ValueOf>
std::vector<JoinValue> bounds_of(const JoinPlan& plan, ValueOf&& value_of) {
  std::vector<JoinValue> values;
  if (plan.range && plan.range->low) values.push_back(value_of(*plan.range->low));
  if (plan.range && plan.range->high) values.push_back(value_of(*plan.range->high));
  if (plan.asof) values.push_back(value_of(*plan.asof));
  return values;
}

}  // namespace

std::vector<JoinValue> right_bounds(const JoinPlan& plan) {
  return bounds_of(plan, [](const auto& match) { return match.right; });
}

std::vector<JoinValue> left_bounds(const JoinPlan& plan) {
  return bounds_of(plan, [](const auto& match) { return match.left; });
}

JoinValues::JoinValues(std::span<const JoinValue> values, MemoryAccount& memory) : values_(values) {
  for (const JoinValue& value : values_) {
    evaluators_.emplace_back();
    if (!value.column) evaluators_.back().emplace(value.program, memory);
  }
}

Result<std::vector<ColumnRef>> JoinValues::evaluate(const Batch& batch, const Selection& selection,
                                                    std::vector<RowFault>& faults) {
  std::vector<ColumnRef> columns;
  columns.reserve(values_.size());
  for (size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].column) {
      columns.push_back(batch.columns()[*values_[i].column]);
      continue;
    }
    LEAT_TRY_ASSIGN(ColumnRef column, evaluators_[i]->evaluate(batch, selection, faults));
    columns.push_back(std::move(column));
  }
  return columns;
}

void refuse_nulls(std::span<const JoinValue> keys, std::span<const ColumnRef> columns,
                  const Selection& selection, std::vector<RowFault>& faults) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i]->may_have_nulls()) continue;
    for_each_row(selection, [&](size_t row) {
      if (columns[i]->is_valid(row)) return;
      faults.push_back(
          {static_cast<uint32_t>(row),
           Error(code::kKeyNull, ErrorCode::kData,
                 fmt::format("the key '{}' is NULL", expr::default_name(*keys[i].program)),
                 "rows are told apart by their keys; filter those without one")});
    });
  }
}

Error duplicate_key(const TextPlace& first) {
  return Error(code::kKeyRepeated, ErrorCode::kData,
               fmt::format("the key stands twice: first in {}", describe(first)),
               "rows are told apart by their keys; drop the others with distinct");
}

Result<Selection> without_nulls(std::span<const ColumnRef> columns, const Selection& selection,
                                MemoryAccount& memory) {
  const bool any = std::any_of(columns.begin(), columns.end(),
                               [](const ColumnRef& column) { return column->may_have_nulls(); });
  if (!any || selection.count() == 0) return selection;
  LEAT_TRY_ASSIGN(BufferRef rows, memory.allocate(selection.count() * sizeof(uint32_t)));
  size_t count = 0;
  for_each_row(selection, [&](size_t row) {
    const bool whole = std::all_of(columns.begin(), columns.end(), [row](const ColumnRef& column) {
      return column->is_valid(row);
    });
    if (whole) rows->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
  });
  return Selection(std::move(rows), count);
}

}  // namespace leat::state
