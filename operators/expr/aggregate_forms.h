// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Aggregate functions that others make up: `json_agg(x order by y)` is `to_json(array_agg(x order
// by y))`.
#pragma once

#include "operators/expr/syntax/ast.h"

namespace leat::expr {

/// Puts what it stands for in the place of each such call in `ast`. Calls that are not of the right
/// form stay, for a message that names them.
void expand_aggregates(Ast& ast);

}  // namespace leat::expr
