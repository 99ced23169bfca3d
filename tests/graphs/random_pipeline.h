// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Pipelines of real operators, drawn by a seed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/soak/scenarios.h"

namespace leat::soak {

struct RandomPipeline {
  std::string yaml;  ///< Reads `in/<n>.csv`, writes `<out>/<n>.csv`; `@out@` stands for the folder.
  size_t stages = 0;
  size_t sinks = 0;
  bool meets_again = false;   ///< Branches of one stage come together in another.
  bool has_limit = false;     ///< Some stage may stop what is above it.
  bool may_fail = false;      ///< Some stage may have a row that ends the run.
  bool is_cancelled = false;  ///< A stage `trip` interrupts the run, if it gets enough batches.
};

/// The files that the pipelines read: tables of the columns id, k, g and v.
std::vector<std::string> random_tables(Choices& choices);

/// 5 to 40 stages. Every stage has the columns id (int64), k (int64), g (text) and v (decimal), so
/// that any may follow any; stages draw their inputs from all above them, so that branches meet
/// again. Whether it `may_fail` and `is_cancelled` is decided by the caller.
RandomPipeline random_pipeline(Choices& choices, size_t tables, bool fails, bool cancels);

}  // namespace leat::soak
