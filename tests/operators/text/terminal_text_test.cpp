// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/terminal_text.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

TEST(TerminalText, WhatIsShownStays) {
  EXPECT_EQ(terminal_text("plain\n\ttext \u00e9\u4e2d\U0001F600"),
            "plain\n\ttext \u00e9\u4e2d\U0001F600");
  EXPECT_EQ(terminal_text(""), "");
  EXPECT_EQ(terminal_text("\xFF\xE9t"), "\xFF\xE9t");  // no UTF-8, but nothing acts on it
}

TEST(TerminalText, NothingActsOnTheTerminal) {
  EXPECT_EQ(terminal_text("\x1b]0;title\x07"), "?]0;title?");
  EXPECT_EQ(terminal_text("a\rb\x7F\b"), "a?b??");
  EXPECT_EQ(terminal_text("\u009b2Kx"), "?2Kx");  // the sequences of ESC in one character
  EXPECT_EQ(terminal_text("\x9b"
                          "2Kx"),
            "?2Kx");  // and in one byte
  EXPECT_EQ(terminal_text("a\u202etxt.exe\u2066"), "a?txt.exe?");
  EXPECT_EQ(terminal_text(std::string_view("a\0b", 3)), "a?b");
}

TEST(TerminalText, KnowsAllControlCharacters) {
  for (int32_t code = 0; code < 0x20; ++code) EXPECT_TRUE(acts_on_terminal(code));
  for (int32_t code = 0x7F; code < 0xA0; ++code) EXPECT_TRUE(acts_on_terminal(code));
  for (int32_t code = 0x20; code < 0x7F; ++code) EXPECT_FALSE(acts_on_terminal(code));
  EXPECT_FALSE(acts_on_terminal(0xA0));
}

}  // namespace
}  // namespace leat::io
