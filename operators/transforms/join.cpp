// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// join: the rows of two stages that belong together. The rows of `with` are held in a table, the
// others meet it as they come, or both sides go to disk; see operators/state/join/.
#include <array>

#include "operators/operator.h"
#include "operators/state/join/join_binder.h"

namespace leat {

namespace {

constexpr std::string_view kHow[] = {"inner", "left", "right", "full", "semi", "anti", "cross"};
constexpr std::string_view kCardinality[] = {"one_to_one", "many_to_one", "one_to_many"};
constexpr std::string_view kMissing[] = {"drop", "error"};
constexpr std::string_view kDirection[] = {"backward", "forward", "nearest"};
constexpr std::string_view kMatches[] = {"all", "first", "last"};
constexpr std::string_view kNullKeys[] = {"never", "match"};
constexpr std::string_view kBuild[] = {"auto", "right"};

/// Where left rows without a partner do not come out, they can be read apart.
std::vector<std::string> ports(const OptionNode& options) {
  std::string how = "inner";
  for (const OptionEntry& entry : options.entries) {
    if (entry.name.text() == "how") how = entry.value.scalar.text();
  }
  return how == "inner" || how == "right" ? std::vector<std::string>{"unmatched"}
                                          : std::vector<std::string>();
}

constexpr std::array<OptionDef, 15> kJoinOptions{{
    {.name = "with",
     .type = OptionType::kStage,
     .doc = "The stage that is the right side.",
     .required = true},
    {.name = "on",
     .type = OptionType::kExpressions,
     .doc = "The keys: columns of both sides, or `expression of the left = expression of the "
            "right`. Types are widened as `=` does."},
    {.name = "how",
     .type = OptionType::kChoice,
     .doc = "Which rows come out. `left`, `right` and `full` keep rows of that side, or of both, "
            "without a partner; `semi` and `anti` give left rows that have one, or none; `cross` "
            "pairs every row with every row.",
     .default_text = "inner",
     .choices = kHow},
    {.name = "where",
     .type = OptionType::kExpression,
     .doc = "A further condition of the match over `left.x` and `right.x`; a name that only one "
            "side has, or a key of both, needs no side."},
    {.name = "columns",
     .type = OptionType::kExpressions,
     .doc = "The right columns that come out, each with an optional `as name`. Left out: all but "
            "plain keys."},
    {.name = "prefix", .doc = "Goes before the names of right columns, except those with `as`."},
    {.name = "cardinality",
     .type = OptionType::kChoice,
     .doc = "`many_to_one`: a left row with two partners is bad; `one_to_many`: a left row whose "
            "partner has an earlier one is; `one_to_one`: both.",
     .choices = kCardinality},
    {.name = "missing",
     .type = OptionType::kChoice,
     .doc = "What to do, in an inner join, about a left row without a partner: `error` makes it a "
            "bad row.",
     .default_text = "drop",
     .choices = kMissing},
    {.name = "asof",
     .type = OptionType::kExpression,
     .doc = "`left time = right time`: each left row meets one right row at most, the last at or "
            "before it unless `direction` says otherwise. Also numbers and dates."},
    {.name = "direction",
     .type = OptionType::kChoice,
     .doc = "Of `asof`: the last row at or before, the first at or behind, or the nearest; of two "
            "equally near the earlier.",
     .default_text = "backward",
     .choices = kDirection},
    {.name = "tolerance",
     .type = OptionType::kExpression,
     .doc = "Of `asof`: how far away a partner may be, such as `interval '5 minutes'`; inclusive."},
    {.name = "exact",
     .type = OptionType::kBoolean,
     .doc = "Of `asof`: does a right row with an equal time count?",
     .default_text = "true"},
    {.name = "matches",
     .type = OptionType::kChoice,
     .doc = "Which partners of a left row count: all, or the first or last in the order of the "
            "right side.",
     .default_text = "all",
     .choices = kMatches},
    {.name = "null_keys",
     .type = OptionType::kChoice,
     .doc = "`match`: a NULL key equals NULL. Otherwise it equals nothing, as in SQL.",
     .default_text = "never",
     .choices = kNullKeys},
    {.name = "build",
     .type = OptionType::kChoice,
     .doc = "Which side is held in memory. The rows are the same.",
     .default_text = "auto",
     .choices = kBuild},
}};

}  // namespace

extern const OperatorDef operator_join;
const OperatorDef operator_join{
    .name = "join",
    .kind = OperatorKind::kTransform,
    .summary = "Brings together the rows of two stages that match.",
    .doc =
        R"(The left side is the stage above (or `from`), the right side is `with`. Rows come in the order of the left
side, several partners of a row in the order of the right side, and right rows without a partner last.

Left columns come first, then those of the right side; a plain column that is a key comes out once. In `full`
and `right` joins it is filled from whichever side has it. Names that clash are a mistake: `columns` or `prefix`
tell them apart.

`where` is part of the match: a left join keeps rows that fail it. Comparisons by `<`, `<=`, `>`, `>=` and
`between` of a left with a right column are looked up in an index, so ranges may overlap and be many; without
keys, and with any other condition, every row is tried with every row.

A key, a condition or a column that cannot be computed makes its row bad, and `on_error` decides what becomes of
it. The right side is held in memory, and with a `cardinality` of `one_to_...` the left side is, too; a right side that
does not fit goes to disk with the left one (`settings.spill`), and the rows are the same.

In inner and right joins, left rows without a partner can be read by another stage: `from: NAME.unmatched`.)",
    .example = R"(- join:
    with: customers
    on: customer_id
    how: left
    columns:
      - name
      - country as customer_country
    cardinality: many_to_one
)",
    .main_option = "with",
    .options = kJoinOptions,
    .bind = &state::bind_join,
    .ports = &ports,
};

}  // namespace leat
