// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Pipelines on one line: `read_csv: a.csv | filter: x > 1 | show`.
#pragma once

#include <string>
#include <string_view>

#include "engine/error.h"

namespace leat::cli {

/// The pipeline in YAML. Stages are parted by ` | ` outside quotes and brackets; what stands behind
/// an operator's `: ` is one value, whatever YAML would make of it, unless it is in braces or
/// brackets. A `show` is added where no sink stands last. ERRORS: kInvalid.
Result<std::string> pipeline_of_line(std::string_view line);

}  // namespace leat::cli
