// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// generate_series(start, stop [, step]) and lists of values, where an option wants the values that
// a column should have.
#pragma once

#include "operators/expr/expression.h"

namespace leat::expr {

/// Can a series have this type: int64, date, timestamp or utf8?
bool is_series_type(const Type& type);

/// Does the text call generate_series?
bool is_series_call(const SourceText& source);

/// More values are a mistake.
inline constexpr size_t kSeriesMax = 2'000'000;

/// -1, 0 or 1. REQUIRES: values of one type, which is_series_type; neither is NULL.
int compare_series(const Column& a, size_t row_a, const Column& b, size_t row_b);

/// The values of a call of generate_series, both ends included, as a column of `type`, ascending.
/// The arguments are constants. Null after reporting. REQUIRES: is_series_type(type).
ColumnRef compile_series(const SourceText& source, const Type& type, const Schema& input,
                         const Environment& environment, Diagnostics& diagnostics);

/// The texts `items` as values of `type`, ascending and each once. Null after reporting which are
/// none. REQUIRES: is_series_type(type), and items.
ColumnRef compile_values(const std::vector<SourceText>& items, const Type& type,
                         Diagnostics& diagnostics);

}  // namespace leat::expr
