// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// `derive: { c: coalesce(a, b) }` is, to YAML, the mapping {c: "coalesce(a", "b)": null}. To find
// such values, a collection in braces or brackets is read a second time as its author meant it:
// commas inside parentheses, quotes and nested brackets belong to the value.
//
// Invariants:
//  1. Only what YAML certainly reads otherwise is reported: each cut names the very character at
//     which YAML ends the value.
//  2. Where the intended reading is not clear either (an unbalanced parenthesis, a quote without
//     its partner on the line), nothing is reported; the message about whatever follows from it is
//     better than a wrong explanation.
//  3. A value is looked for on one line only, so a stray quote cannot swallow the rest of the
//     file.
//  4. Nesting is bounded by kNestingMax.
//
// Rejected: recognising the shape of the damage in the tree ("an unbalanced value, then a key
// without a value"): many cuts are syntax errors and leave no tree.
#include "pipelines/text/cut_values.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/form.h"
#include "operators/text/ascii.h"
#include "pipelines/text/correction.h"
#include "pipelines/text/position_map.h"

namespace leat::pipelines {
namespace {

constexpr int kNestingMax = 64;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A value that YAML ends at `at`. `reason` is the character which does it; a quote stands for what
/// follows it.
struct Cut {
  Span value;
  uint32_t at = 0;
  char reason = 0;
  bool in_map = false;
};

class FlowReader {
 public:
  explicit FlowReader(std::string_view text) : text_(text) {}

  /// Reads the collection at `at`; returns the offset behind it, nullopt when that cannot be told.
  std::optional<size_t> read(size_t at, int nesting = 0) {
    if (nesting > kNestingMax) return std::nullopt;
    const bool map = text_[at] == '{';
    const char closing = map ? '}' : ']';
    for (++at; true;) {
      at = skip_separators(at);
      if (at >= text_.size()) return std::nullopt;
      if (text_[at] == closing) return at + 1;
      if (text_[at] == '}' || text_[at] == ']') return std::nullopt;
      if (map) {
        const auto value = skip_key(at);
        if (!value) return std::nullopt;
        at = skip_blanks(*value);
        if (at < text_.size() && (text_[at] == ',' || text_[at] == closing)) continue;
      }
      const auto end = read_value(at, map, nesting);
      if (!end) return std::nullopt;
      at = *end;
    }
  }

  const std::vector<Cut>& cuts() const { return cuts_; }

 private:
  char peek(size_t at) const { return at < text_.size() ? text_[at] : '\n'; }
  bool is_break(size_t at) const {
    return at >= text_.size() || text_[at] == '\n' || text_[at] == '\r';
  }
  bool begins_comment(size_t at) const {
    return peek(at) == '#' && at > 0 && (is_blank(text_[at - 1]) || text_[at - 1] == '\n');
  }

  size_t skip_blanks(size_t at) const {
    while (at < text_.size() && (is_blank(text_[at]) || is_break(at))) ++at;
    return at;
  }
  size_t skip_separators(size_t at) const {
    while (at < text_.size()) {
      if (is_blank(text_[at]) || is_break(at) || text_[at] == ',') {
        ++at;
      } else if (begins_comment(at)) {
        while (!is_break(at)) ++at;
      } else {
        break;
      }
    }
    return at;
  }

  /// Past the `:` of a key, or at the separator behind a key without a value.
  std::optional<size_t> skip_key(size_t at) const {
    if (text_[at] == '"' || text_[at] == '\'') {
      const auto end = end_of_quoted(text_, static_cast<uint32_t>(at));
      if (!end) return std::nullopt;
      at = *end;
    }
    for (; !is_break(at) && text_[at] != ',' && text_[at] != '}'; ++at) {
      const char next = peek(at + 1);
      if (text_[at] == ':' && (is_blank(next) || std::string_view("\r\n,}]").contains(next)))
        return at + 1;
    }
    return at;
  }

  std::optional<size_t> read_value(size_t at, bool map, int nesting) {
    if (at >= text_.size()) return std::nullopt;
    if (text_[at] == '{' || text_[at] == '[') return read(at, nesting + 1);
    if (text_[at] != '"' && text_[at] != '\'') return read_plain(at, at, map, std::nullopt);
    const auto end = end_of_quoted(text_, static_cast<uint32_t>(at));
    if (!end) return std::nullopt;
    size_t next = *end;
    while (is_blank(peek(next))) ++next;
    if (is_break(next) || std::string_view(",}]#:\"'").contains(text_[next])) return *end;
    return read_plain(at, next, map, Cut{{}, static_cast<uint32_t>(next), text_[at], map});
  }

  /// Notes that YAML ends the value at `at`, unless it ended before.
  void cut(std::optional<Cut>& first, size_t at, bool map) const {
    if (!first) first = Cut{{}, static_cast<uint32_t>(at), text_[at], map};
  }

