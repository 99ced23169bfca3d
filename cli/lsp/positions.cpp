// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/lsp/positions.h"

#include <algorithm>
#include <charconv>

namespace leat::cli {
namespace {

/// The bytes of the character at `at`, and its units in UTF-16. What is no UTF-8 is one byte.
struct Character {
  size_t bytes;
  size_t units;
};

Character character_at(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return {std::min(bytes, text.size() - at), bytes == 4 ? size_t{2} : size_t{1}};
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (;;) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

size_t offset_of(std::string_view text, EditorPosition position) {
  const std::vector<std::string_view> lines = lines_of(text);
  if (position.line >= lines.size()) return text.size();
  const std::string_view line = lines[position.line];
  size_t at = 0;
  for (size_t units = 0; at < line.size() && units < position.character;) {
    const Character character = character_at(line, at);
    at += character.bytes;
    units += character.units;
  }
  return static_cast<size_t>(line.data() - text.data()) + at;
}

EditorPosition position_of(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  EditorPosition position;
  position.line = static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t line_end = before.rfind('\n');
  const size_t begin = line_end == std::string_view::npos ? 0 : line_end + 1;
  for (size_t at = begin; at < before.size();) {
    const Character character = character_at(before, at);
    at += character.bytes;
    position.character += character.units;
  }
  return position;
}

std::string path_of_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "file://";
  if (!uri.starts_with(kScheme)) return std::string(uri);
  uri.remove_prefix(kScheme.size());
  std::string path;
  for (size_t at = 0; at < uri.size(); ++at) {
    unsigned byte = 0;
    const char* const begin = uri.data() + at + 1;
    if (uri[at] == '%' && at + 2 < uri.size() &&
        std::from_chars(begin, begin + 2, byte, 16).ptr == begin + 2) {
      path.push_back(static_cast<char>(byte));
      at += 2;
    } else {
      path.push_back(uri[at]);
    }
  }
  return path;
}

}  // namespace leat::cli
