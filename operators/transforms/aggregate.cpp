// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// aggregate: rows into groups, each lane its own groups first, then all of them together.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/option.h"
#include "operators/operator.h"
#include "operators/state/aggregate_binder.h"

namespace leat {

namespace {

using Sets = std::vector<std::vector<bool>>;

constexpr size_t kSetsMax = 4096;

/// The sets that `grouping` means.
class GroupingReader {
 public:
  GroupingReader(const OptionNode& node, const std::vector<Field>& keys, Diagnostics& diagnostics)
      : node_(node), keys_(keys), diagnostics_(diagnostics) {}

  /// nullopt after reporting.
  std::optional<Sets> read() {
    if (keys_.empty()) {
      wrong(code::kGroupingSets, node_.span, "'grouping' needs keys", "name them in 'by'");
      return std::nullopt;
    }
    if (node_.kind == OptionNode::Kind::kList) return read_list();
    const std::string word =
        node_.kind == OptionNode::Kind::kScalar ? node_.scalar.text() : std::string();
    if (word == "rollup") return rollup();
    if (word == "cube" && keys_.size() < 12) return cube();
    if (word == "cube") {
      wrong(code::kGroupingSets, node_.span,
            fmt::format("a cube of {} keys has more than {} grouping sets", keys_.size(),
                        kSetsMax / 2),
            "list the sets that are wanted");
    } else {
      wrong(code::kGroupingSets, node_.span,
            "'grouping' is rollup, cube or a list of lists of keys", kExample);
    }
    return std::nullopt;
  }

 private:
  static constexpr const char* kExample = "write [[country, month], [country], []]";

  /// All keys, then without the last one, and so on until none is left.
  Sets rollup() const {
    Sets sets;
    for (size_t count = keys_.size() + 1; count-- > 0;) {
      sets.emplace_back(keys_.size(), false);
      std::fill_n(sets.back().begin(), count, true);
    }
    return sets;
  }

  Sets cube() const {
    Sets sets;
    for (size_t bits = size_t{1} << keys_.size(); bits-- > 0;) {
      sets.emplace_back();
      for (size_t key = keys_.size(); key-- > 0;) sets.back().push_back((bits >> key & 1) != 0);
    }
    return sets;
  }

  std::optional<Sets> read_list() {
    Sets sets;
    for (const OptionNode& item : node_.items) sets.push_back(read_set(item));
    if (sets.empty()) wrong(code::kGroupingSets, node_.span, "there is no grouping set", kExample);
    if (sets.size() > kSetsMax)
      wrong(code::kGroupingSets, node_.span,
            fmt::format("there are more than {} grouping sets", kSetsMax));
    return ok_ ? std::optional(std::move(sets)) : std::nullopt;
  }

  std::vector<bool> read_set(const OptionNode& node) {
    std::vector<bool> set(keys_.size(), false);
    if (node.kind == OptionNode::Kind::kScalar) {
      add_key(node, set);
    } else if (node.kind == OptionNode::Kind::kList) {
      for (const OptionNode& key : node.items) add_key(key, set);
    } else {
      wrong(code::kGroupingSets, node.span, "a grouping set is a list of keys", kExample);
    }
    return set;
  }

  void add_key(const OptionNode& node, std::vector<bool>& set) {
    if (node.kind != OptionNode::Kind::kScalar)
      return wrong(code::kGroupingSets, node.span, "a grouping set is a list of keys", kExample);
    const std::string& name = node.scalar.text();
    for (size_t key = 0; key < keys_.size(); ++key) {
      if (keys_[key].name != name) continue;
      set[key] = true;
      return;
    }
    std::string known;
    for (const Field& key : keys_) known += (known.empty() ? "" : ", ") + key.name;
    wrong(code::kGroupingSets, node.span, fmt::format("'{}' is not among the keys", name),
          "the keys are: " + known);
  }

  void wrong(Code number, Span where, std::string message, std::string hint = {}) {
    diagnostics_.error(number, where, std::move(message), std::move(hint));
    ok_ = false;
  }

  const OptionNode& node_;
  const std::vector<Field>& keys_;
  Diagnostics& diagnostics_;
  bool ok_ = true;
};

std::optional<BoundOperator> bind_aggregate(const OptionValues& options,
                                            const BindContext& context) {
  if (!options.has("by") && !options.has("columns")) {
    context.diagnostics.error(code::kOptionMissing, options.stage(),
                              "'aggregate' needs 'by', 'columns' or both",
                              "write 'columns' with a name and an aggregate such as 'count(*)'");
    return std::nullopt;
  }
  state::AggregateBinder binder(context);
  for (const SourceText& key : options.list("by")) binder.add_key(key);
  if (!binder.ok()) return std::nullopt;
  if (const OptionNode* const grouping = options.find("grouping"); grouping != nullptr) {
    std::optional<Sets> sets =
        GroupingReader(*grouping, binder.fields(), context.diagnostics).read();
    if (!sets) return std::nullopt;
    binder.add_sets(std::move(*sets));
  }
  for (const auto& [name, value] : options.named("columns")) binder.add_column(name, value);
  if (binder.ok() && binder.fields().empty()) {
    context.diagnostics.error(code::kNoColumns, options.stage(),
                              "the result of 'aggregate' has no column",
                              "name keys in 'by', or aggregates in 'columns'");
  }
  if (!binder.ok()) return std::nullopt;
  return binder.finish();
}

constexpr std::array<OptionDef, 3> kAggregateOptions{{
    {.name = "by",
     .type = OptionType::kExpressions,
     .doc = "What to group by: columns or expressions, each optionally `as` a name. Without it all "
            "rows are one group."},
    {.name = "columns",
     .type = OptionType::kNamed,
     .doc = "The columns to compute: a name and an expression of aggregates such as `sum(price * "
            "qty)`. Without it the "
            "result is the distinct groups."},
    {.name = "grouping",
     .type = OptionType::kTree,
     .doc = "Groups by several sets of the keys at once: `rollup` (all keys, then without the last "
            "one, down to none), `cube` (each subset) or a list of lists of keys. A key that a set "
            "has not is NULL in its rows."},
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

With `grouping` each row counts in a group of every set. Groups that begin with the same row come in the
order of their sets; a set without keys has its row even when there is no input. `grouping(country)` is
1 in the rows of sets that do not have the key, else 0; of several keys it makes a number of these bits.

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
    .options = kAggregateOptions,
    .bind = &bind_aggregate,
};

}  // namespace leat
