// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_scanner.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "tests/operators/csv/csv_reference.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

/// What was found, a character a byte: `|` separator, `$` record end, `!` wrong after a quote, `.`
/// nothing.
std::string marks(std::string_view text, const CsvDialect& dialect = {},
                  size_t piece = kBlockBytes) {
  std::string padded(text);
  padded.append(kBlockBytes, '"');
  CsvScanner scanner(dialect);
  std::string shown;
  for (size_t at = 0; at < text.size(); at += piece) {
    const size_t length = std::min(piece, text.size() - at);
    const auto found =
        scanner.scan(reinterpret_cast<const uint8_t*>(padded.data()) + at, low_bits(length));
    for (size_t i = 0; i < length; ++i) {
      const auto bit = [&](uint64_t bits) { return (bits >> i & 1) != 0; };
      EXPECT_EQ(bit(found.line_feeds), text[at + i] == '\n');
      shown += bit(found.record_ends)   ? '$'
               : bit(found.separators)  ? '|'
               : bit(found.after_quote) ? '!'
                                        : '.';
    }
  }
  return shown;
}

TEST(CsvScanner, SeparatesFieldsAndRecords) { EXPECT_EQ(marks("a,b\nc,d\n"), ".|.$.|.$"); }

TEST(CsvScanner, QuotesHideSeparators) {
  EXPECT_EQ(marks("\"a,b\n\",c\n"), "......|.$");
  EXPECT_EQ(marks("\"a\"\",\",b\n"), "......|.$");
  EXPECT_EQ(marks("\"\",\"\"\n"), "..|..$");
}

TEST(CsvScanner, AQuoteInsideAnUnquotedFieldIsText) {
  EXPECT_EQ(marks("5\" pipe,a\nb\"\n"), ".......|.$..$");
  EXPECT_EQ(marks("a\"b\",\"c,d\"\n"), "....|.....$");
}

TEST(CsvScanner, MarksTextAfterAClosingQuote) {
  EXPECT_EQ(marks("\"a\"b,c\n"), "...!|.$");
  EXPECT_EQ(marks("\"a\"\r\n"), "...!$") << "the carriage return is the decoder's to judge";
  EXPECT_EQ(marks("\"a\" \"b,c\n"), "...!..|.$") << "the quote after it does not open";
}

TEST(CsvScanner, DelimitersOfSeveralBytes) {
  const CsvDialect bars{.long_delimiter = "||"};
  EXPECT_EQ(marks("a||b|c||\n", bars), "..|....|$");
  EXPECT_EQ(marks("a|||b\n", bars), "..|..$") << "found from the left";
  EXPECT_EQ(marks("a|\n|b\n", bars), "..$..$") << "lines end first";
  EXPECT_EQ(marks("\"a||b\"||c\n", bars), "......!|.$") << "what is wrong there fields tell";
  for (const size_t piece : {1, 2, 3, 5})
    EXPECT_EQ(marks("ab===|c=|d\n", {.long_delimiter = "==|"}, piece), ".....|....$");
}

TEST(CsvScanner, OtherDialects) {
  CsvDialect dialect;
  dialect.delimiter = ';';
  dialect.quote = '\'';
  EXPECT_EQ(marks("'a;';b\n", dialect), "....|.$");
  dialect.quote = 0;
  EXPECT_EQ(marks("\"a;\"\n", dialect), "..|.$");
  CsvDialect backslash;
  backslash.escape = '\\';
  EXPECT_EQ(marks("\"a\\\",\",b\n", backslash), "......|.$");
  EXPECT_EQ(marks("a\\\",b\n", backslash), "...|.$") << "outside quotes the escape is text";
  CsvDialect comment;
  comment.comment = '#';
  EXPECT_EQ(marks("#a,\"\nb#,c\n", comment), "....$..|.$");
  EXPECT_EQ(marks("a,\"\n#\"\n", comment), ".|....$") << "inside quotes there are no comments";
}

TEST(CsvScanner, PiecesOfAnyLengthGiveTheSameMarks) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<CsvDialect> dialects(4);
  dialects[1].quote = 0;
  dialects[2].escape = '\\';
  dialects[3].comment = '#';
  for (int round = 0; round < 400; ++round) {
    const CsvDialect& dialect = dialects[static_cast<size_t>(round) % dialects.size()];
    const std::string text = test::random_csv_soup(random, dialect, 1 + random() % 120);
    const std::string whole = marks(text, dialect);
    for (const size_t piece : {1, 2, 7, 31, 63})
      ASSERT_EQ(marks(text, dialect, piece), whole) << text;
  }
}

/// The vector way and the byte-by-byte way must agree: a comment byte that does not occur selects
/// the latter.
TEST(CsvScanner, VectorsAgreeWithBytes) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  CsvDialect bytewise;
  bytewise.comment = '\x01';
  for (int round = 0; round < 2000; ++round) {
    const std::string text = test::random_csv_soup(random, {}, 1 + random() % 120);
    ASSERT_EQ(marks(text, bytewise), marks(text, {})) << text;
  }
}

}  // namespace
}  // namespace leat::io
