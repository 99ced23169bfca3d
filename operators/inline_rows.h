// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows that are written down in YAML: those of the source `rows`, and those that tests give to
// stages and expect of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operators/operator.h"

namespace leat {

/// A column as text, until it has a type.
struct InlineColumn {
  std::string name;
  std::vector<std::optional<std::string>> cells;  ///< nullopt: NULL.
  std::vector<Span> places;                       ///< Of each cell; of its row where it is missing.
  bool quoted = false;                            ///< Is a cell quoted? Then all of them are text.
  bool nested = false;                            ///< Is a cell a list or a mapping?
};

/// A list of mappings as columns, in the order in which they first appear.
struct InlineRows {
  std::vector<InlineColumn> columns;
  size_t rows = 0;
};

/// Lists and mappings in cells become JSON. Returns nullopt after reporting.
std::optional<InlineRows> read_inline_rows(const OptionNode& list, Diagnostics& diagnostics);

/// The cells as values of `type`. Null after reporting, at its place, each cell that is no such
/// value. ERRORS: kMemory, as a report.
ColumnRef cast_cells(const InlineColumn& column, const Type& type,
                     const expr::Environment& environment, MemoryAccount& memory,
                     Diagnostics& diagnostics);

/// Binds `rows`: types are inferred. Returns nullopt after reporting.
std::optional<BoundOperator> bind_inline_rows(const OptionValues& options,
                                              const BindContext& context);

/// A source that stands in for a stage in a test. No operator of the language. Its options are
/// `rows` and `types`, the stage's columns with their types; without these, types are inferred.
const OperatorDef& given_definition();

}  // namespace leat
