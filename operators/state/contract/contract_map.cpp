// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows pass on as they are and in their order, in all lanes at once, while what all rows
// are asked together is added up beside them.
//
// Invariants: as of contract_state.h. Under `on_error: fail` a bad row ends its split before later
// rows are added up, which is no loss: the run has failed.
//
// Rejected: an aggregate stage beside this one (what it refuses would have no place in the ledger
// of the stage that was written).
#include "operators/state/contract/contract_map.h"

#include <utility>
#include <vector>

#include "operators/data/builder.h"
#include "operators/state/contract/contract_state.h"
#include "operators/state/contract/row_rules.h"
#include "operators/state/written_places.h"

namespace leat::state {

namespace {

/// Of rows that are added up: one that cannot be fails the run, whatever the stage does with those
/// that break its expectations.
class TotalFaults final : public FaultPolicy {
 public:
  Result<Settled> settle(const Batch& batch, const Selection& selection,
                         std::vector<RowFault> faults) override {
    if (faults.empty()) return Settled{selection, {}};
    Error error = std::move(faults.front().error);
    const RowOriginRef& origin = batch.places().origin;
    if (!error.data && origin) error.data = place_of_row(batch, faults.front().row);
    return std::unexpected(std::move(error));
  }
  Status record(const RowOriginRef&, Ordinal, Error error) override {
    return std::unexpected(std::move(error));
  }
};

/// Holds the rows of a lane, and their keys apart.
class Holder {
 public:
  Holder(const UniquePlan& plan, const ContractState& state, const LaneContext& context)
      : plan_(plan), state_(state), context_(context) {
    for (const expr::ProgramRef& key : plan.keys) keys_.emplace_back(key, context.memory);
    firsts_ = plan.firsts->partial(
        {context.memory, context.faults, ledger_, context.watch, context.spill});
    rows_ = plan.rows->partial(context);
  }

  Status hold(const Batch& batch) {
    std::vector<ColumnRef> keys{nullptr};
    std::vector<RowFault> faults;
    for (expr::Evaluator& key : keys_) {
      LEAT_TRY_ASSIGN(ColumnRef column, key.evaluate(batch, batch.selection(), faults));
      keys.push_back(std::move(column));
    }
    std::vector<bool> bad(batch.length(), false);
    for (const RowFault& fault : faults) bad[fault.row] = true;
    LEAT_TRY_ASSIGN(BufferRef chosen,
                    context_.memory.allocate((batch.rows() + 1) * sizeof(uint32_t)));
    size_t count = 0;
    LEAT_TRY_ASSIGN(keys[0], seats(batch, keys, bad, chosen->mutable_as<uint32_t>(), count));
    const ColumnRef seat = keys[0];
    RowPlaces places = batch.places();
    places.origin = nullptr;
    const Batch of_keys(plan_.key_schema, std::move(keys), batch.length(), places);
    LEAT_TRY(firsts_->consume(of_keys.with_selection(Selection(std::move(chosen), count))));
    return hold(batch, seat);
  }

  Status seal(ContractPart& part) {
    LEAT_TRY(firsts_->seal());
    LEAT_TRY(rows_->seal());
    part.firsts = std::move(firsts_);
    part.held = std::move(rows_);
    return {};
  }

 private:
  /// The seats of the rows; those with a key go to `chosen`.
  Result<ColumnRef> seats(const Batch& batch, const std::vector<ColumnRef>& keys,
                          const std::vector<bool>& bad, uint32_t* chosen, size_t& count) {
    FixedBuilder<int64_t> seats(kInt64Type, context_.memory);
    LEAT_TRY(seats.reserve(batch.length()));
    const auto begin = static_cast<int64_t>(state_.take_seats(batch.length()));
    std::vector<int64_t> seat_of(batch.length(), Firsts::kNoKey);
    for_each_row(batch.selection(), [&](size_t row) {
      bool has_key = true;
      for (size_t key = 1; key < keys.size(); ++key) has_key &= keys[key]->is_valid(row);
      if (has_key) chosen[count++] = static_cast<uint32_t>(row);
      seat_of[row] = has_key    ? begin + static_cast<int64_t>(row)
                     : bad[row] ? Firsts::kBadKey
                                : Firsts::kNoKey;
    });
    for (const int64_t seat : seat_of) seats.append(seat);
    return seats.finish();
  }

