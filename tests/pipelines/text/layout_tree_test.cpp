// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/layout_tree.h"

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

using Lines = std::vector<std::string>;

LayoutNode root_of(const std::string& text) {
  Result<LayoutFile> file = read_layout(text);
  EXPECT_TRUE(file) << file.error().message;
  return file ? std::move(file->root) : LayoutNode{};
}

TEST(LayoutTree, KeysAndItemsHaveWhatStandsAboveThem) {
  const LayoutNode root = root_of("# one\n\na: 1  # two\n# three\nb:\n- x\n# four\n");
  ASSERT_EQ(root.kind, LayoutNode::Kind::kMap);
  ASSERT_EQ(root.entries.size(), 2u);
  EXPECT_EQ(root.entries[0].above, (Lines{"# one", ""}));
  EXPECT_EQ(root.entries[0].value.lines, (Lines{"1"}));
  EXPECT_EQ(root.entries[0].value.comment.text, "# two");
  EXPECT_EQ(root.entries[0].value.comment.column, 6u);
  EXPECT_EQ(root.entries[1].above, (Lines{"# three"}));
  EXPECT_EQ(root.entries[1].value.kind, LayoutNode::Kind::kList);
  EXPECT_EQ(root.tail, (Lines{"# four"}));
}

TEST(LayoutTree, KeysMayHoldAnything) {
  const LayoutNode root = root_of("'a: b': 1\n\"c # d\": 2\nBetrag (EUR): 3\ne:f: 4\n");
  ASSERT_EQ(root.entries.size(), 4u);
  EXPECT_EQ(root.entries[0].key, "'a: b'");
  EXPECT_EQ(root.entries[1].key, "\"c # d\"");
  EXPECT_EQ(root.entries[2].key, "Betrag (EUR)");
  EXPECT_EQ(root.entries[3].key, "e:f");
}

TEST(LayoutTree, BlockScalarsLoseTheirIndentation) {
  const LayoutNode root = root_of("a: |\n    x\n      y\n\nb: |+\n  z\n\n");
  EXPECT_EQ(root.entries[0].value.lines, (Lines{"|", "x", "  y"}));
  EXPECT_EQ(root.entries[1].value.lines, (Lines{"|+", "z", ""}));
}

TEST(LayoutTree, QuotesAndBracketsEndWhereTheyAreClosed) {
  const LayoutNode root =
      root_of("a: \"x\n  \\\" y\" # c\nb: [1,\n  ']', \"]\"]\nc: {\"k\":\"}\"}\n");
  EXPECT_EQ(root.entries.back().value.lines, (Lines{"{\"k\":\"}\"}"}));
  EXPECT_EQ(root.entries[0].value.lines, (Lines{"\"x", "\\\" y\""}));
  EXPECT_EQ(root.entries[0].value.comment.text, "# c");
  EXPECT_EQ(root.entries[1].value.lines, (Lines{"[1,", "  ']', \"]\"]"}));
}

}  // namespace
}  // namespace leat::pipelines
