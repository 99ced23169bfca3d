// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/correction.h"

#include <string>

#include <gtest/gtest.h>

#include "pipelines/text/yaml_tree.h"
#include "tests/support/seed.h"

namespace leat::pipelines {
namespace {

TEST(Correction, QuotesWithAsFewEscapesAsPossible) {
  EXPECT_EQ(yaml_quoted("a, b"), "\"a, b\"");
  EXPECT_EQ(yaml_quoted("it's"), "\"it's\"");
  EXPECT_EQ(yaml_quoted("a \"b\""), "'a \"b\"'");
  EXPECT_EQ(yaml_quoted("a\\b"), "'a\\b'");
  EXPECT_EQ(yaml_quoted("\"a\" = 'b'"), "\"\\\"a\\\" = 'b'\"");
}

TEST(Correction, QuotedTextReadsBackAsItWas) {
  const test::Seed seed;
  auto random = seed.generator();
  constexpr std::string_view alphabet = "ab '\"\\#:,{}[]&*!|>%@`-?$";
  for (int turn = 0; turn < 2000; ++turn) {
    std::string text;
    for (size_t i = 1 + random() % 12; i > 0; --i) text += alphabet[random() % alphabet.size()];
    const Document document("job.yaml", "x: " + yaml_quoted(text) + "\n");
    Diagnostics diagnostics;
    const auto root = parse_tree(document, diagnostics);
    ASSERT_TRUE(root && diagnostics.ok()) << document.text();
    EXPECT_EQ(root->entries.at(0).value.scalar.text(), text);
  }
}

TEST(Correction, ReplacesRangesOfOneLine) {
  const Document document("job.yaml", "first\n   a: bc, d  \nlast");
  EXPECT_EQ(corrected_line(document, {{{12, 14}, "X"}, {{16, 17}, "YY"}}), "a: X, YY");
  EXPECT_EQ(corrected_line(document, {{{12, 100}, "to the end"}}), "a: to the end");
  EXPECT_EQ(quoted_line(document, {12, 17}), "a: \"bc, d\"");
}

TEST(Correction, VeryLongLinesAreCutOff) {
  std::string text = "a: ";
  for (int i = 0; i < 1000; ++i) text += "é";
  const Document document("job.yaml", text);
  const std::string line = quoted_line(document, {3, static_cast<uint32_t>(text.size())});
  EXPECT_LT(line.size(), 310U);
  EXPECT_TRUE(line.starts_with("a: \"é"));
  EXPECT_TRUE(line.ends_with("é..."));
}

TEST(Correction, RestOfAValueLeavesOutTheComment) {
  const Document document("job.yaml", "a: 'x # y' = z#1 # comment \r\nb: 'open # x  \n");
  const Span first = rest_of_value(document, 3);
  EXPECT_EQ(document.text().substr(first.begin, first.end - first.begin), "'x # y' = z#1");
  const auto begin = static_cast<uint32_t>(document.text().find("'open"));
  const Span second = rest_of_value(document, begin);
  EXPECT_EQ(document.text().substr(second.begin, second.end - second.begin), "'open # x");
}

}  // namespace
}  // namespace leat::pipelines
