// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: change how a pipeline is laid out without losing what the YAML library throws away.
//
// Invariants
// 1. The text is valid: the library has read it. So what a line begins with says what it is, and
//    nothing is looked for that could be wrong with it.
// 2. A dash is taken off its line, and what stands behind it is read like a line of its own, so
//    that nested items need no rule of their own.
// 3. What is not known here (keys behind `?`, several documents) is an error, never copied blindly;
//    what is read wrongly is found by who compares the trees of both texts (layout.cpp).
// 4. Calls nest as the values do, which parse_tree() limits.
//
// Rejected: the places that parse_tree() gives (aliases and merged keys point elsewhere, and what
// stands between two places would have to be read all the same).
#include "pipelines/text/layout_tree.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/form.h"
#include "operators/text/table_text.h"
#include "pipelines/text/flow_scan.h"
#include "pipelines/text/position_map.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr size_t kNoList = SIZE_MAX;  // as an indent: no list can stand as far to the left

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// Past anchors and tags, and the blanks behind them.
size_t skip_properties(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    at = std::min(text.find_first_of(kBlanks, at), text.size());
    at = std::min(text.find_first_not_of(kBlanks, at), text.size());
  }
  return at;
}

/// The offset behind the quote that closes the one at `at`; npos when it is on a later line.
size_t end_of_quotes(std::string_view line, size_t at) {
  const std::optional<uint32_t> end = end_of_quoted(line, static_cast<uint32_t>(at));
  return end ? *end : std::string_view::npos;
}

/// Where a comment begins that stands in `text` at or behind `from`; npos: nowhere.
size_t find_comment(std::string_view text, size_t from) {
  for (size_t at = text.find('#', from); at != std::string_view::npos; at = text.find('#', at + 1))
    if (at == 0 || is_blank(text[at - 1])) return at;
  return std::string_view::npos;
}

/// The offset of the colon behind a key that begins at 0; nullopt: there is none.
std::optional<size_t> end_of_key(std::string_view text) {
  size_t at = skip_properties(text);
  if (at == text.size() || std::string_view("|>[{#").contains(text[at])) return std::nullopt;
  if (text[at] == '"' || text[at] == '\'') {
    at = end_of_quotes(text, at);
    if (at == std::string_view::npos) return std::nullopt;
    at = std::min(text.find_first_not_of(kBlanks, at), text.size());
    if (at == text.size() || text[at] != ':') return std::nullopt;
  }
  for (const size_t end = find_comment(text, at); at < std::min(end, text.size()); ++at) {
    if (text[at] == ':' && (at + 1 == text.size() || is_blank(text[at + 1]))) return at;
  }
  return std::nullopt;
}

class LayoutReader {
 public:
  explicit LayoutReader(std::string_view text) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      lines_.emplace_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  Result<LayoutFile> read() {
    LayoutFile file;
    size_t first = next_content();
    while (first < lines_.size() && (lines_[first].starts_with('%') || !is_content(first))) ++first;
    if (first < lines_.size() && trimmed(lines_[first]) == "---") {
      for (; at_ <= first; ++at_) file.head.emplace_back(trimmed(line()));
    }
    LEAT_TRY_ASSIGN(std::optional<LayoutNode> root, read_block(0, 0));
    if (root) file.root = std::move(*root);
    read_above(file.root.tail);
    if (at_ == lines_.size()) return file;
    return unknown("what stands here");
  }

 private:
  std::string_view line() const { return lines_[at_]; }
  size_t indent_of(size_t i) const {
    return std::min(lines_[i].find_first_not_of(' '), lines_[i].size());
  }
  bool is_empty(size_t i) const { return trimmed(lines_[i]).empty(); }
  bool is_item(size_t i) const {
    const std::string_view text = trimmed(lines_[i]);
    return text == "-" || text.starts_with("- ");
  }
  bool is_content(size_t i) const { return !is_empty(i) && !trimmed(lines_[i]).starts_with('#'); }

  std::unexpected<Error> unknown(std::string_view what) const {
    return fail(code::kLayout, ErrorCode::kInvalid,
                fmt::format("line {}: {} is a form of YAML that is not laid out", at_ + 1, what),
                "write it as a mapping or a list in block style");
  }

  /// The next line with content, or the end.
  size_t next_content() const {
    size_t i = at_;
    while (i < lines_.size() && !is_content(i)) ++i;
    return i;
  }

  /// Takes comments and blank lines.
  void read_above(std::vector<std::string>& above) {
    for (const size_t end = next_content(); at_ < end; ++at_) above.emplace_back(trimmed(line()));
  }

  /// Takes them as far as they are indented by at least `indent`; blank lines behind the last
  /// comment belong to what follows.
  void read_tail(size_t indent, std::vector<std::string>& tail) {
    size_t end = at_;
    for (size_t i = at_; i < lines_.size() && !is_content(i); ++i) {
      if (is_empty(i)) continue;
      if (indent_of(i) < indent) break;
      end = i + 1;
    }
    for (; at_ < end; ++at_) tail.emplace_back(trimmed(line()));
  }

