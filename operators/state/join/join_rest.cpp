// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_rest.h"

#include <algorithm>

#include "engine/go.h"
#include "operators/state/join/join_probe.h"
#include "operators/state/join/spilled_join.h"

namespace leat::state {

namespace {

/// Right rows of a part; fewer than a split can number.
constexpr size_t kPartRows = size_t{1} << 18;

class HoldingLane final : public MapLane {
 public:
  HoldingLane(const JoinTable& table, KeepPlaces keep_places, const LaneContext& context)
      : table_(table), keeper_(std::make_unique<RowKeeper>(context.memory, keep_places)) {}

  Status process(Batch batch, Output&) override { return keeper_->keep(batch); }
  Status seal() override {
    LEAT_TRY(keeper_->seal());
    table_.hold(std::move(keeper_));
    return {};
  }

 private:
  const JoinTable& table_;
  std::unique_ptr<RowKeeper> keeper_;
};

/// Emits right rows without a partner, from part to part.
class UnmatchedRows {
 public:
  UnmatchedRows(const JoinPlan& plan, const JoinTable& table) : plan_(plan), table_(table) {}

  size_t parts() const {
    return plan_.keeps_right() ? (table_.rows().rows() + kPartRows - 1) / kPartRows : 0;
  }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const {
    const size_t begin = part * kPartRows;
    const size_t end = std::min(table_.rows().rows(), begin + kPartRows);
    std::vector<uint32_t> numbers;
    numbers.reserve(kBatchRowsMax);
    size_t made = 0;
    for (size_t number = begin; number < end; ++number) {
      if (!table_.is_marked(static_cast<uint32_t>(number)))
        numbers.push_back(static_cast<uint32_t>(number));
      if (numbers.size() < kBatchRowsMax && number + 1 < end) continue;
      checkpoint();
      LEAT_TRY(emit(numbers, Ordinal(part, made), context, output));
      made += numbers.size();
      numbers.clear();
    }
    return {};
  }

 private:
  Status emit(const std::vector<uint32_t>& numbers, Ordinal first, const LaneContext& context,
              Output& output) const {
    if (numbers.empty()) return {};
    std::vector<ColumnRef> columns;
    for (const JoinPlan::LeftColumn& left : plan_.left_out) {
      const Type& type = (*plan_.output)[columns.size()].type;
      Result<ColumnRef> column = left.key
                                     ? table_.rows().pick_column(left.kept, numbers, context.memory)
                                     : null_column(type, numbers.size(), context.memory);
      if (!column) return std::unexpected(column.error());
      columns.push_back(std::move(*column));
    }
    for (const size_t kept : plan_.right_out) {
      LEAT_TRY_ASSIGN(ColumnRef column, table_.rows().pick_column(kept, numbers, context.memory));
      columns.push_back(std::move(column));
    }
    context.ledger.add(Counter::kPadded, numbers.size());
    return output.emit(
        Batch(plan_.output, std::move(columns), numbers.size(), RowPlaces{first, {}, nullptr}));
  }

  const JoinPlan& plan_;
  const JoinTable& table_;
};

class UnmatchedRest final : public Collected {
 public:
  UnmatchedRest(const JoinPlan& plan, std::shared_ptr<const JoinTable> table)
      : table_(std::move(table)), rows_(plan, *table_) {}

  size_t parts() const override { return rows_.parts(); }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
    return rows_.emit_part(part, context, output);
  }

 private:
  std::shared_ptr<const JoinTable> table_;
  UnmatchedRows rows_;
};

/// The whole result of a join whose left side was held: one part, as each left row has to know
/// those before it.
class HeldRest final : public Collected {
 public:
  HeldRest(const JoinPlan& plan, std::shared_ptr<const JoinTable> table,
           std::shared_ptr<const KeptRows> left)
      : plan_(plan), table_(std::move(table)), left_(std::move(left)) {}

