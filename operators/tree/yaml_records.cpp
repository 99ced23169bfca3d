// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a table of a few hundred rows that people keep in YAML, with anchors, merge keys and
// quotes that mean something, and now and then a file that was made to blow up.
//
// Invariants:
//  1. A file is read as a whole, max_record bytes at most, and all that is made of it is charged
//     before it is kept; aliases are copies, and count as such.
//  2. The tree is no deeper than kYamlDepthMax and has no more than kYamlNodesMax nodes, whatever aliases
//     multiply; the library sees the end of the text as soon as one of these is reached.
//  3. Every fault has its place, and nothing of a file with a fault is a row.
//
// Not chosen: records as they are parsed (aliases reach back to anywhere, so all would be kept),
// and the reader of pipelines (it finds the place of every byte, which costs more than the
// reading).
#include "operators/tree/yaml_records.h"

#include <algorithm>
#include <deque>
#include <istream>
#include <map>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "engine/check.h"
#include "engine/codes/data.h"
#include "engine/codes/form.h"
#include "engine/mutant.h"
#include "operators/input/text_encoding.h"
#include "operators/text/byte_size.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

constexpr size_t kYamlDepthMax = 64;
constexpr size_t kYamlNodesMax = 1'000'000;
/// Brackets, and commas between them, of one flow collection: the library holds some 240 bytes of
/// each until it knows whether the collection is a key.
constexpr size_t kYamlFlowMarksMax = 200'000;
constexpr size_t kYamlNodeBytes = sizeof(TextTree) + sizeof(TextTree::Member);

/// Makes trees of the library's events.
class YamlBuilder final : public YAML::EventHandler {
 public:
  YamlBuilder(std::string_view text, const std::string& file, RecordMemory& memory)
      : text_(text), file_(file), memory_(memory) {}

  /// Why nothing more is taken; null: nothing is wrong.
  std::optional<Error>& fault() { return fault_; }
  std::optional<TextTree> take_root() { return std::exchange(root_, std::nullopt); }

  void refuse(const YAML::Mark& mark, Code number, std::string message, std::string hint = {}) {
    if (fault_) return;
    fault_.emplace(number, ErrorCode::kData, std::move(message), std::move(hint));
    fault_->data = TextPlace{file_, line_of(mark), column_of(mark)};
  }

  void OnDocumentStart(const YAML::Mark&) override { anchors_.clear(); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    finish(mark, TextTree{}, anchor, {}, {});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    if (const size_t at = begin_of(mark); at < text_.size() && !is_closed(text_.substr(at)))
      return refuse(mark, code::kUnclosed, "the quote that opens here is never closed");
    TextTree node = TextTree::of(value);
    node.is_quoted = tag == "!";
    const Size size{.bytes = value.size()};
    finish(mark, std::move(node), anchor, size, size);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      return refuse(mark, code::kAlias, "this alias stands inside the value it names");
    const Anchored& named = found->second;
    finish(mark, named.node, 0, named.size, named.size);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, TextTree::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, TextTree::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

 private:
  /// What is in a node, itself included.
  struct Size {
    size_t nodes = 1;
    size_t bytes = 0;  ///< Of texts.
    size_t depth = 1;
  };
  /// A collection that is being read.
  struct Frame {
    TextTree node;
    YAML::Mark mark;
    YAML::anchor_t anchor = 0;
    Size size = {};
    std::optional<std::string> key = {};  // of the value that comes next
    bool merges = false;                  // is that key `<<`?
    std::vector<TextTree> merged = {};
    std::map<std::string, uint64_t, std::less<>> lines = {};  // of the keys
  };
  struct Anchored {
    TextTree node;
    Size size;
  };

  static uint64_t line_of(const YAML::Mark& mark) { return static_cast<uint64_t>(mark.line) + 1; }
  static uint64_t column_of(const YAML::Mark& mark) {
    return static_cast<uint64_t>(mark.column) + 1;
  }

  /// Where the value at `mark` begins, behind its anchor.
  size_t begin_of(const YAML::Mark& mark) const {
    size_t at = mark.pos < 0 ? text_.size() : static_cast<size_t>(mark.pos);
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
      at = std::min(text_.find_first_of(" \t\r\n", at), text_.size());
      at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
    }
    return at;
  }

