// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// rows: a small table that stands in the pipeline. Its cells are text until a type is inferred, as
// for a CSV file of the same text; see operators/inline_rows.h.
#include <array>

#include "operators/inline_rows.h"
#include "operators/operator.h"

namespace leat {

namespace {

std::optional<BoundOperator> bind_rows(const OptionValues& options, const BindContext& context) {
  return bind_inline_rows(options, context);
}

constexpr std::array<OptionDef, 1> kRowsOptions{{
    {.name = "rows",
     .type = OptionType::kTree,
     .doc = "A list of rows, each a mapping of columns to values.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_rows;
const OperatorDef operator_rows{
    .name = "rows",
    .kind = OperatorKind::kSource,
    .summary = "Holds a small table in the pipeline itself.",
    .doc =
        R"(Rows come as they are written, columns in the order in which they first appear. A column that a row does
not have is NULL there, and so is a value left empty.

Types are inferred as in CSV, from all values of a column; a column with a quoted value is text, so
`"007"` stays what it is. `cast` gives other types.)",
    .example = R"(- rows:
    - { code: DE, name: Germany, since: 1958-01-01 }
    - { code: FR, name: France, since: 1958-01-01 }
)",
    .main_option = "rows",
    .options = kRowsOptions,
    .bind = &bind_rows,
};

}  // namespace leat
