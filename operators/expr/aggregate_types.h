// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The types that aggregate functions take and give.
#pragma once

#include "operators/expr/aggregate_expression.h"
#include "operators/expr/syntax/ast.h"

namespace leat::expr {

/// Can values of `type` be compared with `<`?
bool has_order(const Type& type);

/// Gives `call`, whose arguments are bound, the type of its result; the second argument of arg_max
/// becomes its order. False after reporting arguments of types that the function does not take.
bool type_aggregate(const Ast& ast, const AggregateFunction& function, Mistakes& mistakes,
                    AggregateCall& call);

}  // namespace leat::expr