  /// The value that begins on the next line with content, if that is indented by `least` or more.
  /// `indent`: of the line of its key or dash.
  Result<std::optional<LayoutNode>> read_block(size_t least, size_t indent) {
    const size_t first = next_content();
    if (first == lines_.size() || indent_of(first) < least) return std::nullopt;
    const std::string_view text = trimmed(lines_[first]);
    const bool is_mark = text == "---" || text == "..." || text.starts_with("--- ");
    if (is_mark || text == "?" || text.starts_with("? ")) {
      at_ = first;
      return unknown(is_mark ? "what marks a document" : "a key behind '?'");
    }
    if (is_item(first) || end_of_key(text)) return read_collection(indent_of(first));
    std::vector<std::string> above;  // comments have no place above words: they go on top
    read_above(above);
    hoisted_.insert(hoisted_.end(), above.begin(), above.end());
    LayoutNode node;
    node.indent = indent;
    LEAT_TRY(read_value(indent_of(at_), least, node));
    return node;
  }

  Result<std::optional<LayoutNode>> read_collection(size_t indent) {
    LayoutNode node;
    const bool is_list = is_item(next_content());
    node.kind = is_list ? LayoutNode::Kind::kList : LayoutNode::Kind::kMap;
    for (;;) {
      const size_t next = next_content();
      if (next == lines_.size() || indent_of(next) != indent) break;
      if (is_item(next) != is_list) break;  // a list that is indented as its key has ended
      LayoutEntry entry;
      read_above(entry.above);
      LEAT_TRY(is_list ? read_item(indent, entry) : read_key(indent, entry));
      node.entries.push_back(std::move(entry));
    }
    read_tail(std::max<size_t>(indent, 1), node.tail);
    return node;
  }

  Status read_item(size_t indent, LayoutEntry& entry) {
    lines_[at_][indent] = ' ';
    const std::string_view text = trimmed(line());
    const size_t skipped = skip_properties(text);
    if (skipped > 0 && (skipped == text.size() || text[skipped] == '#')) {
      entry.value.indent = kNoList;
      LEAT_TRY(read_value(indent_of(at_), indent + 1, entry.value));
      take_hoisted(entry);
      entry.value.indent = indent;
      return {};
    }
    if (!is_content(at_)) {  // the value is below
      if (!is_empty(at_)) entry.above.emplace_back(text);
      ++at_;
    }
    LEAT_TRY_ASSIGN(std::optional<LayoutNode> value, read_block(indent + 1, indent));
    take_hoisted(entry);
    if (value) entry.value = std::move(*value);
    entry.value.indent = indent;
    if (!entry.value.entries.empty()) {
      std::vector<std::string>& inner = entry.value.entries.front().above;
      entry.above.insert(entry.above.end(), inner.begin(), inner.end());
      inner.clear();
    }
    return {};
  }

  void take_hoisted(LayoutEntry& entry) {
    entry.above.insert(entry.above.end(), hoisted_.begin(), hoisted_.end());
    hoisted_.clear();
  }

  Status read_key(size_t indent, LayoutEntry& entry) {
    const std::string_view text = line().substr(indent);
    const std::optional<size_t> colon = end_of_key(text);
    if (!colon) return unknown("what stands here");
    entry.key = trimmed(text.substr(0, *colon));
    entry.value.indent = indent;
    LEAT_TRY(read_value(indent + *colon + 1, indent + 1, entry.value));
    take_hoisted(entry);
    return {};
  }

  /// The value whose text begins at `from` of the line, or else below it, indented by `least`.
  Status read_value(size_t from, size_t least, LayoutNode& node) {
    const std::string_view rest = line().substr(from);
    const size_t begin = from + std::min(rest.find_first_not_of(kBlanks), rest.size());
    const std::string_view text = line().substr(begin);
    const size_t skipped = skip_properties(text);
    const std::string_view bare = text.substr(skipped);
    if (bare.empty() || bare.front() == '#') return read_below(begin, skipped, least, node);
    switch (bare.front()) {
      case '|':
      case '>': read_block_scalar(begin, least, node); return {};
      case '[':
      case '{': return read_flow(begin, begin + skipped, node);
      case '"':
      case '\'': return read_quoted(begin, begin + skipped, node);
      default: read_plain(begin, least, node); return {};
    }
  }

