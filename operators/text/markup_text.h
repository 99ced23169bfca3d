// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Texts as they stand in documents with markup: what would be markup is escaped.
#pragma once

#include <string>
#include <string_view>

namespace leat::io {

/// Between tags, and in quotes inside of them. Characters that no document may hold become U+FFFD.
std::string html_text(std::string_view text);
/// In a cell of a table; line breaks become blanks.
std::string latex_text(std::string_view text);
/// In a cell of a table.
std::string markdown_text(std::string_view text);

}  // namespace leat::io
