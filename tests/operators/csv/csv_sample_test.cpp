// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_sample.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class CsvSampleTest : public ::testing::Test {
 protected:
  Result<CsvSample> sample(const std::string& text, size_t rows, CsvPreamble preamble = {},
                           CsvDialect dialect = {}) {
    sniffers_.clear();
    return sample_csv({folder_.write("x.csv", text), 0},
                      {.dialect = dialect, .preamble = std::move(preamble), .format = format_},
                      rows, sniffers_);
  }
  std::vector<std::string> types() const {
    std::vector<std::string> types;
    for (const TypeSniffer& sniffer : sniffers_) types.push_back(to_string(sniffer.type()));
    return types;
  }

  test::TempDir folder_;
  FieldFormat format_;
  std::vector<TypeSniffer> sniffers_;
};

TEST_F(CsvSampleTest, HeaderAndTypes) {
  const auto shown = sample("id,name,price\n1,a,2.5\n2,,\n", 10);
  ASSERT_TRUE(shown);
  EXPECT_THAT(shown->names, ElementsAre("id", "name", "price"));
  EXPECT_EQ(shown->rows, 2u);
  EXPECT_THAT(types(), ElementsAre("int64", "utf8", "float64"));
}

TEST_F(CsvSampleTest, OnlyTheFirstRowsCount) {
  ASSERT_TRUE(sample("id\n1\n2\nx\n", 2));
  EXPECT_THAT(types(), ElementsAre("int64"));
  ASSERT_TRUE(sample("id\n1\n2\nx\n", 3));
  EXPECT_THAT(types(), ElementsAre("utf8"));
}

TEST_F(CsvSampleTest, FaultyRecordsSayNothing) {
  ASSERT_TRUE(sample("a,b\n1,2\nx\ny,z,w\n", 10));
  EXPECT_THAT(types(), ElementsAre("int64", "int64"));
}

TEST_F(CsvSampleTest, WithoutAHeaderTheFirstRecordGivesTheFields) {
  CsvPreamble preamble;
  preamble.header = false;
  const auto shown = sample("\n1,2,3\n", 10, preamble);
  EXPECT_EQ(shown->fields, 3u);
  EXPECT_TRUE(shown->names.empty());
}

TEST_F(CsvSampleTest, EmptyFilesAndHeadersAlone) {
  EXPECT_EQ(sample("", 10)->fields, 0u);
  EXPECT_EQ(sample("\xEF\xBB\xBF", 10)->fields, 0u);
  const auto shown = sample("a,b", 10);
  EXPECT_THAT(shown->names, ElementsAre("a", "b"));
  EXPECT_EQ(shown->rows, 0u);
  EXPECT_THAT(types(), ElementsAre("utf8", "utf8"));
}

TEST_F(CsvSampleTest, LongBeginningsAreReadBitByBit) {
  std::string text = "id,text\n";
  for (int i = 0; i < 500; ++i) text += fmt::format("{},\"{}\n\"\n", i, std::string(1000, 'x'));
  const auto shown = sample(text, 400);
  EXPECT_EQ(shown->rows, 400u);
  EXPECT_THAT(types(), ElementsAre("int64", "utf8"));
}

TEST_F(CsvSampleTest, AHeaderThatIsNotUtf8IsRefused) {
  const auto shown = sample("a,b\xE9\n1,2\n", 10);
  ASSERT_FALSE(shown);
  EXPECT_EQ(test::text_of(shown.error()), "the header is not valid UTF-8 @ x.csv:1:4");
}

TEST_F(CsvSampleTest, NumbersAreGuessedAsTheyAreWritten) {
  format_.decimal_separator = ",";
  format_.thousands_separator = ".";
  format_.trim = true;
  CsvDialect dialect;
  dialect.delimiter = ';';
  const auto shown = sample(
      "a ; b;c;d;e;\" f\"\n 1,5;1.234;1.5;2025-01-31;true;x\n1.234,25;17 ;2.5;2025-02-01;false; \n",
      10, {.trim_names = true}, dialect);
  ASSERT_TRUE(shown);
  EXPECT_THAT(shown->names, ElementsAre("a", "b", "c", "d", "e", " f"));
  EXPECT_THAT(types(), ElementsAre("float64", "int64", "utf8", "date", "bool", "utf8"));
}

}  // namespace
}  // namespace leat::io
