// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The only user of the YAML library: its events become a tree of OptionNode in which every scalar
// knows its places.
//
// The library reports where a node begins and what a scalar's value is. All else that a good
// message needs is added here: the place of every byte (position_map.h), where nodes end, duplicate
// keys, merge keys, unreadable bytes, and words for syntax errors which a person who never read the
// YAML specification understands (syntax_error.h).
//
// Invariants:
//  1. Offsets are those of the document, byte order mark included. The library counts bytes of
//     UTF-8 without the mark, which is why anything but valid UTF-8 is refused before the library
//     sees it.
//  2. The tree is no deeper than kDepthMax and has no more than kNodesMax nodes, however aliases
//     multiply; the recursive walks of later phases depend on it.
//  3. A scalar whose places cannot be found is reported, never given a guessed place.
//  4. The builder never leaves the library's call by an exception; it reports and goes on.
//  5. What a text costs is bounded by its length and by these limits: nothing is copied before it is
//     counted, the text ends for the library where the tree became too large, and what the library
//     keeps while it looks for the colon behind a flow collection is counted before it begins.
//
// Rejected: the library's Node interface (no place for null and missing values, and aliases cannot
// be told from copies), and accepting tags: `!x` means nothing to a pipeline, and is more often an
// expression someone forgot to quote.
#include "pipelines/text/yaml_tree.h"

#include <algorithm>
#include <array>
#include <istream>
#include <map>
#include <set>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <utf8proc.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "engine/check.h"
#include "engine/codes/form.h"
#include "engine/mutant.h"
#include "operators/text/utf8.h"
#include "pipelines/text/position_map.h"
#include "pipelines/text/syntax_error.h"

namespace leat::pipelines {
namespace {

constexpr size_t kDepthMax = 64;
constexpr size_t kNodesMax = 100'000;
/// Brackets, and commas between them. The library holds the tokens of a flow collection, some 240
/// bytes each, until it knows whether the collection is a key.
constexpr size_t kFlowMarksMax = 200'000;

bool is_blank_or_break(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

size_t skip_blanks_and_comments(std::string_view text, size_t at) {
  while (at < text.size()) {
    if (is_blank_or_break(text[at])) {
      ++at;
    } else if (text[at] == '#' && (at == 0 || is_blank_or_break(text[at - 1]))) {
      while (at < text.size() && text[at] != '\n') ++at;
    } else {
      break;
    }
  }
  return at;
}

/// Past `&anchor` and `!tag`.
size_t skip_properties(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    while (at < text.size() && !is_blank_or_break(text[at])) ++at;
    at = skip_blanks_and_comments(text, at);
  }
  return at;
}

uint32_t end_of_word(std::string_view text, size_t at) {
  while (at < text.size() && !is_blank_or_break(text[at])) ++at;
  return static_cast<uint32_t>(at);
}

/// The word for null that stands at `at` as a whole scalar, or "".
std::string_view null_word(std::string_view text, size_t at) {
  for (const std::string_view word : {"null", "Null", "NULL", "~"}) {
    if (!text.substr(at).starts_with(word)) continue;
    const size_t end = at + word.size();
    if (end == text.size() || is_blank_or_break(text[end]) ||
        std::string_view(",]}").contains(text[end]))
      return word;
  }
  return {};
}

/// Builds the tree from the library's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  /// The library begins to read at `base`.
  TreeBuilder(const Document& document, Span file, size_t base, Diagnostics& diagnostics)
      : text_(std::string_view(document.text()).substr(0, file.end)),
        document_(document),
        base_(base),
        mark_(base - file.begin),
        diagnostics_(diagnostics) {}

