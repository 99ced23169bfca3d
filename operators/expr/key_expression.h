// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Expressions by which rows are grouped, partitioned or sorted. One that is written as a constant
// is the same for all rows, and a mistake: SQL's `order by 2` means a column there.
#pragma once

#include "operators/expr/expression.h"

namespace leat::expr {

/// Reports that `source`, a key with or without a direction or name, is written as a constant; then
/// true.
bool refuse_constant_key(const SourceText& source, const Schema& input, Diagnostics& diagnostics);

/// As compile, and refuses constants.
ProgramRef compile_key(const SourceText& source, const Schema& input,
                       const Environment& environment, Diagnostics& diagnostics);

/// As compile_item, and refuses constants.
std::optional<NamedProgram> compile_key_item(const SourceText& source, const Schema& input,
                                             const Environment& environment,
                                             Diagnostics& diagnostics);

}  // namespace leat::expr
