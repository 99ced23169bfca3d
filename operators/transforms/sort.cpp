// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sort: each lane sorts its rows, then the lanes' runs are merged, in parts at once.
#include <array>
#include <limits>

#include "operators/operator.h"
#include "operators/state/sorting/sort_merge.h"

namespace leat {

namespace {

using state::SortMerge;
using state::SortPlan;
using state::SortRun;

/// The references to one lane's first batches.
constexpr size_t kMemoryMinimum = size_t{1} << 20;

class SortPartial final : public Partial {
 public:
  SortPartial(const SortPlan& plan, const LaneContext& context)
      : ledger_(context.ledger), run_(plan, context) {}

  Status consume(const Batch& batch) override {
    LEAT_TRY_ASSIGN(const Batch prepared, run_.prepare(batch));
    LEAT_TRY(run_.keep(prepared));
    ledger_.add(Counter::kFolded, prepared.rows());
    return {};
  }
  Status seal() override { return run_.sort(); }
  SortRun& run() { return run_; }

 private:
  Ledger& ledger_;
  SortRun run_;
};

class SortFinal final : public Final {
 public:
  explicit SortFinal(const SortPlan& plan) : merge_(std::make_shared<SortMerge>(plan)) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    merge_->take(static_cast<SortPartial&>(*partial).run());
    return {};
  }
  Result<CollectedRef> finish() override {
    merge_->cut(std::numeric_limits<uint64_t>::max());
    return std::move(merge_);
  }

 private:
  std::shared_ptr<SortMerge> merge_;
};

class Sort final : public Collect {
 public:
  explicit Sort(SortPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<SortPartial>(plan_, context);
  }
  std::unique_ptr<Final> final(const LaneContext&) const override {
    return std::make_unique<SortFinal>(plan_);
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
otherwise. All rows are held in memory until the last one has come; to keep only the first few of the
order, use `top`.)",
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
