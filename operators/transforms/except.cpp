// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// except: the rows that another stage has not. An anti join in which NULL finds NULL.
#include <array>

#include "operators/operator.h"
#include "operators/state/join/join_binder.h"

namespace leat {

namespace {

std::optional<BoundOperator> bind_except(const OptionValues& options, const BindContext& context) {
  return state::bind_row_filter(options, context, state::JoinHow::kAnti);
}

constexpr std::array<OptionDef, 2> kExceptOptions{{
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

extern const OperatorDef operator_except;
const OperatorDef operator_except{
    .name = "except",
    .kind = OperatorKind::kTransform,
    .summary = "Drops the rows that another stage has, too.",
    .doc =
        R"(Rows stay as they are and in their order, and those that stand there several times stay so. Unlike in a
join, NULL finds NULL.)",
    .example = R"(- except:
    with: cancelled
    on: customer_id
)",
    .main_option = "with",
    .options = kExceptOptions,
    .bind = &bind_except,
    .keeps_columns = true,
};

}  // namespace leat
