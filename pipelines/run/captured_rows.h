// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows that a run leaves in memory, in the place of what a sink would write.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "operators/operator.h"

namespace leat::pipelines {

/// Outlives the run. THREADS: the committer's goroutine; read after the run.
struct CapturedRows {
  SchemaRef schema;
  std::vector<std::vector<std::string>> rows;  ///< A JSON value for each column.
  size_t rows_max = SIZE_MAX;                  ///< What comes behind so many is counted only.
  bool with_places = false;
  std::vector<TextPlace> places =
      {};  ///< Of the rows, if wanted; without a file where none is known.
};

/// A sink whose rows go to `to`. It announces nothing and publishes nothing.
std::unique_ptr<Sink> make_capture(CapturedRows& to);

/// The value of `column` at `row` as CapturedRows has it. ERRORS: kMemory.
Result<std::string> captured_value(const Column& column, size_t row, MemoryAccount& memory);

}  // namespace leat::pipelines
