// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Types of Arrow and of leat, both ways. The table is in docs/guide/parquet.md.
#pragma once

#include <arrow/api.h>

#include <memory>
#include <string>

namespace leat::connectors {

/// What pipelines call the type that values of `type` become, or why there is none.
struct TypeName {
  std::string name;     ///< Empty: there is none.
  std::string problem;  ///< Then: a clause about the column.
};

TypeName leat_type(const arrow::DataType& type);

/// How `array` crosses to leat: what leat cannot take as it is becomes what it can. `rounds`:
/// nanoseconds are rounded to microseconds.
arrow::Result<std::shared_ptr<arrow::Array>> crossing(const std::shared_ptr<arrow::Array>& array,
                                                      bool rounds, arrow::MemoryPool* pool);

/// Months, days and nanoseconds as leat writes an interval: `1 year 2 mons -3 days +04:05:06.7`.
std::string interval_text(const arrow::MonthDayNanoIntervalType::MonthDayNanos& interval);

/// The type in which values of `type`, as leat hands them over, are written. Invalid, with what to
/// do, when they cannot be.
arrow::Result<std::shared_ptr<arrow::DataType>> written_type(const arrow::DataType& type);

}  // namespace leat::connectors
