// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/position_map.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pipelines/text/yaml_tree.h"
#include "tests/support/seed.h"

namespace leat::pipelines {
namespace {

/// A scalar as written, what it means, and where each byte of its meaning comes from.
struct Written {
  std::string text;
  std::string value;
  std::vector<size_t> origin;  ///< For each byte of `value`, the offset in `text`.

  void mean(std::string_view bytes, size_t offset) {
    value += bytes;
    origin.insert(origin.end(), bytes.size(), offset);
  }
  /// Appends `bytes` which mean themselves.
  void literal(std::string_view bytes) {
    for (const char c : bytes) {
      mean(std::string_view(&c, 1), text.size());
      text += c;
    }
  }
};

/// Writes random scalars, and knows what they mean by construction.
class Writer {
 public:
  explicit Writer(std::mt19937_64& random) : random_(random) {
    line_break_ = one_in(3) ? "\r\n" : "\n";
  }

  const std::string& line_break() const { return line_break_; }
  bool one_in(uint64_t n) { return random_() % n == 0; }
  size_t upto(size_t n) { return random_() % (n + 1); }

  Written plain(size_t indent) {
    Written out;
    out.literal("w");
    for (size_t words = upto(6); words > 0; --words) {
      if (one_in(4)) {
        fold(out, indent, false);
      } else {
        out.literal(blanks(1));
      }
      out.literal(word("abz019()+='\"$.,-/"));
    }
    return out;
  }

  Written single_quoted(size_t indent) {
    Written out;
    out.text = "'";
    for (size_t parts = upto(8); parts > 0; --parts) {
      if (one_in(4)) {
        out.mean("'", out.text.size());
        out.text += "''";
      } else {
        out.literal(word("ab\"\\:#,[]{}&*!|>%@`-?$"));
      }
      if (parts > 1) space_or_fold(out, indent);
    }
    out.text += "'";
    return out;
  }

  Written double_quoted(size_t indent) {
    Written out;
    out.text = "\"";
    for (size_t parts = upto(8); parts > 0; --parts) {
      if (one_in(2)) {
        escape(out);
      } else {
        out.literal(word("ab':#,[]{}&*!|>%@`-?$/"));
      }
      if (one_in(6)) {
        out.literal(blanks(0));
        fold(out, indent, true);
        out.literal("x");  // blanks would be taken for indentation
      } else if (parts > 1) {
        space_or_fold(out, indent);
      }
    }
    out.text += "\"";
    return out;
  }

  Written block(size_t parent_indent, bool folded) {
    Written out;
    const size_t extra = 1 + upto(4);
    const size_t indent = parent_indent + extra;
    const bool indicator = one_in(3);
    const char chomp = " -+"[upto(2)];
    out.text = folded ? ">" : "|";
    std::string marks = indicator ? std::to_string(extra) : "";
    if (chomp != ' ') marks.insert(one_in(2) ? 0 : marks.size(), 1, chomp);
    out.text += marks + (one_in(4) ? "  # a comment" : "") + line_break_;

    std::vector<size_t> breaks;  // since the last line with text
    bool seen = false, spaced_before = false;
    for (size_t lines = 1 + upto(6); lines > 0; --lines) {
      if (one_in(3)) {  // an empty line, which may have some of the indentation
        if (seen || indicator) out.text += std::string(upto(indent), ' ');
        breaks.push_back(out.text.size());
        out.text += line_break_;
        continue;
      }
      const bool spaced = (seen || indicator) && one_in(4);
      out.text += std::string(indent, ' ');
      join(out, breaks, folded && seen && !spaced && !spaced_before);
      if (spaced) out.literal(one_in(3) ? "\t" : std::string(1 + upto(2), ' '));
      out.literal(word("ab'\"\\:#,[]{}&*!|>%@`-?$") + (one_in(4) ? blanks(0) : ""));
      breaks = {out.text.size()};
      out.text += line_break_;
      seen = true;
      spaced_before = spaced;
    }
    if (chomp == '-' || (chomp == ' ' && !seen)) breaks.clear();
    if (chomp == ' ' && breaks.size() > 1) breaks.resize(1);
    // Of several line ends behind a folded text, the library keeps one less than the specification
    // says.
    if (folded && chomp == '+' && seen && !spaced_before && breaks.size() > 1) breaks.pop_back();
    for (const size_t at : breaks) out.mean("\n", at);
    return out;
  }

