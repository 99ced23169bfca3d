// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Options that are expressions without rows: `interval '30 minutes'`, `date '2025-01-01'`.
#pragma once

#include "operators/expr/expression.h"

namespace leat::expr {

/// The value of `source` as a column of one row, in memory of its own. Null after reporting, also
/// that it reads a column of `input`.
ColumnRef compile_constant(const SourceText& source, const Schema& input,
                           const Environment& environment, Diagnostics& diagnostics);

}  // namespace leat::expr
