// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/grok_pattern.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leat {
namespace {

using ::testing::ElementsAre;

using Own = std::vector<std::pair<SourceText, SourceText>>;

SourceText source(const std::string& text) {
  return SourceText(text, {0, static_cast<uint32_t>(text.size())}, {{0, 0}});
}

/// What goes wrong with `pattern`, with its place.
std::vector<std::string> mistakes(const std::string& pattern, const Own& own = {}) {
  Diagnostics diagnostics;
  expand_grok(source(pattern), own, diagnostics);
  std::vector<std::string> shown;
  for (const Diagnostic& error : diagnostics.errors())
    shown.push_back(fmt::format("{}-{}: {} [{}]", error.where.begin, error.where.end, error.message,
                                error.hint));
  return shown;
}

/// What `%{NAME}` finds in `text`; `-` for nothing.
std::string find(const std::string& name, const std::string& text) {
  Diagnostics diagnostics;
  const GrokPattern grok = expand_grok(source("(?<all>%{" + name + "})"), {}, diagnostics);
  const auto pattern = compile_grok(grok.regex);
  EXPECT_TRUE(pattern && diagnostics.ok()) << name;
  std::vector<re2::StringPiece> found(2);
  if (!(*pattern)->Match(text, 0, text.size(), re2::RE2::UNANCHORED, found.data(), 2)) return "-";
  return std::string(found[1].data(), found[1].size());
}

TEST(Grok, NamesStandForPatterns) {
  EXPECT_EQ(find("INT", "a -12.5"), "-12");
  EXPECT_EQ(find("NUMBER", "a -12.5 b"), "-12.5");
  EXPECT_EQ(find("WORD", " \xC3\xA9t\xC3\xA9!"), "\xC3\xA9t\xC3\xA9") << "letters of all scripts";
  EXPECT_EQ(find("NOTSPACE", " a-b c"), "a-b");
  EXPECT_EQ(find("IPV4", "from 192.168.10.250:80"), "192.168.10.250");
  EXPECT_EQ(find("IPV4", "1.2.3"), "-");
  EXPECT_EQ(find("IP", "[fe80::1%eth0]"), "fe80::1%eth0");
  EXPECT_EQ(find("IP", "2001:db8:0:0:1:2:3:4 x"), "2001:db8:0:0:1:2:3:4");
  EXPECT_EQ(find("IP", "::ffff:10.0.0.1"), "::ffff:10.0.0.1");
  EXPECT_EQ(find("IPORHOST", "db-1.example.org:5432"), "db-1.example.org");
  EXPECT_EQ(find("EMAILADDRESS", "<ann.lee@example.org>"), "ann.lee@example.org");
  EXPECT_EQ(find("UUID", "id 123e4567-e89b-12d3-a456-426614174000."),
            "123e4567-e89b-12d3-a456-426614174000");
  EXPECT_EQ(find("QS", "x \"a \\\"b\\\" c\" y"), "\"a \\\"b\\\" c\"");
  EXPECT_EQ(find("URI", "see https://a.org:8080/x/y?q=1&r=2 now"),
            "https://a.org:8080/x/y?q=1&r=2");
  EXPECT_EQ(find("TIMESTAMP_ISO8601", "2025-01-02T03:04:05.678Z x"), "2025-01-02T03:04:05.678Z");
  EXPECT_EQ(find("HTTPDATE", "[10/Oct/2000:13:55:36 -0700]"), "10/Oct/2000:13:55:36 -0700");
  EXPECT_EQ(find("SYSLOGTIMESTAMP", "Oct  1 22:14:15 host"), "Oct  1 22:14:15");
  EXPECT_EQ(find("LOGLEVEL", "12:00 WARNING disk"), "WARNING");
  EXPECT_EQ(find("MAC", "00:1B:44:11:3A:B7"), "00:1B:44:11:3A:B7");
}

TEST(Grok, GroupsHaveNamesAndTypes) {
  Diagnostics diagnostics;
  const GrokPattern grok = expand_grok(source("^%{INT:a:int} %{DATA}\\%{x} %{ORDER:b}{2}"),
                                       {{source("ORDER"), source("[A-Z]%{INT}")}}, diagnostics);
  EXPECT_EQ(grok.regex, "^(?P<a>[+-]?[0-9]+) (?:.*?)\\%{x} (?P<b>[A-Z](?:[+-]?[0-9]+)){2}");
  ASSERT_EQ(grok.types.size(), 1u);
  EXPECT_EQ(grok.types[0].first.text() + " " + grok.types[0].second.text(), "a int");
}

TEST(Grok, MistakesAreToldOfThePatternAsItIsWritten) {
  const auto wrong = compile_grok("(?P<a>\\w+");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message,
            "the pattern is not a regular expression: missing ): (?P<a>\\w+");
  EXPECT_EQ(wrong.error().hint, "the trouble is at '(?P<a>\\w+'");
  EXPECT_FALSE(compile_grok("[^\\W]")) << "what cannot be translated";
}

TEST(Grok, MistakesSayWhere) {
  EXPECT_THAT(mistakes("%{IPP:a} %{NOPE}"),
              ElementsAre("0-8: there is no pattern '%{IPP}' [did you mean 'IP'?]",
                          "9-16: there is no pattern '%{NOPE}' [say what it is: patterns: { NOPE: "
                          "'...' }]"));
  EXPECT_THAT(mistakes("%{IP:source.ip}"),
              ElementsAre("5-14: 'source.ip' cannot be the name of a column of a pattern [use "
                          "letters, digits and _]"));
  EXPECT_THAT(mistakes("%{A}", {{source("A"), source("%{A}|x")}}),
              ElementsAre("0-4: the pattern 'A' is made of itself, or of too many []"));
  EXPECT_THAT(mistakes("100%{2} %{a b} %{"), ElementsAre()) << "text";
}

}  // namespace
}  // namespace leat
