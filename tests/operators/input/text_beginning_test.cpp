// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/text_beginning.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

class TextBeginningTest : public ::testing::Test {
 protected:
  TextBeginning open(const std::string& text) {
    input_.name = folder_.write("x", text);
    auto beginning = TextBeginning::open(input_, {});
    EXPECT_TRUE(beginning);
    return std::move(*beginning);
  }

  test::TempDir folder_;
  Input input_;
};

TEST_F(TextBeginningTest, GrowsUntilAllIsThere) {
  const std::string text(200'000, 'x');
  TextBeginning beginning = open(text);
  ASSERT_TRUE(beginning.grow());
  EXPECT_EQ(beginning.text().size(), size_t{64} << 10);
  EXPECT_FALSE(beginning.complete());
  while (beginning.may_grow()) ASSERT_TRUE(beginning.grow());
  EXPECT_EQ(beginning.text(), text);
  EXPECT_TRUE(beginning.complete());
}

TEST_F(TextBeginningTest, AByteOrderMarkIsNoText) {
  TextBeginning beginning = open("\xEF\xBB\xBFid");
  ASSERT_TRUE(beginning.grow());
  EXPECT_EQ(beginning.text(), "id");
}

TEST_F(TextBeginningTest, WhatIsNoTextIsAnError) {
  TextBeginning beginning = open("PAR1....");
  const Status grown = beginning.grow();
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().message, "the file is a Parquet file, not text");
}

}  // namespace
}  // namespace leat::io