  /// Is `text` no quote, or one that ends? The library takes the end of the file for its end.
  static bool is_closed(std::string_view text) {
    const char quote = text[0];
    if (quote != '"' && quote != '\'') return true;
    for (size_t i = 1; i < text.size(); ++i) {
      if (quote == '"' && text[i] == '\\') {
        ++i;
      } else if (text[i] == quote) {
        if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) return true;
        ++i;
      }
    }
    return false;
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    refuse(mark, code::kTag, "a YAML tag has no meaning in a table",
           "if the '!' belongs to the value, quote the value");
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            TextTree::Kind kind) {
    check_tag(mark, tag);
    Frame frame;
    frame.node.kind = kind;
    frame.mark = mark;
    frame.anchor = anchor;
    frames_.push_back(std::move(frame));
  }

  void close() {
    LEAT_CHECK(!frames_.empty(), "the YAML library closes only what it opened");
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    for (TextTree& map : frame.merged) {
      for (TextTree::Member& member : map.fields) {
        if (frame.lines.emplace(member.name, 0).second)
          frame.node.fields.push_back(std::move(member));
      }
    }
    finish(frame.mark, std::move(frame.node), frame.anchor, frame.size, {});
  }

  /// Is there room for `added`? If not, nothing more is taken.
  bool fits(const YAML::Mark& mark, const Size& added) {
    if (fault_) return false;
    const bool is_deep = added.depth + frames_.size() > kYamlDepthMax;
    const bool is_much =
        nodes_ + added.nodes > kYamlNodesMax && !LEAT_MUTANT("copies_of_yaml_are_not_counted");
    if (is_deep || is_much) {
      refuse(mark, code::kTooLarge,
             is_deep ? fmt::format("values are nested more than {} deep", kYamlDepthMax)
                     : fmt::format("the file has more than {} values, those that aliases repeat "
                                   "included",
                                   kYamlNodesMax),
             "YAML is for small tables; write JSON lines or CSV");
      return false;
    }
    nodes_ += added.nodes;
    if (Status charged = memory_.add(added.nodes * kYamlNodeBytes + added.bytes); !charged)
      fault_ = std::move(charged).error();
    return !fault_;
  }

  /// A node is complete: remembers it under its anchor and puts it where it belongs. `added`: what
  /// of its `size` was not counted before.
  void finish(const YAML::Mark& mark, TextTree node, YAML::anchor_t anchor, const Size& size,
              const Size& added) {
    if (!fits(mark, added)) return;
    node.line = line_of(mark);
    node.column = column_of(mark);
    if (anchor != 0) {
      if (!fits(mark, size)) return;
      anchors_.insert_or_assign(anchor, Anchored{node, size});
    }
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = frames_.back();
    parent.size.nodes += size.nodes;
    parent.size.bytes += size.bytes;
    parent.size.depth = std::max(parent.size.depth, size.depth + 1);
    if (parent.node.kind == TextTree::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      take_key(mark, parent, std::move(node));
    } else if (parent.merges) {
      take_merged(mark, parent, std::move(node));
    } else {
      parent.node.fields.push_back({*std::exchange(parent.key, std::nullopt), std::move(node)});
    }
  }

  void take_key(const YAML::Mark& mark, Frame& parent, TextTree node) {
    if (node.kind != TextTree::Kind::kText)
      return refuse(mark, code::kYamlSyntax, "a key must be a single word or text");
    parent.merges = node.text == "<<" && !node.is_quoted;
    parent.key = node.text;
    const auto [found, fresh] = parent.lines.emplace(node.text, node.line);
    if (fresh || parent.merges) return;
    refuse(mark, code::kKeyTwice, fmt::format("'{}' is written twice", node.text),
           fmt::format("the first stands on line {}; remove one of them", found->second));
  }

  /// Takes `<<: *a` and `<<: [*a, *b]`.
  void take_merged(const YAML::Mark& mark, Frame& parent, TextTree node) {
    parent.key.reset();
    std::vector<TextTree> maps;
    if (node.kind == TextTree::Kind::kList) {
      maps = std::move(node.items);
    } else {
      maps.push_back(std::move(node));
    }
    for (TextTree& map : maps) {
      if (map.kind != TextTree::Kind::kMap)
        return refuse(mark, code::kAlias,
                      "'<<' needs a mapping, or a list of mappings, to take over",
                      "write '<<: *name'");
      parent.merged.push_back(std::move(map));
    }
  }

  const std::string_view text_;
  const std::string& file_;
  RecordMemory& memory_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::optional<TextTree> root_;
  size_t nodes_ = 0;
  std::optional<Error> fault_;
};

