// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Expressions over two rows, one of each input of a stage: the keys and conditions of joins.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operators/expr/expression.h"
#include "operators/expr/kernels/kernels.h"

namespace leat::expr {

/// The columns that can be named: `left.x`, `right.x`, and x alone where only one side has it.
struct PairColumns {
  const Schema& left;
  const Schema& right;
  std::string left_name = {};  ///< The stages, for messages.
  std::string right_name = {};
  /// Names of both sides that need no side: keys, whose values are equal.
  std::vector<std::string> shared = {};
};

/// What a left and a right row are equal in.
struct KeyPair {
  ProgramRef left;   ///< Over the columns of the left row; of `type`.
  ProgramRef right;  ///< Over those of the right row; of `type`.
  Type type;         ///< In which `=` compares the two.
  /// The columns, where nothing but a column is written.
  std::optional<size_t> left_column;
  std::optional<size_t> right_column;
};

/// Compiles `name`, a column of both sides, or `expression of the left = expression of the right`.
/// Returns nullopt after reporting.
std::optional<KeyPair> compile_key_pair(const SourceText& source, const PairColumns& columns,
                                        const Environment& environment, Diagnostics& diagnostics);

/// `left comparison right`, each nothing but a column (of a wider type where the other needs it):
/// computing it cannot fail.
struct PairComparison {
  Comparison comparison = Comparison::kEqual;
  ProgramRef left;   ///< Over the columns of the left row.
  ProgramRef right;  ///< Over those of the right row.
};

/// A condition on two rows: it holds when all comparisons and `rest` do.
struct PairCondition {
  std::vector<PairComparison> comparisons;  ///< `<`, `<=`, `>`, `>=`.
  /// Over the columns of the left row, then those of the right; null: nothing is left.
  ProgramRef rest;
  /// The condition as it is written.
  ProgramRef whole;
};

/// Compiles a condition. Returns nullopt after reporting.
std::optional<PairCondition> compile_pair_condition(const SourceText& source,
                                                    const PairColumns& columns,
                                                    const Environment& environment,
                                                    Diagnostics& diagnostics);

/// `later <= earlier + tolerance`, over two columns of type `time`: earlier, later. Returns null
/// after reporting.
ProgramRef compile_tolerance(const SourceText& source, const Type& time,
                             const Environment& environment, Diagnostics& diagnostics);

/// The columns of the left, then those of the right. Their names may occur twice.
Schema pair_schema(const Schema& left, const Schema& right);

}  // namespace leat::expr
