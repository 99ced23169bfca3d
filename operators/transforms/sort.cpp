// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sort: each lane sorts its rows, in memory or on disk, then those of all lanes are merged.
#include <algorithm>
#include <array>
#include <limits>

#include "operators/operator.h"
#include "operators/state/sorting/lane_sort.h"
#include "operators/state/sorting/sort_merge.h"
#include "operators/state/sorting/spilled_merge.h"

namespace leat {

namespace {

using state::LaneSort;
using state::SortMerge;
using state::SortPlan;

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
    const bool spilled = std::any_of(lanes_.begin(), lanes_.end(),
                                     [](auto& lane) { return lane->rows().has_spilled(); });
    if (spilled) return merge_runs();
    auto merge = std::make_shared<SortMerge>(plan_);
    for (const auto& lane : lanes_) {
      for (state::SortedRows& sorted : lane->rows().take_sorted()) merge->take(std::move(sorted));
    }
    lanes_.clear();
    LEAT_TRY(merge->cut(std::numeric_limits<uint64_t>::max(), context_.memory));
    return CollectedRef(std::move(merge));
  }

 private:
  /// Lanes that had room for all of their rows write them to disk now: the others' leave none for
  /// merging them.
  Result<CollectedRef> merge_runs() {
    const size_t memory = lanes_.size() * context_.spill->lane_bytes();
    std::vector<state::SpillRunRef> runs;
    for (const auto& lane : lanes_) {
      LEAT_TRY(lane->rows().spill(context_.ledger));
      for (state::SpillRunRef& run : lane->rows().take_runs()) runs.push_back(std::move(run));
    }
    lanes_.clear();
    LEAT_TRY_ASSIGN(auto merge,
                    state::SpilledMerge::make(plan_, context_, std::move(runs), memory));
    return CollectedRef(std::move(merge));
  }

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

std::optional<BoundOperator> bind_sort(const OptionValues& options, const BindContext& context) {
  std::optional<SortPlan> plan = state::make_sort_plan(options, context);
  if (!plan) return std::nullopt;
  BoundOperator bound;
  state::describe_sort(*plan, bound);
  bound.equations = {{{Counter::kIn}, {Counter::kFolded, Counter::kSkipped, Counter::kRejected}},
                     {{Counter::kFolded}, {Counter::kMade}},
                     {{Counter::kSpilled}, {Counter::kRestored}},
                     {{Counter::kOut}, {Counter::kMade}}};
  bound.memory_minimum = kMemoryMinimum;
  bound.species = std::make_unique<Sort>(std::move(*plan));
  return bound;
}

constexpr std::array<OptionDef, 1> kOptions{{
    {.name = "by",
     .type = OptionType::kExpressions,
     .doc = "What to sort by, the most significant first: expressions, each optionally with `asc` "
            "or `desc` and with "
            "`nulls first` or `nulls last`.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_sort;
const OperatorDef operator_sort{
    .name = "sort",
    .kind = OperatorKind::kTransform,
    .summary = "Puts rows in order.",
    .doc =
        R"(Rows with equal keys keep the order of the input. Text is ordered by code points, NaN comes after
every number, and NULLs come last in ascending and first in descending order unless the key says
otherwise. Rows that do not fit in memory are sorted on disk (`settings.spill`); to keep only the
first few of the order, use `top`.)",
    .example = R"(- sort:
    by:
      - country
      - revenue desc nulls last
)",
    .main_option = "by",
    .options = kOptions,
    .bind = &bind_sort,
    .keeps_columns = true,
};

}  // namespace leat