 private:
  std::string word(std::string_view alphabet) {
    std::string out;
    for (size_t i = 1 + upto(4); i > 0; --i) {
      if (one_in(12)) {
        out += one_in(2) ? "é" : "日";
      } else {
        out += alphabet[upto(alphabet.size() - 1)];
      }
    }
    // Not what ends or begins something else: `: `, ` #`, an indicator at the start, a document
    // marker.
    return "q" + out + "q";
  }

  std::string blanks(size_t at_least) {
    std::string out(at_least, ' ');
    for (size_t i = upto(2); i > 0; --i) out += one_in(4) ? '\t' : ' ';
    return out;
  }

  void space_or_fold(Written& out, size_t indent) {
    if (one_in(4)) {
      fold(out, indent, false);
    } else {
      out.literal(blanks(0));
    }
  }

  void fold(Written& out, size_t indent, bool escaped) {
    if (escaped) {
      out.text += "\\";
    } else {
      out.text += blanks(0);
    }
    std::vector<size_t> breaks;
    for (size_t lines = 1 + (one_in(3) ? upto(2) : 0); lines > 0; --lines) {
      if (!breaks.empty()) out.text += std::string(upto(indent + 2), ' ');
      breaks.push_back(out.text.size());
      out.text += line_break_;
    }
    if (breaks.size() == 1 && !escaped) out.mean(" ", breaks[0]);
    for (size_t i = 1; i < breaks.size(); ++i) out.mean("\n", breaks[i]);
    out.text += std::string(indent + upto(3), ' ');
  }

  void join(Written& out, std::vector<size_t>& breaks, bool to_space) {
    if (to_space && breaks.size() == 1) out.mean(" ", breaks[0]);
    for (size_t i = to_space ? 1 : 0; i < breaks.size(); ++i) out.mean("\n", breaks[i]);
  }

  void escape(Written& out) {
    static constexpr std::pair<std::string_view, std::string_view> kEscapes[] = {
        {"\\n", "\n"},
        {"\\t", "\t"},
        {"\\\"", "\""},
        {"\\\\", "\\"},
        {"\\/", "/"},
        {"\\ ", " "},
        {"\\e", "\x1B"},
        {"\\x41", "A"},
        {"\\u00e9", "é"},
        {"\\u65e5", "日"},
        {"\\U0001F600", "\xF0\x9F\x98\x80"},
        {"\\L", "\xE2\x80\xA8"},
        {"\\P", "\xE2\x80\xA9"},
        {"\\a", "\a"},
    };
    const auto& [text, meaning] = kEscapes[upto(std::size(kEscapes) - 1)];
    out.mean(meaning, out.text.size());
    out.text += text;
  }

