// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: `sort` and what keeps rows in the order they came (spool.cpp) want the same: rows of
// many lanes in one total order, of any amount.
//
// Invariants: as of lane_sort.h and spilled_merge.h; when one lane has written to disk, all do.
//
// Rejected: an own store for rows in the order they came (their order is a key like any other, and
// lanes that spill have to be merged by it).
#include "operators/state/sorting/sort_collect.h"

#include <memory>
#include <utility>
#include <vector>

#include "operators/state/sorting/lane_sort.h"

namespace leat::state {

namespace {

/// What a lane needs to write its rows to disk, and the rows of a few pieces.
constexpr size_t kMemoryMinimum = size_t{2} << 20;

class SortPartial final : public Partial {
 public:
  SortPartial(const SortPlan& plan, const LaneContext& context)
      : ledger_(context.ledger), rows_(plan, context) {}

  Status consume(const Batch& batch) override { return rows_.consume(batch); }
  Status seal() override { return rows_.seal(); }
  size_t spillable() const override { return rows_.spillable(); }
  Status spill() override { return rows_.spill(ledger_); }
  LaneSort& rows() { return rows_; }

 private:
  Ledger& ledger_;
  LaneSort rows_;
};

class SortFinal final : public Final {
 public:
  SortFinal(const SortPlan& plan, const LaneContext& context) : plan_(plan), context_(context) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    lanes_.emplace_back(static_cast<SortPartial*>(partial.release()));
    return {};
  }

  Result<CollectedRef> finish() override {
    std::vector<LaneSort*> lanes;
    for (const auto& lane : lanes_) lanes.push_back(&lane->rows());
    return merge_lanes(plan_, context_, lanes);
  }

 private:
  const SortPlan& plan_;
  LaneContext context_;
  std::vector<std::unique_ptr<SortPartial>> lanes_;
};

class Sort final : public Collect {
 public:
  explicit Sort(SortPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<SortPartial>(plan_, context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<SortFinal>(plan_, context);
  }

 private:
  SortPlan plan_;
};

}  // namespace

void bind_sorting(SortPlan plan, BoundOperator& bound) {
  bound.equations = {{{Counter::kIn}, {Counter::kFolded, Counter::kSkipped, Counter::kRejected}},
                     {{Counter::kFolded}, {Counter::kMade}},
                     {{Counter::kSpilled}, {Counter::kRestored}},
                     {{Counter::kOut}, {Counter::kMade}}};
  bound.memory_minimum = kMemoryMinimum;
  bound.species = std::make_unique<Sort>(std::move(plan));
}

}  // namespace leat::state
