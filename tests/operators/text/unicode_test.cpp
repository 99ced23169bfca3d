// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/unicode.h"

#include <gtest/gtest.h>

namespace leat::expr {
namespace {

std::string lower(std::string_view text) {
  std::string out;
  append_lower(out, text);
  return out;
}
std::string upper(std::string_view text) {
  std::string out;
  append_upper(out, text);
  return out;
}

TEST(Unicode, CountsCharactersOfAnyLength) {
  std::string text;
  for (size_t count = 0; count < 40; ++count) {
    EXPECT_EQ(count_characters(text), count) << text;
    EXPECT_EQ(is_ascii(text), text.find('\xc3') == std::string::npos) << text;
    text += count % 3 == 2 ? "é" : "x";
  }
  EXPECT_EQ(count_characters("a€😀"), 3u);
}

TEST(Unicode, FindsBytes) {
  EXPECT_EQ(byte_of_character("aé😀b", 0), 0u);
  EXPECT_EQ(byte_of_character("aé😀b", 2), 3u);
  EXPECT_EQ(byte_of_character("aé😀b", 3), 7u);
  EXPECT_EQ(byte_of_character("aé😀b", 9), 8u);
  EXPECT_EQ(next_character("é", 0), 2u);
}

TEST(Unicode, ChangesCaseOneForOne) {
  EXPECT_EQ(lower("ÀÉ Straße Ωmega"), "àé straße ωmega");
  EXPECT_EQ(upper("àé straße ωmega"), "ÀÉ STRAßE ΩMEGA");
  std::string out;
  append_initcap(out, "hELLO wörld, 2nd o'neil");
  EXPECT_EQ(out, "Hello Wörld, 2nd O'Neil");
}

TEST(Unicode, StaysWithinTextThatIsNotUtf8) {
  for (std::string text : {"\xff", "a\xc3", "\x80\x80", "\xf0\x9f"}) {
    EXPECT_FALSE(is_ascii(text));
    lower(text);
    upper(text);
    size_t byte = 0;
    while (byte < text.size()) take_character(text, byte);
    EXPECT_EQ(byte, text.size());
  }
}

}  // namespace
}  // namespace leat::expr