  std::mt19937_64& random_;
  std::string line_break_;
};

/// Puts `scalar` into a document and expects it to be found with all its places.
void expect_mapped(const Written& scalar, std::string before, std::string after) {
  const size_t base = before.size();
  const Document document("job.yaml", before + scalar.text + after);
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << document.text() << "\n" << diagnostics.errors().front().message;
  const OptionNode* node = &root->entries.at(0).value;
  while (node->kind == OptionNode::Kind::kMap || node->kind == OptionNode::Kind::kList) {
    node = node->kind == OptionNode::Kind::kMap ? &node->entries.at(0).value : &node->items.at(0);
  }
  const SourceText& found = node->scalar;
  ASSERT_EQ(found.text(), scalar.value) << document.text();
  for (size_t i = 0; i < scalar.value.size(); ++i) {
    ASSERT_EQ(found.span(i, i).begin, base + scalar.origin[i]) << "byte " << i << " of:\n"
                                                               << document.text();
  }
  EXPECT_EQ(found.span().begin, base);
  EXPECT_LE(found.span().end, base + scalar.text.size());
}

TEST(PositionMap, EveryByteOfEveryStyleMapsToItsOrigin) {
  const test::Seed seed;
  auto random = seed.generator();
  for (int turn = 0; turn < 4000; ++turn) {
    SCOPED_TRACE(fmt::format("turn {}", turn));
    Writer writer(random);
    const std::string& eol = writer.line_break();
    const bool nested = writer.one_in(2);
    const size_t parent = nested ? 4 : 0;
    const std::string before = std::string(writer.one_in(5) ? "\xEF\xBB\xBF" : "") +
                               (nested ? "key:" + eol + "  - x: &anchor " : "key: ");
    const std::string after = eol + "next: x" + eol;
    expect_mapped(writer.plain(parent + 1), before, after);
    expect_mapped(writer.single_quoted(parent + 1), before, after);
    expect_mapped(writer.double_quoted(parent + 1), before, after);
    expect_mapped(writer.block(parent, false), before, "next: x" + eol);
    expect_mapped(writer.block(parent, true), before, "next: x" + eol);
    if (HasFatalFailure()) return;
  }
}

SourceText mapped(std::string_view document, std::string_view value, int parent_indent = 0) {
  const auto found = map_scalar(document, 0, value, parent_indent);
  EXPECT_TRUE(found) << document;
  return found.value_or(SourceText());
}

TEST(PositionMap, CaretBehindTheText) {
  EXPECT_EQ(mapped("abc # x", "abc").span(3, 3), (Span{3, 3}));
  EXPECT_EQ(mapped("'abc'", "abc").span(3, 3), (Span{4, 4}));
  EXPECT_EQ(mapped("\"ab\\n\"", "ab\n").span(3, 3), (Span{5, 5}));
  EXPECT_EQ(mapped("|-\n  abc\n", "abc").span(3, 3), (Span{8, 8}));
  EXPECT_EQ(mapped("''", "").span(0, 0), (Span{1, 1}));
}

TEST(PositionMap, WholeSpanHasTheQuotesAndNoTrailingBreaks) {
  EXPECT_EQ(mapped("'a' ", "a").span(), (Span{0, 3}));
  EXPECT_EQ(mapped("\"a\" ", "a").span(), (Span{0, 3}));
  EXPECT_EQ(mapped("a b   # c", "a b").span(), (Span{0, 3}));
  EXPECT_EQ(mapped("|\n  a\n\n\nb", "a\n").span(), (Span{0, 5}));
  EXPECT_EQ(mapped("|\n\n", "").span(), (Span{0, 1}));
  EXPECT_TRUE(mapped("'a' ", "a").quoted());
  EXPECT_FALSE(mapped("|\n  a\n", "a\n").quoted());
}

TEST(PositionMap, SpansOfEscapesAndFoldsAreOneByteWide) {
  const SourceText escaped = mapped("\"x\\u00e9y\"", "x\u00e9y");
  EXPECT_EQ(escaped.span(1, 3), (Span{2, 3}));
  EXPECT_EQ(escaped.span(3, 4), (Span{8, 9}));
  const SourceText folded = mapped("a\n  b", "a b");
  EXPECT_EQ(folded.span(1, 2), (Span{1, 2}));
  EXPECT_EQ(folded.span(2, 3), (Span{4, 5}));
}

TEST(PositionMap, WhatDoesNotDecodeToTheValueIsNotMapped) {
  EXPECT_FALSE(map_scalar("'abc'", 0, "abd", 0));
  EXPECT_FALSE(map_scalar("'abc", 0, "abc", 0));
  EXPECT_FALSE(map_scalar("\"a\\q\"", 0, "aq", 0));
  EXPECT_FALSE(map_scalar("\"\\ud83d\"", 0, "?", 0));
  EXPECT_FALSE(map_scalar("\"\\u12\"", 0, "?", 0));
  EXPECT_FALSE(map_scalar("abc", 0, "abcd", 0));
  EXPECT_FALSE(map_scalar("|\n  a\n", 0, "b\n", 0));
  EXPECT_FALSE(map_scalar("", 0, "b", 0));
}

TEST(PositionMap, EndOfQuoted) {
  EXPECT_EQ(end_of_quoted("'a''b' c", 0), 6U);
  EXPECT_EQ(end_of_quoted("\"a\\\"b\" c", 0), 6U);
  EXPECT_EQ(end_of_quoted("x 'a'", 2), 5U);
  EXPECT_EQ(end_of_quoted("'a''", 0), std::nullopt);
}

}  // namespace
}  // namespace leat::pipelines