/// The text as the library reads it: it ends early once `builder` takes nothing more.
class YamlText final : public std::streambuf {
 public:
  YamlText(std::string_view text, YamlBuilder& builder) : rest_(text), builder_(builder) {}

 protected:
  int_type underflow() override {
    if (rest_.empty() || builder_.fault()) return traits_type::eof();
    auto* const begin = const_cast<char*>(rest_.data());  // a get area, which nobody writes to
    const size_t bytes = std::min(rest_.size(), kBlockBytes);
    setg(begin, begin, begin + bytes);
    rest_.remove_prefix(bytes);
    return traits_type::to_int_type(*begin);
  }

 private:
  static constexpr size_t kBlockBytes = 4096;
  std::string_view rest_;
  YamlBuilder& builder_;
};

/// Where a flow collection becomes too large for the library; npos if none does. What stands in
/// quotes counts, too; an item of a list in blocks begins anew.
size_t find_large_flow(std::string_view text) {
  size_t depth = 0;
  size_t marks = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') {
      const size_t first = text.find_first_not_of(" \t", at + 1);
      if (first != std::string_view::npos && text.substr(first, 2) == "- ") depth = 0;
    }
    depth += c == '[' || c == '{';
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (depth == 0) marks = 0;
    marks += depth > 0 && std::string_view("[{,").contains(c);
    if (marks > kYamlFlowMarksMax) return at;
  }
  return std::string_view::npos;
}

class YamlRecords final : public TreeReader {
 public:
  YamlRecords(std::shared_ptr<const Input> input, const JsonPath& path, const TreeOpening& opening,
              std::unique_ptr<ByteSource> source)
      : input_(std::move(input)),
        path_(path),
        memory_(opening.memory),
        max_bytes_(opening.max_record),
        source_(std::move(source)) {}

  Result<std::optional<TextTree>> next() override {
    if (source_) {
      const Status read = read_all();
      source_.reset();
      if (!read) return std::unexpected(read.error());
    }
    if (ready_.empty()) return std::nullopt;
    TextTree record = std::move(ready_.front());
    ready_.pop_front();
    return std::optional(std::move(record));
  }

 private:
  std::unexpected<Error> fault_at(Code number, uint64_t line, uint64_t column, std::string message,
                                  std::string hint = {}) const {
    Error error(number, ErrorCode::kData, std::move(message), std::move(hint));
    error.data = TextPlace{input_->name, line, column};
    return std::unexpected(std::move(error));
  }
  std::unexpected<Error> fault_at(Code number, std::string_view text, size_t position,
                                  std::string message, std::string hint = {}) const {
    const std::string_view before = text.substr(0, position);
    const size_t newline = before.rfind('\n');
    return fault_at(number,
                    1 + static_cast<uint64_t>(std::count(before.begin(), before.end(), '\n')),
                    newline == std::string_view::npos ? position + 1 : position - newline,
                    std::move(message), std::move(hint));
  }

  Status read_all() {
    std::string text;
    for (size_t used = 0;;) {
      constexpr size_t kPiece = size_t{64} << 10;
      LEAT_TRY(memory_.add(kPiece));
      text.resize(used + kPiece);
      LEAT_TRY_ASSIGN(const size_t got,
                      source_->read({reinterpret_cast<uint8_t*>(text.data()) + used, kPiece}));
      used += got;
      text.resize(used);
      if (got == 0) break;
      if (used > max_bytes_) {
        return fault_at(code::kRecordTooLong, 1, 1,
                        fmt::format("the file is longer than {}, and YAML is read as a whole",
                                    format_bytes(max_bytes_)),
                        "raise 'max_record'; or write JSON lines or CSV, which have no end");
      }
    }
    return parse(text);
  }

