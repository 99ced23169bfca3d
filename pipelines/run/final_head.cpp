// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: one result of what many lanes have collected: to be emitted, or to be lent to the lanes
// of a map.
//
// Invariants
// 1. Partials are absorbed when all lanes have delivered, in whatever order they did.
// 2. A side input is there before the segment that reads it issues anything: it comes after this
//    one, which has ended then.
// 3. What a lane has collected that failed is not looked at: a refused batch may be in it by half.
//
// Rejected: absorbing partials as they come (which one is first would depend on the schedule, and
// only the last lane's end is waited for anyway).
#include <memory>
#include <utility>
#include <vector>

#include "engine/mutant.h"
#include "pipelines/run/head.h"

namespace leat::pipelines {
namespace {

/// Null when a lane may have failed.
Result<CollectedRef> make_result(const Collect& collect, SegmentRun& segment,
                                 const LaneContext& context) {
  const std::unique_ptr<Final> final = collect.final(context);
  std::vector<std::unique_ptr<Partial>> partials = segment.input(0).states->wait();
  if (!segment.shared().state.wants(segment.index(), 0) &&
      !LEAT_MUTANT("failed_partials_are_absorbed"))
    return CollectedRef();
  for (std::unique_ptr<Partial>& partial : partials) LEAT_TRY(final->absorb(std::move(partial)));
  return final->finish();
}

class FinalHead final : public Head {
 public:
  void run(SegmentRun& segment) override {
    SplitScope scope{segment.index(), 0, {}, {}};
    StageLane lane(segment.stage(), scope);
    HeadOutput rejects(segment, From::kRejects);
    lane.faults().set_rejects(&rejects);
    Result<CollectedRef> result =
        make_result(*std::get<std::unique_ptr<Collect>>(segment.stage().stage.bound->species),
                    segment, lane.context());
    Status flushed = lane.faults().flush();
    lane.finish();
    if (!result) return segment.report(std::move(result).error());
    if (!flushed) return segment.report(std::move(flushed).error());
    if (*result == nullptr) return;
    const size_t parts = (*result)->parts();
    for (size_t part = 0; part < parts; ++part) {
      // The last part takes the last reference along, so that its lane frees the state.
      CollectedRef whole = part + 1 == parts ? std::move(*result) : *result;
      if (!segment.issue(ResultPart{std::move(whole), part})) return;
    }
  }
};

class SideHead final : public Head {
 public:
  void run(SegmentRun& segment) override {
    const size_t side = segment.plan().input - 1;
    SplitScope scope{segment.index(), 0, {}, {}};
    StageLane lane(segment.stage(), scope, side);
    HeadOutput rejects(segment, From::kRejects);
    if (segment.plan().lanes > 0 && !LEAT_MUTANT("rejects_of_sides_are_lost"))
      lane.faults().set_rejects(&rejects);
    const Map& map = *std::get<std::unique_ptr<Map>>(segment.stage().stage.bound->species);
    Result<CollectedRef> result = make_result(*map.sides()[side], segment, lane.context());
    Status flushed = lane.faults().flush();
    lane.finish();
    if (!result) return segment.report(std::move(result).error());
    if (!flushed) return segment.report(std::move(flushed).error());
    segment.stage().sides[side] = std::move(*result);
  }
};

}  // namespace

std::unique_ptr<Head> make_final_head() { return std::make_unique<FinalHead>(); }
std::unique_ptr<Head> make_side_head() { return std::make_unique<SideHead>(); }

}  // namespace leat::pipelines
