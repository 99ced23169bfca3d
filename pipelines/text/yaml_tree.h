// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Text -> tree of values with places.
#pragma once

#include <optional>

#include "operators/diagnostic.h"
#include "operators/options.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

/// Parses the one YAML document in a file of `document`. Aliases are replaced by copies of
/// what they name (with the places of the original), merge keys (`<<`) are applied, and of
/// duplicate keys the first is kept. A value written `null` or `~` is kNull, and its `scalar` tells
/// how it was written. Reports everything that is not accepted; returns nullopt when nothing of use
/// could be read (a syntax error, an empty text). THREADS: any.
std::optional<OptionNode> parse_tree(const Document& document, Diagnostics& diagnostics,
                                     size_t file = 0);

}  // namespace leat::pipelines
