// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Splits and rows of sheets; options are tested in tests/operators/sources/read_xlsx_test.cpp.
#include "operators/xlsx/sheet_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"
#include "tests/support/workbook.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class SheetSourceTest : public ::testing::Test {
 protected:
  SheetSourceTest() {
    table_.format.columns = {{{"n", kInt64Type}, 1}, {{"t", kUtf8Type}, 3}};
    table_.format.schema = test::make_schema({{"n", kInt64Type}, {"t", kUtf8Type}});
    table_.format.shape.dialect = {.delimiter = 0, .quote = 0};
    table_.format.nulls = NullWords({});
    table_.columns = {0, 1};
    table_.names = {"n", "t"};
    table_.layouts = {{"S", 0, 1}};
  }

  test::Run run(const std::string& content, size_t chunk = kChunkBytes) {
    const std::string path = folder_.write("b.xlsx", content);
    fixture_ = std::make_unique<test::OperatorFixture>(size_t{1} << 30, OnError::kSkip);
    const auto table = std::make_shared<const SheetTable>(table_);
    const auto splitter = make_sheet_splitter(test::inputs_of({path}), table, fixture_->memory,
                                              {.chunk_bytes = chunk, .count_rows = true});
    test::Splits splits = test::run_splitter(*splitter);
    const auto decoder = make_sheet_decoder(table, fixture_->lane());
    test::Run result = test::run_decoder(*fixture_, *decoder, splits.splits);
    if (!result.error) result.error = std::move(splits.error);
    return result;
  }
  std::string fault(size_t index) { return test::text_of(fixture_->faults.absorbed().at(index)); }
  static std::string sheet(std::string data) {
    return test::WorkbookText{{{"S", std::move(data)}}, {"<t>one</t>"}}.file();
  }

  test::TempDir folder_;
  SheetTable table_;
  std::unique_ptr<test::OperatorFixture> fixture_;
};

TEST_F(SheetSourceTest, RowsAreTheSameHoweverTheSheetIsCut) {
  std::string data;
  std::vector<std::string> expected;
  for (int i = 1; i <= 500; ++i) {
    const std::string number = std::to_string(i);
    data += i % 3 == 0 ? "<row>" : "<row r=\"" + std::to_string(2 * i) + "\">";
    if (i % 3 == 0)
      data = data.substr(0, data.rfind("<row>")) + "<row r=\"" + std::to_string(2 * i) +
             "\"><!-- </row> -->";
    data += "<c><v>" + number + "</v></c><c t=\"s\"><v>0</v></c></row>";
    expected.push_back(number + "|one");
  }
  for (const size_t chunk : {size_t{64}, size_t{1000}, kChunkBytes}) {
    const test::Run result = run(sheet(data), chunk);
    EXPECT_FALSE(result.error) << result.error->message;
    EXPECT_EQ(result.rows, expected) << chunk;
  }
}

TEST_F(SheetSourceTest, BadCellsHavePlaces) {
  const test::Run result = run(
      sheet("<row r=\"3\"><c t=\"str\"><v>x</v></c></row><row r=\"7\"><c><v>1</v></c><c t=\"e\"><v>"
            "#N/A</v></c></row><row r=\"8\"><c><f>A1</f></c></row><row r=\"9\"><c><v>2</v></c><c "
            "r=\"C9\"><v>1</v></c></row><row r=\"10\"><c><v>3</v></c></row><row r=\"11\"/>"));
  EXPECT_THAT(result.rows, ElementsAre("3|NULL"));
  ASSERT_EQ(fixture_->faults.absorbed().size(), 4u);
  const auto place = [&](size_t index) { return *fixture_->faults.absorbed()[index].data; };
  EXPECT_EQ(fixture_->faults.absorbed()[0].message, "'x' in column 'n' is not an int64");
  EXPECT_EQ(place(0).line, 3u);
  EXPECT_EQ(place(0).column, 1u);
  EXPECT_TRUE(place(0).file.ends_with("b.xlsx:S!"));
  EXPECT_EQ(fixture_->faults.absorbed()[1].message, "the cell in column 't' holds #N/A");
  EXPECT_EQ(place(1).line, 7u);
  EXPECT_EQ(place(1).column, 2u);
  EXPECT_EQ(fixture_->faults.absorbed()[2].message,
            "the cell in column 'n' holds a formula without a value");
  EXPECT_EQ(fixture_->faults.absorbed()[3].message,
            "there is a value in column C, beside the table");
}

TEST_F(SheetSourceTest, ErrorsMayBeNull) {
  table_.format.nulls = NullWords({"#N/A"});
  EXPECT_THAT(run(sheet("<row><c><v>1</v></c><c t=\"e\"><v>#N/A</v></c></row>")).rows,
              ElementsAre("1|NULL"));
}

TEST_F(SheetSourceTest, EmptyTextsAreTextsWhereTextsAre) {
  EXPECT_THAT(run(sheet("<row><c t=\"str\"><v></v></c><c t=\"str\"><v></v></c></row>")).rows,
              ElementsAre("NULL|"));
}

TEST_F(SheetSourceTest, DamageEndsTheRun) {
  const test::Run wrong = run(sheet("<row><c><v>1</v></c></row><row r=\"1\"/>"));
  EXPECT_THAT(wrong.rows, ElementsAre("1|NULL"));
  ASSERT_TRUE(wrong.error);
  EXPECT_EQ(wrong.error->message, "the sheet 'S' is damaged: row 1 behind row 1");
  test::ZipMembers members = test::WorkbookText{{{"S", ""}}}.members();
  for (auto& [name, text] : members) {
    if (name == "xl/worksheets/s1.xml") text = "<worksheet><sheetData><row><c><v>1</v></c></row>";
  }
  const test::Run cut = run(test::zip_of(members));
  EXPECT_THAT(cut.rows, ElementsAre("1|NULL"));
  ASSERT_TRUE(cut.error);
  EXPECT_EQ(cut.error->message, "the sheet 'S' is damaged: it ends early");
}

}  // namespace
}  // namespace leat::io
