// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/sheet_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/support/workbook.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class SheetSampleTest : public ::testing::Test {
 protected:
  Result<SheetSample> sample(std::string sheet_data, size_t rows = 100) {
    test::WorkbookText text{{{"S", std::move(sheet_data)}}, {"<t>name</t>", "<t>Ann</t>"}};
    const std::string path = folder_.write("b.xlsx", text.file());
    sniffers_.clear();
    return sample_sheet(std::make_shared<Input>(Input{.name = path}), reading_, rows, sniffers_);
  }
  std::vector<std::string> types() const {
    std::vector<std::string> types;
    for (const TypeSniffer& sniffer : sniffers_) types.push_back(to_string(sniffer.type()));
    return types;
  }

  test::TempDir folder_;
  SheetReading reading_;
  std::vector<TypeSniffer> sniffers_;
};

TEST_F(SheetSampleTest, TheTableIsFound) {
  const auto shown = sample(
      "<row r=\"2\"/><row r=\"4\"><c r=\"C4\" t=\"s\"><v>0</v></c><c r=\"E4\" t=\"str\"><v>n</v>"
      "</c></row><row r=\"5\"><c r=\"C5\" t=\"s\"><v>1</v></c><c r=\"E5\"><v>1</v></c></row>");
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->layout.sheet, "S");
  EXPECT_EQ(shown->layout.header_row, 4u);
  EXPECT_EQ(shown->layout.first_column, 3u);
  EXPECT_THAT(shown->names, ElementsAre("name", "", "n"));
  EXPECT_EQ(shown->rows, 1u);
  EXPECT_THAT(types(), ElementsAre("utf8", "utf8", "int64"));
}

TEST_F(SheetSampleTest, ARangeSaysWhereItIs) {
  reading_.range = *parse_cell_range("B2:C");
  const auto shown = sample(
      "<row r=\"1\"><c r=\"A1\"><v>9</v></c></row><row r=\"3\"><c r=\"A3\"><v>1</v></c><c "
      "r=\"C3\" t=\"str\"><v>c</v></c><c r=\"D3\"><v>2</v></c></row>");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->layout.header_row, 3u);
  EXPECT_EQ(shown->layout.first_column, 2u);
  EXPECT_THAT(shown->names, ElementsAre("", "c"));
}

TEST_F(SheetSampleTest, WithoutAHeaderRowsSayHowWideItIs) {
  reading_.header = false;
  const auto shown = sample(
      "<row><c r=\"C1\"><v>1</v></c></row><row><c r=\"B2\" t=\"b\"><v>1</v></c><c r=\"E2\"><v>.5"
      "</v></c></row>");
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->layout.header_row, 0u);
  EXPECT_EQ(shown->layout.first_column, 2u);
  EXPECT_EQ(shown->columns, 4u);
  EXPECT_THAT(types(), ElementsAre("bool", "int64", "utf8", "float64"));
}

TEST_F(SheetSampleTest, NumbersThatAreTextsStayTexts) {
  reading_.header = false;
  const auto shown = sample(
      "<row><c t=\"str\"><v>123</v></c><c t=\"str\"><v>12345678901234567</v></c><c t=\"str\"><v>"
      "2023-01-02</v></c><c t=\"str\"><v>NaN</v></c></row>");
  ASSERT_TRUE(shown);
  EXPECT_THAT(types(), ElementsAre("utf8", "int64", "date", "float64"));
}

TEST_F(SheetSampleTest, NothingInTheRange) {
  EXPECT_EQ(sample("")->columns, 0u);
  reading_.range = *parse_cell_range("X1:Z");
  EXPECT_EQ(sample("<row><c><v>1</v></c></row>")->columns, 0u);
}

TEST_F(SheetSampleTest, Faults) {
  const auto header = sample("<row><c r=\"B1\" t=\"e\"><v>#REF!</v></c></row>");
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().message, "the cell of the header holds #REF!");
  EXPECT_EQ(header.error().data->column, 2u);
  EXPECT_EQ(sample("<row r=\"2\"/><row r=\"1\"/>").error().message,
            "the sheet 'S' is damaged: row 1 behind row 2");
  EXPECT_EQ(sample("<row><c t=\"s\"><v>7</v></c></row>").error().message,
            "the cell of the header refers to text 7, of which the workbook has 2");
}

}  // namespace
}  // namespace leat::io
