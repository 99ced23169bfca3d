// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a stage that looks at the rows around a row keeps of each row, and in which partitions and
// orders it wants to see them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operators/expr/aggregate_expression.h"
#include "operators/operator.h"
#include "operators/state/sorting/sort_run.h"

namespace leat::state {

/// THREADS: immutable once made, any.
struct PartitionPlan {
  /// A column that is computed once for each row and kept with it.
  struct Computed {
    expr::ProgramRef program;
    std::optional<size_t> filter;  ///< The stored bool column that must be true; for other rows the
                                   ///< value is undefined but safe to read.
  };
  /// One way to look at the rows.
  struct Arrangement {
    std::vector<size_t> partition_by;  ///< Stored columns, groupable.
    SortPlan order;                    ///< Within a partition; without keys the order of the input.
  };

  SchemaRef input;
  SchemaRef stored;                ///< The input's columns, then the computed ones.
  std::vector<Computed> computed;  ///< In the order of their columns.
  std::vector<Arrangement> arrangements;
};

/// Makes a plan while a stage is bound. Equal columns and arrangements are there once.
class PartitionPlanner {
 public:
  explicit PartitionPlanner(SchemaRef input);

  /// The stored column with the values of `program`, which reads the input.
  size_t add_column(const expr::ProgramRef& program, std::optional<size_t> filter = std::nullopt);
  /// The index of the arrangement. REQUIRES: partition keys are groupable.
  size_t add_arrangement(const std::vector<expr::ProgramRef>& partition_by,
                         const std::vector<expr::SortKey>& order_by);
  /// The same with what the options `partition_by` and `order_by` say, both of type kExpressions.
  /// Returns nullopt after reporting.
  std::optional<size_t> add_arrangement(const OptionValues& options, const BindContext& context);

  PartitionPlan finish() &&;

 private:
  PartitionPlan plan_;
  std::vector<Field> fields_;
};

/// The input columns that decide partitions and orders or are computed from, ascending: what a
/// stage reads whatever is wanted of it.
std::vector<size_t> columns_read(const PartitionPlan& plan);

/// Compiles one item of a `partition_by`. Returns null after reporting.
expr::ProgramRef compile_partition_key(const SourceText& source, const BindContext& context);

}  // namespace leat::state
