// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/text_buffer.h"

#include <string>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

TEST(TextBuffer, GrowsAndKeepsWhatWasWritten) {
  MemoryBudget budget(size_t{1} << 30);
  TextBuffer buffer(budget.open_account("test"));
  ASSERT_TRUE(buffer.start(0));
  std::string expected;
  for (int i = 0; i < 20'000; ++i) {
    const std::string piece = std::to_string(i);
    ASSERT_TRUE(buffer.append(piece));
    expected += piece;
  }
  EXPECT_EQ(buffer.text(), expected);
  const BufferRef bytes = buffer.finish();
  ASSERT_EQ(bytes->size(), expected.size());
  EXPECT_EQ(std::string(bytes->as<char>(), bytes->size()), expected);
}

TEST(TextBuffer, TextCanBeTakenBackAndBegunAnew) {
  MemoryBudget budget(size_t{1} << 20);
  TextBuffer buffer(budget.open_account("test"));
  ASSERT_TRUE(buffer.start(100));
  ASSERT_TRUE(buffer.append("abc"));
  buffer.advance(buffer.cursor() - 2);
  EXPECT_EQ(buffer.text(), "a");
  ASSERT_TRUE(buffer.start(100));
  EXPECT_EQ(buffer.size(), 0u);
}

TEST(TextBuffer, ReportsThatMemoryRanOut) {
  MemoryBudget budget(size_t{64} << 10);
  TextBuffer buffer(budget.open_account("test"));
  ASSERT_TRUE(buffer.start(100));
  const Status status = buffer.append(std::string(1 << 20, 'x'));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kMemory);
}

}  // namespace
}  // namespace leat::io
