// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/partition_plan.h"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/key_expression.h"
#include "operators/state/groups/group_table.h"

namespace leat::state {

namespace {

bool is_same(const SortPlan& a, const SortPlan& b) {
  if (a.keys.size() != b.keys.size()) return false;
  for (size_t i = 0; i < a.keys.size(); ++i) {
    if (a.keys[i].stored != b.keys[i].stored || a.keys[i].descending != b.keys[i].descending ||
        a.keys[i].nulls_first != b.keys[i].nulls_first)
      return false;
  }
  return true;
}

}  // namespace

PartitionPlanner::PartitionPlanner(SchemaRef input) : fields_(input->fields()) {
  plan_.input = std::move(input);
}

size_t PartitionPlanner::add_column(const expr::ProgramRef& program, std::optional<size_t> filter) {
  if (const std::optional<size_t> column = expr::as_column(*program)) return *column;
  for (size_t i = 0; i < plan_.computed.size(); ++i) {
    const PartitionPlan::Computed& known = plan_.computed[i];
    // Programs of one environment with the same text compute the same.
    if (known.filter == filter &&
        expr::default_name(*known.program) == expr::default_name(*program))
      return plan_.input->size() + i;
  }
  plan_.computed.push_back({program, filter});
  fields_.push_back(
      {fmt::format("computed {}", plan_.computed.size()), expr::result_type(*program)});
  return fields_.size() - 1;
}

size_t PartitionPlanner::add_arrangement(const std::vector<expr::ProgramRef>& partition_by,
                                         const std::vector<expr::SortKey>& order_by) {
  PartitionPlan::Arrangement arrangement;
  for (const expr::ProgramRef& key : partition_by)
    arrangement.partition_by.push_back(add_column(key));
  for (const expr::SortKey& key : order_by) {
    arrangement.order.keys.push_back(
        {key.key, expr::as_column(*key.key), add_column(key.key), key.descending, key.nulls_first});
  }
  for (size_t i = 0; i < plan_.arrangements.size(); ++i) {
    const PartitionPlan::Arrangement& known = plan_.arrangements[i];
    if (known.partition_by == arrangement.partition_by && is_same(known.order, arrangement.order))
      return i;
  }
  plan_.arrangements.push_back(std::move(arrangement));
  return plan_.arrangements.size() - 1;
}

std::optional<size_t> PartitionPlanner::add_arrangement(const OptionValues& options,
                                                        const BindContext& context) {
  bool ok = true;
  std::vector<expr::ProgramRef> partition_by;
  for (const SourceText& source : options.list("partition_by")) {
    partition_by.push_back(compile_partition_key(source, context));
    ok = ok && partition_by.back() != nullptr;
  }
  std::vector<expr::SortKey> order_by;
  for (const SourceText& source : options.list("order_by")) {
    std::optional<expr::SortKey> key =
        expr::compile_sort_key(source, *context.input(), context.environment, context.diagnostics);
    if (key) {
      order_by.push_back(std::move(*key));
    } else {
      ok = false;
    }
  }
  return ok ? std::optional(add_arrangement(partition_by, order_by)) : std::nullopt;
}

PartitionPlan PartitionPlanner::finish() && {
  plan_.stored = std::make_shared<const Schema>(std::move(fields_));
  for (PartitionPlan::Arrangement& arrangement : plan_.arrangements) {
    arrangement.order.input = plan_.input;
    arrangement.order.stored = plan_.stored;
  }
  return std::move(plan_);
}

std::vector<size_t> columns_read(const PartitionPlan& plan) {
  std::set<size_t> read;
  for (const PartitionPlan::Computed& computed : plan.computed) {
    const std::vector<size_t>& columns = expr::columns_read(*computed.program);
    read.insert(columns.begin(), columns.end());
  }
  for (const PartitionPlan::Arrangement& arrangement : plan.arrangements) {
    read.insert(arrangement.partition_by.begin(), arrangement.partition_by.end());
    for (const SortPlan::Key& key : arrangement.order.keys) read.insert(key.stored);
  }
  read.erase(read.lower_bound(plan.input->size()), read.end());
  return {read.begin(), read.end()};
}

expr::ProgramRef compile_partition_key(const SourceText& source, const BindContext& context) {
  expr::ProgramRef program =
      expr::compile_key(source, *context.input(), context.environment, context.diagnostics);
  if (!program || is_groupable(expr::result_type(*program))) return program;
  context.diagnostics.error(
      code::kNotAKey, source.span(),
      fmt::format("cannot partition by a value of type {}", to_string(expr::result_type(*program))),
      "partition by a scalar taken out of it, for example with ->> or a field name");
  return nullptr;
}

}  // namespace leat::state