  size_t parts() const override { return 1; }
  Status emit_part(size_t, const LaneContext& context, Output& output) const override {
    LeftOwners owners(context.memory);
    owners.place = [this](uint32_t number) { return left_->place(number); };
    LEAT_TRY(owners.first.resize(table_->rows().rows(), kNoRow));
    JoinProbe probe(plan_, *table_, context, &owners);
    for (size_t begin = 0; begin < left_->rows(); begin += kBatchRowsMax) {
      checkpoint();
      const size_t end = std::min(left_->rows(), begin + kBatchRowsMax);
      LEAT_TRY_ASSIGN(const Batch batch, left_->range(begin, end, context.memory));
      owners.begin = begin;
      LEAT_TRY(probe.process(batch, output));
    }
    const UnmatchedRows unmatched(plan_, *table_);
    for (size_t part = 0; part < unmatched.parts(); ++part)
      LEAT_TRY(unmatched.emit_part(part, context, output));
    return {};
  }

 private:
  const JoinPlan& plan_;
  std::shared_ptr<const JoinTable> table_;
  std::shared_ptr<const KeptRows> left_;
};

const JoinTable& table_of(Sides sides) { return static_cast<const JoinTable&>(*sides[0]); }

class ProbeLane final : public MapLane {
 public:
  ProbeLane(const JoinPlan& plan, const JoinTable& table, const LaneContext& context)
      : probe_(plan, table, context) {}
  Status process(Batch batch, Output& output) override { return probe_.process(batch, output); }

 private:
  JoinProbe probe_;
};

class Join final : public Map {
 public:
  explicit Join(std::unique_ptr<const JoinPlan> plan) : plan_(std::move(plan)) {
    sides_.push_back(make_join_side(*plan_));
  }

  std::span<const std::unique_ptr<Collect>> sides() const override { return sides_; }
  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides sides) const override {
    if (SpilledSides* const spilled = table_of(sides).spilled())
      return make_dealing_lane(*plan_, *spilled, context);
    if (plan_->holds_left())
      return make_holding_lane(table_of(sides), plan_->keep_places(), context);
    return std::make_unique<ProbeLane>(*plan_, table_of(sides), context);
  }
  bool has_rest() const override {
    return plan_->keeps_right() || plan_->holds_left() || plan_->spill != nullptr;
  }
  Result<CollectedRef> rest(const LaneContext& context, Sides sides) const override {
    return make_join_rest(*plan_, std::static_pointer_cast<const JoinTable>(sides[0]), context);
  }

 private:
  std::unique_ptr<const JoinPlan> plan_;
  std::vector<std::unique_ptr<Collect>> sides_;
};

}  // namespace

std::unique_ptr<MapLane> make_holding_lane(const JoinTable& table, KeepPlaces keep_places,
                                           const LaneContext& context) {
  return std::make_unique<HoldingLane>(table, keep_places, context);
}

Result<std::shared_ptr<KeptRows>> collect_held(const JoinTable& table, SchemaRef schema,
                                               MemoryAccount& memory) {
  auto rows = std::make_shared<KeptRows>(std::move(schema), memory);
  for (const std::unique_ptr<RowKeeper>& keeper : table.take_held())
    LEAT_TRY(rows->absorb(*keeper));
  LEAT_TRY(rows->finish());
  return rows;
}

Result<CollectedRef> make_join_rest(const JoinPlan& plan, std::shared_ptr<const JoinTable> table,
                                    const LaneContext& context) {
  if (table->spilled() != nullptr) return join_spilled(plan, std::move(table), context);
  if (!plan.keeps_right() && !plan.holds_left()) return CollectedRef();
  if (!plan.holds_left()) return std::make_shared<UnmatchedRest>(plan, std::move(table));
  LEAT_TRY_ASSIGN(auto left, collect_held(*table, plan.left, context.memory));
  return std::make_shared<HeldRest>(plan, std::move(table), std::move(left));
}

std::unique_ptr<Map> make_join_map(std::unique_ptr<const JoinPlan> plan) {
  return std::make_unique<Join>(std::move(plan));
}

}  // namespace leat::state
