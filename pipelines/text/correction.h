// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Prints a line of the pipeline as it should have been written.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/error.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

/// `text` in quotes, so that YAML reads it back byte by byte; in double ones unless these would
/// need escapes. REQUIRES: no line breaks in `text`.
std::string yaml_quoted(std::string_view text);

/// What is to stand in place of a range of the document.
using Change = std::pair<Span, std::string>;

/// The line on which the first change begins, without indentation and trailing blanks, with each
/// range replaced. REQUIRES: the ranges ascend, do not overlap and begin on one line; what of a
/// range lies past the line is dropped. Very long lines are cut off.
std::string corrected_line(const Document& document, const std::vector<Change>& changes);

/// As above, replacing `range` by its own text in quotes.
std::string quoted_line(const Document& document, Span range);

/// From `begin` to the end of its line, without trailing blanks and without a comment outside of
/// quotes.
Span rest_of_value(const Document& document, uint32_t begin);

}  // namespace leat::pipelines