  bool ends_plain(size_t at, bool map) const {
    if (std::string_view("[]{}?,").contains(text_[at])) return true;
    if (begins_comment(at)) return true;
    return map && text_[at] == ':' && is_blank(peek(at + 1));
  }

  /// The closing quote of an SQL text or name that opens at `at`, on the same line.
  std::optional<size_t> partner(size_t at) const {
    if (at > 0 && is_word(text_[at - 1])) return std::nullopt;  // an apostrophe
    for (size_t i = at + 1; !is_break(i); ++i) {
      if (text_[i] == text_[at]) return i;
    }
    return std::nullopt;
  }

  /// Reads on from `at` in a value that begins at `begin`. `first` is the cut found so far.
  std::optional<size_t> read_plain(size_t begin, size_t at, bool map, std::optional<Cut> first) {
    std::string open;  // brackets of the value
    for (; !is_break(at); ++at) {
      const char c = text_[at];
      if (c == '\'' || c == '"') {
        if (const auto end = partner(at)) {
          for (++at; at < *end; ++at) {
            if (ends_plain(at, map)) cut(first, at, map);
          }
          continue;
        }
      }
      if (open.empty() && (c == ',' || c == '}' || c == ']' || begins_comment(at))) break;
      if (ends_plain(at, map)) cut(first, at, map);
      if (c == '(' || c == '[' || c == '{') open.push_back(c);
      if (c == ')' || c == ']' || c == '}') {
        const char opening = c == ')' ? '(' : c == ']' ? '[' : '{';
        if (open.empty() || open.back() != opening) return std::nullopt;
        open.pop_back();
      }
    }
    if (!open.empty()) return std::nullopt;
    if (first) {
      size_t end = at;
      while (end > begin && is_blank(text_[end - 1])) --end;
      first->value = {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
      cuts_.push_back(*first);
    }
    return at;
  }

  std::string_view text_;
  std::vector<Cut> cuts_;
};

std::string describe(const Cut& cut) {
  const std::string_view inside = cut.in_map ? "{ }" : "[ ]";
  switch (cut.reason) {
    case ',': return fmt::format("the comma ends the value here, as it stands inside {}", inside);
    case ':': return fmt::format("': ' begins a second value here, as it stands inside {}", inside);
    case '#': return "' #' begins a comment here";
    case '"':
    case '\'': return "YAML ends the value at its closing quote, but it goes on";
    default:
      return fmt::format("the '{}' ends the value here, as it stands inside {}", cut.reason,
                         inside);
  }
}

}  // namespace

std::vector<Diagnostic> explain_cut_values(const Document& document, uint32_t offset) {
  FlowReader reader(document.text());
  reader.read(offset);
  std::vector<Cut> cuts = reader.cuts();
  std::sort(cuts.begin(), cuts.end(),
            [](const Cut& a, const Cut& b) { return a.value.begin < b.value.begin; });
  std::vector<Diagnostic> mistakes;
  for (auto first = cuts.begin(); first != cuts.end();) {
    const uint64_t line = document.place(first->value.begin).line;
    std::vector<Change> changes;
    auto cut = first;
    for (; cut != cuts.end() && document.place(cut->value.begin).line == line; ++cut) {
      const auto text = std::string_view(document.text())
                            .substr(cut->value.begin, cut->value.end - cut->value.begin);
      changes.emplace_back(cut->value, yaml_quoted(text));
    }
    mistakes.push_back({code::kNeedsQuotes,
                        {first->at, first->at + 1},
                        describe(*first),
                        fmt::format("quote the value:\n{}", corrected_line(document, changes))});
    first = cut;
  }
  return mistakes;
}

std::vector<Span> report_cut_values(const Document& document, const OptionNode& root,
                                    Diagnostics& diagnostics) {
  std::vector<Span> found;
  std::set<uint32_t> seen;
  std::vector<const OptionNode*> todo{&root};
  while (!todo.empty()) {
    const OptionNode& node = *todo.back();
    todo.pop_back();
    if (node.kind != OptionNode::Kind::kList && node.kind != OptionNode::Kind::kMap) continue;
    const char first =
        node.span.begin < document.text().size() ? document.text()[node.span.begin] : '\0';
    if (first == '{' || first == '[') {
      if (!seen.insert(node.span.begin).second) continue;  // reached before through an alias
      const std::vector<Diagnostic> mistakes = explain_cut_values(document, node.span.begin);
      for (const Diagnostic& mistake : mistakes)
        diagnostics.error(mistake.number, mistake.where, mistake.message, mistake.hint);
      if (!mistakes.empty()) found.push_back(node.span);
      continue;  // the collections inside were read with it
    }
    for (const OptionNode& item : node.items) todo.push_back(&item);
    for (const auto& [key, value] : node.entries) todo.push_back(&value);
  }
  return found;
}

}  // namespace leat::pipelines
