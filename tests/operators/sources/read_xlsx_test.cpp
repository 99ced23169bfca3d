// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The operator: options, columns and mistakes. Sheets are tested in tests/operators/xlsx/.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/input/findings.h"
#include "tests/operators/input/source_run.h"
#include "tests/operators/sources/json_source_run.h"
#include "tests/support/temp_dir.h"
#include "tests/support/workbook.h"

namespace leat {

extern const OperatorDef operator_read_xlsx;

namespace {

using test::Opt;
using ::testing::ElementsAre;

class ReadXlsxTest : public ::testing::Test {
 protected:
  using Options = std::vector<std::pair<std::string, Opt>>;

  test::Run run(Options options = {}, OnError on_error = OnError::kFail) {
    options.emplace_back("path", folder_.file("b.xlsx"));
    const test::Binding binding =
        test::bind_ok(operator_read_xlsx, Opt::map(std::move(options)), nullptr);
    if (!binding.bound) return {};
    types_.clear();
    for (const Field& field : binding.bound->output->fields())
      types_.push_back(field.name + ' ' + to_string(field.type));
    fixture_ = std::make_unique<test::OperatorFixture>(size_t{1} << 30, on_error);
    return test::run_source(*fixture_, *binding.bound);
  }
  std::vector<std::string> mistakes_of(Options options) {
    options.emplace_back("path", folder_.file("b.xlsx"));
    return test::bind(operator_read_xlsx, Opt::map(std::move(options)), nullptr).mistakes;
  }
  void write(std::string data, std::string_view name = "b.xlsx") {
    folder_.write(name, test::WorkbookText{{{"First", "<row><c><v>0</v></c></row>"},
                                            {"Sales", std::move(data)}},
                                           {"<t>product</t>", "<t>pen</t>"},
                                           std::string(test::kTimeStyles)}
                            .file());
  }

