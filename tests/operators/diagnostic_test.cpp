// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/diagnostic.h"

#include <gtest/gtest.h>

namespace leat {
namespace {

TEST(SourceText, PlainTextMapsByteByByte) {
  const SourceText text("price * qty", {100, 111}, {{0, 100}});
  EXPECT_EQ(text.span(0, 5), (Span{100, 105}));
  EXPECT_EQ(text.span(8, 11), (Span{108, 111}));
  EXPECT_EQ(text.span(11, 11), (Span{111, 111})) << "a caret may stand just past the text";
}

TEST(SourceText, BlockScalarsMapAcrossIndentation) {
  // |
  //     a +
  //     b
  const SourceText text("a +\nb\n", {10, 30}, {{0, 16}, {4, 24}});
  EXPECT_EQ(text.span(0, 3), (Span{16, 19}));
  EXPECT_EQ(text.span(4, 5), (Span{24, 25}));
  EXPECT_EQ(text.span(2, 5), (Span{18, 25})) << "from the first line into the second";
  EXPECT_EQ(text.span(0, 4), (Span{16, 20})) << "ends with the line break, not with the next line";
}

TEST(SourceText, WithoutPiecesPointsToTheWhole) {
  const SourceText text("default", {5, 9}, {});
  EXPECT_EQ(text.span(0, 3), (Span{5, 9}));
}

TEST(SourceText, KnowsWhatAParameterHolds) {
  const SourceText text("a{b}c", {0, 9}, {{0, 0}, {1, 1, true}, {4, 8}});
  EXPECT_FALSE(text.is_inserted(0));
  EXPECT_TRUE(text.is_inserted(1));
  EXPECT_TRUE(text.is_inserted(3));
  EXPECT_FALSE(text.is_inserted(4));
  EXPECT_FALSE(SourceText("a", {0, 1}, {}).is_inserted(0));
}

TEST(DidYouMean, NearestName) {
  const std::vector<std::string> names{"filter", "derive", "select", "aggregate"};
  EXPECT_EQ(did_you_mean("fliter", names), "did you mean 'filter'?") << "a swap is one edit";
  EXPECT_EQ(did_you_mean("agregate", names), "did you mean 'aggregate'?");
  EXPECT_EQ(did_you_mean("selects", names), "did you mean 'select'?");
  EXPECT_EQ(did_you_mean("DERIVE", names), "did you mean 'derive'?");
}

TEST(DidYouMean, NothingNearEnough) {
  EXPECT_EQ(did_you_mean("join", {"filter", "derive"}), "");
  EXPECT_EQ(did_you_mean("ab", {"cd", "xy"}), "");
  EXPECT_EQ(did_you_mean("", {"a"}), "");
  EXPECT_EQ(did_you_mean("abc", {}), "");
  EXPECT_EQ(did_you_mean(std::string(1000, 'a'), {std::string(1000, 'a')}), "")
      << "absurd names are not compared";
}

TEST(DidYouMean, FirstOfEquallyNear) {
  EXPECT_EQ(did_you_mean("cat", {"bat", "rat"}), "did you mean 'bat'?");
}

}  // namespace
}  // namespace leat
