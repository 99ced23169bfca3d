// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// YAML as it was written: with comments, quotes, anchors and breaks of lines, which parse_tree()
// does not keep. See layout_tree.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace leat::pipelines {

/// A comment behind something on its line; `text` is empty where there is none.
struct TrailingComment {
  std::string text;   ///< With its `#`.
  size_t column = 0;  ///< In cells of a terminal, from 0.
};

struct LayoutEntry;

/// A value. The comments that stand on lines of their own are in the entries.
struct LayoutNode {
  enum class Kind : uint8_t {
    kWords,  ///< A plain or quoted scalar, an alias, or nothing.
    kFlow,   ///< `[...]` or `{...}`.
    kBlock,  ///< A scalar behind `|` or `>`.
    kList,
    kMap,
  };

  Kind kind = Kind::kWords;
  /// Of kWords the text, without the blanks at both ends of its lines; of kFlow with those at the
  /// begin of all lines but the first; of kBlock the header, then the lines without the indentation
  /// of the first. Of kList and kMap anchors and tags that stand on the line of their key, or
  /// nothing.
  std::vector<std::string> lines;
  TrailingComment comment;  ///< Of kList and kMap: behind the key.
  size_t indent = 0;        ///< Of the line of its key or dash.
  /// Of kBlock: the digit of the header, which fixes the indentation; 0: none.
  size_t fixed_indent = 0;
  std::vector<LayoutEntry> entries;
  std::vector<std::string> tail;  ///< Comments behind the last entry, and "" for blank lines.
};

/// `key: value`, or an item of a list, which has no key.
struct LayoutEntry {
  std::vector<std::string> above;  ///< Comments on lines of their own, and "" for blank lines.
  std::string key;                 ///< As written, without the colon.
  LayoutNode value;
};

/// A file: directives and `---`, then a collection.
struct LayoutFile {
  std::vector<std::string> head;
  LayoutNode root;
};

/// Reads `text`, whose lines end with \n. REQUIRES: parse_tree() accepts it. ERRORS: kInvalid for
/// forms that are not known here; the message names the line.
Result<LayoutFile> read_layout(std::string_view text);

}  // namespace leat::pipelines