  Status parse(std::string_view text) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (const size_t bad = first_invalid_utf8(text); bad < text.size()) {
      return fault_at(code::kBadEncoding, text, bad, "the file is not valid UTF-8",
                      std::string(kEncodingHint));
    }
    if (const size_t large = find_large_flow(text); large != std::string_view::npos) {
      return fault_at(
          code::kTooLarge, text, large,
          fmt::format("the list or mapping has more than {} brackets, braces and commas "
                      "between them",
                      kYamlFlowMarksMax),
          "write long lists as blocks, an item on each line");
    }
    YamlBuilder builder(text, input_->name, memory_);
    YamlText limited(text, builder);
    std::istream stream(&limited);
    std::optional<Error> syntax;
    bool found = false;
    TextTree first;
    try {
      YAML::Parser parser(stream);
      while (!builder.fault() && parser.HandleNextDocument(builder)) {
        std::optional<TextTree> root = builder.take_root();
        if (!root || builder.fault() || root->kind == TextTree::Kind::kNull) continue;
        if (!has_document_)
          first = {.kind = root->kind, .line = root->line, .column = root->column};
        has_document_ = true;
        LEAT_TRY(collect(std::move(*root), 0, found));
      }
    } catch (const YAML::Exception& error) {
      syntax.emplace(code::kYamlSyntax, ErrorCode::kData,
                     fmt::format("the YAML cannot be read: {}", error.msg));
      syntax->data =
          TextPlace{input_->name, static_cast<uint64_t>(std::max(error.mark.line, 0)) + 1,
                    static_cast<uint64_t>(std::max(error.mark.column, 0)) + 1};
    }
    if (builder.fault()) syntax = std::move(builder.fault());
    if (syntax) {
      ready_.clear();
      return std::unexpected(std::move(*syntax));
    }
    if (!has_document_ || found) return {};
    return fault_at(
        code::kRecordsPath, first.line, first.column,
        fmt::format("'{}' leads to nothing in this file", path_.text(path_.steps.size())),
        "'records' is a path such as $.data.items[*]");
  }

  /// Adds the records of `node`, to which the first `step` steps lead. `found`: did all steps lead
  /// somewhere?
  Status collect(TextTree node, size_t step, bool& found) {
    const bool optional = path_.list_is_optional && node.kind != TextTree::Kind::kList;
    if (step == path_.steps.size() || optional) {
      found = true;
      if (node.kind == TextTree::Kind::kMap) {
        ready_.push_back(std::move(node));
        return {};
      }
      ready_.clear();
      return fault_at(code::kNotThisFormat, node.line, node.column,
                      "a record is a mapping of names to values",
                      path_.steps.empty() || path_.list_is_optional
                          ? "say where the records are: records: $.items[*]"
                          : "'records' must lead to mappings");
    }
    const JsonStep& here = path_.steps[step];
    if (here.kind == JsonStep::Kind::kField) {
      for (TextTree::Member& member : node.fields) {
        if (member.name == here.name) return collect(std::move(member.value), step + 1, found);
      }
      return {};
    }
    found = found || (node.kind == TextTree::Kind::kList && node.items.empty());
    for (size_t i = 0; i < node.items.size(); ++i) {
      if (here.kind == JsonStep::Kind::kElements || i == here.index)
        LEAT_TRY(collect(std::move(node.items[i]), step + 1, found));
    }
    return {};
  }

  const std::shared_ptr<const Input> input_;
  const JsonPath& path_;
  RecordMemory memory_;
  const size_t max_bytes_;
  std::unique_ptr<ByteSource> source_;  // null when it was read
  std::deque<TextTree> ready_;
  bool has_document_ = false;
};

class YamlFormat final : public TreeFormat {
 public:
  explicit YamlFormat(JsonPath path) : path_(std::move(path)) {}

  Result<std::unique_ptr<TreeReader>> open(std::shared_ptr<const Input> input,
                                           const TreeOpening& opening) const override {
    LEAT_TRY_ASSIGN(auto source,
                    open_byte_source(*input, opening.purpose, opening.memory, opening.encoding));
    return std::make_unique<YamlRecords>(std::move(input), path_, opening, std::move(source));
  }

 private:
  const JsonPath path_;
};

}  // namespace

std::shared_ptr<const TreeFormat> make_yaml_format(JsonPath path) {
  return std::make_shared<YamlFormat>(std::move(path));
}

}  // namespace leat::io