  Status hold(const Batch& batch, const ColumnRef& seat) {
    std::vector<ColumnRef> columns = batch.columns();
    columns.push_back(seat);
    LEAT_TRY(add_places(batch.length(), batch.selection(), context_.memory, columns,
                        [&](size_t, size_t row) { return place_of_row(batch, row); }));
    if (plan_.raw) {
      const RowOriginRef& origin = batch.places().origin;
      ViewBuilder raw(kUtf8Type, context_.memory);
      LEAT_TRY(raw.reserve(batch.length()));
      size_t next = 0;
      for (size_t row = 0; row < batch.length(); ++row) {
        const bool wanted = next < batch.rows() && batch.selection()[next] == row;
        next += wanted ? 1 : 0;
        LEAT_TRY(raw.append_copy(wanted && origin ? origin->raw(batch.places()[row].row()) : ""));
      }
      columns.push_back(raw.finish());
    }
    return rows_->consume(batch.with_columns(plan_.held_schema, std::move(columns)));
  }

  const UniquePlan& plan_;
  const ContractState& state_;
  LaneContext context_;
  Ledger ledger_;  // of the keys
  std::vector<expr::Evaluator> keys_;
  std::unique_ptr<Partial> firsts_;
  std::unique_ptr<Partial> rows_;
};

class ContractLane final : public MapLane {
 public:
  ContractLane(const ContractPlan& plan, const LaneContext& context, Sides sides)
      : state_(sides.size() > plan.references.size()
                   ? static_cast<const ContractState*>(sides.back().get())
                   : nullptr) {
    if (plan.totals) {
      totals_ = plan.totals->results->partial(
          {context.memory, total_faults_, ledger_, context.watch, context.spill});
    }
    if (plan.unique) {
      holder_.emplace(*plan.unique, *state_, context);
    } else {
      rules_.emplace(plan, context, sides);
    }
  }

  Status process(Batch batch, Output& output) override {
    rows_ += batch.rows();
    LEAT_TRY(holder_ ? holder_->hold(batch) : rules_->pass(batch, nullptr, output));
    return totals_ != nullptr ? totals_->consume(batch) : Status();
  }

  Status seal() override {
    if (state_ == nullptr) return {};
    ContractPart part{.rows = rows_, .broken = {}, .totals = {}, .firsts = {}, .held = {}};
    if (rules_) part.broken = rules_->broken();
    if (totals_ != nullptr) LEAT_TRY(totals_->seal());
    part.totals = std::move(totals_);
    if (holder_) LEAT_TRY(holder_->seal(part));
    state_->take(std::move(part));
    return {};
  }

 private:
  const ContractState* state_;  // null: nothing is asked of all rows
  TotalFaults total_faults_;
  Ledger ledger_;  // of the totals
  std::unique_ptr<Partial> totals_;
  std::optional<Holder> holder_;   // where keys are unique
  std::optional<RowRules> rules_;  // else
  uint64_t rows_ = 0;
};

class ContractMap final : public Map {
 public:
  explicit ContractMap(std::unique_ptr<const ContractPlan> plan) : plan_(std::move(plan)) {
    for (const auto& reference : plan_->references) sides_.push_back(make_join_side(*reference));
  }

  std::span<const std::unique_ptr<Collect>> sides() const override { return sides_; }
  CollectedRef common(MemoryAccount&) const override {
    return has_rest() ? std::make_shared<ContractState>(*plan_) : nullptr;
  }
  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides sides) const override {
    return std::make_unique<ContractLane>(*plan_, context, sides);
  }
  bool has_rest() const override {
    return plan_->unique.has_value() || plan_->totals.has_value() || plan_->warns();
  }
  Result<CollectedRef> rest(const LaneContext& context, Sides sides) const override {
    const auto& state = static_cast<const ContractState&>(*sides.back());
    if (plan_->totals) {
      TotalFaults faults;
      LEAT_TRY(state.check_totals(
          {context.memory, faults, context.ledger, context.watch, context.spill}));
    }
    if (plan_->unique) return state.release(context, sides);
    state.warn(context.watch);
    return CollectedRef();
  }

 private:
  std::unique_ptr<const ContractPlan> plan_;
  std::vector<std::unique_ptr<Collect>> sides_;
};

}  // namespace

std::unique_ptr<Map> make_contract_map(std::unique_ptr<const ContractPlan> plan) {
  return std::make_unique<ContractMap>(std::move(plan));
}

}  // namespace leat::state
