// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// aggregate: rows into groups, each lane its own groups first, then all of them together.
#include <array>
#include <optional>

#include "operators/operator.h"
#include "operators/state/aggregate_binder.h"

namespace leat {

namespace {

std::optional<BoundOperator> bind_aggregate(const OptionValues& options,
                                            const BindContext& context) {
  if (!options.has("by") && !options.has("columns")) {
    context.diagnostics.error(options.stage(), "'aggregate' needs 'by', 'columns' or both",
                              "write 'columns' with a name and an aggregate such as 'count(*)'");
    return std::nullopt;
  }
  state::AggregateBinder binder(context);
  for (const SourceText& key : options.list("by")) binder.add_key(key);
  if (!binder.ok()) return std::nullopt;
  for (const auto& [name, value] : options.named("columns")) binder.add_column(name, value);
  if (binder.ok() && binder.fields().empty()) {
    context.diagnostics.error(options.stage(), "the result of 'aggregate' has no column",
                              "name keys in 'by', or aggregates in 'columns'");
  }
  if (!binder.ok()) return std::nullopt;
  return binder.finish();
}

constexpr std::array<OptionDef, 2> kOptions{{
    {.name = "by",
     .type = OptionType::kExpressions,
     .doc = "What to group by: columns or expressions, each optionally `as` a name. Without it all "
            "rows are one group."},
    {.name = "columns",
     .type = OptionType::kNamed,
     .doc = "The columns to compute: a name and an expression of aggregates such as `sum(price * "
            "qty)`. Without it the "
            "result is the distinct groups."},
}};

}  // namespace

extern const OperatorDef operator_aggregate;
const OperatorDef operator_aggregate{
    .name = "aggregate",
    .kind = OperatorKind::kTransform,
    .summary = "Groups rows and computes sums, counts and the like for each group.",
    .doc =
        R"(Gives one row for each group: first the columns of `by`, then those of `columns`. Groups come in
the order in which they first appear in the input. NULL is a group of its own. Without `by` there is
exactly one row, even when there is no input.

Sums, averages and variances of `float64` are computed exactly and rounded once, so they have the same
bits however the work is spread. A sum of `int64` that does not fit its type is an error that names the
group. Aggregates take a filter: `sum(total) filter (where status = 'paid')`. Some take an order of
their own: `first(status order by ts desc)`, `string_agg(name, ', ' order by name)`; without it they
follow the input. `distinct` takes each value once: `count(distinct customer_id)`. One value, a list
or a text, may take a quarter of the memory limit; groups that do not fit in memory are kept on disk
(`settings.spill`). The functions are listed by `leat functions`.)",
    .example = R"(- aggregate:
    by:
      - country
      - extract(year from ts) as year
    columns:
      orders: count(*)
      revenue: sum(price * qty)
)",
    .main_option = "by",
    .options = kOptions,
    .bind = &bind_aggregate,
};

}  // namespace leat
