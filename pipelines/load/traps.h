// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Ways in which valid YAML reads something else than people wrote, in the options of a stage.
#pragma once

#include <string>

#include "operators/diagnostic.h"
#include "pipelines/load/spec.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

/// Reports a comment that began inside an expression, and an expression that became a mapping, each
/// with the corrected line. Returns whether anything was reported. REQUIRES: stage.definition.
bool report_option_traps(const Document& document, const StageSpec& stage,
                         Diagnostics& diagnostics);

/// What to write when `expression` was meant as a text, but YAML removed its quotes: `{ source:
/// 'web' }` is the column web. "" when it had no quotes, or is more than a word.
std::string removed_quotes_hint(const Document& document, const SourceText& expression);

}  // namespace leat::pipelines
