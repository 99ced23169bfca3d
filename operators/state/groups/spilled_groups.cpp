// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A group on disk is its key, the saved states of its accumulators, and how many groups its lane
// had met before it, which tells groups apart that began in rows of one ordinal; the row is placed
// where the group began.
#include "operators/state/groups/spilled_groups.h"

#include <algorithm>
#include <utility>

#include "operators/state/state_array.h"

namespace leat::state {

Result<SpilledPartitions> write_groups(const AggregationPlan& plan, const GroupStates& from,
                                       const GroupsToWrite& what, const SpillInto& into) {
  const SchemaRef saved = GroupStates::saved_schema(plan);
  const SchemaRef schema = with_integers(saved, {"met"});
  KeysToWrite keys{what.groups, what.bytes_each, [&](uint32_t group) { return from.tag(group); },
                   nullptr};
  keys.rows = [&](std::span<const uint32_t> some, MemoryAccount& memory) -> Result<Batch> {
    LEAT_TRY_ASSIGN(const Batch batch, from.save(saved, some, memory));
    std::vector<ColumnRef> columns = batch.columns();
    LEAT_TRY_ASSIGN(ColumnRef met, integer_column(some.size(), memory, [&](size_t i) {
                      return what.met_before + some[i];
                    }));
    columns.push_back(std::move(met));
    return batch.with_columns(schema, std::move(columns));
  };
  return write_partitions(keys, into);
}

namespace {

/// The groups of one partition.
class PartitionGroups final : public PartitionState {
 public:
  PartitionGroups(const AggregationPlan& plan, MemoryAccount& memory)
      : memory_(memory),
        saved_(GroupStates::saved_schema(plan)),
        states_(plan, memory, memory),
        begun_(memory) {}

  Status load(const Batch& rows) override {
    std::vector<ColumnRef> columns = rows.columns();
    const ColumnRef met = std::move(columns.back());
    columns.pop_back();
    LEAT_TRY(states_.load(rows.with_columns(saved_, std::move(columns))));
    LEAT_TRY(begun_.resize(states_.size(), Begun{UINT64_MAX, 0}));
    for (size_t row = 0; row < rows.length(); ++row) {
      Begun& first = begun_[states_.group_of()[row]];
      first = std::min(first, {rows.places()[row].packed(), met->values<uint64_t>()[row]});
    }
    return {};
  }

  size_t size() const override { return states_.size(); }

  Result<GroupNumbers> finish() override {
    LEAT_TRY(states_.seal());
    StateArray<uint32_t> groups(memory_);
    LEAT_TRY(groups.resize(size(), 0));
    for (uint32_t group = 0; group < size(); ++group) groups[group] = group;
    std::sort(groups.data(), groups.data() + groups.size(),
              [this](uint32_t a, uint32_t b) { return begun_[a] < begun_[b]; });
    GroupNumbers order(memory_);
    LEAT_TRY(order.resize(size(), 0));
    for (size_t i = 0; i < size(); ++i) order[i] = groups[i];
    return order;
  }

  Result<Batch> results(std::span<const uint32_t> keys, std::vector<RowFault>& faults) override {
    return states_.results(keys, memory_, faults);
  }
  uint64_t arrival(uint32_t key) const override { return begun_[key].met; }
  Result<std::string> text_of(uint32_t key) const override { return states_.text_of(key, memory_); }

 private:
  struct Begun {
    uint64_t ordinal;
    uint64_t met;
    auto operator<=>(const Begun&) const = default;
  };

  MemoryAccount& memory_;
  const SchemaRef saved_;
  GroupStates states_;
  GroupArray<Begun> begun_;
};

}  // namespace

RestorePlan restore_plan(const AggregationPlan& plan) {
  RestorePlan restore;
  restore.output = plan.output;
  for (size_t i = 0; i < plan.keys.size(); ++i) {
    restore.key_types.push_back(plan.keys[i].type);
    restore.key_columns.push_back(i);
  }
  restore.make = [&plan](MemoryAccount& memory) -> std::unique_ptr<PartitionState> {
    return std::make_unique<PartitionGroups>(plan, memory);
  };
  if (!plan.calls.empty()) restore.where = plan.calls.front().where;
  return restore;
}

}  // namespace leat::state
