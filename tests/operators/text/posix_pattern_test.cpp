// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/posix_pattern.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace leat::io {
namespace {

bool matches(std::string_view text, std::string_view pattern) {
  const Result<std::string> translated = to_re2_syntax(pattern);
  if (!translated) return ADD_FAILURE() << translated.error().message, false;
  const RE2 re2(*translated, RE2::Quiet);
  EXPECT_TRUE(re2.ok()) << pattern << ": " << re2.error();
  return re2.Match({text.data(), text.size()}, 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

std::string mistake(std::string_view pattern) {
  const Result<std::string> translated = to_re2_syntax(pattern);
  return translated ? "" : translated.error().message;
}

TEST(PosixPattern, LettersAreThoseOfAllScripts) {
  EXPECT_TRUE(matches("Zoë", R"(^\w+$)"));
  EXPECT_TRUE(matches("Müller_1", R"(^\w+$)"));
  EXPECT_TRUE(matches("Ωmega", R"(^[[:alpha:]]+$)"));
  EXPECT_TRUE(matches("क्षि", R"(^\wक?)"));
  EXPECT_TRUE(matches("ÄÖ", "^[[:upper:]]+$"));
  EXPECT_TRUE(matches("äö", "^[[:lower:]]+$"));
  EXPECT_FALSE(matches("äÖ", "^[[:lower:]]+$"));
  EXPECT_FALSE(matches("Zoë", R"(\W)"));
  EXPECT_TRUE(matches("Zoë!", R"(\W)"));
  EXPECT_FALSE(matches("e\xCC\x81", R"(^\w+$)")) << "a combining accent is no letter";
}

TEST(PosixPattern, DigitsAreAsciiAndLettersElsewhere) {
  EXPECT_TRUE(matches("7", R"(^\d$)"));
  EXPECT_FALSE(matches("٣", R"(^\d$)"));
  EXPECT_TRUE(matches("٣", R"(^\D$)"));
  EXPECT_TRUE(matches("٣", R"(^\w$)"));
  EXPECT_TRUE(matches("٣", "^[[:alpha:]]$"));
}

TEST(PosixPattern, SpacesButThoseThatDoNotBreak) {
  EXPECT_TRUE(matches("a\xE3\x80\x80z", R"(a\sz)"));
  EXPECT_TRUE(matches("a\vz", R"(a\sz)"));
  EXPECT_FALSE(matches("a\xC2\xA0z", R"(a\sz)"));
  EXPECT_TRUE(matches("a\xC2\xA0z", R"(a\Sz)"));
}

TEST(PosixPattern, ClassesInBrackets) {
  EXPECT_TRUE(matches("é-ß", R"(^[\w-]+$)"));
  EXPECT_TRUE(matches("é ß", R"(^[\w\s]+$)"));
  EXPECT_FALSE(matches("é", R"([^\w])"));
  EXPECT_TRUE(matches("aé", "^[a[:alpha:]]+$"));
  EXPECT_TRUE(matches("!", R"(^[a\W]$)"));
  EXPECT_TRUE(matches("a!!", R"(^[a\W]+$)"));
  EXPECT_FALSE(matches("é", R"(^[a\W]$)"));
  EXPECT_TRUE(matches("]x", "^[]x]+$"));
  EXPECT_TRUE(matches("ab", "^[^]x]+$"));
  EXPECT_TRUE(matches("a]", R"(^[a\]]+$)"));
  EXPECT_EQ(mistake(R"([^a\W])"), R"('\W' cannot stand in brackets that begin with ^)");
}

TEST(PosixPattern, EdgesOfWords) {
  EXPECT_TRUE(matches("a cat", R"(\ycat\y)"));
  EXPECT_FALSE(matches("a cats", R"(\ycat\y)"));
  EXPECT_TRUE(matches("a cats", R"(\ycat\Y)"));
  EXPECT_TRUE(matches("a cat", R"(\mcat\M)"));
  EXPECT_FALSE(matches("concat", R"(\mcat)"));
  EXPECT_TRUE(matches("a1 b", R"(\w+\M b)"));
  EXPECT_TRUE(matches("end", R"(d\Z)"));
  EXPECT_EQ(mistake(R"(\m.)"), R"('\m' is only known before a letter, a digit or \w)");
  EXPECT_EQ(mistake(R"(.*\M)"), R"('\M' is only known behind a letter, a digit or \w)");
}

TEST(PosixPattern, AllElseIsCopied) {
  for (const std::string_view pattern :
       {R"((a|b)*\.\\w\1)", "[a-z]{2,3}", "(?P<n>x)", "[", "\\", R"(\Q\w\E)", "[[:odd:]]"})
    EXPECT_EQ(to_re2_syntax(pattern), std::string(pattern));
}

}  // namespace
}  // namespace leat::io