  /// Where the latest document begins, at its `---` if it has one.
  uint32_t document_begin() const { return document_begin_; }
  /// Was something left out, so that the tree is not what was written?
  bool too_large() const { return too_large_; }
  /// The quote without an end which swallowed the rest of the file, if there is one.
  const std::optional<SyntaxError>& swallowed() const { return swallowed_; }
  std::optional<OptionNode> take_root() { return std::exchange(root_, std::nullopt); }
  /// How far the events have come, for explaining a syntax error.
  uint32_t last_event() const { return last_event_; }
  /// The innermost flow collection that is still open.
  std::optional<uint32_t> open_flow() const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
      if (frame->flow) return frame->node.span.begin;
    }
    return std::nullopt;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    document_begin_ = static_cast<uint32_t>(begin_of(mark, false));
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const size_t at = begin_of(mark, anchor != 0);
    const std::string_view word = null_word(text_, at);
    OptionNode node;
    if (!word.empty()) {
      node.scalar = located(at, word);
      node.span = node.scalar.span();
    } else {
      node.span = place_of_nothing(at);
    }
    finish(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    const size_t at = begin_of(mark, true);
    OptionNode node;
    node.kind = OptionNode::Kind::kScalar;
    node.scalar = located(at, value);
    if (!node.scalar.quoted() && !frames_.empty() && frames_.back().flow) node.scalar.set_in_flow();
    node.span = node.scalar.span();
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const size_t at = begin_of(mark, false);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      report(code::kAlias, {static_cast<uint32_t>(at), end_of_word(text_, at)},
             "this alias stands inside the value it names",
             "an alias can only repeat a value that is complete");
      finish(OptionNode{}, 0);
      return;
    }
    const Anchored& named = found->second;
    if (fits(named.size, named.depth, {static_cast<uint32_t>(at), end_of_word(text_, at)}))
      finish(named.node, 0, named.size, named.depth);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, OptionNode::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, OptionNode::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

 private:
  /// A collection that is being read.
  struct Frame {
    OptionNode node;
    YAML::anchor_t anchor = 0;
    bool flow = false;
    int column = -1;                ///< Of a block collection.
    size_t size = 1;                ///< Nodes so far, this one included.
    size_t depth = 1;               ///< Levels below and including this one.
    std::optional<SourceText> key;  ///< Of the entry whose value comes next.
    bool key_broken = false;        ///< The key was reported; drop its value.
  };
  struct Anchored {
    OptionNode node;
    size_t size;
    size_t depth;
  };

  void report(Code number, Span where, std::string message, std::string hint = {}) {
    if (too_large_) return;  // the tree has holes from here on
    diagnostics_.error(number, where, std::move(message), std::move(hint));
  }

  size_t begin_of(const YAML::Mark& mark, bool has_properties) {
    size_t at =
        mark.pos < 0 ? text_.size() : std::min(base_ + static_cast<size_t>(mark.pos), text_.size());
    if (has_properties) at = skip_properties(text_, at);
    last_event_ = static_cast<uint32_t>(at);
    return at;
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    const auto at = static_cast<uint32_t>(begin_of(mark, false));
    report(code::kTag, {at, end_of_word(text_, at)}, "a YAML tag has no meaning in a pipeline",
           "if the '!' belongs to the value, quote the value");
  }

  /// The scalar of `value` at `at` with its places.
  SourceText located(size_t at, std::string_view value) {
    int indent = -1;
    for (auto frame = frames_.rbegin(); frame != frames_.rend() && indent < 0; ++frame)
      indent = frame->column;
    auto found = map_scalar(text_, static_cast<uint32_t>(at), value, indent);
    if (found) return std::move(*found);
    const Span where{static_cast<uint32_t>(at), static_cast<uint32_t>(at)};
    if (std::string_view("'\"").contains(text_[at]) && !end_of_quoted(text_, where.begin)) {
      // The library takes the end of the file for the closing quote.
      if (!swallowed_)
        swallowed_ = SyntaxError{where.begin, "illegal EOF in scalar", where.begin, open_flow()};
      return SourceText(std::string(value), where, {});
    }
    report(code::kYamlSyntax, where, "the places inside this text cannot be told",
           "write it on one line, or as a block that begins with '|'");
    return SourceText(std::string(value), where, {});
  }

