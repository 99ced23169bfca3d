// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Conditions on single columns, which a source may test against what it knows of many rows at once.
// See row_condition.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "operators/data/type.h"
#include "operators/environment.h"
#include "operators/options.h"

namespace leat {

/// A column compared with a constant of the column's type. A comparison is never true of NULL.
struct RowCondition {
  enum class Comparison : uint8_t {
    kEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kIsNull,
    kIsNotNull,
  };

  std::string column;
  Comparison comparison = Comparison::kEqual;
  std::string value = {};  ///< As casts to utf8 write it; empty of the last two comparisons.

  bool operator==(const RowCondition&) const = default;
};

/// A source, not of files, that may leave out rows.
class ConditionedSource {
 public:
  virtual ~ConditionedSource() = default;
  /// What is true of all rows that anyone wants: it may leave out others. Before it runs.
  virtual void leave_out(std::span<const RowCondition> conditions) = 0;
};

/// Such conditions that hold of each row of `schema` for which `where` is true, a condition of a
/// pipeline without mistakes. Others that hold as well are left out.
std::vector<RowCondition> row_conditions(const SourceText& where, const Schema& schema,
                                         const expr::Environment& environment);

}  // namespace leat
