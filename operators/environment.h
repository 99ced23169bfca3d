// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What an expression can refer to besides columns: parameters of the pipeline, the time of the
// run, and functions of plugins.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "operators/data/type.h"

namespace leat::expr {

/// A parameter's value as text with the type it was declared to have; `is_null` makes it NULL of
/// that type.
struct Parameter {
  Type type;
  std::string text;
  bool is_null = false;
};

class FunctionSet;

/// Where rows draw by their number: the column of the input that has it, and the seed.
struct RowNumbers {
  size_t column;
  uint64_t seed;
};

/// THREADS: immutable during a run, any.
struct Environment {
  std::map<std::string, Parameter, std::less<>> parameters;
  /// What now() returns in microseconds since 1970 UTC: fixed at the start of the run.
  int64_t now = 0;
  /// Columns whose definition is a mistake that has been reported: what uses them is not one more.
  std::set<std::string, std::less<>> broken_columns = {};
  /// Functions besides the built-in ones, those of plugins; may be null.
  std::shared_ptr<const FunctionSet> functions = nullptr;
  /// Where calls such as random() may draw for the row.
  std::optional<RowNumbers> row_numbers = {};
};

}  // namespace leat::expr
