// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What became of some rows of a pipeline, stage by stage. See trace.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/error.h"
#include "operators/diagnostic.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/run/plan.h"

namespace leat::pipelines {

struct TraceQuestion {
  std::string where;  ///< Which rows.
  std::string at;     ///< Of which stage; empty: of each source that has the columns.
  size_t rows = 5;    ///< How many of them are followed.
};

/// Names of columns and JSON values.
using TracedValues = std::vector<std::pair<std::string, std::string>>;

/// What a stage did with a row.
struct TraceStep {
  enum class Outcome : uint8_t {
    kKept,         ///< It came out as it was.
    kChanged,      ///< It came out with `rows`.
    kGrouped,      ///< It counts in the group `rows`.
    kPort,         ///< It left by the port `detail`.
    kDropped,      ///< `detail` says why, if that is known.
    kRejected,     ///< `detail` is the reason.
    kWritten,      ///< `detail` is where to.
    kNotFollowed,  ///< The stage makes other rows.
  };

  std::string stage;
  std::string operation;
  Outcome outcome = Outcome::kKept;
  std::string detail;
  /// What came out of it: of the first rows the values that are new or changed, of a group all.
  std::vector<TracedValues> rows;
  uint64_t row_count = 0;
};

struct TracedRow {
  std::string stage;
  uint64_t number = 0;  ///< Among the rows of `stage`, from 1.
  TextPlace place;      ///< Without a file when no text is behind it.
  TracedValues values;
  std::vector<TraceStep> steps;
};

struct Trace {
  uint64_t matches = 0;             ///< How many rows there are; the first ones are in `rows`.
  std::vector<std::string> stages;  ///< Where they were looked for.
  std::vector<TracedRow> rows;
};

/// `text` is the resolved text of the pipeline. Runs it twice, and publishes nothing. What is wrong
/// with the question goes to `diagnostics`, without a place. ERRORS: those of runs, and of a
/// pipeline that reads standard input. THREADS: an OS thread outside any runtime.
Result<Trace> trace(const std::string& file, const std::string& text, const LoadOptions& load,
                    const PlanOptions& plan, const TraceQuestion& question);

}  // namespace leat::pipelines
