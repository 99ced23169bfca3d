// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A run in numbers, for Prometheus (`leat run --metrics FILE`).
#pragma once

#include <span>
#include <string>

#include "pipelines/load/pipeline.h"
#include "pipelines/run/run.h"

namespace leat::cli {

/// A run of this process.
struct NamedReport {
  std::string pipeline;
  pipelines::RunReport report;
  int64_t ended_at_us = 0;  ///< Microseconds since 1970 UTC.
};

/// The text format of Prometheus, as node_exporter's textfile collector reads it. Counters and
/// labels are listed in docs/guide/cli.md; they are only added to.
std::string metrics_text(std::span<const NamedReport> runs);

}  // namespace leat::cli