  /// Nothing but properties and a comment stand behind the key: the value is below, or nowhere.
  Status read_below(size_t begin, size_t skipped, size_t least, LayoutNode& node) {
    const std::string properties(trimmed(line().substr(begin, skipped)));
    take_comment(begin + skipped, node);
    const TrailingComment comment = node.comment;
    const size_t indent = node.indent;
    ++at_;
    // A list may stand as far to the left as its key.
    const size_t next = next_content();
    const bool beside = next < lines_.size() && indent_of(next) == indent && is_item(next);
    LEAT_TRY_ASSIGN(std::optional<LayoutNode> below, read_block(least - (beside ? 1 : 0), indent));
    if (!below) {
      if (!properties.empty()) node.lines = {properties};
      return {};
    }
    node = std::move(*below);
    node.indent = indent;
    const bool is_collection =
        node.kind == LayoutNode::Kind::kList || node.kind == LayoutNode::Kind::kMap;
    if (is_collection) {
      if (!properties.empty()) node.lines = {properties};
      node.comment = comment;
      return {};
    }
    if (!comment.text.empty()) hoisted_.insert(hoisted_.begin(), comment.text);
    if (!properties.empty()) node.lines.front().insert(0, properties + " ");
    return {};
  }

  void take_comment(size_t from, LayoutNode& node) {
    const size_t at = find_comment(line(), from);
    if (at == std::string_view::npos) return;
    node.comment = {std::string(trimmed(line().substr(at))),
                    io::display_width(line().substr(0, at))};
  }

  void read_plain(size_t begin, size_t least, LayoutNode& node) {
    const auto take = [&](size_t from) {
      const size_t comment = find_comment(line(), from);
      node.lines.emplace_back(trimmed(line().substr(from, comment - from)));
      take_comment(from, node);
      ++at_;
    };
    take(begin);
    while (node.comment.text.empty()) {
      const size_t next = next_content();
      size_t blank = at_;
      while (blank < next && is_empty(blank)) ++blank;
      if (next == lines_.size() || indent_of(next) < least || blank < next) return;
      for (; at_ < next; ++at_) node.lines.emplace_back();
      take(indent_of(next));
    }
  }

  /// REQUIRES: a quote at `quote`.
  Status read_quoted(size_t begin, size_t quote, LayoutNode& node) {
    const std::string mark(1, line()[quote]);
    size_t end = end_of_quotes(line(), quote);
    node.lines.emplace_back(trimmed(line().substr(begin, end - begin)));
    while (end == std::string_view::npos) {
      if (++at_ == lines_.size()) return unknown("a quote that is not closed");
      // The line goes on inside the quotes.
      const size_t closed = end_of_quotes(mark + lines_[at_], 0);
      end = closed == std::string_view::npos ? closed : closed - 1;
      node.lines.emplace_back(trimmed(line().substr(0, end)));
    }
    take_comment(end, node);
    ++at_;
    return {};
  }

  Status read_flow(size_t begin, size_t bracket, LayoutNode& node) {
    node.kind = LayoutNode::Kind::kFlow;
    FlowScan scan;
    size_t end = scan.scan(line(), bracket);
    const auto cut = [&](size_t from) {
      const std::string_view text = line().substr(from, end - from);
      return text.substr(0, text.find_last_not_of(kBlanks) + 1);
    };
    node.lines.emplace_back(cut(begin));
    while (end == std::string_view::npos) {
      if (++at_ == lines_.size()) return unknown("a bracket that is not closed");
      end = scan.scan(line(), 0);
      node.lines.emplace_back(cut(0));
    }
    take_comment(end, node);
    ++at_;
    return {};
  }

  void read_block_scalar(size_t begin, size_t least, LayoutNode& node) {
    node.kind = LayoutNode::Kind::kBlock;
    const size_t comment = find_comment(line(), begin);
    const std::string header(trimmed(line().substr(begin, comment - begin)));
    take_comment(begin, node);
    const size_t digit = header.find_first_of("123456789", header.find_first_of("|>"));
    if (digit != std::string::npos) node.fixed_indent = static_cast<size_t>(header[digit] - '0');
    node.lines.push_back(header);
    ++at_;
    size_t end = at_;  // behind the last line that is not blank
    for (size_t i = at_; i < lines_.size(); ++i) {
      if (lines_[i].find_first_not_of(' ') == std::string::npos) continue;
      if (indent_of(i) < least) break;
      end = i + 1;
    }
    if (header.contains('+'))
      while (end < lines_.size() && is_empty(end)) ++end;
    size_t indent = least - 1 + node.fixed_indent;
    for (size_t i = at_; node.fixed_indent == 0 && i < end; ++i) {
      if (lines_[i].find_first_not_of(' ') == std::string::npos) continue;
      indent = indent_of(i);
      break;
    }
    for (; at_ < end; ++at_)
      node.lines.emplace_back(line().substr(std::min(indent, line().size())));
  }

  std::vector<std::string> lines_;
  size_t at_ = 0;
  std::vector<std::string> hoisted_;  // comments above words that stand below their key or dash
};

}  // namespace

Result<LayoutFile> read_layout(std::string_view text) { return LayoutReader(text).read(); }

}  // namespace leat::pipelines
