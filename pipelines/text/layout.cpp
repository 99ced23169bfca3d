// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: one way to write a pipeline, so that changes of it show what was changed.
//
// The layout: collections in block style are indented by two, items of a list by two more than
// their key; the operator is the first key of its stage, then come name, from, on_error, lanes,
// capacity, params and doc; words that readers of YAML 1.1 take for booleans (NO, on, y) stand in
// quotes; comments behind a value stay in their column where there is room; one blank line at most.
// Quotes, breaks of lines and collections in brackets stay as they are.
//
// Invariants
// 1. The trees of both texts are equal, but for the order of a stage's keys and the quotes of those
//    words, or nothing is returned.
// 2. Laid out again a text stays as it is: also that is looked at.
//
// Rejected: writing the tree (yaml_text.cpp), which has no comments; moving settings, parameters
// and stages into an order (a file is read from its top, and its author knows what comes first).
#include "pipelines/text/layout.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/form.h"
#include "engine/mutant.h"
#include "operators/text/table_text.h"
#include "operators/text/utf8.h"
#include "pipelines/text/layout_tree.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::pipelines {
namespace {

constexpr size_t kStep = 2;

// ------------------------------------------------------------------------------------------- words

constexpr std::array<std::string_view, 16> kWords{"y",  "Y",   "yes", "Yes", "YES", "n",
                                                  "N",  "no",  "No",  "NO",  "on",  "On",
                                                  "ON", "off", "Off", "OFF"};

/// Is the scalar something that YAML 1.1 takes for a boolean?
bool is_odd_word(const SourceText& text) {
  return std::find(kWords.begin(), kWords.end(), text.text()) != kWords.end();
}

/// The offsets of such values below `node`, without quotes; the settings' are meant so.
void find_odd_words(const OptionNode& node, std::vector<uint32_t>& found) {
  if (node.kind == OptionNode::Kind::kScalar && !node.scalar.quoted() && is_odd_word(node.scalar))
    found.push_back(node.span.begin);
  for (const OptionNode& item : node.items) find_odd_words(item, found);
  for (const OptionEntry& entry : node.entries) find_odd_words(entry.value, found);
}

/// The text with quotes around such values.
std::string with_quoted_words(const Document& document, const OptionNode& root) {
  std::vector<uint32_t> found;
  for (const OptionEntry& entry : root.entries) {
    if (entry.name.text() != "settings") find_odd_words(entry.value, found);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());  // an alias repeats a place
  std::string text = document.text();
  for (auto at = found.rbegin(); at != found.rend(); ++at) {
    size_t end = *at;
    while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end])) != 0) ++end;
    text.insert(end, 1, '"');
    text.insert(*at, 1, '"');
  }
  return text;
}

// ------------------------------------------------------------------------------------ order of keys

/// Where a key stands in its stage. What is not known here is the operator.
size_t rank_of(std::string_view key) {
  constexpr std::array<std::string_view, 7> kOrder{"name",     "from",   "on_error", "lanes",
                                                   "capacity", "params", "doc"};
  const auto found = std::find(kOrder.begin(), kOrder.end(), key);
  return found == kOrder.end() ? 0 : static_cast<size_t>(found - kOrder.begin()) + 1;
}

void order_stage(LayoutEntry& item) {
  std::vector<LayoutEntry>& keys = item.value.entries;
  if (item.value.kind != LayoutNode::Kind::kMap || keys.empty()) return;
  std::stable_sort(keys.begin(), keys.end(), [](const LayoutEntry& a, const LayoutEntry& b) {
    return rank_of(a.key) < rank_of(b.key);
  });
  std::vector<std::string>& above = keys.front().above;
  item.above.insert(item.above.end(), above.begin(), above.end());
  above.clear();
}

void order_stages(LayoutNode& of) {
  for (LayoutEntry& entry : of.entries) {
    if (entry.key != "stages" || entry.value.kind != LayoutNode::Kind::kList) continue;
    for (LayoutEntry& item : entry.value.entries) order_stage(item);
  }
}

