// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Tree of values -> YAML.
#pragma once

#include <string>

#include "operators/options.h"

namespace leat::pipelines {

/// The tree as YAML that parse_tree() reads as the same tree, places aside: what stood in quotes
/// does so again. THREADS: any.
std::string yaml_text(const OptionNode& root);

}  // namespace leat::pipelines
