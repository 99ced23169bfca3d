// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/keyed/distinct_collect.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace leat::state {

namespace {

class DistinctPartial final : public Partial {
 public:
  DistinctPartial(const DistinctPlan& plan, const LaneContext& context)
      : ledger_(context.ledger), rows_(std::make_unique<DistinctRows>(plan, context)) {}

  Status consume(const Batch& batch) override { return rows_->consume(batch); }
  Status seal() override { return {}; }
  size_t spillable() const override { return rows_->spillable(); }
  Status spill() override { return rows_->spill(ledger_); }
  std::unique_ptr<DistinctRows> take() { return std::move(rows_); }

 private:
  Ledger& ledger_;
  std::unique_ptr<DistinctRows> rows_;
};

class DistinctFinal final : public Final {
 public:
  DistinctFinal(const DistinctPlan& plan, const LaneContext& context)
      : plan_(plan), context_(context) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    lanes_.push_back(static_cast<DistinctPartial&>(*partial).take());
    return {};
  }
  Result<CollectedRef> finish() override {
    if (lanes_.empty()) lanes_.push_back(std::make_unique<DistinctRows>(plan_, context_));
    // The largest table stays: fewer keys to look up.
    std::stable_sort(lanes_.begin(), lanes_.end(),
                     [](const auto& a, const auto& b) { return a->keys() > b->keys(); });
    const bool spilled = std::any_of(lanes_.begin(), lanes_.end(),
                                     [](const auto& lane) { return lane->has_spilled(); });
    DistinctRows& whole = *lanes_.front();
    if (spilled || !whole.make_room_for(std::span(lanes_).subspan(1))) return restore();
    for (size_t lane = 1; lane < lanes_.size(); ++lane) {
      LEAT_TRY(whole.absorb(*lanes_[lane], context_.ledger));
      lanes_[lane].reset();
    }
    return whole.finish();
  }

 private:
  /// Lanes that had room for all of their rows write them to disk now: the others' are there.
  Result<CollectedRef> restore() {
    const size_t memory = lanes_.size() * context_.spill->lane_bytes();
    std::vector<std::vector<SpilledPartitions>> spilled;
    for (std::unique_ptr<DistinctRows>& lane : lanes_) {
      LEAT_TRY(lane->spill(context_.ledger));
      spilled.push_back(lane->take_spilled());
      lane.reset();
    }
    return restore_partitions(restore_plan(plan_), context_, std::move(spilled), memory);
  }

  const DistinctPlan& plan_;
  LaneContext context_;
  std::vector<std::unique_ptr<DistinctRows>> lanes_;
};

class Distinct final : public Collect {
 public:
  explicit Distinct(DistinctPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<DistinctPartial>(plan_, context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<DistinctFinal>(plan_, context);
  }

 private:
  DistinctPlan plan_;
};

}  // namespace

std::unique_ptr<Collect> make_distinct(DistinctPlan plan) {
  return std::make_unique<Distinct>(std::move(plan));
}

}  // namespace leat::state