void order_all_stages(LayoutNode& root) {
  order_stages(root);
  for (LayoutEntry& entry : root.entries) {
    if (entry.key != "groups") continue;
    for (LayoutEntry& group : entry.value.entries) order_stages(group.value);
  }
}

// ---------------------------------------------------------------------------------------- the text

class LayoutWriter {
 public:
  std::string write(const LayoutFile& file) {
    for (const std::string& line : file.head) put_line(line);
    put_block(file.root, 0);
    while (!lines_.empty() && lines_.back().empty()) lines_.pop_back();
    std::string text;
    for (const std::string& line : lines_) text += line + '\n';
    return text;
  }

 private:
  void put_line(std::string line) {
    const bool is_blank = line.empty();
    if (is_blank && (lines_.empty() || lines_.back().empty())) return;
    lines_.push_back(std::move(line));
  }

  void put_comments(const std::vector<std::string>& comments, size_t indent) {
    for (const std::string& comment : comments)
      put_line(comment.empty() ? comment : std::string(indent, ' ') + comment);
  }

  void put_block(const LayoutNode& node, size_t indent) {
    bool is_first = true;
    for (const LayoutEntry& entry : node.entries) {
      std::vector<std::string> above = entry.above;
      if (is_first) {
        const auto is_blank = [](const std::string& line) { return line.empty(); };
        above.erase(above.begin(), std::find_if_not(above.begin(), above.end(), is_blank));
      }
      is_first = false;
      put_comments(above, indent);
      if (node.kind == LayoutNode::Kind::kMap) {
        put_value(std::string(indent, ' ') + entry.key + ":", entry.value, indent);
      } else {
        put_item(entry.value, indent);
      }
    }
    put_comments(node.tail, indent);
  }

  void put_item(const LayoutNode& value, size_t indent) {
    const bool is_collection = !value.entries.empty();
    if (!is_collection || !value.lines.empty())
      return put_value(std::string(indent, ' ') + "-", value, indent);
    const size_t first = lines_.size();
    put_block(value, indent + kStep);
    lines_[first][indent] = '-';
  }

  /// `line` is what stands before the value.
  void put_value(std::string line, const LayoutNode& value, size_t indent) {
    if (!value.lines.empty() && !value.lines.front().empty()) line += " " + value.lines.front();
    const bool is_many = value.lines.size() > 1;
    const bool comment_is_last = is_many && value.kind != LayoutNode::Kind::kBlock;
    if (!comment_is_last) put_comment(line, value.comment);
    put_line(std::move(line));
    if (value.kind == LayoutNode::Kind::kBlock) {
      put_block_scalar(value, indent);
    } else {
      for (size_t i = 1; i < value.lines.size(); ++i) {
        std::string more = continuation(value, i, indent);
        if (i + 1 == value.lines.size()) put_comment(more, value.comment);
        lines_.push_back(std::move(more));
      }
    }
    put_block(value, indent + kStep);
  }

  /// A further line of a text, or of a collection in brackets, which moves as its key does.
  static std::string continuation(const LayoutNode& value, size_t number, size_t indent) {
    const std::string& line = value.lines[number];
    if (line.empty()) return line;
    if (value.kind != LayoutNode::Kind::kFlow) return std::string(indent + kStep, ' ') + line;
    const size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    const size_t moved = blanks + indent - std::min(blanks + indent, value.indent);
    return std::string(std::max(moved, indent + (value.indent < blanks ? 1 : 0)), ' ') +
           line.substr(blanks);
  }

  void put_block_scalar(const LayoutNode& value, size_t indent) {
    const size_t inner = indent + (value.fixed_indent != 0 ? value.fixed_indent : kStep);
    for (size_t i = 1; i < value.lines.size(); ++i) {
      const std::string& line = value.lines[i];
      lines_.push_back(line.empty() ? line : std::string(inner, ' ') + line);
    }
  }

