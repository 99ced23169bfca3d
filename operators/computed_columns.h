// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Stages that give each row other columns, and keep the rows and their order.
#pragma once

#include <vector>

#include "operators/expr/expression.h"
#include "operators/operator.h"

namespace leat {

/// A column of the output: what it is called and how it is computed from the input's columns.
struct ComputedColumn {
  Field field;
  expr::ProgramRef program;
};

/// The column `column` of `input` as it is, called `name`.
ComputedColumn same_column(const Schema& input, size_t column, std::string name);

/// The stage whose output has `columns`. A row of which one cannot be computed is bad. Plain
/// columns cost nothing. What is computed is computed whether or not anyone reads it: its faults
/// are part of what the pipeline says.
BoundOperator compute_columns(std::vector<ComputedColumn> columns);

}  // namespace leat
