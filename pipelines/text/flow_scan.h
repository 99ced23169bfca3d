// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where a flow collection of YAML ends: a bracket inside a quoted scalar or a comment is none.
#pragma once

#include <cstddef>
#include <string_view>

namespace leat::pipelines {

/// How far a flow collection is open; looks at one line after the other.
class FlowScan {
 public:
  /// The offset behind the bracket that closes the collection, or npos. `at` is where the line
  /// goes on.
  size_t scan(std::string_view line, size_t at) {
    while (at < line.size()) {
      if (quote_ != 0) {
        at = go_on_in_quotes(line, at);
        continue;
      }
      const char c = line[at];
      if (c == '#' && (at == 0 || is_blank(line[at - 1]))) break;
      if (c == '[' || c == '{') ++depth_;
      if (c == ']' || c == '}') --depth_;
      if (depth_ == 0) return at + 1;
      if ((c == '"' || c == '\'') && begins_) quote_ = c;
      const bool parts =
          std::string_view("[]{},").contains(c) ||
          (c == ':' && (is_behind_quotes_ || at + 1 == line.size() || is_blank(line[at + 1])));
      is_behind_quotes_ = is_behind_quotes_ && is_blank(c);
      begins_ = parts || (begins_ && is_blank(c));
      ++at;
    }
    return std::string_view::npos;
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t'; }
  size_t go_on_in_quotes(std::string_view line, size_t at) {
    if (quote_ == '"' && line[at] == '\\') return at + 2;
    if (line[at] != quote_) return at + 1;
    if (quote_ == '\'' && at + 1 < line.size() && line[at + 1] == '\'') return at + 2;
    quote_ = 0;
    is_behind_quotes_ = true;
    return at + 1;
  }

  size_t depth_ = 0;
  char quote_ = 0;
  bool begins_ = true;             // may a value begin here?
  bool is_behind_quotes_ = false;  // as a key of JSON is, whose colon needs no blank
};

}  // namespace leat::pipelines