  const std::string kTable =
      "<row r=\"3\"><c r=\"B3\" t=\"str\"><v>day</v></c><c r=\"C3\" t=\"s\"><v>0</v></c><c "
      "r=\"D3\" t=\"str\"><v>price</v></c></row><row r=\"4\"><c r=\"B4\" s=\"1\"><v>45000</v></c>"
      "<c r=\"C4\" t=\"s\"><v>1</v></c><c r=\"D4\"><f>1+1</f><v>2.5</v></c></row>"
      "<row r=\"9\"><c r=\"B9\" s=\"1\"><v>45001</v></c><c r=\"D9\"><v>3</v></c></row>";
  test::TempDir folder_;
  std::vector<std::string> types_;
  std::unique_ptr<test::OperatorFixture> fixture_;
};

TEST_F(ReadXlsxTest, TypesAreGuessed) {
  write(kTable);
  EXPECT_THAT(run({{"sheet", "Sales"}}).rows, ElementsAre("19431|pen|2.5", "19432|NULL|3"));
  EXPECT_THAT(types_, ElementsAre("day date", "product utf8", "price float64"));
  EXPECT_THAT(run({{"sheet", "2"}, {"row_column", "row"}}).rows,
              ElementsAre("19431|pen|2.5|4", "19432|NULL|3|9"));
}

TEST_F(ReadXlsxTest, ColumnsAreDeclared) {
  write(kTable);
  const Opt columns = Opt::map({{"price", "decimal(6,2)"}, {"day", "timestamp"}});
  EXPECT_THAT(run({{"sheet", "Sales"}, {"columns", columns}}).rows,
              ElementsAre("1678838400000000|250", "1678924800000000|300"));
  EXPECT_THAT(types_, ElementsAre("day timestamp", "price decimal(6,2)"));
  EXPECT_THAT(run({{"sheet", "Sales"}, {"types", Opt::map({{"price", "utf8"}})}}).rows,
              ElementsAre("19431|pen|2.5", "19432|NULL|3"));
  EXPECT_THAT(mistakes_of({{"sheet", "Sales"}, {"columns", Opt::map({{"pric", "utf8"}})}}),
              ElementsAre("the header has no column 'pric' [pric]"));
}

TEST_F(ReadXlsxTest, ARangeWithoutAHeader) {
  write(kTable);
  EXPECT_THAT(run({{"sheet", "Sales"}, {"range", "C4:D"}, {"header", "false"}}).rows,
              ElementsAre("pen|2.5", "NULL|3"));
  EXPECT_THAT(types_, ElementsAre("column1 utf8", "column2 float64"));
  EXPECT_THAT(run({{"sheet", "Sales"}, {"range", "B3:D4"}}).rows, ElementsAre("19431|pen|2.5"));
}

TEST_F(ReadXlsxTest, OnlyWhatIsReadIsDecoded) {
  write(kTable);
  const test::Binding binding = test::bind_source(
      operator_read_xlsx, Opt::map({{"path", folder_.file("b.xlsx")}, {"sheet", "Sales"}}),
      std::vector<std::string>{"price"});
  test::ReadAll all(binding);
  EXPECT_TRUE(all.status);
  EXPECT_EQ(binding.bound->output->size(), 1u);
  EXPECT_THAT(all.output.rows, ElementsAre("2.5", "3"));
}

TEST_F(ReadXlsxTest, WhatWasFoundCanBeWrittenDown) {
  write(kTable);
  const test::Binding binding =
      test::bind_ok(operator_read_xlsx,
                    Opt::map({{"path", folder_.file("b.xlsx")}, {"sheet", "Sales"}}), nullptr);
  const io::Findings* const findings = io::findings_of(*binding.bound);
  ASSERT_NE(findings, nullptr);
  EXPECT_THAT(findings->found(), ElementsAre(std::pair<std::string, std::string>("range", "B3:D")));
}

TEST_F(ReadXlsxTest, Mistakes) {
  write(kTable);
  const std::string file = folder_.file("b.xlsx");
  EXPECT_THAT(mistakes_of({{"sheet", "Sale"}}),
              ElementsAre("'" + file + "' has no sheet 'Sale' [Sale]"));
  EXPECT_THAT(mistakes_of({{"range", "3B"}}), ElementsAre("'3B' is not a range of cells [3B]"));
  EXPECT_THAT(
      mistakes_of({{"sheet", "Sales"}, {"range", "X1:Z"}}),
      ElementsAre("'" + file + "' has no values in the range, so the columns are not known [" +
                  file + "]"));
  write("<row><c t=\"str\"><v>a</v></c><c t=\"str\"><v>a</v></c></row>");
  EXPECT_THAT(mistakes_of({{"sheet", "Sales"}}),
              ElementsAre("the header has the column 'a' twice [" + file + "]"));
  run({{"sheet", "Sales"}, {"duplicate_names", "number"}});
  EXPECT_THAT(types_, ElementsAre("a utf8", "a_2 utf8"));
  folder_.write("b.xlsx", "a,b\n");
  EXPECT_THAT(mistakes_of({}),
              ElementsAre(file + ": the file is no zip archive, which every xlsx workbook is [" +
                          file + "]"));
}

TEST_F(ReadXlsxTest, TablesOfSeveralFilesAreAlike) {
  write(kTable, "1.xlsx");
  write(kTable, "2.xlsx");
  Opt path = Opt::list({folder_.file("1.xlsx"), folder_.file("2.xlsx")});
  const test::Binding binding =
      test::bind_ok(operator_read_xlsx, Opt::map({{"path", path}, {"sheet", "Sales"}}), nullptr);
  test::OperatorFixture fixture;
  EXPECT_EQ(test::run_source(fixture, *binding.bound).rows.size(), 4u);
  write("<row><c t=\"str\"><v>other</v></c></row>", "2.xlsx");
  EXPECT_THAT(
      test::bind(operator_read_xlsx, Opt::map({{"path", path}, {"sheet", "Sales"}}), nullptr)
          .mistakes,
      ElementsAre("the header of '" + folder_.file("2.xlsx") + "' differs from that of '" +
                  folder_.file("1.xlsx") + "': column 1 is 'other', not 'day' [" +
                  folder_.file("1.xlsx") + '\n' + folder_.file("2.xlsx") + "]"));
}

}  // namespace
}  // namespace leat
