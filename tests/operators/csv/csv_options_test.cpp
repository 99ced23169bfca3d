// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_options.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/csv/column_options.h"
#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

using test::Opt;
using ::testing::ElementsAre;

constexpr OptionDef kOptions[] = {
    {.name = "path", .type = OptionType::kTextList, .doc = "Path."},
    kDelimiterOption,
    kQuoteOption,
    kEscapeOption,
    kHeaderOption,
    kNullsOption,
    kCommentOption,
    kSkipOption,
    kFooterOption,
    kTrimOption,
    kDecimalSeparatorOption,
    kThousandsSeparatorOption,
    {.name = "round", .doc = "Round."},
};

class CsvOptionsTest : public ::testing::Test {
 protected:
  CsvReading read(const std::vector<std::pair<std::string, Opt>>& written) {
    test::OptionDocument document;
    const SourceText key = document.scalar("read");
    Diagnostics diagnostics;
    const auto values =
        read_options(kOptions, "delimiter", document.node(Opt::map(written)), key, diagnostics);
    CsvReading reading = read_csv_reading(*values, diagnostics);
    mistakes_.clear();
    for (const Diagnostic& error : diagnostics.errors()) mistakes_.push_back(error.message);
    return reading;
  }

  std::vector<std::string> mistakes_;
};

TEST_F(CsvOptionsTest, Defaults) {
  const CsvReading reading = read({{"skip", "0"}});
  EXPECT_EQ(reading.dialect, CsvDialect());
  EXPECT_TRUE(reading.preamble.header);
  EXPECT_TRUE(reading.nulls.contains(""));
  EXPECT_THAT(mistakes_, ElementsAre());
}

TEST_F(CsvOptionsTest, AllThatIsSaid) {
  const CsvReading reading = read({{"delimiter", "\\t"},
                                   {"quote", ""},
                                   {"comment", "#"},
                                   {"header", "false"},
                                   {"skip", "2"},
                                   {"trim", "true"},
                                   {"nulls", Opt::list({"NA", "-"})}});
  EXPECT_EQ(reading.dialect, (CsvDialect{'\t', 0, 0, '#'}));
  EXPECT_EQ(reading.preamble.skip_lines, 2u);
  EXPECT_FALSE(reading.preamble.header);
  EXPECT_TRUE(reading.preamble.trim_names);
  EXPECT_TRUE(reading.nulls.contains("-"));
  EXPECT_FALSE(reading.nulls.contains(""));
}

TEST_F(CsvOptionsTest, NamesOfFilesWithTabs) {
  EXPECT_EQ(read({{"path", "a.tsv"}}).dialect.delimiter, '\t');
  EXPECT_EQ(read({{"path", Opt::list({"a.tab.gz", "*.tsv"})}}).dialect.delimiter, '\t');
  EXPECT_EQ(read({{"path", "a.tsv"}, {"delimiter", ","}}).dialect.delimiter, ',');
  EXPECT_EQ(read({{"path", "tsv"}}).dialect.delimiter, ',');
  EXPECT_THAT(mistakes_, ElementsAre());
  read({{"path", Opt::list({"a.tsv", "b.csv"})}});
  EXPECT_THAT(mistakes_, ElementsAre("some of these files have tabs by their names"));
}

TEST_F(CsvOptionsTest, WhatIsToBeFoundOut) {
  EXPECT_FALSE(read({{"skip", "0"}}).open);
  const CsvReading all = read({{"delimiter", "auto"}});
  EXPECT_TRUE(all.open && all.open->quote && all.open->header && all.open->numbers);
  const CsvReading some =
      read({{"delimiter", "auto"}, {"header", "false"}, {"decimal_separator", ","}});
  EXPECT_TRUE(some.open && some.open->quote && !some.open->header && !some.open->numbers);
  EXPECT_THAT(mistakes_, ElementsAre());
}

TEST_F(CsvOptionsTest, DelimitersOfSeveralBytes) {
  EXPECT_EQ(read({{"delimiter", "||"}}).dialect.delimiter_text(), "||");
  EXPECT_EQ(read({{"delimiter", "\\t|\\t"}}).dialect.delimiter_text(), "\t|\t");
  EXPECT_EQ(read({{"delimiter", "\xC2\xA7"}}).dialect.delimiter_text(), "\xC2\xA7");
  EXPECT_EQ(read({{"delimiter", ";"}}).dialect.delimiter_bytes(), 1u);
  EXPECT_THAT(mistakes_, ElementsAre());
}

TEST_F(CsvOptionsTest, Contradictions) {
  read({{"delimiter", "autos"}});
  EXPECT_THAT(mistakes_, ElementsAre("the delimiter 'autos' is a word"));
  read({{"delimiter", ""}});
  EXPECT_THAT(mistakes_, ElementsAre("the delimiter '' is empty"));
  read({{"delimiter", "-----------------"}});
  EXPECT_THAT(mistakes_, ElementsAre("the delimiter '-----------------' is longer than 16 bytes"));
  read({{"delimiter", "|\n"}});
  EXPECT_THAT(mistakes_, ElementsAre("the delimiter '|\n' ends lines"));
  read({{"delimiter", "|#|"}, {"comment", "#"}});
  EXPECT_THAT(mistakes_, ElementsAre("'comment' is a character of the delimiter '|#|'"));
  read({{"quote", ","}, {"comment", "ab"}});
  EXPECT_THAT(mistakes_, ElementsAre("option 'comment' must be one ASCII character",
                                     "'delimiter' and 'quote' are the same character"));
}

}  // namespace
}  // namespace leat::io