  static void put_comment(std::string& line, const TrailingComment& comment) {
    if (comment.text.empty()) return;
    const size_t width = io::display_width(line);
    line.append(std::max<size_t>(comment.column > width ? comment.column - width : 0, 2), ' ');
    line += comment.text;
  }

  std::vector<std::string> lines_;
};

// ------------------------------------------------------------------------------------- the same?

/// Where a value stands: only the keys of a stage are put into an order.
enum class Level : uint8_t { kRoot, kStages, kStage, kGroups, kGroup, kElsewhere };

bool is_same(const OptionNode& a, const OptionNode& b, Level level);

bool is_same_text(const SourceText& a, const SourceText& b) {
  return a.text() == b.text() && (a.quoted() == b.quoted() || is_odd_word(a));
}

Level level_below(Level level, std::string_view key) {
  if (level == Level::kGroups) return Level::kGroup;
  if (level == Level::kRoot && key == "groups") return Level::kGroups;
  const bool has_stages = level == Level::kRoot || level == Level::kGroup;
  return has_stages && key == "stages" ? Level::kStages : Level::kElsewhere;
}

bool has_same_entries(const OptionNode& a, const OptionNode& b, Level level) {
  if (a.entries.size() != b.entries.size()) return false;
  for (size_t i = 0; i < a.entries.size(); ++i) {
    const OptionEntry& entry = a.entries[i];
    auto other = b.entries.begin() + static_cast<std::ptrdiff_t>(i);
    if (level == Level::kStage) {
      other = std::find_if(b.entries.begin(), b.entries.end(), [&](const OptionEntry& one) {
        return one.name.text() == entry.name.text();
      });
    }
    if (other == b.entries.end() || !is_same_text(entry.name, other->name)) return false;
    if (!is_same(entry.value, other->value, level_below(level, entry.name.text()))) return false;
  }
  return true;
}

bool is_same(const OptionNode& a, const OptionNode& b, Level level) {
  if (a.kind != b.kind || a.items.size() != b.items.size()) return false;
  if (!is_same_text(a.scalar, b.scalar)) return false;
  const Level of_items = level == Level::kStages ? Level::kStage : Level::kElsewhere;
  for (size_t i = 0; i < a.items.size(); ++i)
    if (!is_same(a.items[i], b.items[i], of_items)) return false;
  return has_same_entries(a, b, level);
}

Result<std::string> lay_out_once(const Document& document, const OptionNode& root) {
  std::string text = with_quoted_words(document, root);
  if (text.starts_with(io::kByteOrderMark)) text.erase(0, io::kByteOrderMark.size());
  std::erase(text, '\r');
  LEAT_TRY_ASSIGN(LayoutFile file, read_layout(text));
  order_all_stages(file.root);
  return LayoutWriter().write(file);
}

std::unexpected<Error> changed() {
  return fail(code::kLayout, ErrorCode::kInvalid,
              "it would mean something else when it is laid out",
              "it is left as it is; write lists and mappings in block style");
}

}  // namespace

Result<std::string> laid_out(const Document& document) {
  Diagnostics ignored;
  const std::optional<OptionNode> before = parse_tree(document, ignored);
  if (!before) return fail(code::kLayout, ErrorCode::kInvalid, "the file is not valid");
  LEAT_TRY_ASSIGN(std::string text, lay_out_once(document, *before));
  if (text.size() > Document::kBytesMax) return changed();
  const Document again(document.file(), text);
  const std::optional<OptionNode> after = parse_tree(again, ignored);
  if (LEAT_MUTANT("layout_is_not_compared")) return text;
  if (!after || !is_same(*before, *after, Level::kRoot)) return changed();
  LEAT_TRY_ASSIGN(const std::string stays, lay_out_once(again, *after));
  return stays == text ? Result<std::string>(std::move(text)) : changed();
}

}  // namespace leat::pipelines
