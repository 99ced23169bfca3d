// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Items that stand for columns of the input: a name, `columns('pattern')`, and in `select` also
// `* except (a, b)` and `* replace (expression as x)`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/diagnostic.h"
#include "operators/expr/binding/column_name.h"
#include "operators/expr/expression.h"

namespace leat::expr {

/// As find_column; reports that there is none.
std::optional<size_t> require_column(const SourceText& name, const Schema& input,
                                     Diagnostics& diagnostics);

/// `name` as expressions take it, whatever it holds: in double quotes.
std::string quoted_name(std::string_view name);

/// A column that an item stands for.
struct MeantColumn {
  size_t column;
  std::string name;  ///< What group 1 of the pattern matched, or else the column's name.
};

/// Is the item `columns('pattern')`?
bool is_column_pattern(const SourceText& item);

/// The columns that `item` stands for, in the order of the input: those whose names have a match of
/// the pattern, or the one that is named, in double quotes or as it stands. Returns nullopt after
/// reporting, also that no name matches.
std::optional<std::vector<MeantColumn>> meant_columns(const SourceText& item, const Schema& input,
                                                      Diagnostics& diagnostics);

/// The columns that the items stand for, each once, in the order of the items. Reports the mistakes
/// of all of them, and a column that is named twice.
std::vector<size_t> meant_columns(const std::vector<SourceText>& items, const Schema& input,
                                  Diagnostics& diagnostics);

/// What an item of `select` stands for: an expression with a name, or columns. Returns nullopt
/// after reporting.
std::optional<std::vector<NamedProgram>> compile_items(const SourceText& item, const Schema& input,
                                                       const Environment& environment,
                                                       Diagnostics& diagnostics);

}  // namespace leat::expr
