// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Options that are expressions without rows: `interval '30 minutes'`, `date '2025-01-01'`.
#pragma once

#include "operators/expr/expression.h"

namespace leat::expr {

/// The value of `source` as a column of one row, in memory of its own. Null after reporting, also
/// that it reads a column of `input`.
ColumnRef compile_constant(const SourceText& source, const Schema& input,
                           const Environment& environment, Diagnostics& diagnostics);

/// As compile_constant, as a value of `type`: what is written becomes it as in `coalesce`; NULL is
/// of every type.
ColumnRef compile_constant_as(const SourceText& source, const Type& type, const Schema& input,
                              const Environment& environment, Diagnostics& diagnostics);

}  // namespace leat::expr
