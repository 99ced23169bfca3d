// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/lsp/positions.h"

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

// Two bytes and one unit, four bytes and two units.
constexpr std::string_view kText = "a\u00e4b\r\n\U0001f600c\n";

TEST(EditorPosition, CountsUnitsOfUtf16) {
  EXPECT_EQ(offset_of(kText, {0, 0}), 0u);
  EXPECT_EQ(offset_of(kText, {0, 2}), 3u);
  EXPECT_EQ(offset_of(kText, {1, 2}), 10u);
  EXPECT_EQ(position_of(kText, 10).character, 2u);
  EXPECT_EQ(position_of(kText, 10).line, 1u);
  EXPECT_EQ(position_of(kText, 3).character, 2u);
}

TEST(EditorPosition, BehindTheEndIsTheEnd) {
  EXPECT_EQ(offset_of(kText, {0, 99}), 4u);
  EXPECT_EQ(offset_of(kText, {99, 0}), kText.size());
  EXPECT_EQ(position_of(kText, 999).line, 2u);
  EXPECT_EQ(lines_of("").size(), 1u);
}

TEST(PathOfUri, IsDecoded) {
  EXPECT_EQ(path_of_uri("file:///a%20b/c.yaml"), "/a b/c.yaml");
  EXPECT_EQ(path_of_uri("file:///a%zz%"), "/a%zz%");
  EXPECT_EQ(path_of_uri("untitled:1"), "untitled:1");
}

}  // namespace
}  // namespace leat::cli
