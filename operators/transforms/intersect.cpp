// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// intersect: the rows that another stage has, too. A semi join in which NULL finds NULL.
#include <array>

#include "operators/operator.h"
#include "operators/state/join/join_binder.h"

namespace leat {

namespace {

std::optional<BoundOperator> bind_intersect(const OptionValues& options,
                                            const BindContext& context) {
  return state::bind_row_filter(options, context, state::JoinHow::kSemi);
}

constexpr std::array<OptionDef, 2> kIntersectOptions{{
    {.name = "with",
     .type = OptionType::kStage,
     .doc = "The stage whose rows are looked for.",
     .required = true},
    {.name = "on",
     .type = OptionType::kExpressions,
     .doc =
         "What must be equal: columns of both stages, or `expression = expression of the other`. "
         "Left out: whole rows, column by column of the same name."},
}};

}  // namespace

extern const OperatorDef operator_intersect;
const OperatorDef operator_intersect{
    .name = "intersect",
    .kind = OperatorKind::kTransform,
    .summary = "Keeps the rows that another stage has, too.",
    .doc =
        R"(Rows stay as they are and in their order, and those that stand there several times stay so. Unlike in a
join, NULL finds NULL.)",
    .example = R"(- intersect:
    with: active
    on: customer_id
)",
    .main_option = "with",
    .options = kIntersectOptions,
    .bind = &bind_intersect,
    .keeps_columns = true,
};

}  // namespace leat
