// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/workbook.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/support/workbook.h"

namespace leat::io {
namespace {

class WorkbookTest : public ::testing::Test {
 protected:
  Result<Workbook> open(const std::string& content) {
    const std::string path = folder_.write("b.xlsx", content);
    return open_workbook(std::make_shared<Input>(Input{.name = path}));
  }
  std::string mistake(const std::string& content) {
    const auto workbook = open(content);
    return workbook ? "none" : workbook.error().message;
  }

  test::TempDir folder_;
};

TEST_F(WorkbookTest, SheetsStylesAndTexts) {
  const auto workbook =
      open(test::WorkbookText{{{"A &amp; B", ""}, {"Zwei", ""}}, {}, std::string(test::kTimeStyles)}
               .file());
  ASSERT_TRUE(workbook) << workbook.error().message;
  ASSERT_EQ(workbook->sheets.size(), 2u);
  EXPECT_EQ(workbook->sheets[0].name, "A & B");
  EXPECT_EQ(workbook->sheets[1].member, "xl/worksheets/s2.xml");
  EXPECT_EQ(workbook->strings, "xl/texts.xml");
  EXPECT_EQ(workbook->styles.kind(1), NumberKind::kDate);
  EXPECT_EQ(workbook->styles.kind(2), NumberKind::kTimestamp);
  EXPECT_EQ(workbook->styles.kind(3), NumberKind::kTimeOfDay);
  EXPECT_EQ(workbook->styles.kind(99), NumberKind::kNumber);
  EXPECT_FALSE(workbook->styles.from_1904);
  EXPECT_TRUE(
      open(test::WorkbookText{{{"A", ""}}, {}, {}, "date1904=\"1\""}.file())->styles.from_1904);
}

TEST_F(WorkbookTest, WhatIsNoWorkbook) {
  EXPECT_EQ(mistake(test::zip_of({{"a", "b"}})),
            "the file is no xlsx workbook: it has no '_rels/.rels'");
  EXPECT_EQ(mistake(test::zip_of({{"content.xml", "b"}})),
            "the file is an OpenDocument one, not an xlsx workbook");
  EXPECT_EQ(mistake(test::WorkbookText{}.file()), "the file is no xlsx workbook: it has no sheets");
  test::ZipMembers members = test::WorkbookText{{{"A", ""}}}.members();
  for (auto& [name, text] : members) {
    if (name == "xl/workbook.xml") text = "<!DOCTYPE a [<!ENTITY b 'c'>]>" + text;
  }
  EXPECT_EQ(mistake(test::zip_of(members)),
            "the file is no xlsx workbook: 'xl/workbook.xml' has a document type, which a "
            "spreadsheet has no use for");
  for (auto& [name, text] : members) {
    if (name == "xl/workbook.xml") text = "<workbook><sh";
    if (name == "_rels/.rels") text = "<a/>";
  }
  EXPECT_EQ(mistake(test::zip_of(members)),
            "the file is no xlsx workbook: it does not say where its sheets are");
}

TEST_F(WorkbookTest, SheetsByNameOrNumber) {
  const auto workbook =
      open(test::WorkbookText{{{"Sales", ""}, {"2", ""}, {"costs", ""}, {"Costs", ""}}}.file());
  ASSERT_TRUE(workbook);
  const auto found = [&](const std::string& name) {
    const auto sheet = find_sheet(*workbook, name);
    return sheet ? sheet->name : sheet.error().message + " / " + sheet.error().hint;
  };
  EXPECT_EQ(found(""), "Sales");
  EXPECT_EQ(found("sales"), "Sales");
  EXPECT_EQ(found("Costs"), "Costs");
  EXPECT_EQ(found("2"), "2");
  EXPECT_EQ(found("3"), "costs");
  const std::string file = workbook->archive->input()->name;
  EXPECT_EQ(found("Sale"), "'" + file + "' has no sheet 'Sale' / did you mean 'Sales'?");
  EXPECT_EQ(found("5"),
            "'" + file + "' has no sheet '5' / its sheets are 'Sales', '2', 'costs', 'Costs'");
}

}  // namespace
}  // namespace leat::io
