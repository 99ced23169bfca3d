// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Places as editors give them: lines and UTF-16 units, both from 0.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leat::cli {

struct EditorPosition {
  size_t line = 0;
  size_t character = 0;
};

/// The lines of `text` without their ends (\n or \r\n); one at least. Views into `text`.
std::vector<std::string_view> lines_of(std::string_view text);

/// The byte of a place; places behind the end of a line, or of the text, are that end.
size_t offset_of(std::string_view text, EditorPosition position);
EditorPosition position_of(std::string_view text, size_t offset);

/// The file of a `file:` URI; other URIs as they are.
std::string path_of_uri(std::string_view uri);

}  // namespace leat::cli
