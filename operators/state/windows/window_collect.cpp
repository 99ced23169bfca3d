// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: whether windows fit in memory is known only once they have been computed.
//
// They are computed in memory if no lane had to write, and handed to the disk with all their rows
// when that is refused memory, or leaves none for those who emit them.
#include "operators/state/windows/window_collect.h"

#include <memory>
#include <utility>
#include <vector>

#include "operators/state/windows/spilled_windows.h"
#include "operators/state/windows/window_evaluation.h"

namespace leat::state {

namespace {

/// What each lane is left for emitting rows that are in memory.
constexpr size_t kEmitBytes = size_t{512} << 10;

class WindowPartial final : public Partial {
 public:
  WindowPartial(const WindowPlan& plan, const LaneContext& context)
      : ledger_(context.ledger), lane_(plan, context) {}

  Status consume(const Batch& batch) override { return lane_.consume(batch); }
  Status seal() override { return lane_.seal(); }
  size_t spillable() const override { return lane_.spillable(); }
  Status spill() override { return lane_.spill(ledger_); }
  WindowLane& lane() { return lane_; }

 private:
  Ledger& ledger_;
  WindowLane lane_;
};

class WindowFinal final : public Final {
 public:
  WindowFinal(const WindowPlan& plan, const LaneContext& context)
      : plan_(plan), context_(context) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    partials_.emplace_back(static_cast<WindowPartial*>(partial.release()));
    return {};
  }

  Result<CollectedRef> finish() override {
    std::vector<WindowLane*> lanes;
    bool spilled = false;
    for (const auto& partial : partials_) {
      lanes.push_back(&partial->lane());
      spilled = spilled || lanes.back()->has_spilled();
    }
    if (spilled) return compute_spilled(plan_, context_, lanes);
    auto evaluation = std::make_shared<WindowEvaluation>(plan_, context_.memory);
    for (WindowLane* const lane : lanes) evaluation->take(lane->run());
    Status status = evaluation->finish();
    if (status && context_.spill != nullptr) status = leave_room(lanes.size());
    if (status) return CollectedRef(std::move(evaluation));
    if (status.error().code != ErrorCode::kMemory || lanes.empty())
      return std::unexpected(std::move(status).error());
    if (context_.spill == nullptr)
      return std::unexpected(without_area(std::move(status).error(), nullptr));
    std::vector<Batch> rows = evaluation->give_back();
    evaluation.reset();
    LEAT_TRY(lanes.front()->spill(std::move(rows), context_.ledger));
    return compute_spilled(plan_, context_, lanes);
  }

 private:
  /// What is in memory is of no use when nothing is left to emit it with.
  Status leave_room(size_t lanes) const {
    LEAT_TRY_ASSIGN(const MemoryLease room, context_.memory.lease(lanes * kEmitBytes));
    return {};
  }

  const WindowPlan& plan_;
  LaneContext context_;
  std::vector<std::unique_ptr<WindowPartial>> partials_;
};

class Windows final : public Collect {
 public:
  explicit Windows(WindowPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<WindowPartial>(plan_, context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<WindowFinal>(plan_, context);
  }

 private:
  WindowPlan plan_;
};

}  // namespace

std::unique_ptr<Collect> make_windows(WindowPlan plan) {
  plan.spill = make_window_spill_plan(plan);
  return std::make_unique<Windows>(std::move(plan));
}

}  // namespace leat::state
