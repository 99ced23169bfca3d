// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/lsp/wire.h"

#include <unistd.h>

#include <array>

#include <gtest/gtest.h>

namespace leat::cli {
namespace {

class WireTest : public ::testing::Test {
 protected:
  WireTest() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~WireTest() override {
    ::close(ends_[0]);
    end();
  }
  void put(std::string_view text) {
    ASSERT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

  std::array<int, 2> ends_{};
};

TEST_F(WireTest, WhatIsWrittenIsRead) {
  ASSERT_TRUE(write_message(ends_[1], "{\"a\": 1}"));
  ASSERT_TRUE(write_message(ends_[1], ""));
  end();
  MessageReader reader(ends_[0]);
  EXPECT_EQ(reader.next(), "{\"a\": 1}");
  EXPECT_TRUE(reader.is_ready());
  EXPECT_EQ(reader.next(), "");
  EXPECT_EQ(reader.next(), std::nullopt);
}

TEST_F(WireTest, HeadersMayBeOthersAndOfAnyCase) {
  put("Content-Type: x\r\ncontent-LENGTH:2\r\n\r\nokrubbish\n\nContent-Length: 1\n\nz");
  end();
  MessageReader reader(ends_[0]);
  EXPECT_EQ(reader.next(), "ok");
  EXPECT_EQ(reader.next(), "z");
  EXPECT_EQ(reader.next(), std::nullopt);
}

TEST_F(WireTest, WhatIsNoMessageEndsTheStream) {
  put("Content-Length: 99999999999\r\n\r\n");
  MessageReader huge(ends_[0]);
  EXPECT_EQ(huge.next(), std::nullopt);
  put("Content-Length: 10\r\n\r\nshort");
  end();
  MessageReader cut(ends_[0]);
  EXPECT_EQ(cut.next(), std::nullopt);
}

}  // namespace
}  // namespace leat::cli
