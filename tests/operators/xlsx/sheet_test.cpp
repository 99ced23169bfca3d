// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/sheet.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

class SheetTest : public ::testing::Test {
 protected:
  SheetTest() {
    sheet_.styles.kinds = {NumberKind::kNumber, NumberKind::kDate};
    sheet_.strings = std::make_shared<SharedStrings>();
  }
  /// The text of a cell, or what is wrong with it.
  std::string text(CellKind kind, std::string_view value, uint32_t style = 0,
                   SheetDigits digits = SheetDigits::kAll) {
    std::string out;
    const std::string wrong =
        append_cell({.kind = kind, .style = style, .value = value}, sheet_, digits, out);
    return wrong.empty() ? out : "! " + wrong;
  }

  Sheet sheet_;
};

TEST_F(SheetTest, CellsOfAllKinds) {
  EXPECT_EQ(text(CellKind::kNumber, "1.50"), "1.5");
  EXPECT_EQ(text(CellKind::kNumber, "45000", 1), "2023-03-15");
  EXPECT_EQ(text(CellKind::kBool, "1"), "true");
  EXPECT_EQ(text(CellKind::kBool, "0"), "false");
  EXPECT_EQ(text(CellKind::kText, "a&amp;b_x000A_"), "a&b\n");
  EXPECT_EQ(text(CellKind::kTime, "2023-03-15T10:00:00"), "2023-03-15T10:00:00");
}

TEST_F(SheetTest, DecimalsAreTakenAsTheyAreShown) {
  EXPECT_EQ(text(CellKind::kNumber, "0.30000000000000004"), "0.30000000000000004");
  EXPECT_EQ(text(CellKind::kNumber, "0.30000000000000004", 0, SheetDigits::kShown), "0.3");
}

TEST_F(SheetTest, WhatCannotBeRead) {
  EXPECT_EQ(text(CellKind::kError, "#N/A"), "! holds #N/A");
  EXPECT_EQ(text(CellKind::kShared, "3"), "! refers to text 3, of which the workbook has 0");
  EXPECT_EQ(text(CellKind::kShared, "-1"), "! refers to text -1, of which the workbook has 0");
  EXPECT_EQ(text(CellKind::kNumber, "x"), "! has 'x' where a number should be");
  EXPECT_EQ(text(CellKind::kNumber, "-5", 1),
            "! has the number -5 in a format of dates, but it is none");
  EXPECT_EQ(text(CellKind::kBool, "2"), "! has '2' where true or false should be");
  EXPECT_EQ(text(CellKind::kText, "&nbsp;"), "! holds an entity that it does not explain");
  std::string out;
  EXPECT_EQ(append_cell({.lacks_value = true}, sheet_, SheetDigits::kAll, out),
            "holds a formula without a value");
}

}  // namespace
}  // namespace leat::io