  /// Where to point when a value is missing: at its key or dash.
  Span place_of_nothing(size_t at) {
    if (!frames_.empty() && frames_.back().key) return frames_.back().key->span();
    size_t before = std::min(at, text_.size());
    while (before > 0 && is_blank_or_break(text_[before - 1])) --before;
    if (before > 0 && text_[before - 1] == '-')
      return {static_cast<uint32_t>(before - 1), static_cast<uint32_t>(before)};
    return {static_cast<uint32_t>(at), static_cast<uint32_t>(at)};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style, OptionNode::Kind kind) {
    check_tag(mark, tag);
    const size_t at = begin_of(mark, anchor != 0 || (!tag.empty() && tag != "?"));
    Frame frame;
    frame.node.kind = kind;
    frame.node.span = {static_cast<uint32_t>(at), static_cast<uint32_t>(at)};
    frame.anchor = anchor;
    frame.flow = style == YAML::EmitterStyle::Flow;
    if (!frame.flow) {
      const TextPlace place = document_.place(static_cast<uint32_t>(at));
      frame.column = static_cast<int>(place.column - 1 - (place.line == 1 ? mark_ : 0));
    }
    frames_.push_back(std::move(frame));
  }

  void close() {
    LEAT_CHECK(!frames_.empty(), "the YAML library closes only what it opened");
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    frame.node.span.end = end_of(frame);
    if (frame.node.kind == OptionNode::Kind::kMap) {
      drop_duplicates(frame.node);
      apply_merges(frame.node);
    }
    finish(std::move(frame.node), frame.anchor, frame.size, frame.depth);
  }

  uint32_t end_of(const Frame& frame) const {
    uint32_t end = frame.node.span.begin;
    const auto cover = [&](const Span& span) {
      if (span.begin >= frame.node.span.begin)
        end = std::max(end, span.end);  // an alias points elsewhere
    };
    for (const OptionNode& item : frame.node.items) cover(item.span);
    for (const auto& [key, value] : frame.node.entries) {
      cover(key.span());
      cover(value.span);
    }
    if (!frame.flow) return end;
    size_t at = std::max<size_t>(end, frame.node.span.begin + 1);
    while (at < text_.size() && text_[at] != '}' && text_[at] != ']') {
      const size_t next = skip_blanks_and_comments(text_, at);
      at = next == at ? at + 1 : next;
    }
    return static_cast<uint32_t>(std::min(at + 1, text_.size()));
  }

  /// Is there room for `size` more nodes, `depth` levels deep? Reports at `where` if not, and from
  /// then on takes nothing.
  bool fits(size_t size, size_t depth, Span where) {
    if (too_large_) return false;
    const bool deep = depth + frames_.size() > kDepthMax;
    if (!deep && nodes_ + size <= kNodesMax) return true;
    report(code::kTooLarge, where,
           deep
               ? fmt::format("a pipeline is nested {} levels at most", kDepthMax)
               : fmt::format("a pipeline has {} values at most, those that aliases repeat included",
                             kNodesMax));
    too_large_ = true;
    return false;
  }

  /// A node is complete: remembers it under its anchor and puts it where it belongs.
  void finish(OptionNode node, YAML::anchor_t anchor, size_t size = 1, size_t depth = 1) {
    if (!fits(size, depth, node.span)) return;
    nodes_ += size;
    if (anchor != 0) anchors_.insert_or_assign(anchor, Anchored{node, size, depth});
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = frames_.back();
    parent.size += size;
    parent.depth = std::max(parent.depth, depth + 1);
    if (parent.node.kind == OptionNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      take_key(parent, std::move(node));
    } else {
      if (!parent.key_broken)
        parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
      parent.key.reset();
    }
  }

  void take_key(Frame& parent, OptionNode node) {
    const bool written = node.kind == OptionNode::Kind::kScalar || !node.scalar.text().empty();
    parent.key_broken = !written;
    if (!written) {
      const bool missing = node.kind == OptionNode::Kind::kNull;
      report(code::kYamlSyntax, node.span,
             missing ? "the key before the ':' is missing" : "a key must be a single word or text");
    }
    parent.key = written ? std::move(node.scalar) : SourceText("", node.span, {});
  }

