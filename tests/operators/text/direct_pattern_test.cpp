// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// RE2 is the judge: wherever the direct matcher takes a pattern, both must agree on every text and
// group.
#include "operators/text/direct_pattern.h"

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <re2/re2.h>
#include <simdjson.h>

#include "tests/support/seed.h"

namespace leat::io {
namespace {

/// A copy of `text` with `tail` behind it, as buffers have readable bytes behind their text.
class Padded {
 public:
  Padded(std::string_view text, char tail) : bytes_(text), size_(text.size()) {
    bytes_.append(32, tail);
  }
  std::string_view text() const { return std::string_view(bytes_).substr(0, size_); }

 private:
  std::string bytes_;
  size_t size_;
};

std::string show(bool matched, const std::vector<std::string>& groups) {
  std::string shown = matched ? "match" : "no match";
  for (size_t i = 0; matched && i < groups.size(); ++i) shown += "<" + groups[i] + ">";
  return shown;
}

std::string match_directly(const DirectPattern& pattern, std::string_view text, char tail) {
  const Padded padded(text, tail);
  std::vector<std::string_view> groups(static_cast<size_t>(pattern.groups()) + 1);
  const bool matched = pattern.match(padded.text(), groups.data());
  return show(matched, {groups.begin(), groups.end()});
}

std::string match_with_re2(const re2::RE2& pattern, std::string_view text) {
  std::vector<re2::StringPiece> groups(static_cast<size_t>(pattern.NumberOfCapturingGroups()) + 1);
  const bool matched =
      pattern.Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, groups.data(),
                    static_cast<int>(groups.size()));
  std::vector<std::string> texts;
  for (const re2::StringPiece& group : groups) texts.emplace_back(group.data(), group.size());
  return show(matched, texts);
}

void expect_agreement(const std::string& pattern, const std::vector<std::string>& texts) {
  re2::RE2::Options quiet;
  quiet.set_log_errors(false);
  const re2::RE2 judge(pattern, quiet);
  ASSERT_TRUE(judge.ok()) << pattern;
  const auto direct = DirectPattern::compile(pattern);
  ASSERT_TRUE(direct) << pattern;
  for (const std::string& text : texts) {
    for (const char tail : {'\0', 'a', '1', ' '})
      ASSERT_EQ(match_directly(*direct, text, tail), match_with_re2(judge, text))
          << pattern << " on " << text;
  }
}

TEST(DirectPattern, LogLines) {
  const std::string line =
      R"(10.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "GET /a/b?q=1 HTTP/1.1" 404 512 "-" "curl/7.88.1")";
  std::vector<std::string> texts{line, "", " "};
  for (size_t i = 0; i < line.size(); ++i) {
    texts.push_back(line.substr(0, i));
    texts.push_back(line.substr(0, i) + " " + line.substr(i));
    texts.push_back(line.substr(0, i) + "\xC3\xA9" + line.substr(i));
  }
  expect_agreement(R"(^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+) [^"]*" (\d+) )", texts);
  expect_agreement(R"(^(?P<host>[0-9.]+) - - \[(?P<day>\d{2})/(?P<month>[A-Z][a-z]+)/.*$)", texts);
}

TEST(DirectPattern, Edges) {
  expect_agreement("^", {"", "a"});
  expect_agreement("^$", {"", "a", "\n"});
  expect_agreement("^a*$",
                   {"", "a", "aa", "aab", std::string(100, 'a'), std::string(100, 'a') + "b"});
  expect_agreement("^(a?)(b?)c", {"c", "ac", "bc", "abc", "aabc", "abbc"});
  expect_agreement("^()(\\d{3})-", {"123-", "12-", "1234-"});
  expect_agreement("^((\\w+)=(\\w+));", {"a=b;", "=b;", "ab=cd;x", "a=;"});
  expect_agreement("^[^,]*,(.*)$", {"a,b,c", ",", "a", "\xC3\xA9,\xE2\x82\xAC", "a,b\nc"});
  expect_agreement("^[\\t a-f]+\\.[^\\s]+", {"\t a.x", "abc.\xC3\xA9 x", "abc. "});
  expect_agreement("^literal longer than eight bytes \\(x\\)(y)",
                   {"literal longer than eight bytes (x)y", "literal longer than eight bytes (x)",
                    "literal longer than eight byte"});
  expect_agreement("^\xC3\xA9(\\d+)", {"\xC3\xA9"
                                       "12",
                                       "e12"});
}

