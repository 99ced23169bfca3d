// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A pipeline with all that it includes, uses and is given put in: what runs, as a file of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pipelines/load/graph.h"
#include "pipelines/load/params.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// The YAML of it. `params` are those of each scope. REQUIRES: no mistake was found; `spec` was
/// interpolated, `graph` was built from it.
std::string resolved_text(const Spec& spec, const Graph& graph,
                          const std::vector<ParamTable>& params);

/// `expression` with the value of each `$name` as a literal of its type; a name that is not in
/// `params` stays.
std::string with_values(std::string_view expression, const ParamTable& params);

}  // namespace leat::pipelines
