// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads one YAML scalar again to learn where each byte of its value stands in the document.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "operators/diagnostic.h"

namespace leat::pipelines {

/// Decodes the scalar that begins at `offset` of `document` (its quote, `|`, `>` or first
/// character). `value` is what the YAML library read there; it ends a plain scalar. `parent_indent`
/// is the column of the innermost block collection around the scalar, -1 outside of any. Returns
/// nullopt when the scalar does not decode to `value`. THREADS: any.
std::optional<SourceText> map_scalar(std::string_view document, uint32_t offset,
                                     std::string_view value, int parent_indent);

/// The offset just past the quote that closes the one at `offset`, or nullopt when nothing closes
/// it.
std::optional<uint32_t> end_of_quoted(std::string_view document, uint32_t offset);

}  // namespace leat::pipelines
