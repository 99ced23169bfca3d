// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Parts of aggregate calls that window calls are made of as well.
#pragma once

#include <optional>
#include <string>

#include "operators/expr/aggregate_expression.h"
#include "operators/expr/binding/mistakes.h"
#include "operators/expr/syntax/ast.h"

namespace leat::expr {

/// Binds the arguments and the filter of a call of an aggregate function. Returns nullopt after
/// reporting.
std::optional<AggregateCall> bind_aggregate_call(const Ast& ast, Mistakes& mistakes,
                                                 const Schema& input,
                                                 const Environment& environment);

/// What calls that are the same have in common: the text, and what was made of it.
std::string call_key(const Ast& ast, const Mistakes& mistakes);

/// Returns nullopt after reporting. REQUIRES: `parsed` has a key.
std::optional<SortKey> bind_sort_key(const ParsedSortKey& parsed, Mistakes& mistakes,
                                     const Schema& input, const Environment& environment);

}  // namespace leat::expr