TEST(DirectPattern, LeavesOtherPatternsToRe2) {
  for (const char* pattern :
       {"a",        "(^a)",    "^a|b",   "^a+a",       "^\\w+\\d",     "^\\S*x",  "^(a)+",
        "^a+?b",    "^.a",     "^[^a]b", "^\\bx",      "^(?i)a",       "^(?:a)b", "^[[:alpha:]]+",
        "^\\pL+",   "^a{2,3}", "^a**",   "^\xC3\xA9+", "^[\xC3\xA9]+", "^a$b",    "^\\x41",
        "^\\Qa\\E", "^.{3}",   "^\\S?a", "^a*b?a",     "^x.*y"}) {
    EXPECT_FALSE(DirectPattern::compile(pattern)) << pattern;
  }
}

TEST(DirectPattern, RunsOfEverySetAndLength) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 3000; ++round) {
    std::bitset<256> bytes;
    for (size_t byte = 0; byte < 128; ++byte) bytes.set(byte, random() % 2);
    if (random() % 2) {
      for (size_t byte = 128; byte < 256; ++byte) bytes.set(byte);
    }
    const ByteSet set(bytes);
    std::string text;
    const size_t run = random() % 70;
    while (text.size() < run) {
      const auto byte = static_cast<uint8_t>(random());
      if (bytes.test(byte)) text += static_cast<char>(byte);
      if (bytes.none()) break;
    }
    const size_t members = text.size();
    for (size_t i = random() % 20; i > 0; --i) text += static_cast<char>(random());
    size_t expected = members;
    while (expected < text.size() && bytes.test(static_cast<uint8_t>(text[expected]))) ++expected;
    const Padded padded(text, static_cast<char>(random()));
    ASSERT_EQ(set.run(padded.text()), expected);
  }
}

TEST(DirectPattern, AgreesWithRe2OnRandomPatternsAndTexts) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  static constexpr std::string_view kAtoms[] = {
      "a",   "b", "c",    " ",     "\\.",  "\\d",    "\\w",    "\\s",      "\\S", "\\D",
      "\\W", ".", "[ab]", "[^ab]", "[^ ]", "[a-c1]", "[^\\d]", "\xC3\xA9", "-"};
  static constexpr std::string_view kQuantifiers[] = {"", "", "", "+", "*", "?", "{2}"};
  static constexpr std::string_view kTexts[] = {
      "a", "b", "c", "1", "2", " ", ".", "-", "\xC3\xA9", "ab", "  ", "\n", "\xE2\x82\xAC"};
  re2::RE2::Options quiet;
  quiet.set_log_errors(false);
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string pattern = "^";
    int open = 0;
    for (size_t i = 1 + random() % 6; i > 0; --i) {
      if (random() % 4 == 0) pattern += "(", ++open;
      pattern += kAtoms[random() % std::size(kAtoms)];
      pattern += kQuantifiers[random() % std::size(kQuantifiers)];
      if (open > 0 && random() % 3 == 0) pattern += ")", --open;
    }
    while (open-- > 0) pattern += ")";
    if (random() % 3 == 0) pattern += "$";
    const auto direct = DirectPattern::compile(pattern);
    if (!direct) continue;
    ++taken;
    const re2::RE2 judge(pattern, quiet);
    ASSERT_TRUE(judge.ok()) << pattern;
    ASSERT_EQ(direct->groups(), judge.NumberOfCapturingGroups());
    for (int attempt = 0; attempt < 20; ++attempt) {
      std::string text;
      for (size_t i = random() % 8; i > 0; --i) text += kTexts[random() % std::size(kTexts)];
      if (random() % 10 == 0)
        text += std::string(40, text.empty() ? 'a' : text.back() < 0 ? 'b' : text.back());
      ASSERT_EQ(match_directly(*direct, text, static_cast<char>(random())),
                match_with_re2(judge, text))
          << pattern << " on '" << text << "'";
    }
  }
  EXPECT_GT(taken, 1000) << "hardly any pattern was of the plain kind";
}

}  // namespace
}  // namespace leat::io
