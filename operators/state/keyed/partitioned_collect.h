// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A stage that gives all its rows back where they stood, with something said of each by the rows of
// its partition: `sessionize`, `fill` and their like.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "operators/operator.h"
#include "operators/state/keyed/keyed_plan.h"
#include "operators/state/windows/partitioned_rows.h"

namespace leat::state {

/// Collects all rows; `finish` makes the result of them once they are settled. THREADS: as Collect.
class PartitionedCollect final : public Collect {
 public:
  using Finish = std::function<Result<CollectedRef>(std::unique_ptr<PartitionedRows>,
                                                    const PartitionPlan&, const LaneContext&)>;

  PartitionedCollect(PartitionPlan plan, Finish finish)
      : plan_(std::move(plan)), finish_(std::move(finish)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<RunPartial>(plan_, context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<RowsFinal>(*this, context);
  }

 private:
  class RunPartial final : public Partial {
   public:
    RunPartial(const PartitionPlan& plan, const LaneContext& context) : run_(plan, context) {}
    Status consume(const Batch& batch) override { return run_.consume(batch); }
    Status seal() override { return run_.seal(); }
    PartitionedRun& run() { return run_; }

   private:
    PartitionedRun run_;
  };

  class RowsFinal final : public Final {
   public:
    RowsFinal(const PartitionedCollect& collect, const LaneContext& context)
        : collect_(collect),
          context_(context),
          rows_(std::make_unique<PartitionedRows>(collect.plan_, context.memory)) {}
    Status absorb(std::unique_ptr<Partial> partial) override {
      rows_->take(static_cast<RunPartial&>(*partial).run());
      return {};
    }
    Result<CollectedRef> finish() override {
      LEAT_TRY(rows_->settle());
      return collect_.finish_(std::move(rows_), collect_.plan_, context_);
    }

   private:
    const PartitionedCollect& collect_;
    LaneContext context_;
    std::unique_ptr<PartitionedRows> rows_;
  };

  PartitionPlan plan_;
  Finish finish_;
};

/// The arrangement of rows by the keys and in the order of `keyed`, the only one of the plan.
inline PartitionPlan arranged_plan(const KeyedPlan& keyed) {
  std::vector<expr::ProgramRef> partition_by;
  for (const KeyedPlan::Key& key : keyed.keys) partition_by.push_back(key.program);
  std::vector<expr::SortKey> order_by;
  for (const SortPlan::Key& key : keyed.order.keys)
    order_by.push_back({key.program, key.descending, key.nulls_first});
  PartitionPlanner planner(keyed.order.input);
  planner.add_arrangement(partition_by, order_by);
  return std::move(planner).finish();
}

/// The equations of a stage that gives every good row back.
inline std::vector<Equation> collected_equations() {
  return {{{Counter::kIn}, {Counter::kFolded, Counter::kSkipped, Counter::kRejected}},
          {{Counter::kFolded}, {Counter::kMade}},
          {{Counter::kOut}, {Counter::kMade}}};
}

}  // namespace leat::state
