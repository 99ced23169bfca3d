// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/cell_place.h"

#include <gtest/gtest.h>

namespace leat {
namespace {

TEST(CellPlace, IsWrittenAsSpreadsheetsDo) {
  EXPECT_EQ(place_text(cell_place("b.xlsx", "Sales", 7, 2)), "b.xlsx:Sales!B7");
  EXPECT_EQ(place_text(cell_place("b.xlsx", "Sales", 7)), "b.xlsx:Sales!7");
  EXPECT_EQ(place_text(cell_place("b.xlsx", "Sales", 0)), "b.xlsx:Sales");
  EXPECT_EQ(file_of(cell_place("b.xlsx", "Sales", 7, 2)), "b.xlsx:Sales");
}

TEST(CellPlace, PlacesOfTextStayWhatTheyAre) {
  EXPECT_EQ(place_text({"a.csv", 7, 2}), "a.csv:7:2");
  EXPECT_EQ(place_text({"a.csv", 7, 0}), "a.csv:7");
  EXPECT_EQ(place_text({"wow!", 7, 2}), "wow!:7:2");
  EXPECT_EQ(place_text({"a.csv", 0, 0}), "a.csv");
  EXPECT_EQ(file_of({"wow!", 7, 2}), "wow!");
}

TEST(CellPlace, ColumnsHaveLetters) {
  EXPECT_EQ(column_letters(1), "A");
  EXPECT_EQ(column_letters(26), "Z");
  EXPECT_EQ(column_letters(27), "AA");
  EXPECT_EQ(column_letters(702), "ZZ");
  EXPECT_EQ(column_letters(16'384), "XFD");
}

}  // namespace
}  // namespace leat
