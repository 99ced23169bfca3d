// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sort: each lane sorts its rows, in memory or on disk, then those of all lanes are merged.
#include <array>

#include "operators/operator.h"
#include "operators/state/sorting/sort_collect.h"

namespace leat {

namespace {

using state::SortPlan;

std::optional<BoundOperator> bind_sort(const OptionValues& options, const BindContext& context) {
  std::optional<SortPlan> plan = state::make_sort_plan(options, context);
  if (!plan) return std::nullopt;
  BoundOperator bound;
  state::describe_sort(*plan, bound);
  state::bind_sorting(std::move(*plan), bound);
  return bound;
}

constexpr std::array<OptionDef, 1> kSortOptions{{
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
    .options = kSortOptions,
    .bind = &bind_sort,
    .keeps_columns = true,
};

}  // namespace leat
