// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Constants of a program are columns of one value in memory of their own: they are a few bytes of
// the pipeline's text, live as long as the program, and are not charged to a run's budget.
#pragma once

#include <string_view>

#include "operators/data/column.h"
#include "operators/data/memory.h"
#include "operators/text/value_format.h"

namespace leat::expr {

ColumnRef null_constant(const Type& type);
ColumnRef bool_constant(bool value);
ColumnRef int64_constant(int64_t value, const Type& type = kInt64Type);
ColumnRef float64_constant(double value);
ColumnRef decimal_constant(Int128 value, const Type& type);
ColumnRef date_constant(int32_t days);
ColumnRef interval_constant(const Interval& interval);
ColumnRef text_constant(std::string_view text, const Type& type = kUtf8Type);
/// A list without elements.
ColumnRef empty_list_constant(const Type& type);
/// Row `row` of `column` as a constant. REQUIRES: a scalar type, or NULL, or a column of one row.
ColumnRef constant_of(const Column& column, size_t row);

/// `length` copies of the one value of `constant`. ERRORS: kMemory.
Result<ColumnRef> repeat_constant(const Column& constant, size_t length, MemoryAccount& memory);

/// The value as text, as casts write it; `null` for NULL.
std::string constant_text(const Column& column, size_t row = 0);

}  // namespace leat::expr