  void drop_duplicates(OptionNode& node) {
    std::map<std::string, Span, std::less<>> seen;
    std::erase_if(node.entries, [&](const auto& entry) {
      const auto [found, fresh] = seen.emplace(entry.name.text(), entry.name.span());
      if (fresh) return false;
      report(code::kKeyTwice, entry.name.span(),
             fmt::format("'{}' is written twice", entry.name.text()),
             fmt::format("the first stands on line {}; remove one of them",
                         document_.place(found->second.begin).line));
      return true;
    });
  }

  static bool is_merge_key(const SourceText& key) { return key.text() == "<<" && !key.quoted(); }

  /// Replaces `<<: *a` and `<<: [*a, *b]` by those entries of the maps whose keys are not there
  /// yet.
  void apply_merges(OptionNode& node) {
    const auto merge = std::find_if(node.entries.begin(), node.entries.end(),
                                    [](const auto& entry) { return is_merge_key(entry.name); });
    if (merge == node.entries.end()) return;
    const auto [key, value] = std::move(*merge);
    node.entries.erase(merge);
    std::set<std::string> names;
    for (const auto& own : node.entries) names.insert(own.name.text());
    std::vector<OptionNode> maps =
        value.kind == OptionNode::Kind::kList ? value.items : std::vector{value};
    for (OptionNode& map : maps) {
      if (map.kind != OptionNode::Kind::kMap) {
        report(code::kAlias, key.span(),
               "'<<' needs a mapping, or a list of mappings, to take over", "write '<<: *name'");
        continue;
      }
      for (auto& entry : map.entries) {
        if (names.insert(entry.name.text()).second) node.entries.push_back(std::move(entry));
      }
    }
  }

  std::string_view text_;
  const Document& document_;
  size_t base_;
  size_t mark_;  ///< Bytes of the byte order mark.
  Diagnostics& diagnostics_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::optional<OptionNode> root_;
  size_t nodes_ = 0;
  bool too_large_ = false;
  std::optional<SyntaxError> swallowed_;
  uint32_t last_event_ = 0;
  uint32_t document_begin_ = 0;
};

/// The text as the library reads it: it ends early once `builder` has no use for the rest.
class LimitedText final : public std::streambuf {
 public:
  LimitedText(std::string_view text, const TreeBuilder& builder) : rest_(text), builder_(builder) {}

 protected:
  int_type underflow() override {
    if (rest_.empty() || builder_.too_large()) return traits_type::eof();
    auto* const begin = const_cast<char*>(rest_.data());  // a get area, which nobody writes to
    const size_t bytes = std::min(rest_.size(), kBlockBytes);
    setg(begin, begin, begin + bytes);
    rest_.remove_prefix(bytes);
    return traits_type::to_int_type(*begin);
  }

 private:
  static constexpr size_t kBlockBytes = 4096;
  std::string_view rest_;
  const TreeBuilder& builder_;
};

/// Reports more brackets and commas of flow collections than any pipeline has. Those in quotes and
/// comments count as well: telling them apart is the library's work.
bool has_few_flow_marks(const Document& document, Span file, Diagnostics& diagnostics) {
  const std::string& text = document.text();
  size_t marks = 0;
  size_t depth = 0;
  for (size_t at = file.begin; at < file.end; ++at) {
    const char c = text[at];
    const bool opens = c == '[' || c == '{';
    if (opens) ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (opens || (c == ',' && depth > 0)) ++marks;
    if (marks <= kFlowMarksMax || LEAT_MUTANT("flow_marks_uncounted")) continue;
    const auto here = static_cast<uint32_t>(at);
    diagnostics.error(code::kTooLarge, {here, here + 1},
                      fmt::format("a pipeline has {} brackets, braces and commas between them at "
                                  "most",
                                  kFlowMarksMax),
                      "write long lists as blocks, an item on each line");
    return false;
  }
  return true;
}

