// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_walker.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/csv/csv_reference.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> walk(const std::string& text, const CsvDialect& dialect = {}) {
  const std::string padded = text + std::string(kBlockBytes, 'x');
  std::vector<std::string> records;
  for (CsvWalker walker(std::string_view(padded).substr(0, text.size()), dialect); walker.next();) {
    std::string record;
    for (const CsvWalker::Piece& piece : walker.pieces()) {
      record +=
          (record.empty() ? "" : "|") + csv_text(read_csv_field(piece.text, dialect), dialect);
    }
    records.push_back(record + (walker.terminated() ? "" : " (end)") +
                      (walker.unclosed() ? " (unclosed)" : ""));
  }
  return records;
}

TEST(CsvWalker, Records) {
  EXPECT_THAT(walk("a,b\r\n\"x\ny\",\"z\"\"\"\n\nlast"),
              ElementsAre("a|b", "x\ny|z\"", "", "last (end)"));
  EXPECT_THAT(walk("a,\"b\nc"), ElementsAre("a|b\nc (end) (unclosed)"));
  EXPECT_THAT(walk(""), ElementsAre());
  EXPECT_THAT(walk("a,"), ElementsAre("a| (end)"));
}

TEST(CsvWalker, PiecesKnowWhereTheyBegin) {
  const std::string text = "ab,\"c\"\nd,e\n" + std::string(kBlockBytes, 'x');
  CsvWalker walker(std::string_view(text).substr(0, 11), {});
  ASSERT_TRUE(walker.next());
  ASSERT_TRUE(walker.next());
  EXPECT_EQ(walker.begin(), 7u);
  EXPECT_EQ(walker.pieces()[1].begin, 9u);
  EXPECT_EQ(walker.next_begin(), 11u);
}

TEST(CsvField, Faults) {
  EXPECT_EQ(read_csv_field("\"a\"b", {}).junk, 3u);
  EXPECT_EQ(read_csv_field("\"a\"", {}).junk, 0u);
  EXPECT_FALSE(read_csv_field("\"a", {}).closed);
  EXPECT_FALSE(read_csv_field("\"", {}).closed);
  EXPECT_FALSE(read_csv_field("\"a\"\"", {}).closed);
  EXPECT_FALSE(read_csv_field("a\"b", {}).quoted);
}

TEST(CsvField, Escapes) {
  CsvDialect backslash;
  backslash.escape = '\\';
  const CsvField field = read_csv_field("\"a\\\"b\\\\c\\n\"", backslash);
  EXPECT_TRUE(field.has_escapes);
  EXPECT_EQ(csv_text(field, backslash), "a\"b\\cn");
}

TEST(CsvWalker, AgreesWithTheSimpleParserOnAnyText) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<CsvDialect> dialects(5);
  dialects[1].quote = 0;
  dialects[2].escape = '\\';
  dialects[3].comment = '#';
  dialects[4].delimiter = ';';
  for (int round = 0; round < 2000; ++round) {
    const CsvDialect& dialect = dialects[static_cast<size_t>(round) % dialects.size()];
    const std::string text = test::random_csv_soup(random, dialect, 1 + random() % 150);
    const std::string padded = text + std::string(kBlockBytes, '"');
    const auto expected = test::ReferenceParser(text, dialect).parse();
    size_t i = 0;
    for (CsvWalker walker(std::string_view(padded).substr(0, text.size()), dialect);
         walker.next();) {
      if (walker.is_comment()) continue;
      ASSERT_LT(i, expected.size());
      const test::ReferenceRecord& record = expected[i++];
      ASSERT_EQ(walker.begin(), record.begin) << text;
      ASSERT_EQ(walker.unclosed(), record.unclosed) << text;
      ASSERT_EQ(walker.is_empty_line(), record.empty_line) << text;
      const auto pieces = walker.pieces();
      ASSERT_EQ(pieces.size(), record.fields.size()) << text;
      for (size_t f = 0; f < pieces.size(); ++f) {
        const CsvField field = read_csv_field(pieces[f].text, dialect);
        ASSERT_EQ(csv_text(field, dialect), record.fields[f].value) << text;
        ASSERT_EQ(field.quoted, record.fields[f].quoted);
      }
    }
    ASSERT_EQ(i, expected.size()) << text;
  }
}

}  // namespace
}  // namespace leat::io
