// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What became of rows, for people and as JSON.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "pipelines/tracing/trace.h"

namespace leat::cli {

/// A paragraph for each row, a line for each stage; no line is longer than `width` cells if that is
/// not 0.
std::string why_text(const pipelines::Trace& trace, const pipelines::TraceQuestion& question,
                     size_t width);

/// `matches`, `stages` and `rows`, each with `stage`, `number`, `file` and `line` (null where no
/// text is behind it), `values` and `steps`.
nlohmann::ordered_json why_json(const pipelines::Trace& trace);

}  // namespace leat::cli