/// Reports the first byte that no pipeline may contain.
bool has_readable_bytes(const Document& document, Span file, Diagnostics& diagnostics) {
  const std::string_view text = std::string_view(document.text()).substr(0, file.end);
  size_t at = file.begin;
  while (at < text.size()) {
    const auto here = static_cast<uint32_t>(at);
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '\r' && (at + 1 == text.size() || text[at + 1] != '\n')) {
      diagnostics.error(code::kControlCharacter, {here, here + 1},
                        "a carriage return without a line feed after it",
                        "save the file with line ends of one kind, LF or CRLF");
      return false;
    }
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) {
      diagnostics.error(
          code::kControlCharacter, {here, here + 1},
          fmt::format("the control character 0x{:02x} cannot stand in a pipeline", byte),
          fmt::format("write \"\\x{:02x}\" in double quotes", byte));
      return false;
    }
    utf8proc_int32_t code_point = 0;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
    const auto length =
        utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &code_point);
    if (length < 1) {
      diagnostics.error(code::kNotUtf8, {here, here + 1},
                        fmt::format("the byte 0x{:02x} is not valid UTF-8", byte),
                        "save the file as UTF-8");
      return false;
    }
    at += static_cast<size_t>(length);
  }
  return true;
}

}  // namespace

std::optional<OptionNode> parse_tree(const Document& document, Diagnostics& diagnostics,
                                     size_t file) {
  const Span span = document.file_span(file);
  if (!has_readable_bytes(document, span, diagnostics)) return std::nullopt;
  if (!has_few_flow_marks(document, span, diagnostics)) return std::nullopt;
  const uint32_t begin = span.begin;
  const std::string_view text = std::string_view(document.text()).substr(0, span.end);
  const bool has_mark = text.substr(begin).starts_with(io::kByteOrderMark);
  const size_t base = begin + (has_mark ? io::kByteOrderMark.size() : 0);
  Diagnostics found;  // what stands behind a syntax error is not worth telling
  TreeBuilder builder(document, span, base, found);
  LimitedText limited(text.substr(base), builder);
  std::istream stream(&limited);
  std::optional<OptionNode> root;
  std::optional<SyntaxError> syntax;
  try {
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) root = builder.take_root();
    if (!builder.swallowed() && root && parser.HandleNextDocument(builder)) {
      const uint32_t second = builder.document_begin();
      diagnostics.error(code::kSecondDocument, {second, end_of_word(document.text(), second)},
                        "a second YAML document begins here",
                        "a file holds one pipeline; remove the '---' or split the file");
    }
  } catch (const YAML::Exception& error) {
    const size_t at = error.mark.pos < 0 ? text.size() : base + static_cast<size_t>(error.mark.pos);
    syntax = SyntaxError{static_cast<uint32_t>(std::min(at, text.size())), error.msg,
                         builder.last_event(), builder.open_flow()};
  }
  if (builder.swallowed()) syntax = builder.swallowed();
  if (syntax && !builder.too_large()) {
    const std::vector<Diagnostic> explained = explain_syntax_error(document, *syntax);
    for (const Diagnostic& mistake : found.errors()) {
      if (mistake.where.begin < explained.front().where.begin)
        diagnostics.error(mistake.number, mistake.where, mistake.message, mistake.hint);
    }
    for (const Diagnostic& mistake : explained)
      diagnostics.error(mistake.number, mistake.where, mistake.message, mistake.hint);
    return std::nullopt;
  }
  for (const Diagnostic& mistake : found.errors())
    diagnostics.error(mistake.number, mistake.where, mistake.message, mistake.hint);
  if (builder.too_large()) return std::nullopt;
  if (!root || (root->kind == OptionNode::Kind::kNull && root->scalar.text().empty())) {
    diagnostics.error(code::kEmptyFile, {begin, begin},
                      begin == 0 ? "the file holds no pipeline" : "the file is empty",
                      begin == 0 ? "begin with 'stages:' and a list of stages"
                                 : "an included file holds 'params' and 'groups'");
    return std::nullopt;
  }
  return root;
}

}  // namespace leat::pipelines
