// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Finds values inside `{ }` and `[ ]` which YAML ends sooner than their author meant: at a comma
// inside of parentheses, at a bracket, at the quote that closes their first word.
#pragma once

#include <cstdint>
#include <vector>

#include "operators/diagnostic.h"
#include "operators/options.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

/// The mistakes of this kind in the collection that opens at `offset`, one for each line, in order.
/// THREADS: any.
std::vector<Diagnostic> explain_cut_values(const Document& document, uint32_t offset);

/// Reports them for each collection of the tree. Returns the collections concerned: their contents
/// are not what was meant, so later phases leave them alone.
std::vector<Span> report_cut_values(const Document& document, const OptionNode& root,
                                    Diagnostics& diagnostics);

}  // namespace leat::pipelines
