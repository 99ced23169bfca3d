// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Says in plain words what a YAML syntax error is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "operators/diagnostic.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

/// Where and how the YAML library gave up.
struct SyntaxError {
  uint32_t offset = 0;                ///< Where it stood.
  std::string message;                ///< Its words.
  uint32_t last_event = 0;            ///< The last node it understood.
  std::optional<uint32_t> open_flow;  ///< The innermost `{` or `[` it was in.
};

/// What is behind the error, with the corrected line where one can be given: one mistake, or
/// several of one kind in one collection, in order. THREADS: any.
std::vector<Diagnostic> explain_syntax_error(const Document& document, const SyntaxError& error);

}  // namespace leat::pipelines
